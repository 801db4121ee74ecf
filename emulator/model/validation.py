"""Checks decoded input against the constraints of the model and says what is wrong in AWS's words.

``validator(shape)`` compiles a check that costs little where all is well; ``describe`` makes the message of
``ValidationException`` and its kin. https://smithy.io/2.0/spec/constraint-traits.html

Metadata (patches): ``validationHidesValues`` for services that never show the value, ``validationBodyPrefix`` for
those that put the operation's input before the path of members of the body.
"""

import re
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache

from emulator.model.shapes import Shape

NOT_NULL = "Member must not be null"
UNSUPPORTED: set[str] = set()


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken constraint. ``path`` is AWS's (``tags.1.member.key``), ``value`` the shown value or None for hidden.

    ``kind`` is required, length, range, pattern, enum or element (of a list or map); ``text`` what must hold.
    """

    path: str
    kind: str
    value: str | None
    text: str

    def under(self, name: str) -> "Violation":
        return replace(self, path=f"{name}.{self.path}" if self.path else name)

    def __str__(self) -> str:
        shown = {None: "", "null": " null"}.get(self.value, f" '{self.value}'")
        return f"Value{shown} at '{self.path}' failed to satisfy constraint: {self.text}"


Check = Callable[[object], "list[Violation] | tuple[()]"]


def describe(violations: list[Violation]) -> str:
    """The message for some violations: ``2 validation errors detected: Value … at …; Value … at …``."""
    plural = "" if len(violations) == 1 else "s"
    return f"{len(violations)} validation error{plural} detected: " + "; ".join(map(str, violations))


@cache
def validator(shape: Shape) -> Check:
    """The compiled check of an input shape: from a decoded input to its violations in the model's order."""
    return Validator(shape.service.metadata).of(shape) or (lambda value: ())


def unsupported_patterns() -> list[str]:
    """Patterns met so far that can't be compiled here, so that they are not checked."""
    return sorted(UNSUPPORTED)


