"""What is wrong with a definition, in the words of ValidateStateMachineDefinition.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_ValidateStateMachineDefinition.html
"""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from emulator.engines.asl import choices, expressions, fields, intrinsics, paths, resources

SCHEMA = "SCHEMA_VALIDATION_FAILED"
TRANSITION = "MISSING_TRANSITION_TARGET"
LONGEST_NAME = 80


class Diagnostic(NamedTuple):
    """``location`` is a path in the definition (``/States/A/Next``); ``severity`` ERROR or WARNING."""

    severity: str
    code: str
    message: str
    location: str


def _error(message: str, location: str, code: str = SCHEMA) -> Diagnostic:
    return Diagnostic("ERROR", code, message, location or "/")


def diagnose(definition: str, kind: str = "STANDARD") -> list[Diagnostic]:
    """The faults of a definition for a machine of a kind, STANDARD or EXPRESS."""
    try:
        document = json.loads(definition)
    except ValueError as error:
        return [_error(_not_json(definition, error), "/", "INVALID_JSON_DESCRIPTION")]
    if not isinstance(document, dict):
        return [_error("The definition must be a JSON object", "/", "INVALID_JSON_DESCRIPTION")]
    return list(_Check(kind, document.get("QueryLanguage", "JSONPath")).machine(document, ""))


def _not_json(text: str, error: ValueError) -> str:
    from emulator.engines.asl.texts import loads

    try:
        loads(text)
    except ValueError as worded:
        line = getattr(error, "lineno", 1)
        return f"{worded}\n at [Source: (String)\"{text[:500]}\"; line: {line}, column: {getattr(error, 'colno', 1)}]"
    return str(error)


