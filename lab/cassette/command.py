"""``lab import``: recordings of other tools to cassettes."""

import argparse
import re
from pathlib import Path

from lab.cassette.files import write
from lab.cassette.importers import FORMATS, Origin, import_file, placebo
from lab.errors import LabError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", type=Path, metavar="PATH", help="a recording, or a folder of them")
    parser.add_argument("--format", default="auto", choices=["auto", *FORMATS],
                        help="default: auto, by the file's look")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder for the cassettes")
    parser.add_argument("--trust", choices=["exact", "shape"], default="exact",
                        help="shape: values were edited, only members, types and codes count")


def files(path: Path) -> list[Path]:
    """The recordings at a path; placebo's are folders. Raises LabError when there is nothing."""
    if path.is_dir():
        inside = sorted(each for each in path.rglob("*") if each.is_file() and each.suffix)
        return list(dict.fromkeys(each.parent if placebo.FILE.fullmatch(each.name) else each for each in inside))
    if not path.exists():
        raise LabError(f"{path}: there is no such file. Name a recording or a folder of recordings.")
    return [path]


def file_name(cassette_id: str) -> str:
    return re.sub(r"[^\w.-]+", "_", cassette_id.split("/", 1)[-1])[:150] + ".json"


def run(args: argparse.Namespace) -> int:
    """0: everything became a cassette; 1: some files could not be read (each is named)."""
    written, unread = 0, 0
    for path in files(args.path):
        try:
            made = import_file(path, args.format, Origin(path.stem, args.trust))
        except LabError as error:
            print(f"left out: {error}")
            unread += 1
            continue
        for cassette in made:
            target = args.out / cassette.service / file_name(f"{cassette.id}")
            write(cassette, target)
            print(f"{target}: {len(cassette.interactions)} interactions")
            written += 1
    print(f"{written} cassettes written, {unread} files left out")
    return 1 if unread or not written else 0
