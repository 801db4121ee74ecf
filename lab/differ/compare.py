"""Recorded against live: align, then take every remaining difference, named by place and kind."""

from typing import Any, NamedTuple

from deepdiff import DeepDiff

from lab.cassette.values import to_python
from lab.differ.align import Aligner, plain
from lab.report.result import Difference

#: Paths whose difference has a kind of its own.
KINDS = {"Error.Code": "code", "Error.Message": "message", "ResponseMetadata.HTTPStatusCode": "status"}

#: How deepdiff calls a finding, and how a row does.
CHANGES = {
    "values_changed": "value", "type_changes": "type",
    "dictionary_item_removed": "missing", "iterable_item_removed": "missing",
    "dictionary_item_added": "unexpected", "iterable_item_added": "unexpected",
}


class Comparison(NamedTuple):
    """What differs, which normalizers were needed, and both trees as compared."""

    differences: list[Difference]
    normalizers: list[str]
    expected: Any
    got: Any

    @property
    def verdict(self) -> str:
        return "different" if self.differences else "equivalent" if self.normalizers else "equal"


def compare(expected: Any, live: Any, aligner: Aligner, shape=None) -> Comparison:
    """Compare decoded answers. Raises nothing: what can't be compared is a difference of type."""
    aligned = aligner.align(expected, live, shape)
    ours = tidy(expected)
    differences = [*diff(ours, tidy(aligned)), *aligner.findings]
    return Comparison(differences, sorted(aligner.normalizers), ours, live)


def tidy(value: Any) -> Any:
    """Both sides in the same dress: bytes as text, times in ISO 8601."""
    match value:
        case {"$b64": str()}:
            return plain(to_python(value))
        case dict():
            return {key: tidy(each) for key, each in value.items()}
        case list():
            return [tidy(each) for each in value]
        case _:
            return plain(value)


def diff(expected: Any, got: Any) -> list[Difference]:
    """The differences between two trees, in the order of their places."""
    if expected == got:
        return []
    tree = DeepDiff(expected, got, view="tree", verbose_level=2, threshold_to_diff_deeper=0, ignore_order=False)
    found = []
    for change, kind in CHANGES.items():
        for level in tree.get(change, ()):
            path = dotted(level.path(output_format="list"))
            ours = None if kind == "unexpected" else shown(level.t1)
            theirs = None if kind == "missing" else level.t2
            found.append(Difference(path, KINDS.get(path, kind) if kind == "value" else kind, ours, theirs))
    return sorted(found, key=lambda each: (each.path, each.kind))


def dotted(parts: list) -> str:
    """``["Messages", 0, "Body"]`` as ``Messages[0].Body``; a place in every element as ``Messages[].Body``."""
    text = ""
    for part in parts:
        if part == "$each":
            text += "[]"
        else:
            text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text


def shown(value: Any) -> Any:
    """A template's leaf as people read it."""
    if isinstance(value, dict) and "$template" in value:
        return value["$template"]
    if isinstance(value, dict) and "$any" in value:
        return f"<any {value['$any']}>"
    return value


def shape_only(value: Any) -> Any:
    """The template of a recording whose values can't be trusted: members and types count, codes stay exact."""
    match value:
        case dict():
            return {key: each if key in ("ResponseMetadata", "Code") else shape_only(each)
                    for key, each in value.items()}
        case list():
            return {"$each": shape_only(value[0])} if value else []
        case bool():
            return {"$any": "value", "type": "boolean"}
        case int() | float():
            return {"$any": "value", "type": "number"}
        case str() | bytes():
            return {"$any": "value", "type": "string"}
        case _:
            return {"$any": "value", "type": "timestamp" if value is not None else None}
