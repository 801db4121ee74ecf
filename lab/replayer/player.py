"""One cassette, played at an endpoint: send, wait where the recording waited, judge, bind; a row for every evidence."""

import base64
import secrets
import time
from typing import Any

import msgspec

from lab.cassette import hosts
from lab.cassette.model import Cassette, Interaction, Truth
from lab.cassette.values import Unreplayable, tag_of, to_plain
from lab.differ.align import parsed
from lab.differ.compare import Comparison
from lab.differ.judge import Judge, code_of, status_of, unsupported
from lab.differ.templates import Placeholders
from lab.replayer.bindings import Bindings, Conflict
from lab.replayer.clients import Called, Clients
from lab.replayer.deliveries import Deliveries, Expected, expected_messages, polls_shortly, receives, samples
from lab.replayer.dependencies import Dependencies
from lab.replayer.endpoint import Endpoint
from lab.replayer.http_steps import recorded_status
from lab.replayer.polls import STATES, folded
from lab.replayer.prerequisites import prepare
from lab.replayer.sender import Sender
from lab.replayer.story import Story, recorded_answer
from lab.report.result import Difference, Row
from lab.report.values import clip

#: The account of the reference flows, and the access key that they were captured with.
DEFAULT_ACCOUNT = "000000000000"
DEFAULT_KEY = "test"

#: Seconds that pass between the attempts of a step that waits for something; the recordings don't say how long it took.
PAUSES = (0.5, 1, 1, 2, 3, 5, 10, 20, 30)

#: How members end that tell a state, or why it is so.
TELLING = ("State", "state", "Status", "status", "Reason", "ReasonCode")

#: Seconds of real time between them: what an endpoint runs for real (a function) does not follow its clock.
PATIENCE = 0.2

#: The last events of a history that is over.
ENDS = frozenset(("ExecutionAborted", "ExecutionFailed", "ExecutionSucceeded", "ExecutionTimedOut"))


