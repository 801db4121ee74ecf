"""A live answer, laid beside the recorded one: what may differ is made the same and its normalizer noted.

What comes out is compared leaf by leaf; so everything that no rule here explains stays a difference.
"""

import base64
import hashlib
import json
import operator
from datetime import UTC, datetime
from typing import Any

from lab.differ.normalizers import (
    ETAGS,
    OPAQUE_ETAGS,
    is_moment,
    is_timestamp,
    is_unordered,
    kind_of_made,
    kind_of_mask,
    same_arn,
    same_shard,
)
from lab.differ.templates import Mismatch, Placeholders
from lab.replayer.bindings import Bindings, Conflict
from lab.report.result import Difference

PYTHON_TYPES = {"string": (str, bytes), "number": (int, float), "boolean": (bool,), "map": (dict,), "list": (list,)}


#: Strings that stand for no value: they are never taken for an id.
NOTHING = ("", "null")

#: What names a place to read on from: two of them may be the same place.
OPAQUE = ("Token", "Marker", "ShardIterator")


def plain(value: Any) -> Any:
    """A live leaf as the recordings show it: bytes as text, times in ISO 8601."""
    if isinstance(value, bytes | bytearray):
        try:
            return value.decode()
        except UnicodeDecodeError:
            return value.hex()
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value


def parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def unsecured(text: str) -> str:
    """A text whose URLs don't tell whether the endpoint under test was reached over TLS."""
    return text.replace("https://", "http://")


