"""Processors that change a document in place: ``(document, its settings, the event's message)``."""

import re
from collections.abc import Callable
from typing import Any

from emulator.engines.log_transformers import dates
from emulator.engines.log_transformers.documents import MISSING, get, put, remove
from emulator.engines.timed_regex import Expression

REFERENCE = re.compile(r"\$\{([^}]+)\}")


def _put(document: dict, path: str, value: Any, given: dict) -> None:
    if given.get("overwriteIfExists") or get(document, path) is MISSING:
        put(document, path, value)


def add_keys(document: dict, given: dict, message: str) -> None:
    for each in given["entries"]:
        value = REFERENCE.sub(lambda found: _text(get(document, found[1])), each["value"])
        _put(document, each["key"], value, each)


def _text(value: Any) -> str:
    return "" if value is MISSING else str(value)


def copy_value(document: dict, given: dict, message: str) -> None:
    for each in given["entries"]:
        value = message if each["source"] == "@message" else get(document, each["source"])
        if value is not MISSING:
            _put(document, each["target"], value, each)


def move_keys(document: dict, given: dict, message: str) -> None:
    for each in given["entries"]:
        value, target = get(document, each["source"]), each["target"]
        if value is MISSING:
            continue
        path = f"{target}.{each['source'].rpartition('.')[2]}"
        if each.get("overwriteIfExists") or get(document, path) is MISSING:
            remove(document, each["source"])
            put(document, path, value)


def rename_keys(document: dict, given: dict, message: str) -> None:
    for each in given["entries"]:
        value = get(document, each["key"])
        if value is not MISSING and (each.get("overwriteIfExists") or get(document, each["renameTo"]) is MISSING):
            remove(document, each["key"])
            put(document, each["renameTo"], value)


def delete_keys(document: dict, given: dict, message: str) -> None:
    for path in given["withKeys"]:
        remove(document, path)


def list_to_map(document: dict, given: dict, message: str) -> None:
    rows = get(document, given["source"])
    if not isinstance(rows, list):
        return
    out: dict[str, Any] = {}
    for row in rows:
        if not isinstance(row, dict) or given["key"] not in row:
            continue
        key, value = str(row[given["key"]]), row.get(given["valueKey"]) if "valueKey" in given else row
        if not given.get("flatten"):
            out.setdefault(key, []).append(value)
        elif given.get("flattenedElement") == "last" or key not in out:
            out[key] = value
    if given.get("target"):
        put(document, given["target"], out)
    else:
        document.update(out)


def _on_texts(change: Callable[[str], Any]):
    def run(document: dict, given: dict, message: str) -> None:
        for path in given["withKeys"]:
            value = get(document, path)
            if isinstance(value, str):
                put(document, path, change(value))

    return run


def split_string(document: dict, given: dict, message: str) -> None:
    for each in given["entries"]:
        value = get(document, each["source"])
        if isinstance(value, str):
            put(document, each["source"], value.split(each["delimiter"]))


def substitute_string(document: dict, given: dict, message: str) -> None:
    for each in given["entries"]:
        value = get(document, each["source"])
        if isinstance(value, str):
            groups = re.sub(r"\$(\d+|\{\w+\})", lambda found: rf"\g<{found[1].strip('{}')}>", each["to"])
            put(document, each["source"], Expression(each["from"]).sub(groups, value))


def _boolean(value: Any) -> bool:
    if str(value).lower() not in ("true", "false"):
        raise ValueError("no boolean")
    return str(value).lower() == "true"


TYPES: dict[str, Callable[[Any], Any]] = {
    "boolean": _boolean, "integer": lambda value: int(float(value)), "double": float, "string": str,
}  # fmt: skip


def type_converter(document: dict, given: dict, message: str) -> None:
    for each in given["entries"]:
        value = get(document, each["key"])
        if value is not MISSING:
            try:
                put(document, each["key"], TYPES[each["type"]](value))
            except (ValueError, TypeError):
                continue  # what can't be converted stays as it is


def date_time_converter(document: dict, given: dict, message: str) -> None:
    value = get(document, given["source"])
    if value is MISSING:
        return
    for pattern in given["matchPatterns"]:
        moment = dates.read(str(value), pattern, given.get("sourceTimezone", "UTC"))
        if moment is not None:
            text = dates.write(moment, given.get("targetFormat", dates.TARGET), given.get("targetTimezone", "UTC"))
            put(document, given["target"], text)
            return


MUTATORS: dict[str, Callable[[dict, dict, str], None]] = {
    "addKeys": add_keys, "copyValue": copy_value, "moveKeys": move_keys, "renameKeys": rename_keys,
    "deleteKeys": delete_keys, "listToMap": list_to_map, "lowerCaseString": _on_texts(str.lower),
    "upperCaseString": _on_texts(str.upper), "trimString": _on_texts(str.strip), "splitString": split_string,
    "substituteString": substitute_string, "typeConverter": type_converter, "dateTimeConverter": date_time_converter,
}  # fmt: skip