class Player:
    """Plays one cassette once. ``play`` gives the rows."""

    def __init__(self, cassette: Cassette, endpoint: Endpoint, clients: Clients, strict: bool = False):
        self.cassette = cassette
        self.steps = cassette.interactions
        self.endpoint = endpoint
        self.story = Story(cassette)
        recorded = cassette.account or DEFAULT_ACCOUNT
        self.account = recorded if endpoint.own else _fresh_account()
        self.bindings = Bindings({} if endpoint.own else {recorded: self.account, **_renamed(self.steps)})
        self.placeholders = Placeholders(cassette.placeholders, self.account, self.bindings, self.story.chosen_stood)
        self.sender = Sender(clients, self.bindings, DEFAULT_KEY if self.account == DEFAULT_ACCOUNT else self.account)
        self.judge = Judge(cassette.trust, strict)
        self.dependencies = Dependencies(self.story, self.steps)
        self.deliveries = Deliveries()
        self.rows: list[Row] = []
        self.advanced = 0.0
        self.base = self.story.deadline_base()

    def play(self) -> list[Row]:
        """Play every step in order. Raises LabError when the endpoint is not there."""
        self.endpoint.fresh()
        if self.base is not None:
            self.endpoint.place(self.base)
        prepare(self.cassette, self.sender.clients, self.bindings)
        waits = folded(self.steps)
        for index, step in enumerate(self.steps):
            if index not in waits:
                self._step(index, waiting(step) if index - 1 in waits else step)
        return self.rows

    def _step(self, index: int, step: Interaction) -> None:
        self.bindings.region = step.region
        impossible = step.incomplete or self.dependencies.missing_value(index)
        if impossible is None:
            self._catch_up(index)
            try:
                called, took = self._attempts(index, step)
            except Unreplayable as problem:
                impossible = str(problem)
        if impossible is not None:
            self.dependencies.fail(index, self.bindings, impossible)
            for truth in step.truth:
                self._row(index, truth, "unreachable", reason=impossible)
            return
        self._bind_reference(index, step, called)
        failed = self._failed(step, called)
        for truth in step.truth:
            self._judge(index, step, truth, called, took)
        if failed:
            if not step.truth and step.phase != "teardown" and _judged_without_truth(step):
                self._unrecorded(index, step, called, took)
            why = "the endpoint does not support it" if unsupported(called) else None
            self.dependencies.fail(index, self.bindings, why)

    # Sending

    def _catch_up(self, index: int) -> None:
        """Let the time pass that passed between the recorded answers."""
        behind = self.story.elapsed(index) - self.advanced
        if behind > 0.05 and self.endpoint.own:
            self.endpoint.advance(behind)
            self.advanced += behind

    def _attempts(self, index: int, step: Interaction) -> tuple[Called, float]:
        """Send a step until it has what the recording waited for, or the pauses are used up."""
        started = time.perf_counter()
        wanted = expected_messages(recorded_answer(step), self.bindings) if receives(step) else []
        parameters = step.input if isinstance(step.input, dict) else {}
        delivered: list[dict] = []
        for pause in (*PAUSES, None):
            with self.endpoint.hurrying():
                called = self.sender.send(step)
            sampling = wanted and samples(step, parameters) and called.answer and not code_of(called.answer)
            if sampling:
                fresh = [*delivered, *called.answer.get("Messages", ())]
                delivered = self.deliveries.settle(parameters["QueueUrl"], wanted, fresh)
                called = _delivering(called, delivered)
            if pause is None or unsupported(called) or self.dependencies.broken \
                    or self._arrived(index, step, called, wanted):
                break
            self.endpoint.advance(pause)
            if step.wait and not receives(step):
                time.sleep(PATIENCE)
        if not wanted and polls_shortly(step, parameters) and called.answer and not code_of(called.answer):
            called = self._held_back(index, parameters["QueueUrl"], called)
        if sampling and len(delivered) < len(wanted):
            called = _delivering(called, [*delivered, *self.deliveries.leftover(parameters["QueueUrl"],
                                                                               len(wanted) - len(delivered))])
        return called, (time.perf_counter() - started) * 1000

    def _held_back(self, index: int, queue: str, called: Called) -> Called:
        """The answer to a short poll that was recorded empty, without messages that a later recorded receive has."""
        after = (step for step in self.steps[index + 1:] if receives(step) and step.input.get("QueueUrl") == queue)
        later = [each for step in after for each in expected_messages(recorded_answer(step), self.bindings)]
        came = called.answer.get("Messages", [])
        kept = [message for message in came if any(each.expects(message) for each in later)]
        self.deliveries.hold(queue, kept)
        return _delivering(called, [each for each in came if each not in kept])

    def _arrived(self, index: int, step: Interaction, called: Called, wanted: list[Expected]) -> bool:
        """Whether a step that waits for something has it, or one that does not wait is answered."""
        if wanted and called.answer is not None and not code_of(called.answer):
            return len(called.answer.get("Messages", ())) >= len(wanted)
        if self.base is not None and self._failed(step, called):
            return False  # a deadline may have to pass first
        if step.wait not in ("poll", "waiter"):
            return True
        recorded = recorded_answer(step)
        if self._failed(step, called) or not _same_state(recorded, called.answer) \
                or self._lacks(index, recorded, called.answer):
            return False
        ahead = self.bindings.copy()
        places = self.placeholders.copy(ahead)
        return all(not self.judge.judge(step, truth, called, ahead, places, self.story.said[index]).differences
                   for truth in step.truth if truth.how != "outcome")

    def _lacks(self, index: int, recorded: Any, live: Any) -> bool:
        """Whether a recorded value that later requests carry has nothing in its place yet."""
        if isinstance(recorded, dict):
            there = live if isinstance(live, dict) else {}
            return any(self._lacks(index, value, there.get(key)) for key, value in recorded.items())
        if isinstance(recorded, list):
            elements = live if isinstance(live, list) else []
            return any(self._lacks(index, value, elements[at] if at < len(elements) else None)
                       for at, value in enumerate(recorded))
        return live is None and isinstance(recorded, str) and self.story.is_made(index, recorded)

    def _failed(self, step: Interaction, called: Called) -> bool:
        """Whether a step that succeeded when it was recorded did not now."""
        recorded = recorded_answer(step)
        if code_of(recorded) is not None or (step.request is not None and (recorded_status(step) or 0) >= 400):
            return False
        if step.shared and called.answer is not None:
            return False  # made by another cassette before: being there already is as good
        if called.answer is None or code_of(called.answer) is not None:
            return True
        return step.request is not None and (status_of(called.answer) or 0) >= 400

    # Judging

    def _judge(self, index: int, step: Interaction, truth: Truth, called: Called, took: float) -> None:
        if unsupported(called) and code_of(truth.answer if truth.how == "answer" else None) != "NotImplemented":
            message = ((called.answer or {}).get("Error") or {}).get("Message")
            self._row(index, truth, "unsupported", reason=f"the endpoint answered 501: {message}", took=took)
            return
        found = self.judge.judge(step, truth, called, self.bindings, self.placeholders, self.story.said[index])
        verdict, reason = found.verdict, None
        if verdict == "different":
            reason = self.dependencies.missing_thing(index) or self.dependencies.broken
            verdict = "unreachable" if reason else verdict
            if reason is None and self.dependencies.failed:
                reason = f"after {self.dependencies.name(self.dependencies.failed[-1])} failed"
        self._row(index, truth, verdict, found, reason, took)

    def _unrecorded(self, index: int, step: Interaction, called: Called, took: float) -> None:
        """A step that no recording judges failed, although the test that it belongs to passed on AWS."""
        if unsupported(called):
            self._row(index, None, "unsupported", reason="the endpoint answered 501; later steps build on this one",
                      took=took)
            return
        error = (called.answer or {}).get("Error") or {}
        got = called.failure or f"{error.get('Code') or status_of(called.answer)}: {error.get('Message')}"
        reason = self.dependencies.missing_thing(index) or self.dependencies.broken
        found = Comparison([Difference("Error.Code", "code", "success", got)], [], None, called.answer)
        self._row(index, None, "unreachable" if reason else "different", found,
                  reason or "not recorded, but the test passed on AWS: the step succeeded there", took)

    def _row(self, index: int, truth: Truth | None, verdict: str, found: Comparison | None = None,
             reason: str | None = None, took: float | None = None) -> None:
        step = self.steps[index]
        title = self.cassette.title + (f" · {truth.key}" if truth and truth.key else "")
        row = Row(service=step.service or "http", operation=step.operation or f"HTTP {step.request.method}",
                  verdict=verdict, provenance=self.cassette.provenance, cassette=self.cassette.id, title=title,
                  step=index, reason=reason, duration_ms=took and round(took, 2))
        if found is not None:
            row.normalizers = found.normalizers
            row.differences = [msgspec.structs.replace(each, expected=clip(to_plain(each.expected)),
                                                       got=clip(to_plain(each.got))) for each in found.differences]
            if found.differences:
                row.expected, row.got = clip(to_plain(found.expected)), clip(to_plain(found.got))
        self.rows.append(row)

    # Binding

    def _bind_reference(self, index: int, step: Interaction, called: Called) -> None:
        """Walk the reference's answer and the live one side by side; differing strings that matter later are bound."""
        if step.reference is not None and called.answer is not None and not self._failed(step, called):
            self._pair(index, recorded_answer(step), called.answer)

    def _namesake(self, recorded: Any, live: list) -> Any:
        """The live element with the names of a recorded one; None when it has none or nobody bears them."""
        names = self.bindings.value(_names(recorded))
        return next((each for each in live if names and names == _names(each)), None)

    def _pair(self, index: int, recorded: Any, live: Any) -> None:
        if tag_of(recorded) == "$b64" and isinstance(live, bytes):
            recorded, live = recorded["$b64"], base64.b64encode(live).decode()
        if isinstance(recorded, dict) and isinstance(live, dict):
            for key, value in recorded.items():
                if key in live and not key.endswith(TELLING):  # what tells a state names nothing
                    self._pair(index, value, live[key])
        elif isinstance(recorded, list) and isinstance(live, list):
            for place, ours in enumerate(recorded):
                theirs = self._namesake(ours, live) or (live[place] if place < len(live) else None)
                self._pair(index, ours, theirs)
        elif isinstance(recorded, str) and isinstance(live, str) and recorded[:1] == live[:1] == "{" \
                and isinstance(inside := parsed(recorded), dict):
            self._pair(index, inside, parsed(live))  # a JSON text carries its values on
        elif isinstance(recorded, str) and isinstance(live, str) and self.story.is_made(index, recorded):
            try:
                self.bindings.bind(recorded, live)
            except Conflict:  # the reference is no evidence: what it repeats, AWS may have made twice
                self.bindings.bind_there(recorded, live)


