"""Recordings of other tools to cassettes: one small module a format, found by name or by the look of the file."""

from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from lab.cassette.importers.assemble import assemble
from lab.cassette.model import Cassette
from lab.errors import LabError

#: Format to its module, the more particular ones first: ``matches(path, head) -> bool`` and either
#: ``read(path) -> [Recording]`` (HTTP exchanges) or ``cassettes(path, origin) -> [Cassette]``.
FORMATS = {
    "paritylab": "lab.cassette.importers.own",
    "botocore-examples": "lab.cassette.importers.botocore_examples",
    "placebo": "lab.cassette.importers.placebo",
    "snapshots": "lab.cassette.importers.snapshots",
    "httpreplay": "lab.cassette.importers.httpreplay",
    "vcr-pairs": "lab.cassette.importers.vcr_pairs",
    "har": "lab.cassette.importers.har",
    "nock": "lab.cassette.importers.nock",
    "smithy": "lab.cassette.importers.smithy",
    "ruby-vcr": "lab.cassette.importers.ruby_vcr",
    "vcrpy": "lab.cassette.importers.vcrpy",
    "mitmproxy": "lab.cassette.importers.mitmproxy",
}


class Origin(NamedTuple):
    """What is known about a file from outside: the prefix of its ids, how far it can be trusted, what it lacks, and
    whether requests without a signature were sent so."""

    prefix: str = "import"
    trust: str = "exact"
    missing: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    unsigned: bool = False


def detect(path: Path) -> str:
    """The format of a file. Raises LabError when none fits."""
    if path.is_dir():
        return "placebo"
    with path.open("rb") as file:
        head = file.read(4096)
    for name, module in FORMATS.items():
        if import_module(module).matches(path, head):
            return name
    raise LabError(f"{path}: no known recording. Name its format with --format: {', '.join(FORMATS)}.")


def import_file(path: Path, fmt: str = "auto", origin: Origin = Origin()) -> list[Cassette]:  # noqa: B008
    """The cassettes of one file. Raises LabError that names the file when it can't be read as ``fmt``."""
    fmt = detect(path) if fmt == "auto" else fmt
    if fmt not in FORMATS:
        raise LabError(f"unknown format {fmt!r}: choose one of {', '.join(FORMATS)}")
    module = import_module(FORMATS[fmt])
    try:
        if hasattr(module, "cassettes"):
            return module.cassettes(path, origin)
        made = [assemble(recording, origin) for recording in module.read(path)]
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise LabError(f"{path}: not readable as {fmt}: {type(error).__name__}: {error}") from error
    return [each for each in made if each is not None]
