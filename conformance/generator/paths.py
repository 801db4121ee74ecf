"""Places in nested input: a path is a tuple of member names, list positions (int) and map keys (:class:`Key`)."""

from typing import Any, NamedTuple


class Key(NamedTuple):
    """A step into a map."""

    name: str


def dotted(path: tuple) -> str:
    """``Target.Tags[0].Key`` for people and reports."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        elif isinstance(step, Key):
            text += f"{{{step.name}}}"
        else:
            text += f".{step}" if text else step
    return text


def _raw(step):
    return step.name if isinstance(step, Key) else step


def read(value: Any, path: tuple, default: Any = None) -> Any:
    for step in path:
        try:
            value = value[_raw(step)]
        except (KeyError, IndexError, TypeError):
            return default
    return value


def has(value: Any, path: tuple) -> bool:
    missing = object()
    return read(value, path, missing) is not missing


def replaced(value: Any, path: tuple, new: Any) -> Any:
    """A copy of ``value`` with ``new`` at the path, sharing all else; the way to it must exist."""
    if not path:
        return new
    step = _raw(path[0])
    copy = value.copy()
    if isinstance(copy, list):
        copy[step] = replaced(value[step], path[1:], new)
    else:
        copy[step] = replaced(value.get(step), path[1:], new)
    return copy


def removed(value: Any, path: tuple) -> Any:
    """A copy without what the path names."""
    step = _raw(path[0])
    copy = value.copy()
    if len(path) == 1:
        del copy[step]
    else:
        copy[step] = removed(value[step], path[1:])
    return copy
