"""The states that do no work of others: Pass, Wait, Choice, Succeed, Fail."""

import math

from emulator.engines.asl import timestamps
from emulator.engines.asl.failures import EngineFailure, Failure, QueryFailure, RuntimeFailure
from emulator.engines.asl.interpreter import HANDLERS, leave
from emulator.engines.asl.machine import State
from emulator.engines.asl.paths import NoResult, parse
from emulator.engines.asl.processing import arguments, assigned, effective, filtered, output, unexpected
from emulator.engines.asl.run import Run, StartTimer, Thread
from emulator.engines.asl.scopes import Scope
from emulator.engines.asl.templates import path_or_function

LONGEST_WAIT = 2**31 - 1  # seconds
LONGEST_SECONDS = 99_999_999


def handler(kind: str):
    def declare(function):
        HANDLERS[kind] = function
        return function

    return declare


@handler("Pass")
def pass_(run: Run, thread: Thread, state: State) -> None:
    scope = run.scope(thread)
    if state.jsonata:
        found, result = filtered(run, state, scope), scope.value
    else:
        result = run.probed("result", state.get("Result")) if "Result" in state.definition else arguments(
            run, state, scope)
        found = output(run, state, scope, result, None)
    variables = assigned(state, scope if state.jsonata else scope.of(result))
    leave(run, thread, found, state.next, variables)


@handler("Succeed")
def succeed(run: Run, thread: Thread, state: State) -> None:
    scope = run.scope(thread)
    value = effective(run, state, scope)
    leave(run, thread, filtered(run, state, scope.of(value)), None, assigned(state, scope))


@handler("Fail")
def fail(run: Run, thread: Thread, state: State) -> None:
    scope = run.scope(thread)
    effective(run, state, scope)
    raise Failure(_told(state, scope, "Error"), _told(state, scope, "Cause"))


def _told(state: State, scope: Scope, field: str) -> str | None:
    if f"{field}Path" in state.definition:
        return path_or_function(state.get(f"{field}Path"), f"{field}Path")(scope)
    value = state.setting(field, scope)
    if value is not None and not isinstance(value, str):
        raise unexpected(state, field, "string", value)
    return value


@handler("Wait")
def wait(run: Run, thread: Thread, state: State) -> None:
    """First the moment is worked out; when it has come the state is over."""
    scope = run.scope(thread)
    if thread.phase == "over":
        scope = scope.of(effective(run, state, scope))
        leave(run, thread, filtered(run, state, scope), state.next, assigned(state, scope))
        return
    scope = scope.of(effective(run, state, scope))
    due = _due(run, state, scope)
    if due - run.environment.now > LONGEST_WAIT:
        raise RuntimeFailure("Wait state delay is too long.")
    number = run.number()
    run.put(thread, phase="wait", attempt=number)
    run.effects.append(StartTimer(thread.id, number, due))


def _due(run: Run, state: State, scope: Scope) -> float:
    now, given = run.environment.now, state.definition
    if "SecondsPath" in given:
        try:
            seconds = parse(given["SecondsPath"]).read(scope)
        except NoResult:
            raise RuntimeFailure(
                f"The SecondsPath parameter does not reference an input value: {given['SecondsPath']}") from None
        if isinstance(seconds, bool) or not isinstance(seconds, int | float) or seconds < 0:
            raise RuntimeFailure(
                f"The SecondsPath parameter cannot be parsed as a long value: {given['SecondsPath']} == {seconds}")
        return now + seconds
    if "Seconds" in given:
        seconds = state.setting("Seconds", scope)
        if isinstance(seconds, bool) or not isinstance(seconds, int | float):
            raise unexpected(state, "Seconds", "number", seconds)
        if not 0 <= seconds <= LONGEST_SECONDS or math.isnan(seconds):
            raise QueryFailure("Seconds value must be between 0 and 99999999.", "Seconds")
        return now + seconds
    return _moment(state, scope)


def _moment(state: State, scope: Scope) -> float:
    given = state.definition
    if "TimestampPath" in given:
        path = given["TimestampPath"]
        try:
            text = parse(path).read(scope)
        except NoResult:
            raise RuntimeFailure(f"The TimestampPath parameter does not reference an input value: {path}") from None
        moment = timestamps.parse(text)
        if moment is None:
            raise RuntimeFailure(
                "The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format"
                f" string: {path} == {text}")  # fmt: skip
        return moment
    text = state.setting("Timestamp", scope)
    if not isinstance(text, str):
        raise unexpected(state, "Timestamp", "string", text)
    moment = timestamps.parse(text)
    if moment is None:
        raise QueryFailure(
            f"The Timestamp parameter is not a valid ISO-8601 extended offset date-time format string: {text}",
            "Timestamp")  # fmt: skip
    return moment


@handler("Choice")
def choice(run: Run, thread: Thread, state: State) -> None:
    scope = run.scope(thread)
    if not state.jsonata:
        scope = scope.of(effective(run, state, scope))
    for index, (test, rule) in enumerate(state.rules):
        if test(scope):
            _choose(run, thread, state, scope, rule, rule["Next"], f"Choices[{index}]/")
            return
    if "Default" not in state.definition:
        raise EngineFailure("States.NoChoiceMatched", (
            "Failed to transition out of the state. The state does not point to a next state."))
    _choose(run, thread, state, scope, None, state.get("Default"), "")


def _choose(run: Run, thread: Thread, state: State, scope: Scope, rule: dict | None, following: str, place: str):
    variables = assigned(state, scope, rule, f"{place}Assign")
    if state.jsonata and rule is not None and "Output" in rule:
        found = state.template("Output", rule, f"{place}Output")(scope)
    else:
        found = filtered(run, state, scope)
    leave(run, thread, found, following, variables)
