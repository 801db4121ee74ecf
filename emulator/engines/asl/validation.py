"""What is wrong with a definition, in the words of ValidateStateMachineDefinition.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_ValidateStateMachineDefinition.html
"""

import json
from collections.abc import Iterator
from typing import Any

from emulator.engines.asl import expression_checks, fields, schema
from emulator.engines.asl.diagnostics import TRANSITION, Diagnostic, fault, required
from emulator.engines.asl.state_checks import CHECKS, Of, exclusive
from emulator.engines.asl.texts import loads

LONGEST_NAME = 80
NOT_JSON = "INVALID_JSON_DESCRIPTION"


def diagnose(definition: str, kind: str = "STANDARD") -> list[Diagnostic]:
    """The faults of a definition for a machine of a kind, STANDARD or EXPRESS."""
    try:
        document = json.loads(definition)
    except ValueError as error:
        return [fault(_not_json(definition, error), "/", NOT_JSON)]
    if not isinstance(document, dict):
        return [fault("The definition must be a JSON object", "/", NOT_JSON)]
    return list(_Check(document.get("QueryLanguage", "JSONPath")).machine(kind, document, ""))


def _not_json(text: str, error: ValueError) -> str:
    try:
        loads(text)
    except ValueError as worded:
        line = getattr(error, "lineno", 1)
        return f"{worded}\n at [Source: (String)\"{text[:500]}\"; line: {line}, column: {getattr(error, 'colno', 1)}]"
    return str(error)


class _Check:
    """A walk through one definition."""

    def __init__(self, language: str):
        self.language = language
        self.names: set[str] = set()

    def machine(self, kind: str, document: dict[str, Any], location: str) -> Iterator[Diagnostic]:
        """A machine, a branch or a processor, whose executions are of a kind."""
        missing = [name for name in ("States", "StartAt") if name not in document]
        if missing:
            yield fault(f"These fields are required: [{', '.join(missing)}]", location)
        wrong = [fault(*each) for each in schema.faults(document, False, location)]
        if wrong or "States" not in document:
            yield from wrong
            return
        states = document["States"]
        if not states:
            yield fault("Value cannot be empty", f"{location}/States")
        for name, state in states.items():
            yield from self.state(kind, name, state, f"{location}/States/{name}")
        yield from self.transitions(document, states, location)

    def transitions(self, document: dict[str, Any], states: dict[str, Any], location: str) -> Iterator[Diagnostic]:
        """Every target is there, and every state can be reached."""
        start = document.get("StartAt")
        if start is not None and start not in states:
            yield fault(f"Missing 'StartAt' target: {start}", f"{location}/StartAt", TRANSITION)
            return
        reached = {start}
        for name, state in states.items():
            for field, target, place in _targets(state):
                reached.add(target)
                if target not in states:
                    yield fault(
                        f"Missing '{field}' target: {target}", f"{location}/States/{name}/{place}", TRANSITION)
        for name in states:
            if start is not None and name not in reached:
                yield fault(f"State \"{name}\" is not reachable.", f"{location}/States/{name}", TRANSITION)

    def state(self, kind: str, name: str, state: Any, location: str) -> Iterator[Diagnostic]:
        if not isinstance(state, dict):
            yield fault("Expected value of type Object", location)
            return
        if len(name) > LONGEST_NAME:
            yield fault(f"State name exceeds the limit of {LONGEST_NAME} characters", location)
        if name in self.names:
            yield fault(f"Duplicate State name: {name}", location, "DUPLICATE_STATE_NAME")
        self.names.add(name)
        language = state.get("QueryLanguage", self.language)
        wrong = [fault(*each) for each in (
            *schema.faults(state, language == "JSONata", location), *_typed(state, location))]  # fmt: skip
        if wrong:
            yield from wrong
        elif language == "JSONPath" and self.language == "JSONata":
            yield fault("'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine", location)
        else:
            yield from self.content(state, Of(kind, language == "JSONata", self.machine), location)

    def content(self, state: dict[str, Any], of: Of, location: str) -> Iterator[Diagnostic]:
        """A state whose fields are of the right types."""
        allowed = fields.of(state["Type"], of.jsonata)
        yield from (fault("Field is not supported", f"{location}/{name}") for name in state if name not in allowed)
        yield from _ending(state, location)
        yield from exclusive(state, location)
        if state["Type"] in CHECKS:
            yield from CHECKS[state["Type"]](state, of, location)
        yield from _recovery(state, location)
        yield from expression_checks.faults(state, of.jsonata, location)


def _typed(state: dict[str, Any], location: str) -> Iterator[schema.Fault]:
    if "Type" not in state:
        yield "These fields are required: [Type]", location
    elif isinstance(state["Type"], str) and state["Type"] not in fields.TYPES:
        yield schema.one_of("Type", fields.TYPES), f"{location}/Type"


def _ending(state: dict[str, Any], location: str) -> Iterator[Diagnostic]:
    if state["Type"] in ("Succeed", "Fail", "Choice"):
        return
    if "Next" in state and "End" in state:
        yield fault("Exactly one of these fields is required: [Next, End]", location)
    elif "Next" not in state and state.get("End") is not True:
        yield fault("Missing 'Next' or 'End' field: one of [Next, End] is required", location)


def _recovery(state: dict[str, Any], location: str) -> Iterator[Diagnostic]:
    for field in ("Retry", "Catch"):
        given = state.get(field, [])
        for index, each in enumerate(given):
            place = f"{location}/{field}[{index}]"
            yield from required(each, "ErrorEquals", place)
            names = each.get("ErrorEquals")
            if names == []:
                yield fault("Value cannot be empty", f"{place}/ErrorEquals")
            elif "States.ALL" in (names or ()) and (len(names) > 1 or index < len(given) - 1):
                yield fault("'States.ALL' can only appear in the last element alone", f"{place}/ErrorEquals")
            if field == "Catch":
                yield from required(each, "Next", place)


def _targets(state: Any) -> Iterator[tuple[str, str, str]]:
    """Where a state may lead: the field, the target, and where in the state that stands."""
    if not isinstance(state, dict):
        return
    for field in ("Next", "Default"):
        if isinstance(state.get(field), str):
            yield field, state[field], field
    for field in ("Choices", "Catch"):
        given = state.get(field)
        for index, each in enumerate(given if isinstance(given, list) else ()):
            if isinstance(each, dict) and isinstance(each.get("Next"), str):
                yield "Next", each["Next"], f"{field}[{index}]/Next"
