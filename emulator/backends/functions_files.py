"""What a function's process is started with: its files, unpacked, and the line that runs it.

Where the system lets a plain user have namespaces, the process runs shut off (``functions_runtimes/sandbox.py``) and
finds its files where AWS has them; elsewhere it runs as an ordinary process and finds them where they were unpacked.
"""

import importlib.util
import os
import shutil
import stat
import subprocess
import sys
import tempfile
import threading
import zlib
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import NamedTuple
from zipfile import BadZipFile, ZipFile

import orjson

from emulator.backends import functions_java
from emulator.backends.functions_launch import Content, Launch, Unavailable

RUNTIMES = Path(__file__).parent / "functions_runtimes"
SANDBOX = RUNTIMES / "sandbox.py"
SDK = ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "six", "urllib3")
SCRIPTS = {"nodejs": ("node", "lambda_node.mjs"), "ruby": ("ruby", "lambda_ruby.rb")}  # a program, and what it runs
# What a zip raises that is damaged, encrypted, or packed in a way that is not known; or whose files are in each other's
# place.
UNREADABLE = (BadZipFile, EOFError, NotImplementedError, OSError, RuntimeError, ValueError, zlib.error)
SYSTEM = ("/bin", "/etc", "/lib", "/nix", "/sbin", "/usr")  # which the sandbox shows anyway


class Program(NamedTuple):
    """``line`` runs a runtime's functions; ``seen`` are the directories of this machine that it needs."""

    line: list[str]
    seen: tuple[str, ...]


class Places(NamedTuple):
    """Where a process finds its files; ``sdk`` is AWS's SDK for Python."""

    task: str
    runtime: str
    layers: str
    scratch: str
    sdk: str


NOWHERE = Places("", "", "", "", "")


def program(runtime: str, places: Places, memory: int) -> Program:
    """What runs a runtime's functions of so many megabytes here. Raises Unavailable.

    A version of a language that the machine lacks is stood in for by the one that it has.
    """
    if runtime.startswith("provided"):
        return Program([f"{places.task}/bootstrap"], ())
    if runtime.startswith("python"):
        interpreter, seen = _python(runtime)
        # Without this process's own packages: a function has what it brings, its layers and the SDK.
        return Program([interpreter, "-S", f"{places.runtime}/lambda_python.py"], seen)
    if runtime.startswith("java") and (found := functions_java.line(places.task, places.layers, memory)):
        return Program(*found)
    for language, (command, script) in SCRIPTS.items():
        if runtime.startswith(language) and (found := shutil.which(command)):
            interpreter = Path(found).resolve()
            return Program([str(interpreter), f"{places.runtime}/{script}"], (str(interpreter.parent.parent),))
    raise Unavailable(f"The runtime {runtime} on this machine")


@cache
def _python(runtime: str) -> tuple[str, tuple[str, ...]]:
    """The interpreter of that version, else this process's own. A launcher may stand for one that is not there."""
    own = getattr(sys, "_base_executable", sys.executable), (sys.base_prefix,)
    if runtime == f"python{sys.version_info.major}.{sys.version_info.minor}":
        return own
    found = shutil.which(runtime)
    if found is None:
        return own
    words = "import sys; print(sys._base_executable, sys.base_prefix, sep='\\n')"
    answer = subprocess.run([found, "-c", words], capture_output=True, check=False, text=True)
    if answer.returncode != 0:
        return own
    executable, prefix = answer.stdout.split("\n")[:2]
    return executable, (prefix,)


@cache
def sdk() -> tuple[Path, ...]:
    """The packages of AWS's SDK, which its Python runtimes bring along, as this process has them."""
    found = []
    for name in SDK:
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.origin:
            place = Path(spec.origin)
            found.append(place.parent if spec.submodule_search_locations else place)
    return tuple(found)


@cache
def shut_off() -> bool:
    """Whether this system lets functions be shut off."""
    with tempfile.TemporaryDirectory() as home:
        for name in ("root", "task", "layers"):
            Path(home, name).mkdir()
        own = {f"{home}/task": "/var/task", str(RUNTIMES): "/var/runtime"}
        given = {"root": f"{home}/root", "seen": [], "own": own, "shared": {}, "storage": 1, "line": ["/bin/true"]}
        line = [sys.executable, "-I", "-S", str(SANDBOX), orjson.dumps(given).decode()]
        try:
            return subprocess.run(line, capture_output=True, check=False, timeout=10).returncode == 0
        except (OSError, subprocess.TimeoutExpired):
            return False


