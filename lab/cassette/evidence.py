"""The sets of recorded evidence: where each lies below the evidence folder, how it is read, how far it can be trusted.

The folder is named by the environment variable PARITYLAB_EVIDENCE; its files are imported when they are needed, and
never become part of this repository.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from lab.cassette.importers import Origin, import_file
from lab.cassette.model import Cassette
from lab.errors import LabError

VARIABLE = "PARITYLAB_EVIDENCE"


class Set(NamedTuple):
    """One set: a folder, the files in it, their format, and what is known about all of them."""

    folder: str
    pattern: str
    format: str
    trust: str = "exact"
    missing: tuple[str, ...] = ()
    unsigned: bool = False

    def origin(self, path: Path, folder: Path) -> Origin:
        inner = path.relative_to(folder / self.folder).parent.as_posix()
        name = self.folder.removeprefix("recordings/")
        parts = [name] if inner == "." else [name, *(part for part in inner.split("/") if part not in SHORTENED)]
        return Origin("/".join(parts), self.trust, self.missing, (), self.unsigned)


#: Path segments that every id of a set would repeat.
SHORTENED = frozenset(("testdata", "tests", "fixtures", "cassettes", "vcr_cassettes", "spec", "data", "libs", "aws",
                       "packages", "instrumentation", "python", "js", "blob", "docstore", "pubsub", "runtimevar"))

SETS = (
    Set("aws-snapshots", "*.jsonl*", "snapshots"),
    Set("recordings/go-cloud", "**/*.replay", "httpreplay"),
    Set("recordings/lexicon-route53", "**/*.yaml", "vcrpy"),
    Set("recordings/puppetlabs-aws", "**/*.yml", "ruby-vcr"),
    Set("recordings/manageiq-amazon", "**/*.yml", "ruby-vcr"),
    Set("recordings/cloud-custodian-vcr", "**/*.yaml", "vcrpy", unsigned=True),
    Set("recordings/smithy-rs-connections", "**/*.json", "smithy", "shape", ("edited",)),
    Set("recordings/bedrock/opentelemetry-python-contrib", "**/*.yaml", "vcrpy"),
    Set("recordings/bedrock/dd-trace-py", "**/*.yaml", "vcrpy"),
    Set("recordings/bedrock/openinference", "**/*.yaml", "vcrpy"),
    Set("recordings/bedrock/openinference", "**/*.json", "nock"),
    Set("recordings/bedrock/openinference", "**/*.har", "har"),
    Set("recordings/bedrock/opentelemetry-js-contrib", "**/*.json", "nock"),
    Set("recordings/bedrock/langchain-aws", "**/*.yaml.gz", "vcr-pairs", missing=("headers",)),
)


def folder() -> Path:
    """The evidence folder. Raises LabError when the variable is unset or names no folder."""
    named = os.environ.get(VARIABLE)
    if not named:
        raise LabError(f"there is no evidence to replay: set {VARIABLE} to the folder with the recordings, or name "
                       "cassettes with --cassettes.")
    found = Path(named)
    if not found.is_dir():
        raise LabError(f"{VARIABLE} names {found}, which is no folder.")
    return found


def cassettes(root: Path | None = None, problems: list[str] | None = None) -> Iterator[Cassette]:
    """Every cassette of the evidence, set by set, file by file in order of their names.

    A file that can't be read raises LabError, or is told in ``problems``.
    """
    root = root or folder()
    for each in SETS:
        for path in sorted((root / each.folder).glob(each.pattern)):
            try:
                yield from import_file(path, each.format, each.origin(path, root))
            except LabError as problem:
                if problems is None:
                    raise
                problems.append(str(problem))
