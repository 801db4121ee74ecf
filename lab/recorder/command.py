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
from lab.recorder.modes import MODES, Plan, plan, scenario_paths
from lab.recorder.playback import Playback
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
    parser.add_argument("--cassette", type=Path, metavar="FILE",
                        help="record into this file, or play it (default: a new one in DIR, named after the title)")
    parser.add_argument("--mode", choices=MODES, help="what becomes of a cassette that is there. once: it is played, "
                        "and nothing else answers (default with --cassette); new-episodes: it is played, and what it "
                        "doesn't know is recorded; all: everything is recorded anew (default without); none: only play")
    parser.add_argument("--proxy", choices=("forward", "reverse"), default="forward",
                        help="forward: an HTTP proxy with a certificate of its own; reverse: AWS_ENDPOINT_URL")
    parser.add_argument("--upstream", action="append", default=[], type=Upstream.parse, metavar="[SERVICE=]URL",
                        help="send AWS's requests there instead; may be repeated; needed by --proxy reverse")
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
    """Returns the first exit code of a program that is not 0, or 1 when a request was refused in playing.

    Raises LabError when the recording can't be made.
    """
    chosen = programs(arguments)
    if arguments.cassette and len(chosen) > 1:
        raise LabError(f"--cassette takes one program, not the {len(chosen)} scenarios that match")
    with ExitStack() as stack:
        if arguments.emulator:
            from lab.replayer.endpoint import started

            arguments.upstream = [Upstream.parse(stack.enter_context(started()).url)]
        if arguments.proxy == "reverse" and not arguments.upstream:
            raise LabError("--proxy reverse needs --upstream: a plain endpoint cannot tell AWS's hosts apart")
        codes = [record(each, planned(each, arguments), arguments) for each in chosen]
    return next(filter(None, codes), 0)


def planned(program: Program, arguments: argparse.Namespace) -> Plan:
    """What becomes of the cassette that a program has, or is to have. Raises LabError."""
    paths = [arguments.cassette] if arguments.cassette else []
    if program.name is not None and not paths:
        paths = [*scenario_paths(Path(arguments.out), program.name)]
    found = plan(arguments.mode or ("once" if arguments.cassette else "all"), paths)
    # A scenario that is recorded whole is named after where its answers came from.
    return found if arguments.cassette or found.kept else found._replace(path=None)


def record(program: Program, plan: Plan, arguments: argparse.Namespace) -> int:
    """Run one program under the recorder; returns its exit code."""
    # What scenarios send is made up; a command's data may be somebody's.
    keep = arguments.keep_sensitive or program.name is not None
    redactor = Redactor(tuple(arguments.redact), keep)
    recording = Recording(Path(arguments.out), program.title, redactor, program.name, plan.path, plan.kept)
    reverse = arguments.proxy == "reverse"
    addons = [Route(arguments.upstream, everything=reverse),
              Capture(recording.add, reverse, not arguments.upstream_ca, hold=plan.kept is not None)]
    playback = None
    if plan.kept is not None:
        playback = Playback(plan.kept, Redactor(tuple(arguments.redact), keep), plan.records)
        redactor.vault.keep(plan.kept.account, len(plan.kept.interactions))
        addons.append(playback)
    first = arguments.upstream[0] if reverse else None
    try:
        with Proxy(addons, first and f"{first.scheme}://{first.host}:{first.port}", arguments.upstream_ca) as proxy:
            extra = (environment.reverse(proxy.address) if reverse
                     else environment.forward(proxy.address, proxy.certificate))
            code = run_child(program.command, {**callers(plan, arguments), **extra})
    finally:
        path = recording.close()
    tell(recording, playback, path)
    return code or (1 if playback and playback.refused else 0)


def callers(plan: Plan, arguments: argparse.Namespace) -> dict[str, str]:
    """The environment with who calls: nobody's key for an emulator, and where everything is played and none is set."""
    if arguments.emulator:
        return {**os.environ, **environment.CALLER, **plan.suffix}
    return {**({} if plan.records else environment.CALLER), **os.environ, **plan.suffix}


def tell(recording: Recording, playback: Playback | None, path: Path | None) -> None:
    """What was recorded, what was played, and what was asked for in vain, on standard error."""
    lines = []
    if playback is not None:
        lines.append(f"{playback.played} calls played from {recording.file}")
        lines += [f"refused: {each}" for each in playback.refused]
    if path:
        lines.append(f"{recording.summary()}: {path}")
    elif playback is None:
        lines.append("nothing was recorded: the command sent no request to AWS through the proxy")
    print(*lines, sep="\n", file=sys.stderr)


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
