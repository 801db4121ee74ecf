"""``lab drift OLD NEW``: what AWS changed between two recordings of a scenario."""

import argparse
import sys
from pathlib import Path

from lab.cassette.files import read
from lab.errors import LabError
from lab.replayer.command import add_report_arguments, report


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("old", type=Path, metavar="OLD", help="a cassette, or a folder of them")
    parser.add_argument("new", type=Path, metavar="NEW", help="the same scenarios, recorded later")
    parser.add_argument("--strict", action="store_true", help="compare status, headers and bytes on the wire, too")
    add_report_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """0: nothing changed; 1: something did. Raises LabError for what is no cassette, or no pair of them."""
    from lab.evolution.drift import drift, found_below

    old, new = found_below(args.old), found_below(args.new)
    both = old.keys() & new.keys()
    if not both:
        raise LabError(f"{args.old} and {args.new} have no cassette of one name: name two recordings of one scenario")
    for name in sorted(old.keys() ^ new.keys()):
        print(f"only in {args.old if name in old else args.new}: {name}", file=sys.stderr)
    names = sorted(both)
    return report(drift([read(old[name]) for name in names], [read(new[name]) for name in names], args.strict), args)
