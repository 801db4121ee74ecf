"""``lab record [options] -- COMMAND …``: run a command, or scenarios, and record what they say to AWS."""

import argparse
import os
import signal
import subprocess
import sys
from contextlib import ExitStack
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple

from lab.errors import LabError
from lab.recorder import environment
from lab.recorder.capture import Capture
from lab.recorder.envelope import Recording
from lab.recorder.proxy import Proxy
from lab.recorder.redact import ON_REQUEST, Redactor
from lab.recorder.route import Route, Upstream

EPILOG = """\
With no --upstream the requests go to AWS with the credentials of your environment, and cost what they cost.
What is recorded from anywhere else carries the provenance "emulator" and is no evidence of parity.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = f"{EPILOG}\n{parser.epilog or ''}"
    parser.add_argument("--out", default="cassettes", metavar="DIR", help="folder of cassettes (default: cassettes)")
    parser.add_argument("--title", help="what the scenario shows (default: the command)")
    parser.add_argument("--mode", choices=("forward", "reverse"), default="forward",
                        help="forward: an HTTP proxy with a certificate of its own; reverse: AWS_ENDPOINT_URL")
    parser.add_argument("--upstream", action="append", default=[], type=Upstream.parse, metavar="[SERVICE=]URL",
                        help="send AWS's requests there instead; may be repeated; needed in reverse mode")
    parser.add_argument("--upstream-ca", metavar="FILE", help="certificate authority of a https upstream")
    parser.add_argument("--redact", action="append", default=[], choices=sorted(ON_REQUEST),
                        help="replace these too; may be repeated")
    parser.add_argument("--keep-sensitive", action="store_true",
                        help="keep values that only the model calls sensitive (made-up ones, in a test)")
    parser.add_argument("--scenario", action="append", default=[], metavar="NAME",
                        help="record this scenario in place of a command: service/program, or a pattern with *; may be "
                             "repeated; `python -m conformance.scenarios` lists them with what they cost")
    parser.add_argument("--emulator", action="store_true",
                        help="start an emulator and record from it: regression records, at no cost")
    parser.add_argument("program", nargs="*", metavar="COMMAND", help="after --: the command and its arguments")


class Program(NamedTuple):
    """What is run under the recorder. ``name``: the scenario's, None for a command."""

    title: str
    command: list[str]
    name: str | None = None


def programs(arguments: argparse.Namespace) -> list[Program]:
    """What to record. Raises LabError for neither or both of command and scenario, or a scenario that isn't there."""
    if bool(arguments.scenario) == bool(arguments.program):
        raise LabError("name either a command (after --) or a --scenario")
    if arguments.program:
        return [Program(arguments.title or title_of(arguments.program), arguments.program)]
    from conformance import scenarios

    found = []
    for pattern in arguments.scenario:
        chosen = [name for name in scenarios.names() if fnmatchcase(name, pattern)]
        if not chosen:
            raise LabError(f"there is no scenario {pattern!r}: choose of {', '.join(scenarios.names())}")
        found += chosen
    return [Program(scenarios.load(name).title, [sys.executable, "-m", "conformance.scenarios", name], name)
            for name in dict.fromkeys(found)]


def run(arguments: argparse.Namespace) -> int:
    """Returns the first exit code of a program that is not 0. Raises LabError when the recording can't be made."""
    reverse = arguments.mode == "reverse"
    chosen = programs(arguments)
    with ExitStack() as stack:
        if arguments.emulator:
            from lab.replayer.endpoint import started

            arguments.upstream = [Upstream.parse(stack.enter_context(started()).url)]
        if reverse and not arguments.upstream:
            raise LabError("reverse mode needs --upstream: a plain endpoint cannot tell AWS's hosts apart")
        codes = [record(each, arguments, reverse) for each in chosen]
    return next(filter(None, codes), 0)


def record(program: Program, arguments: argparse.Namespace, reverse: bool) -> int:
    """Run one program under the recorder; returns its exit code."""
    # What scenarios send is made up; a command's data may be somebody's.
    keep = arguments.keep_sensitive or program.name is not None
    recording = Recording(Path(arguments.out), program.title, Redactor(tuple(arguments.redact), keep), program.name)
    addons = [
        Route(arguments.upstream, everything=reverse),
        Capture(recording.add, everything=reverse, trusted=not arguments.upstream_ca),
    ]
    first = arguments.upstream[0] if reverse else None
    caller = environment.CALLER if arguments.emulator else {}
    try:
        with Proxy(addons, first and f"{first.scheme}://{first.host}:{first.port}", arguments.upstream_ca) as proxy:
            extra = (environment.reverse(proxy.address) if reverse
                     else environment.forward(proxy.address, proxy.certificate))
            code = run_child(program.command, {**os.environ, **caller, **extra})
    finally:
        path = recording.close()
    print(f"{recording.summary()}: {path}" if path else "nothing was recorded: the command sent no request to AWS "
          "through the proxy", file=sys.stderr)
    return code


def title_of(command: list[str]) -> str:
    """The command as a title: its words without the folders of this machine."""
    return " ".join(word if "://" in word else Path(word).name or word for word in command)[:100]


def run_child(command: list[str], variables: dict[str, str]) -> int:
    """Run the command to its end. An interrupt is the command's to handle: what it said until then is kept."""
    try:
        child = subprocess.Popen(command, env=variables)
    except OSError as error:
        raise LabError(f"the command can't be started: {error}") from error
    handlers = {
        signal.SIGINT: signal.signal(signal.SIGINT, signal.SIG_IGN),
        signal.SIGTERM: signal.signal(signal.SIGTERM, lambda *_: child.terminate()),
    }
    try:
        code = child.wait()
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
    return code if code >= 0 else 128 - code
