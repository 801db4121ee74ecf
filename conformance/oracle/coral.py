"""The sentence in which most services tell what of their model an input breaks.

``1 validation error detected: Value 'a b' at 'name' failed to satisfy constraint: Member must …``, as recorded from AWS
for many services; e.g. https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html names the code alone.
"""

from typing import Any

from conformance.generator.paths import Key
from conformance.generator.variant import Breach
from emulator.model import Operation, Shape
from emulator.model.validation import compiled, enum_order, size

NUMBERS = ("integer", "long", "short", "byte", "float", "double")
NULL = "Member must not be null"


def sentence(operation: Operation, breach: Breach, given: dict, hides: bool = False) -> str | None:
    """The whole message for one broken constraint; None where the words for it are not known."""
    shape, path, element = operation.input, "", None
    for number, step in enumerate(breach.path):
        if type(step) is str:
            shape = shape.members[step]
            path += f".{_lower(step)}" if path else _lower(step)
            continue
        outer, shape = shape, shape.member if type(step) is int else shape.value
        if shape.type in ("structure", "list", "map"):
            path += f".{step + 1}.member" if type(step) is int else f".{step.name}.member"
        elif number == len(breach.path) - 1:
            element = (outer, step)
    if breach.kind == "required":
        return _told([f"Value null at '{path}' failed to satisfy constraint: {NULL}"])
    if element is not None:
        return _element(*element, shape, path, breach, given, hides)
    hidden = hides or shape.get("sensitive")
    if not hidden and _opaque(shape):
        return None
    value = "" if hidden else f" '{_shown(breach.value)}'"
    return _told([f"Value{value} at '{path}' failed to satisfy constraint: {text}"
                  for text, holds in rules(shape, hides) if not holds(breach.value)])


def _opaque(shape: Shape) -> bool:
    """Whether the value is shown in a form that no recording tells: structures within lists."""
    return shape.type in ("list", "map") and (shape.member if shape.type == "list" else shape.value).type not in (
        "string", *NUMBERS)


def _told(sentences: list[str]) -> str | None:
    plural = "" if len(sentences) == 1 else "s"
    return f"{len(sentences)} validation error{plural} detected: {'; '.join(sentences)}" if sentences else None


def _element(outer: Shape, step: Any, shape: Shape, path: str, breach: Breach, given: dict, hides: bool) -> str | None:
    if isinstance(step, Key):
        words, value, last = "Map value", {step.name: breach.value}, [NULL]
        shown = f"{{{step.name}={_shown(breach.value)}}}"
    else:
        words, value, last = "Member", [breach.value], [NULL]
        shown = f"[{_shown(breach.value)}]"
    if len(value) != 1 or (outer.get("min") or 0) > 1 or (hides and shape.enum):
        return None
    texts = ", ".join([text for text, _ in rules(shape, hides)] + last)
    told = "" if hides or outer.get("sensitive") or shape.get("sensitive") else f" '{shown}'"
    return _told([f"Value{told} at '{path}' failed to satisfy constraint: {words} must satisfy constraint: [{texts}]"])


def rules(shape: Shape, hides: bool = False) -> list[tuple]:
    """Text and test of every constraint of a scalar, list or map, in the order in which they are told.

    ``hides``: the service tells neither values nor the set of an enum.
    """
    low, high, found = shape.get("min"), shape.get("max"), []
    if shape.type in NUMBERS:
        convert = float if shape.type in ("float", "double") else int
        if high is not None:
            found.append((f"Member must have value less than or equal to {convert(high)}",
                          lambda value: value <= convert(high)))
        if low is not None:
            found.append((f"Member must have value greater than or equal to {convert(low)}",
                          lambda value: value >= convert(low)))
        return found
    if high is not None:
        found.append((f"Member must have length less than or equal to {high}", lambda value: size(value) <= high))
    if low is not None:
        found.append((f"Member must have length greater than or equal to {low}", lambda value: size(value) >= low))
    pattern = shape.get("pattern")
    if pattern and compiled(pattern):
        found.append((f"Member must satisfy regular expression pattern: {pattern}", compiled(pattern)))
    if shape.enum:
        members = frozenset(shape.enum)
        told = "" if hides else f": [{', '.join(enum_order(shape.enum))}]"
        found.append((f"Member must satisfy enum value set{told}", members.__contains__))
    return found


def _lower(name: str) -> str:
    return name[:1].lower() + name[1:]


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_shown, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}={_shown(each)}' for key, each in value.items())}}}"
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)
