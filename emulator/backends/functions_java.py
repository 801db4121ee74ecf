"""The Java runtime's program: its sources lie beside the other runtimes, and this machine's JDK compiles them once.

They bring the interfaces that functions know AWS's runtime by (``com.amazonaws.services.lambda.runtime``).
https://docs.aws.amazon.com/lambda/latest/dg/java-handler.html
"""

import shutil
import subprocess
import tempfile
import threading
from functools import cache
from pathlib import Path

SOURCES = Path(__file__).parent / "functions_runtimes" / "java"
COMPILED_SECONDS = 60.0  # that the compiler gets
HEAP = 60  # percent of a function's memory that are the heap's
OPTIONS = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-XX:-UsePerfData")
_compiling = threading.Lock()


def compiler() -> Path | None:
    """The Java compiler of this machine."""
    found = shutil.which("javac")
    return Path(found).resolve() if found else None


def line(task: str, layers: str, memory: int) -> tuple[list[str], tuple[str, ...]] | None:
    """What runs functions with so many megabytes, and the directories that it needs.

    None where there is no JDK, or one that is too old for the sources (17 is needed): it says so on stderr.
    """
    found = compiler()
    if found is None:
        return None
    try:
        with _compiling:  # what is compiled twice would be forgotten once
            classes = _compiled(found).name
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        return None
    java = found.with_name("java")
    heap = f"-Xmx{memory * HEAP // 100}m"
    command = [str(java), *OPTIONS, heap, "-cp", classes, "paritylab.Bootstrap", task, f"{layers}/java"]
    return command, (str(java.parent.parent), classes)


@cache
def _compiled(program: Path) -> tempfile.TemporaryDirectory:
    """The directory of the classes; it goes with this process."""
    classes = tempfile.TemporaryDirectory(prefix="paritylab-java-")
    sources = sorted(map(str, SOURCES.rglob("*.java")))
    subprocess.run([program, "-nowarn", "-d", classes.name, *sources], check=True, timeout=COMPILED_SECONDS)
    return classes
