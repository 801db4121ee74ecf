"""The command ``lab``: a table of subcommands; each module is imported only when its command is called."""

import argparse
import sys
from importlib import import_module

from lab.errors import LabError

#: Command to the module with ``add_arguments(parser)`` and ``run(args) -> int``, and the line that the help shows.
COMMANDS = {
    "record": ("lab.recorder.command", "record a program's AWS traffic through a proxy into a cassette"),
    "import": ("lab.cassette.command", "turn recordings of other tools into cassettes"),
    "export": ("lab.cassette.exporters.command", "write cassettes as HAR or VCR files"),
    "replay": ("lab.replayer.command", "drive cassettes at an endpoint and print every step's verdict"),
    "serve": ("lab.server.command", "answer clients from cassettes, offline"),
    "diff": ("lab.differ.command", "replay a service's evidence and report where the endpoint differs from AWS"),
    "drift": ("lab.evolution.drift_command", "compare two recordings of one scenario: what AWS changed"),
    "compare": ("lab.evolution.compare_command", "ask several endpoints the same and show them side by side"),
    "bisect": ("lab.evolution.bisect_command", "shrink a failing cassette to the steps it needs, or find a commit"),
    "query": ("lab.results.command", "ask results and cassettes: filters, counts, history, SQL"),
    "leaks": ("lab.recorder.leaks", "look through cassettes for keys, tokens and signatures"),
    "conformance": ("lab.conformance.command", "try model-driven variants and probes at an endpoint and judge them"),
    "stubs": ("lab.stubs.command", "score servers that fake it, and count the seeded faults that the suite catches"),
    "manifest": ("lab.manifest.command", "list the pinned operations with their planes; compare two pins"),
    "parity": ("lab.matrix.parity", "replay all evidence, keep the results, print the report and rebuild the matrix"),
    "matrix": ("lab.matrix.command", "build the parity matrix from stored results"),
}

EXIT_CODES = """\
exit codes:
  0  everything that was asked for was done, and nothing differs
  1  the report holds a failure: different, unreachable, unsupported, a stale listed difference, or a file that can't
     be read (the rest is done all the same)
  2  the command can't be carried out as given (wrong argument, missing file or evidence, endpoint not reached)
"""


def parser_for(argv: list[str]) -> argparse.ArgumentParser:
    """The parser; only the subcommand that ``argv`` names gets its arguments, so that no other module is imported."""
    parser = argparse.ArgumentParser(prog="lab", description="Record, replay and diff AWS traffic.", epilog=EXIT_CODES,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, (module, sentence) in COMMANDS.items():
        command = commands.add_parser(name, help=sentence, description=sentence[0].upper() + sentence[1:] + ".",
                                      epilog=EXIT_CODES, formatter_class=argparse.RawDescriptionHelpFormatter)
        if argv[:1] == [name]:
            import_module(module).add_arguments(command)
    return parser


def main(argv: list[str] | None = None) -> int:
    argv = sys.argv[1:] if argv is None else argv
    args = parser_for(argv).parse_args(argv)
    try:
        return import_module(COMMANDS[args.command][0]).run(args)
    except LabError as error:
        print(f"lab {args.command}: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