class _Check:
    """A walk through one definition."""

    def __init__(self, kind: str, language: str):
        self.kind = kind
        self.language = language
        self.names: set[str] = set()

    def machine(self, document: dict[str, Any], location: str) -> Iterator[Diagnostic]:
        """A machine, a branch or a processor."""
        missing = [name for name in ("StartAt", "States") if name not in document]
        if missing:
            yield _error(f"These fields are required: [{', '.join(sorted(missing, reverse=True))}]", location)
        states = document.get("States")
        if "QueryLanguage" in document and document["QueryLanguage"] not in ("JSONPath", "JSONata"):
            yield _one_of("QueryLanguage", ("JSONPath", "JSONata"), f"{location}/QueryLanguage")
            return
        if not isinstance(states, dict):
            if states is not None:
                yield _error("Expected value of type Object", f"{location}/States")
            return
        if not states:
            yield _error("Value cannot be empty", f"{location}/States")
        for name, state in states.items():
            yield from self.state(name, state, f"{location}/States/{name}")
        yield from self.transitions(document, states, location)

    def transitions(self, document: dict[str, Any], states: dict[str, Any], location: str) -> Iterator[Diagnostic]:
        """Every target is there, and every state can be reached."""
        start = document.get("StartAt")
        if start is not None and start not in states:
            yield _error(f"Missing 'StartAt' target: {start}", f"{location}/StartAt", TRANSITION)
            return
        reached = {start}
        for name, state in states.items():
            if not isinstance(state, dict):
                continue
            for field, target, place in _targets(state):
                reached.add(target)
                if target not in states:
                    yield _error(
                        f"Missing '{field}' target: {target}", f"{location}/States/{name}/{place}", TRANSITION)
        for name in states:
            if start is not None and name not in reached:
                yield _error(f"State \"{name}\" is not reachable.", f"{location}/States/{name}", TRANSITION)

    def state(self, name: str, state: Any, location: str) -> Iterator[Diagnostic]:
        if not isinstance(state, dict):
            yield _error("Expected value of type Object", location)
            return
        if len(name) > LONGEST_NAME:
            yield _error(f"State name exceeds the limit of {LONGEST_NAME} characters", location)
        if name in self.names:
            yield _error(f"Duplicate State name: {name}", location, "DUPLICATE_STATE_NAME")
        self.names.add(name)
        kind = state.get("Type")
        if kind is None:
            yield _error("These fields are required: [Type]", location)
            return
        if kind not in fields.TYPES:
            yield _one_of("Type", fields.TYPES, f"{location}/Type")
            return
        language = state.get("QueryLanguage", self.language)
        if language == "JSONPath" and self.language == "JSONata":
            yield _error("'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine", location)
            return
        yield from self.known(state, kind, language == "JSONata", location)
        yield from self.ending(state, kind, location)
        yield from CHECKS.get(kind, lambda *_: ())(self, state, language == "JSONata", location)
        yield from self.recovery(state, location)
        yield from self.expressions(state, language == "JSONata", location)

    def known(self, state: dict[str, Any], kind: str, jsonata: bool, location: str) -> Iterator[Diagnostic]:
        """Fields that this type of state does not have in its query language."""
        allowed = fields.of(kind, jsonata)
        for field in state:
            if field not in allowed:
                yield _error("Field is not supported", f"{location}/{field}")

    def ending(self, state: dict[str, Any], kind: str, location: str) -> Iterator[Diagnostic]:
        if kind in ("Succeed", "Fail", "Choice"):
            return
        if "Next" in state and "End" in state:
            yield _error("Exactly one of these fields is required: [Next, End]", location)
        elif "Next" not in state and state.get("End") is not True:
            yield _error("Missing 'Next' or 'End' field: one of [Next, End] is required", location)

    def recovery(self, state: dict[str, Any], location: str) -> Iterator[Diagnostic]:
        for field in ("Retry", "Catch"):
            given = state.get(field, [])
            for index, each in enumerate(given if isinstance(given, list) else ()):
                place = f"{location}/{field}[{index}]"
                if "ErrorEquals" not in each:
                    yield _error("These fields are required: [ErrorEquals]", place)
                elif not each["ErrorEquals"]:
                    yield _error("Value cannot be empty", f"{place}/ErrorEquals")
                elif "States.ALL" in each["ErrorEquals"] and (
                    len(each["ErrorEquals"]) > 1 or index < len(given) - 1
                ):  # fmt: skip
                    yield _error("'States.ALL' can only appear in the last element alone", f"{place}/ErrorEquals")
                if field == "Catch" and "Next" not in each:
                    yield _error("These fields are required: [Next]", place)

    def expressions(self, state: dict[str, Any], jsonata: bool, location: str) -> Iterator[Diagnostic]:
        """Paths, intrinsic functions and JSONata that can't be read."""
        read = {key: value for key, value in state.items() if key != "Result"}  # a Pass state's is taken as it stands
        for key, value, place in _strings(read, location):
            if jsonata:
                yield from _jsonata(value, place)
            elif key.endswith(".$"):
                yield from _jsonpath(key, value, place, True)
            elif key in fields.PATHS:
                yield from _jsonpath(key, value, place, key in ("ErrorPath", "CausePath"))

    # By type

    def task(self, state: dict[str, Any], jsonata: bool, location: str) -> Iterator[Diagnostic]:
        if "Resource" not in state:
            yield _error("These fields are required: [Resource]", location)
            return
        place = f"{location}/Resource"
        try:
            resource = resources.read(state["Resource"])
        except (ValueError, AttributeError, TypeError):
            yield _error("Value is not a valid resource ARN", place)
            return
        if self.kind == "EXPRESS":
            if resource.kind == "activity":
                yield _error("Express state machine does not support Activity ARN", place)
            elif resource.pattern in (".sync", ".sync:2"):
                yield _error(
                    f"Express state machine does not support '{resource.pattern}' service integration", place)
            elif resource.waits_for_token:
                yield _error(
                    "Express state machine does not support '.waitForTaskToken' service integration ", place)
        given = state.get("Credentials")
        if given is not None and not {"RoleArn", "RoleArn.$"} & set(given):
            yield _error("The field 'RoleArn' is required but was missing", f"{location}/Credentials")
        yield from _exclusive(state, location, ("TimeoutSeconds", "TimeoutSecondsPath"))
        yield from _exclusive(state, location, ("HeartbeatSeconds", "HeartbeatSecondsPath"))

    def wait(self, state: dict[str, Any], jsonata: bool, location: str) -> Iterator[Diagnostic]:
        ways = ("Seconds", "Timestamp") if jsonata else ("Seconds", "SecondsPath", "Timestamp", "TimestampPath")
        if sum(way in state for way in ways) != 1:
            yield _error(f"Exactly one of these fields is required: [{', '.join(ways)}]", location)

    def choice(self, state: dict[str, Any], jsonata: bool, location: str) -> Iterator[Diagnostic]:
        given = state.get("Choices")
        if given is None:
            yield _error("These fields are required: [Choices]", location)
            return
        if not given:
            yield _error("Value cannot be empty", f"{location}/Choices")
        for index, rule in enumerate(given):
            place = f"{location}/Choices[{index}]"
            if "Next" not in rule:
                yield _error("These fields are required: [Next]", place)
            if jsonata:
                if "Condition" not in rule:
                    yield _error("These fields are required: [Condition]", place)
            else:
                yield from _rule(rule, place)

    def fail(self, state: dict[str, Any], jsonata: bool, location: str) -> Iterator[Diagnostic]:
        yield from _exclusive(state, location, ("Error", "ErrorPath"))
        yield from _exclusive(state, location, ("Cause", "CausePath"))

    def parallel(self, state: dict[str, Any], jsonata: bool, location: str) -> Iterator[Diagnostic]:
        branches = state.get("Branches")
        if branches is None:
            yield _error("These fields are required: [Branches]", location)
        elif not branches:
            yield _error("Value cannot be empty", f"{location}/Branches")
        for index, branch in enumerate(branches or ()):
            yield from self.machine(branch, f"{location}/Branches[{index}]")

    def map(self, state: dict[str, Any], jsonata: bool, location: str) -> Iterator[Diagnostic]:
        field = "Iterator" if "Iterator" in state and "ItemProcessor" not in state else "ItemProcessor"
        processor = state.get(field)
        if processor is None:
            yield _error("These fields are required: [ItemProcessor]", location)
            return
        yield from self.machine(processor, f"{location}/{field}")
        label = state.get("Label")
        if label is not None:
            yield from _label(label, f"{location}/Label")


