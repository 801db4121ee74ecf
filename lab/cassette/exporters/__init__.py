"""Cassettes to the formats of other tools: one small module a format, ``render(cassette) -> bytes`` and ``SUFFIX``.

What a foreign format has no place for (provenance, decoded values, redactions) is lost; ``lab import`` reads each back.
"""

from importlib import import_module

from lab.cassette.model import Cassette
from lab.errors import LabError

FORMATS = {
    "har": "lab.cassette.exporters.har",
    "vcrpy": "lab.cassette.exporters.vcrpy",
    "ruby-vcr": "lab.cassette.exporters.ruby_vcr",
}


def export(cassette: Cassette, fmt: str) -> bytes:
    """The file's content. Raises LabError for a cassette with steps that were not recorded on the wire."""
    bare = [index for index, step in enumerate(cassette.interactions) if not (step.request and step.response)]
    if bare:
        raise LabError(f"{cassette.id}: step {bare[0]} holds decoded data only; {fmt} needs requests and answers as "
                       "they were on the wire")
    return import_module(FORMATS[fmt]).render(cassette)


def suffix(fmt: str) -> str:
    """What the format's files end with, such as ``.har``."""
    return import_module(FORMATS[fmt]).SUFFIX