class Files:
    """Zips, unpacked once each below a directory."""

    def __init__(self, home: Path):
        self._home = home
        self._known: dict[tuple[str, ...], Path] = {}
        self.unpacking = threading.Lock()  # held by the thread that does so

    def unpacked(self, contents: tuple[Content, ...]) -> Path:
        """The directory that holds these zips' files, later ones over earlier ones. Raises Unavailable."""
        key = tuple(digest for digest, _ in contents)
        if key not in self._known:
            with self.unpacking:
                if key not in self._known:  # another thread may have had it
                    self._known[key] = self._unpack(contents)
        return self._known[key]

    def _unpack(self, contents: tuple[Content, ...]) -> Path:
        root = Path(tempfile.mkdtemp(prefix="files-", dir=self._home))
        root.chmod(0o755)
        try:
            links: dict[Path, str] = {}
            for _, read in contents:
                unpack(read(), root, links)
            for path, target in links.items():
                path.unlink()
                path.symlink_to(target)
        except UNREADABLE as error:
            shutil.rmtree(root, ignore_errors=True)
            raise Unavailable(f"A function whose files cannot be unpacked ({error})") from None
        return root


def unpack(code: bytes, root: Path, links: dict[Path, str]) -> None:
    """Write a zip's files below a directory; names that lead out of it are bent back by zipfile.

    Symbolic links are files at first, noted in ``links`` with what they lead to: nothing must be written through them.
    """
    with ZipFile(BytesIO(code)) as archive:
        for entry in archive.infolist():
            path = Path(archive.extract(entry, root))
            links.pop(path, None)  # of an earlier zip
            mode = entry.external_attr >> 16
            if stat.S_ISLNK(mode):
                links[path] = archive.read(entry).decode()
            elif mode & 0o777 and not entry.is_dir():
                path.chmod(mode & 0o777 | 0o444)


def extensions(layers: Path) -> int:
    """How many extensions an environment starts: only one that is shut off has a place for them."""
    place = layers / "extensions"
    return len(list(place.iterdir())) if place.is_dir() and shut_off() else 0


class Start(NamedTuple):
    """How a process is begun: its line, its directory, where it finds what."""

    line: list[str]
    directory: str
    places: Places


def start(launch: Launch, task: Path, layers: Path, directory: Path) -> Start:
    """``directory`` is the environment's own. Raises Unavailable."""
    runtime = launch.runtime
    scratch = directory / "tmp"
    scratch.mkdir()
    if not shut_off():
        if launch.mounts:
            raise Unavailable("A file system of a function, where no plain user may have namespaces,")
        places = Places(str(task), str(RUNTIMES), str(layers), str(scratch), str(directory / "sdk"))
        (directory / "sdk").mkdir()
        for each in sdk():
            (directory / "sdk" / each.name).symlink_to(each)
        return Start(_wrapped(launch, program(runtime, places, launch.memory).line, places), str(task), places)
    places = Places("/var/task", "/var/runtime", "/opt", "/tmp", "/var/lang/sdk")
    found = program(runtime, places, launch.memory)
    root = directory / "root"
    root.mkdir()
    given = {
        "root": str(root), "seen": [each for each in dict.fromkeys(found.seen) if not each.startswith(SYSTEM)],
        "own": {
            str(task): places.task, str(RUNTIMES): places.runtime, str(layers): places.layers,
            **({str(each): f"{places.sdk}/{each.name}" for each in sdk()} if runtime.startswith("python") else {}),
        },
        "shared": {str(source): target for target, source in launch.mounts.items()},
        "storage": launch.storage, "line": _wrapped(launch, found.line, places),
    }  # fmt: skip
    line = [sys.executable, "-I", "-S", str(SANDBOX), orjson.dumps(given).decode()]
    return Start(line, str(directory), places)


def _wrapped(launch: Launch, line: list[str], places: Places) -> list[str]:
    """The line with the function's wrapper script before it; custom runtimes look for theirs by themselves.

    https://docs.aws.amazon.com/lambda/latest/dg/runtimes-modify.html
    """
    script = launch.variables.get("AWS_LAMBDA_EXEC_WRAPPER", "")
    if not script or launch.runtime.startswith("provided"):
        return line
    for usual, place in (("/var/task/", places.task), ("/opt/", places.layers)):
        if script.startswith(usual):
            return [f"{place}/{script.removeprefix(usual)}", *line]
    return [script, *line]


def variables(places: Places, runtime: str) -> dict[str, str]:
    """Where the languages look for modules, and programs for theirs."""
    layers, task = places.layers, places.task
    language = "python3" if runtime.startswith("provided") else runtime
    gems = f"{runtime.removeprefix('ruby')}.0"
    return {
        "PATH": f"{layers}/bin:" + os.environ.get("PATH", os.defpath), "HOME": places.scratch, "TMPDIR": places.scratch,
        "LD_LIBRARY_PATH": f"{task}:{task}/lib:{layers}/lib",
        "PYTHONPATH": f"{layers}/python:{layers}/python/lib/{language}/site-packages:{places.sdk}",
        "NODE_PATH": f"{layers}/nodejs/node_modules:{layers}/nodejs:{task}/node_modules",
        "RUBYLIB": f"{task}:{layers}/ruby/lib",
        "GEM_PATH": f"{task}/vendor/bundle/ruby/{gems}:{layers}/ruby/gems/{gems}",
        "LAMBDA_TASK_ROOT": task, "LAMBDA_RUNTIME_DIR": places.runtime,
    }  # fmt: skip