CHECKS = {
    "Task": _Check.task, "Wait": _Check.wait, "Choice": _Check.choice, "Fail": _Check.fail,
    "Parallel": _Check.parallel, "Map": _Check.map,
}  # fmt: skip


def _one_of(field: str, values: tuple[str, ...], location: str) -> Diagnostic:
    return _error(f"The field '{field}' should have one of these values: [{', '.join(values)}]", location)


def _exclusive(state: dict[str, Any], location: str, names: tuple[str, str]) -> Iterator[Diagnostic]:
    if all(name in state for name in names):
        yield _error(f"Only one of these fields is allowed: [{', '.join(names)}]", location)


def _targets(state: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Where a state may lead: the field, the target, and where in the state that stands."""
    for field in ("Next", "Default"):
        if field in state:
            yield field, state[field], field
    for field in ("Choices", "Catch"):
        given = state.get(field, ())
        for index, each in enumerate(given if isinstance(given, list) else ()):
            if isinstance(each, dict) and "Next" in each:
                yield "Next", each["Next"], f"{field}[{index}]/Next"


def _label(label: str, location: str) -> Iterator[Diagnostic]:
    if not label:
        yield _error("Label cannot be empty", location)
    elif len(label) > fields.LONGEST_LABEL:
        yield _error(f"Label cannot exceed {fields.LONGEST_LABEL} characters", location)
    else:
        wrong = fields.NOT_IN_LABELS.search(label)
        if wrong:
            yield _error(f"Label contains invalid character: '{wrong.group()}'", location)


def _rule(rule: dict[str, Any], location: str) -> Iterator[Diagnostic]:
    for join in ("And", "Or"):
        if join in rule:
            for index, each in enumerate(rule[join]):
                yield from _rule(each, f"{location}/{join}[{index}]")
            return
    if "Not" in rule:
        yield from _rule(rule["Not"], f"{location}/Not")
        return
    if "Variable" not in rule:
        yield _error("These fields are required: [Variable]", location)
    if sum(name in choices.OPERATORS for name in rule) != 1:
        yield _error("A choice must have exactly one comparison operator", location)


def _strings(value: Any, location: str, key: str = "") -> Iterator[tuple[str, str, str]]:
    """Every text of a state, with its key and where it stands; states inside it are looked at by themselves."""
    if isinstance(value, dict):
        for name, each in value.items():
            if name not in fields.PARTS:
                yield from _strings(each, f"{location}/{name}", name)
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _strings(each, f"{location}[{index}]", key)
    elif isinstance(value, str) or key.endswith(".$"):
        yield key, value, location


def _jsonata(text: str, location: str) -> Iterator[Diagnostic]:
    source = expressions.source_of(text)
    if source is None:
        return
    try:
        expressions.parse(source)
    except ValueError as error:
        yield _error(f"The JSONata expression is not valid: {error}", location)


def _jsonpath(key: str, text: Any, location: str, functions: bool) -> Iterator[Diagnostic]:
    try:
        if functions and isinstance(text, str) and text.startswith("States."):
            intrinsics.parse(text)
        else:
            paths.parse(text)
    except (ValueError, TypeError):
        wanted = "a valid JSONPath or a valid intrinsic function call" if functions else "a valid JSONPath"
        yield _error(f"The value for the field '{key}' must be {wanted}", location)
