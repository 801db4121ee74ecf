"""What each type of state must have, beyond the types of its fields: ``check(state, of, location)``.

https://states-language.net/spec.html#state-types
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from emulator.engines.asl import choices, fields, resources
from emulator.engines.asl.diagnostics import Diagnostic, fault, required

State = dict[str, Any]


class Of(NamedTuple):
    """What a state belongs to: a machine of a kind (STANDARD or EXPRESS); ``machine`` checks one inside the state."""

    kind: str
    jsonata: bool
    machine: Callable[[str, dict[str, Any], str], Iterator[Diagnostic]]  # (kind, definition, location)


EXCLUSIVE = (
    ("TimeoutSeconds", "TimeoutSecondsPath"), ("HeartbeatSeconds", "HeartbeatSecondsPath"), ("Error", "ErrorPath"),
    ("Cause", "CausePath"), ("MaxConcurrency", "MaxConcurrencyPath"),
    ("ToleratedFailureCount", "ToleratedFailureCountPath"),
    ("ToleratedFailurePercentage", "ToleratedFailurePercentagePath"),
)  # fmt: skip


def exclusive(state: State, location: str) -> Iterator[Diagnostic]:
    """Fields of which a state has one at most."""
    for names in EXCLUSIVE:
        if all(name in state for name in names):
            yield fault(f"Only one of these fields is allowed: [{', '.join(names)}]", location)


def task(state: State, of: Of, location: str) -> Iterator[Diagnostic]:
    yield from required(state, "Resource", location)
    if "Resource" in state:
        yield from _resource(state["Resource"], of.kind, f"{location}/Resource")
    given = state.get("Credentials")
    if given is not None and not {"RoleArn", "RoleArn.$"} & set(given):
        yield fault("The field 'RoleArn' is required but was missing", f"{location}/Credentials")


def _resource(arn: str, kind: str, location: str) -> Iterator[Diagnostic]:
    try:
        resource = resources.read(arn)
    except ValueError:
        yield fault("Value is not a valid resource ARN", location)
        return
    if not resource.recognized:
        yield fault(
            f"The resource provided {arn} is not recognized. The value is not a valid resource ARN, or the resource is"
            " not available in this region.", location)  # fmt: skip
        return
    if kind != "EXPRESS":
        return
    if resource.kind == "activity":
        yield fault("Express state machine does not support Activity ARN", location)
    elif resource.waits_for_job:
        yield fault(f"Express state machine does not support '{resource.pattern}' service integration", location)
    elif resource.waits_for_token:
        yield fault("Express state machine does not support '.waitForTaskToken' service integration ", location)


def wait(state: State, of: Of, location: str) -> Iterator[Diagnostic]:
    ways = ("Seconds", "Timestamp") if of.jsonata else ("Seconds", "SecondsPath", "Timestamp", "TimestampPath")
    if sum(way in state for way in ways) != 1:
        yield fault(f"Exactly one of these fields is required: [{', '.join(ways)}]", location)


def choice(state: State, of: Of, location: str) -> Iterator[Diagnostic]:
    yield from _filled(state, "Choices", location)
    for index, rule in enumerate(state.get("Choices", ())):
        place = f"{location}/Choices[{index}]"
        yield from required(rule, "Next", place)
        yield from required(rule, "Condition", place) if of.jsonata else _rule(rule, place)


def _filled(state: State, name: str, location: str) -> Iterator[Diagnostic]:
    """An array that must hold something."""
    yield from required(state, name, location)
    if state.get(name) == []:
        yield fault("Value cannot be empty", f"{location}/{name}")


def _rule(rule: dict[str, Any], location: str) -> Iterator[Diagnostic]:
    for join in ("And", "Or"):
        if join in rule:
            for index, each in enumerate(rule[join]):
                yield from _rule(each, f"{location}/{join}[{index}]")
            return
    if "Not" in rule:
        yield from _rule(rule["Not"], f"{location}/Not")
        return
    yield from required(rule, "Variable", location)
    if sum(name in choices.OPERATORS for name in rule) != 1:
        yield fault("A choice must have exactly one comparison operator", location)


def parallel(state: State, of: Of, location: str) -> Iterator[Diagnostic]:
    yield from _filled(state, "Branches", location)
    for index, branch in enumerate(state.get("Branches", ())):
        yield from of.machine(of.kind, branch, f"{location}/Branches[{index}]")


def map_(state: State, of: Of, location: str) -> Iterator[Diagnostic]:
    field = "Iterator" if "Iterator" in state and "ItemProcessor" not in state else "ItemProcessor"
    yield from required(state, field, location)
    if field in state:
        yield from _processor(state[field], of, f"{location}/{field}")
    if "Label" in state:
        yield from _label(state["Label"], f"{location}/Label")
    if "ItemReader" in state:
        yield from required(state["ItemReader"], "Resource", f"{location}/ItemReader")


def _processor(processor: dict[str, Any], of: Of, location: str) -> Iterator[Diagnostic]:
    """A distributed one runs as executions of its own, whose type it names."""
    config = processor.get("ProcessorConfig", {})
    distributed = isinstance(config, dict) and config.get("Mode") == "DISTRIBUTED"
    if distributed and of.kind == "EXPRESS":
        yield fault("Express state machine does not support Distributed Map state", f"{location}/ProcessorConfig/Mode")
    yield from of.machine(config.get("ExecutionType", "STANDARD") if distributed else of.kind, processor, location)


def _label(label: str, location: str) -> Iterator[Diagnostic]:
    wrong = fields.NOT_IN_LABELS.search(label)
    if not label:
        yield fault("Label cannot be empty", location)
    elif len(label) > fields.LONGEST_LABEL:
        yield fault(f"Label cannot exceed {fields.LONGEST_LABEL} characters", location)
    elif wrong:
        yield fault(f"Label contains invalid character: '{wrong.group()}'", location)


CHECKS: dict[str, Callable[[State, Of, str], Iterator[Diagnostic]]] = {
    "Task": task, "Wait": wait, "Choice": choice, "Parallel": parallel, "Map": map_,
}  # fmt: skip
