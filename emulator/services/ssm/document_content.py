"""What a document says: reading JSON and YAML, the rules of its schema, its parameters and platforms.

https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-schemas-features.html
"""

import hashlib
import json
import re
from functools import lru_cache
from typing import Any

import yaml

from emulator.kernel.errors import AwsError
from emulator.services.ssm import calendar_content

MAX_SIZE = 64 * 1024  # bytes
# The versions of the schema that a type of document may have.
SCHEMAS = {
    "Command": ("1.2", "2.0", "2.2"), "Policy": ("2.0",), "Session": ("1.0",), "Automation": ("0.3",),
    "Automation.ChangeTemplate": ("0.3",), "Package": ("2.0",),
}  # fmt: skip
SHELL, POWERSHELL = "aws:runShellScript", "aws:runPowerShellScript"
ALL_PLATFORMS = ("Windows", "Linux", "MacOS")


def invalid(message: str) -> AwsError:
    return AwsError("InvalidDocumentContent", message)


@lru_cache(maxsize=256)
def read(content: str, form: str) -> Any:
    """The content as data. Raises InvalidDocumentContent."""
    try:
        found = json.loads(content) if form == "JSON" else yaml.safe_load(content) if form == "YAML" else content
    except (ValueError, yaml.YAMLError, RecursionError):
        raise invalid(f"{form} not well-formed.") from None
    return found


def check(content: str, form: str, kind: str) -> None:
    """Raises MaxDocumentSizeExceeded, InvalidDocumentContent, InvalidDocumentSchemaVersion."""
    if len(content.encode()) > MAX_SIZE:
        raise AwsError("MaxDocumentSizeExceeded", "The size limit of a document is 64 KB.")
    if kind == "ChangeCalendar":
        calendar_content.read(content)
        return
    found = read(content, form)
    if kind not in SCHEMAS:
        return
    if not isinstance(found, dict):
        raise invalid("The document must be a JSON or YAML object.")
    schema = str(found.get("schemaVersion", ""))
    if schema not in SCHEMAS[kind]:
        raise AwsError("InvalidDocumentSchemaVersion",
                       f"Document schema version, {schema or None}, is not supported by {kind} documents.")
    if kind == "Command":
        _check_steps(found, schema)
    elif kind.startswith("Automation") and not found.get("mainSteps"):
        raise invalid("Automation documents must have mainSteps.")
    for name, parameter in (found.get("parameters") or {}).items():
        if not isinstance(parameter, dict) or not parameter.get("type"):
            raise invalid(f"Parameter {name} has no type.")


def _check_steps(found: dict, schema: str) -> None:
    if schema == "1.2":
        if not isinstance(found.get("runtimeConfig"), dict) or not found["runtimeConfig"]:
            raise invalid("Documents of schema version 1.2 must have a runtimeConfig.")
        return
    steps = found.get("mainSteps")
    if not isinstance(steps, list) or not steps:
        raise invalid(f"Documents of schema version {schema} must have mainSteps.")
    names = [step.get("name") if isinstance(step, dict) else None for step in steps]
    if any(not name for name in names) or any(not step.get("action") for step in steps):
        raise invalid("Every step must have a name and an action.")
    if len(set(names)) != len(names):
        raise invalid("The names of steps must be unique.")


def plugins(found: Any) -> list[tuple[str, str, dict, dict]]:
    """The steps of a Command document: (name, action, inputs, the whole step)."""
    if not isinstance(found, dict):
        return []
    steps = [(step["name"], step["action"], step.get("inputs") or {}, step) for step in found.get("mainSteps") or ()]
    for action, plugin in (found.get("runtimeConfig") or {}).items():
        for number, inputs in enumerate(plugin.get("properties") or [{}]):
            steps.append((inputs.get("id") or f"{number}.{action}", action, inputs, {}))
    return steps


def platforms(found: Any) -> list[str]:
    actions = {action for _, action, _, _ in plugins(found)}
    if actions == {SHELL}:
        return ["Linux", "MacOS"]
    if actions == {POWERSHELL} and str(found.get("schemaVersion")) == "1.2":
        return ["Windows"]
    return list(ALL_PLATFORMS)


def parameters(found: Any) -> list[dict]:
    """``DocumentParameter`` structures."""
    declared = found.get("parameters") if isinstance(found, dict) else None
    return [
        {
            "Name": name, "Type": "StringList" if each.get("type") in ("StringList", "List") else "String",
            "Description": each.get("description"), "DefaultValue": _default(each.get("default")),
        }
        for name, each in (declared or {}).items()
    ]  # fmt: skip


def _default(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else json.dumps(value)


def digest(content: str, name: str = "sha256") -> str:
    return hashlib.new(name, content.encode(), usedforsecurity=False).hexdigest()


def converted(content: str, form: str, wanted: str) -> str:
    """The content in another format."""
    if form == wanted or "TEXT" in (form, wanted):
        return content
    found = read(content, form)
    return json.dumps(found, indent=2) if wanted == "JSON" else yaml.safe_dump(found, sort_keys=False)


REFERENCE = re.compile(r"\{\{\s*([\w.:-]+)\s*\}\}")


def resolved(value: Any, given: dict[str, Any]) -> Any:
    """A step's input with ``{{ parameter }}`` filled in; a text that is one reference alone becomes its value."""
    if isinstance(value, dict):
        return {name: resolved(each, given) for name, each in value.items()}
    if isinstance(value, list):
        return [resolved(each, given) for each in value]
    if not isinstance(value, str):
        return value
    whole = REFERENCE.fullmatch(value.strip())
    if whole and whole[1] in given:
        return given[whole[1]]

    def text(match: re.Match) -> str:
        if match[1] not in given:
            return match[0]
        found = given[match[1]]
        return found if isinstance(found, str) else " ".join(found) if isinstance(found, list) else json.dumps(found)

    return REFERENCE.sub(text, value)