class Validator:
    """Compiles checks for the shapes of one service."""

    def __init__(self, metadata: dict):
        self.hides = bool(metadata.get("validationHidesValues"))
        self.prefixes = bool(metadata.get("validationBodyPrefix"))
        self._structures: dict[str, Check] = {}

    def of(self, shape: Shape, top: bool = True) -> Check | None:
        """The check of a shape; None when nothing that it can hold is constrained."""
        if not constrained(shape):
            return None
        if shape.type == "structure":
            return self.structure(shape, top)
        if shape.type == "list":
            return self.list(shape)
        if shape.type == "map":
            return self.map(shape)
        return self.scalar(shape)

    def violation(self, shape: Shape, value, kind: str, text: str) -> Violation:
        hidden = self.hides or shape.get("sensitive") or (kind == "element" and _holds_secrets(shape))
        if self.hides and kind == "enum":
            text = text.partition(":")[0]
        return Violation("", kind, None if hidden else shown(value, shape), text)

    def scalar(self, shape: Shape) -> Check:
        rules = scalar_rules(shape)
        fits = scalar_test(shape, rules)

        def check(value):
            if fits(value):
                return ()
            return [self.violation(shape, value, kind, text) for kind, text, holds in rules if not holds(value)]

        return check

    def list(self, shape: Shape) -> Check:
        rules = length_rules(shape)
        whole, each_check = self.elements(shape.member, "Member must satisfy constraint")

        def check(value):
            found = [self.violation(shape, value, kind, text) for kind, text, holds in rules if not holds(value)]
            if whole is not None:
                text, fits = whole
                if not all(map(fits, value)):
                    found.append(self.violation(shape, value, "element", text))
            elif each_check is not None:
                for number, each in enumerate(value, 1):
                    bad = each_check(each) if each is not None else None
                    if bad:
                        found += [one.under(f"{number}.member") for one in bad]
            return found

        return check

    def elements(self, shape: Shape, words: str, null: bool = True) -> tuple:
        """How elements are checked: scalars as a whole (all constraints in one text), others one by one."""
        if shape.type in ("structure", "list", "map"):
            return None, self.of(shape, top=False)
        rules = scalar_rules(shape)
        if not rules:
            return None, None
        texts = [text for _, text, _ in rules] + ([NOT_NULL] if null else [])
        test = scalar_test(shape, rules)
        return (f"{words}: [{', '.join(texts)}]", lambda value: value is not None and test(value)), None

    def map(self, shape: Shape) -> Check:
        rules = length_rules(shape)
        keys, _ = self.elements(shape.key, "Map keys must satisfy constraint", null=False)
        values, value_check = self.elements(shape.value, "Map value must satisfy constraint")
        key_fits, value_fits = keys and keys[1], values and values[1]

        def check(value):
            found = [self.violation(shape, value, kind, text) for kind, text, holds in rules if not holds(value)]
            if keys is not None and not all(map(key_fits, value)):
                found.append(self.violation(shape, value, "element", keys[0]))
            if values is not None and not all(map(value_fits, value.values())):
                found.append(self.violation(shape, value, "element", values[0]))
            if value_check is not None:
                for key, each in value.items():
                    bad = value_check(each) if each is not None else None
                    if bad:
                        found += [one.under(f"{key}.member") for one in bad]
            return found

        return check

    def structure(self, shape: Shape, top: bool) -> Check:
        known = self._structures.get(shape.name)
        if known is not None:
            return known
        table: dict[str, Check | None] = {}
        required = shape.required
        prefix = lower(re.sub("Request$", "", shape.name) + "Input") if top and self.prefixes else None
        # Where the body has a name of its own, it is checked before the members outside it.
        order = {name: (bool(prefix and member.get("location")), number)
                 for number, (name, member) in enumerate(shape.members.items())}

        def path(name: str) -> str:
            member = shape.members[name]
            inner = lower(name)
            return f"{prefix}.{inner}" if prefix and not member.get("location") else inner

        def check(value):
            if not table:
                checks = {name: self.of(member, top=False) for name, member in shape.members.items()}
                table.update({name: each for name, each in checks.items() if each is not None} or {"": None})
            found = None
            for name in required:
                if value.get(name) is None:
                    found = found or []
                    found.append((order[name], [Violation(path(name), "required", "null", NOT_NULL)]))
            for name, each in value.items():
                member = table.get(name)
                if member is not None and each is not None:
                    bad = member(each)
                    if bad:
                        found = found or []
                        found.append((order[name], [one.under(path(name)) for one in bad]))
            if found is None:
                return ()
            return [one for _, bad in sorted(found, key=lambda item: item[0]) for one in bad]

        self._structures[shape.name] = check
        return check


def _holds_secrets(shape: Shape) -> bool:
    """Whether the elements of a list or map must not be shown."""
    inner = (shape.member,) if shape.type == "list" else (shape.key, shape.value)
    return any(each.get("sensitive") for each in inner)


def lower(name: str) -> str:
    return name[:1].lower() + name[1:]


@cache
def _constrained(service, name: str) -> bool:
    """Whether a shape, or one that it can hold, has a constraint."""
    seen, todo = set(), [service.shape(name)]
    while todo:
        shape = todo.pop()
        if has_rules(shape):
            return True
        if shape.name in seen:
            continue
        seen.add(shape.name)
        if shape.type == "structure":
            if shape.required:
                return True
            todo += shape.members.values()
        elif shape.type == "list":
            todo.append(shape.member)
        elif shape.type == "map":
            todo += (shape.key, shape.value)
    return False


def has_rules(shape: Shape) -> bool:
    return any(shape.get(trait) is not None for trait in ("min", "max", "pattern")) or bool(shape.enum)


def constrained(shape: Shape) -> bool:
    return has_rules(shape) or _constrained(shape.service, shape.name)


# Rules: (kind, text, function from value to whether it holds)


def length_rules(shape: Shape) -> list[tuple]:
    most, least = shape.get("max"), shape.get("min")
    rules = []
    if most is not None:
        rules.append(("length", f"Member must have length less than or equal to {most}",
                      lambda value: size(value) <= most))
    if least is not None:
        rules.append(("length", f"Member must have length greater than or equal to {least}",
                      lambda value: size(value) >= least))
    return rules


def size(value) -> int:
    """The length as AWS counts it: of text in UTF-16 units, of a streamed body its size."""
    if value.__class__ is str and not value.isascii():
        return len(value.encode("utf-16-le", "surrogatepass")) // 2
    return len(value) if hasattr(value, "__len__") else getattr(value, "size", 0)


