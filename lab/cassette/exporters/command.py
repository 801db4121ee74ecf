"""``lab export``: cassettes to the formats of other tools."""

import argparse
import sys
from pathlib import Path

from lab.cassette.exporters import FORMATS, export, suffix
from lab.cassette.files import read
from lab.errors import LabError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("cassettes", nargs="+", type=Path, metavar="CASSETTE", help="files, or folders of them")
    parser.add_argument("--format", choices=list(FORMATS), default="har", help="default: har")
    parser.add_argument("--out", type=Path, metavar="DIR", help="folder for the files; default: standard output")


def run(args: argparse.Namespace) -> int:
    """0: everything was written; 1: some cassettes could not be (each is named). Raises LabError for no --out."""
    paths = [path for each in args.cassettes for path in (sorted(each.rglob("*.json")) if each.is_dir() else [each])]
    if args.out is None and len(paths) != 1:
        raise LabError(f"{len(paths)} cassettes don't fit on standard output: name a folder with --out")
    left_out = 0
    for path in paths:
        try:
            made = export(read(path), args.format)
        except LabError as error:
            print(f"left out: {error}", file=sys.stderr)
            left_out += 1
            continue
        if args.out is None:
            sys.stdout.buffer.write(made)
            continue
        target = args.out / path.parent.name / (path.stem + suffix(args.format))
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(made)
        print(target)
    return 1 if left_out else 0