class Aligner:
    """One comparison. ``chosen``: the text of all requests so far; what stands in it the caller chose.

    ``findings`` holds what is wrong beyond single leaves: a broken bijection of bindings. ``derived``: recorded digests
    of what may differ, with the live ones that were found right.
    """

    def __init__(self, bindings: Bindings, placeholders: Placeholders, chosen: str, ignore: list[str] | None = None):
        self.bindings = bindings
        self.placeholders = placeholders
        self.chosen = chosen
        self.ignore = frozenset(ignore or ())
        self.normalizers: set[str] = set()
        self.opaque: set[str] = set()
        self.derived: dict[str, str] = {}
        self.findings: list[Difference] = []

    def align(self, expected: Any, live: Any, shape=None, path: str = "") -> Any:
        """``live`` with everything made like ``expected`` that a rule allows; ``shape`` is botocore's, when known."""
        blob, live = live, plain(live)
        if isinstance(expected, dict):
            if "$any" in expected:
                return self._any(expected, live, path)
            if "$template" in expected:
                return self._template(expected, live, path)
            if "$each" in expected:
                return self._each(expected, live, path)
            if "$unordered" in expected:
                return self._unordered(expected, live, path)
            if "$b64" in expected:
                return self._blob(base64.b64decode(expected["$b64"]), blob, shape, path)
            return self._mapping(expected, live, shape, path)
        if isinstance(expected, list):
            return self._list(expected, live, shape, path)
        if isinstance(expected, bytes):
            return self._blob(expected, blob, shape, path)
        return self._leaf(plain(expected), live, shape, path)

    # Structures, maps and lists

    def _mapping(self, expected: dict, live: Any, shape, path: str) -> Any:
        if isinstance(live, str) and isinstance(parsed(live), dict):
            live = parsed(live)
        if not isinstance(live, dict):
            return live
        made, taken = {}, set()
        if any(expected.get(name) in values for name, values in OPAQUE_ETAGS.items()):
            self.opaque.update(f"{path}.{name}".lstrip(".") for name in ETAGS)
        for name, value in expected.items():
            key = self._key(name, live, taken)
            if key is not None:
                taken.add(key)
                made[name] = self.align(value, live[key], _member(shape, name), f"{path}.{name}".lstrip("."))
        self._derive(expected, live, made)
        for name, value in live.items():
            if name not in taken and f"{path}.{name}".lstrip(".") not in self.ignore:
                made[name] = plain(value)
        return made

    def _derive(self, expected: dict, live: dict, made: dict) -> None:
        """A digest beside a body that may differ has to be right for the live body."""
        body = live.get("Body")
        if "MD5OfBody" in expected and isinstance(body, str) and body != expected.get("Body") \
                and made.get("Body") == expected.get("Body") \
                and hashlib.md5(body.encode()).hexdigest() == live.get("MD5OfBody"):
            self.normalizers.add("bound-value")
            if isinstance(expected["MD5OfBody"], str):
                self.derived[expected["MD5OfBody"]] = live["MD5OfBody"]
            made["MD5OfBody"] = expected["MD5OfBody"]

    def _key(self, name: str, live: dict, taken: set) -> str | None:
        """The live key that stands for an expected one: the same, the bound one, or the one that a template fits."""
        if name in live:
            return name
        bound = self.bindings.text(name)
        if bound in live:
            self.normalizers.add("bound-value")
            return bound
        if "<" in name:
            for key in live:
                if key not in taken and self._fits(name, key):
                    return key
        return None

    def _fits(self, template: str, live: str) -> bool:
        try:
            return self.placeholders.match(template, live)
        except Mismatch:
            return False

    def _list(self, expected: list, live: Any, shape, path: str) -> Any:
        if isinstance(live, str) and isinstance(parsed(live), list):
            live = parsed(live)
        if not isinstance(live, list):
            return live
        element = getattr(shape, "member", None) if getattr(shape, "type_name", "") == "list" else None
        live = self._reordered(expected, live, path)
        made = [self.align(value, live[index], element, f"{path}.{index}")
                for index, value in enumerate(expected[:len(live)])]
        self.placeholders.loose = False
        return made + [plain(each) for each in live[len(expected):]]

    def _reordered(self, expected: list, live: list, path: str) -> list:
        """A live list in the order of the recorded one, where AWS promises none and every element has its like."""
        if not is_unordered(path) or len(expected) != len(live):
            return live
        for loose in (False, True):  # AWS numbered the placeholders in its own order: then only the kinds can be told
            order = self._matching(expected, live, path, loose)
            if order is not None:
                break
        if order is None or all(map(operator.is_, order, live)):
            return live
        self.normalizers.add("unordered-list")
        self.placeholders.loose = loose
        return order

    def _matching(self, expected: list, live: list, path: str, loose: bool = False) -> list | None:
        """The live elements in the order of the expected ones that they fit; None when one fits none."""
        rest, found = list(live), []
        for value in expected:
            each = next((each for each in rest if self._like(value, each, path, loose)), None)
            if each is None:
                return None
            rest = [other for other in rest if other is not each]
            found.append(each)
        return found

    def _like(self, expected: Any, live: Any, path: str, loose: bool) -> bool:
        """Whether one fits the other, without taking anything up."""
        ahead = self.bindings.copy()
        places = self.placeholders.copy(ahead)
        places.loose = loose
        probe = Aligner(ahead, places, self.chosen, list(self.ignore))
        return probe.align(expected, live, None, path) == expected and not probe.findings

    def _unordered(self, expected: dict, live: Any, path: str) -> Any:
        """Each expected element takes the first live one that fits it."""
        if not isinstance(live, list):
            return live
        wanted = expected["$unordered"]
        order = self._matching(wanted, live, path) if len(wanted) == len(live) else None
        if order is None:
            return live
        self.normalizers.add("unordered-list")
        return {"$unordered": [self.align(value, each, None, path) for value, each in zip(wanted, order)]}

    def _each(self, expected: dict, live: Any, path: str) -> Any:
        """A list of any length whose elements all fit one template."""
        if not isinstance(live, list):
            return live
        made = [self.align(expected["$each"], each, None, f"{path}.{index}") for index, each in enumerate(live)]
        return next(({"$each": each} for each in made if each != expected["$each"]), expected)

    # Leaves

    def _any(self, expected: dict, live: Any, path: str) -> Any:
        kind = expected.get("type")
        fits = is_moment(live) if kind == "timestamp" else isinstance(live, PYTHON_TYPES.get(kind, object))
        if kind is None or (kind == "number" and isinstance(live, bool)):
            fits = kind is None
        if not fits and isinstance(live, str) and kind in ("map", "list", "number", "boolean"):
            # a JSON text that the recording shows as what it says
            fits = isinstance(parsed(live), PYTHON_TYPES[kind])
        if not fits and str(expected["$any"]).endswith(("date", "time")):
            fits = is_moment(live) or isinstance(live, int | float)  # a moment may be told as text or as a number
        if fits:
            self.normalizers.add(kind_of_mask(expected["$any"], kind))
            return expected
        return live

    def _template(self, expected: dict, live: Any, path: str) -> Any:
        text = expected["$template"]
        if not isinstance(live, str):
            return live
        try:
            if not self.placeholders.match(text, live):
                return live
        except Mismatch as problem:
            self.findings.append(Difference(path, "binding", self.placeholders.fill(text), f"{live} ({problem})"))
            return expected
        self.normalizers.add("arn" if text.startswith("arn:") else kind_of_mask(text, None)
                             if text.startswith("<") and text.endswith(">") else "bound-value")
        return expected

    def _leaf(self, expected: Any, live: Any, shape, path: str) -> Any:
        if expected == live and type(expected) is type(live):
            if isinstance(live, str) and kind_of_made(path) == "id" and live not in NOTHING and live not in self.chosen:
                self._pair(expected, live, path)  # the same value by chance: from now on it is this one
            return live
        name = path.rpartition(".")[2]
        if is_timestamp(name, getattr(shape, "type_name", None), expected, live):
            self.normalizers.add("timestamp")
            return expected
        if isinstance(expected, bool | int | float) and isinstance(live, str):
            return parsed(live)  # a JSON text that the recording shows as what it says
        if not isinstance(expected, str) or not isinstance(live, str):
            return live
        if unsecured(self.bindings.text(expected)) == unsecured(live):
            self.normalizers.add("bound-value")
            return expected
        made = None
        if expected not in NOTHING and live not in NOTHING:
            made = "id" if path in self.opaque else kind_of_made(path)
        if made is None and same_arn(expected, live):
            made = "arn"
        if made is None and same_shard(expected, live):
            made = "id"
        if made is not None and expected not in self.chosen:
            return self._bind(made, expected, live, path)
        return self._nested(expected, live, path)

    def _blob(self, expected: bytes, live: Any, shape, path: str) -> str:
        """Bytes; those that AWS made are bound as they stand in JSON bodies, too."""
        ours = plain(expected)
        made = self._leaf(ours, plain(live), shape, path)
        if made == ours and isinstance(live, bytes) and kind_of_made(path) == "token":
            self._pair(base64.b64encode(expected).decode(), base64.b64encode(live).decode(), path)
        return made

    def _bind(self, kind: str, expected: str, live: str, path: str) -> str:
        self.normalizers.add(kind)
        if kind != "request-id" and not path.startswith("Error."):  # an error only repeats what was sent
            self._pair(expected, live, path, kind == "token" and path.endswith(OPAQUE))
        return expected

    def _pair(self, expected: str, live: str, path: str, opaque: bool = False) -> None:
        try:  # without the quotes of an ETag: some answers leave them out
            self.bindings.bind(expected.strip('"'), live.strip('"'), opaque)
        except Conflict as problem:
            self.findings.append(Difference(path, "binding", self.bindings.text(expected), f"{live} ({problem})"))

    def _nested(self, expected: str, live: str, path: str) -> str:
        """Two JSON objects as text, equal but for what may differ inside."""
        ours, theirs = (parsed(each) if each[:1] == "{" else None for each in (expected, live))
        if isinstance(ours, dict) and isinstance(theirs, dict) and self.align(ours, theirs, None, path) == ours:
            return expected
        return live


def _member(shape, name: str):
    """The shape of a structure's member or a map's value; None where the model does not say."""
    if shape is None:
        return None
    if shape.type_name == "structure":
        return shape.members.get(name)
    return shape.value if shape.type_name == "map" else None