def range_rules(shape: Shape) -> list[tuple]:
    convert = float if shape.type in ("float", "double") else int
    rules = []
    if shape.get("max") is not None:
        most = convert(shape.get("max"))
        rules.append(("range", f"Member must have value less than or equal to {most}",
                      lambda value: value <= most))
    if shape.get("min") is not None:
        least = convert(shape.get("min"))
        rules.append(("range", f"Member must have value greater than or equal to {least}",
                      lambda value: value >= least))
    return rules


def scalar_rules(shape: Shape) -> list[tuple]:
    """The rules of a scalar in the order in which AWS lists them."""
    if shape.type in ("integer", "long", "short", "byte", "float", "double"):
        return range_rules(shape)
    if shape.type not in ("string", "character", "blob"):
        return []
    rules = length_rules(shape)
    pattern = shape.get("pattern")
    if pattern is not None:
        matches = compiled(pattern)
        if matches is not None:
            rules.append(("pattern", f"Member must satisfy regular expression pattern: {pattern}", matches))
    if shape.enum:
        values = frozenset(shape.enum)
        rules.append(("enum", f"Member must satisfy enum value set: [{', '.join(enum_order(shape.enum))}]",
                      values.__contains__))
    return rules


def scalar_test(shape: Shape, rules: list[tuple]) -> Callable[[object], bool]:
    """One function that tells whether a scalar keeps all its rules; written out for text, the common case."""
    if shape.type != "string":
        return lambda value: all([holds(value) for _, _, holds in rules])
    least, most = shape.get("min") or 0, shape.get("max", float("inf"))
    matches = next((holds for kind, _, holds in rules if kind == "pattern"), None)
    values = frozenset(shape.enum)

    def fits(value):
        length = len(value) if value.isascii() else size(value)
        return least <= length <= most and (not values or value in values) and (matches is None or matches(value))

    return fits


def enum_order(values: Sequence[str]) -> list[str]:
    """Enum values in the order of AWS's messages: a hash table of 32 places, the last put into a place first.

    Found from recorded messages, all of which but one it explains.
    """
    return sorted(reversed(values), key=lambda value: java_hash(value) % 32)


def java_hash(text: str) -> int:
    code = 0
    for character in text:
        code = (code * 31 + ord(character)) & 0xFFFFFFFF
    return code


@cache
def compiled(pattern: str) -> Callable[[str], object] | None:
    """A function that is true of a text that matches as a whole; None for what Python can't compile (it is listed).

    A match object is true, None is false.
    """

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Java allows sets that Python warns of
        for compile_ in (_compile, _compile_with_properties):
            try:
                matches = compile_(pattern).fullmatch
            except Exception:  # each library has errors of its own
                continue
            return matches
    UNSUPPORTED.add(pattern)
    return None


def _compile(pattern: str) -> re.Pattern:
    # Java writes the characters beyond the basic plane as surrogate pairs, and named groups without a P.
    pattern = pattern.replace("\\uD800\\uDC00-\\uDBFF\\uDFFF", "\\U00010000-\\U0010FFFF")
    return re.compile(pattern.replace("(?<", "(?P<").replace("(?P<=", "(?<=").replace("(?P<!", "(?<!"), re.ASCII)


def _compile_with_properties(pattern: str):
    """Java's character properties (``\\p{L}``) need a library that knows them; it is loaded when first needed."""
    import regex

    return regex.compile(pattern, regex.VERSION0)


def shown(value, shape: Shape) -> str:
    """A value as Java prints it, which is how AWS's messages show it."""
    if value is None:
        return "null"
    if shape.type == "structure":
        inner = ", ".join(f"{lower(name)}={shown(value.get(name), member)}" for name, member in shape.members.items())
        return f"{shape.name}({inner})"
    if shape.type == "list":
        return f"[{', '.join(shown(each, shape.member) for each in value)}]"
    if shape.type == "map":
        return f"{{{', '.join(f'{key}={shown(each, shape.value)}' for key, each in value.items())}}}"
    if shape.type == "blob":
        return f"java.nio.HeapByteBuffer[pos=0 lim={size(value)} cap={size(value)}]"
    if shape.type == "boolean":
        return "true" if value else "false"
    return str(value)
