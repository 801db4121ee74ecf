"""``lab manifest``: list the operations with their planes, keep a pin of the models, and compare two pins."""

import argparse
import json
from collections import Counter
from pathlib import Path

from lab.errors import LabError

PIN = Path("conformance/manifest/pin.json")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    show = actions.add_parser("show", help="every operation with protocol, verb, plane and the plane's reason")
    show.add_argument("--service", action="append", metavar="NAME")
    keep = actions.add_parser("pin", help="write the pin of the installed models")
    keep.add_argument("--out", type=Path, default=PIN, metavar="FILE", help=f"default: {PIN}")
    changes = actions.add_parser("diff", help="what changed from one pin to another; exit code 1 when something did")
    changes.add_argument("old", nargs="?", type=Path, default=PIN, help=f"a pin (default: {PIN})")
    changes.add_argument("new", nargs="?", type=Path, help="a pin (default: the installed models)")
    for command in (show, changes):
        command.add_argument("--json", action="store_true", help="print JSON")


def read(path: Path) -> dict:
    try:
        return json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise LabError(f"{path} can't be read as a pin ({error}). Write one with `lab manifest pin`.") from None


def run(args: argparse.Namespace) -> int:
    from conformance.manifest import pins

    if args.action == "pin":
        pins.write(pins.pin(), args.out)
        print(f"{args.out}: {len(read(args.out)['operations'])} operations")
        return 0
    if args.action == "show":
        return show(pins.pin(args.service), args.json)
    changes = pins.diff(read(args.old), read(args.new) if args.new else pins.pin())
    if args.json:
        print(json.dumps([change._asdict() for change in changes], indent=2))
        return int(bool(changes))
    for change in changes:
        parts = "; ".join(f"{part} {old} → {new}" for part, (old, new) in change.parts.items())
        print(f"{change.kind:8} {change.operation}" + (f": {parts}" if parts else ""))
    kinds = Counter(change.kind for change in changes)
    print(", ".join(f"{kinds[kind]} {kind}" for kind in ("added", "removed", "changed")))
    return int(bool(changes))


def show(pinned: dict, as_json: bool) -> int:
    rows = pinned["operations"]
    if as_json:
        print(json.dumps(rows, indent=2))
        return 0
    for name, row in rows.items():
        print(f"{name}: {row['protocol']} {row['verb']} {row['uri']}, {row['plane']} plane: {row['reason']}")
    planes = Counter(row["plane"] for row in rows.values())
    print(f"{len(rows)} operations of botocore {pinned['botocore']}: "
          f"{planes['control']} control, {planes['data']} data")
    return 0