def _names(element: Any) -> dict[str, str]:
    """The members of a structure that name it."""
    if not isinstance(element, dict):
        return {}
    kinds = ("eventName",)  # tells what happened, not to whom
    return {key: value for key, value in element.items()
            if key.endswith("Name") and key not in kinds and isinstance(value, str)}


def _delivering(called: Called, messages: list[dict]) -> Called:
    """The answer to a receive with these messages in it; without the member when there are none."""
    kept = {key: value for key, value in called.answer.items() if key != "Messages"}
    return called._replace(answer={**kept, "Messages": messages} if messages else kept)


def waiting(step: Interaction) -> Interaction:
    """The last step of a series, which stands for all of it."""
    return step if step.wait else msgspec.structs.replace(step, wait="poll")


def _fresh_account() -> str:
    return f"{secrets.randbelow(9 * 10**11) + 10**11}"


def _renamed(steps: list[Interaction]) -> dict[str, str]:
    """New names for the buckets of a cassette: they are global, and an endpoint may still have them."""
    tail = secrets.token_hex(3)
    names = {step.input["Bucket"] for step in steps
             if step.service == "s3" and isinstance(step.input, dict) and isinstance(step.input.get("Bucket"), str)}
    return {name: f"{name[:56]}-{tail}" for name in names if len(name) > 3}


def _judged_without_truth(step: Interaction) -> bool:
    """Whether a step is AWS's to answer: not a reference emulator's own path."""
    if step.request is None:
        return True
    return step.service is not None and hosts.parse(step.request.host).prefix is not None \
        and not step.request.path.startswith("/_")


def _same_state(recorded: Any, live: Any) -> bool:
    """Whether every member that tells a state is as recorded."""
    if isinstance(recorded, dict) and isinstance(live, dict):
        return all(_same_state(value, live[key]) and (key not in STATES or not isinstance(value, str)
                                                      or value == live[key])
                   for key, value in recorded.items() if key in live)
    if isinstance(recorded, list) and isinstance(live, list):
        if _over(recorded):  # a reference that went another way may have come to its end in more steps, or in fewer
            return _over(live)
        return len(recorded) <= len(live) and all(map(_same_state, recorded, live))
    return True


def _over(events: list) -> bool:
    """Whether a list is the history of an execution that has ended."""
    last = events[-1] if events else None
    return isinstance(last, dict) and last.get("type") in ENDS
