"""Runs definitions without any service: tasks are answered from a table, timers ring at once on a clock of the run."""

from collections.abc import Callable
from typing import Any

from emulator.engines.asl import distributed, interpreter, revival, tasks
from emulator.engines.asl.failures import Failure
from emulator.engines.asl.machine import Machine
from emulator.engines.asl.run import Run, StartMap, StartTask, StartTimer
from emulator.engines.asl.scopes import Environment, Scope
from emulator.engines.asl.texts import dumps, loads

NOON = 1_800_014_400.0  # 2027-01-15T12:00:00Z
ROLE = "arn:aws:iam::000000000000:role/workflow"
CONTEXT = {
    "Execution": {"Id": "arn:aws:states:us-east-1:000000000000:execution:m:e", "Name": "e", "RoleArn": ROLE},
    "StateMachine": {"Id": "arn:aws:states:us-east-1:000000000000:stateMachine:m", "Name": "m"},
}  # fmt: skip
ENVIRONMENT = Environment(
    NOON, lambda: "00000000-0000-4000-8000-000000000000", lambda: 0.5, lambda: "token", lambda arn: True)

Answer = Callable[[StartTask | StartMap], Any]  # raises Failure; TimeoutError for what never answers


def scope(value: Any = None, variables: dict | None = None, context: dict | None = None) -> Scope:
    return Scope(value, context or {}, variables or {}, ENVIRONMENT)


def begun(definition: dict, given: Any = None) -> Run:
    """An execution that has come to where it waits for something."""
    run = Run(Machine(definition), CONTEXT, ENVIRONMENT, {})
    interpreter.begin(run, dumps(given), given, ROLE)
    interpreter.work(run)
    return run


class Driven:
    """An execution that came to its end, with the calls that it made and the pauses between them."""

    def __init__(self, definition: dict, given: Any = None, answer: Answer | None = None):
        self.calls: list[Any] = []
        self.pauses: list[float] = []  # seconds of every timer
        self._answer = answer
        self.run = begun(definition, given)
        self._drive()

    def redriven(self, answer: Answer) -> "Driven":
        """The same execution, gone on with: no map run of it can be."""
        self.run.outcome, self.run.effects, self.calls, self._answer = None, [], [], answer
        revival.revive(self.run, 1, lambda arn: None)
        interpreter.work(self.run)
        self._drive()
        return self

    def _drive(self) -> None:
        while self.run.outcome is None:
            effects, self.run.effects = self.run.effects, []
            for effect in effects:
                self._carry_out(effect)
            interpreter.work(self.run)

    def _carry_out(self, effect: Any) -> None:
        if isinstance(effect, StartTimer):
            self.pauses.append(effect.due - self.run.environment.now)
            self.run.environment = self.run.environment._replace(now=max(effect.due, self.run.environment.now))
            interpreter.timer(self.run, effect.thread, effect.attempt)
        elif isinstance(effect, StartTask):
            self._perform(effect)
        elif isinstance(effect, StartMap):
            self._run_map(effect)

    def _perform(self, effect: StartTask) -> None:
        self.calls.append(effect.arguments)
        tasks.started(self.run, effect.thread, effect.attempt)
        if effect.resource.pattern:
            tasks.submitted(self.run, effect.thread, effect.attempt, {})
        try:
            result = self._answer(effect)
        except TimeoutError:
            tasks.timed_out(self.run, effect.thread, effect.attempt)
        except Failure as failure:
            tasks.failed(self.run, effect.thread, effect.attempt, failure.error, failure.cause)
        else:
            tasks.succeeded(self.run, effect.thread, effect.attempt, result)

    def _run_map(self, effect: StartMap) -> None:
        try:
            result = self._answer(effect)
        except Failure as failure:
            distributed.map_failed(self.run, effect.thread, effect.attempt, failure)
        else:
            distributed.map_succeeded(self.run, effect.thread, effect.attempt, result)

    @property
    def output(self) -> Any:
        assert self.run.outcome.status == "SUCCEEDED", self.run.outcome
        return loads(self.run.outcome.output)

    @property
    def error(self) -> tuple[str | None, str | None]:
        assert self.run.outcome.status == "FAILED", self.run.outcome
        return self.run.outcome.error, self.run.outcome.cause

    @property
    def types(self) -> list[str]:
        return [event.type for event in self.run.events]


def one(state: dict, **more: Any) -> dict:
    """A machine of one state."""
    end = {} if state["Type"] in ("Succeed", "Fail", "Choice") else {"End": True}
    return {"StartAt": "Only", "States": {"Only": {**state, **end}}, **more}


def chain(*states: dict, **more: Any) -> dict:
    """A machine of states one after another, named A, B, C ..."""
    names = [chr(ord("A") + index) for index in range(len(states))]
    following = [{"Next": name} for name in names[1:]] + [{"End": True}]
    return {"StartAt": "A", "States": {
        name: {**state, **after} for name, state, after in zip(names, states, following)}, **more}  # fmt: skip
