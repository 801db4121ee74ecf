"""One execution at work: its threads, the history it writes, and the effects that it asks for.

An execution is a set of threads, plain records: the main one, and one for each branch or iteration under way. A Run is
the working copy: handlers replace threads in it, and whoever drives it stores them afterwards and carries out the
effects. Nothing here reads a clock, waits or calls anybody.
"""

from collections import deque
from collections.abc import Iterator
from typing import Any, NamedTuple

from emulator.engines.asl import timestamps
from emulator.engines.asl.machine import Machine, State
from emulator.engines.asl.resources import Resource
from emulator.engines.asl.scopes import Environment, Scope
from emulator.engines.asl.texts import dumps
from emulator.kernel.store import Record, replace

MAIN = 1  # the main thread's id
LARGEST = 262_144  # bytes of an input or output


class Thread(Record):
    """A line of states: the main one, a branch or an iteration.

    ``where`` is the path to its part of the machine (see ``Machine.part``), ``slot`` which branch or iteration it is of
    its parent. ``phase`` says what it does: ready, task, wait, retry, inside (its parts run) or map (a map run does).
    """

    id: int
    state: str
    value: Any
    last: int  # the event that its next one follows
    parent: int = 0
    slot: int = 0
    where: tuple[str | int, ...] = ()
    variables: dict[str, Any] = {}
    item: dict[str, Any] | None = None  # the context object's Map
    text: str | None = None  # the input as it was given
    phase: str = "ready"
    entered: int = 0
    entered_at: float = 0.0
    before: int = 0  # the event that led into the state
    attempt: int = 0  # which task, timer or map run it waits for
    retries: dict[str, int] = {}
    data: dict[str, Any] = {}
    aborted: bool = False  # by the failure of another branch or iteration; kept for a redrive to go on from


class Event(Record):
    """One event of the history; ``details`` holds one member, named as the API names it."""

    id: int
    previous: int
    type: str
    time: float
    details: dict[str, Any] = {}


class StartTask(NamedTuple):
    """Call a resource. ``timeout`` and ``heartbeat`` in seconds; ``role`` is what the task's Credentials name."""

    thread: int
    attempt: int
    resource: Resource
    arguments: Any
    token: str | None
    role: str | None
    timeout: float | None
    heartbeat: float | None


class StartTimer(NamedTuple):
    """Wake a thread at ``due`` (epoch seconds)."""

    thread: int
    attempt: int
    due: float


class StartMap(NamedTuple):
    """Run a distributed Map state's items as executions of their own."""

    thread: int
    attempt: int
    arn: str
    items: list[Any] | None  # of map_items.Item; None: they are to be read
    reader: dict[str, Any] | None  # resource, arguments, config
    settings: dict[str, Any]


class RedriveMap(NamedTuple):
    """Go on with what was unsuccessful in a map run."""

    thread: int
    attempt: int
    arn: str


class StopJob(NamedTuple):
    """End a job that a task waited for, by the name that it was submitted under."""

    thread: int
    attempt: int
    job: str


class StopMap(NamedTuple):
    """End a map run that nobody waits for any more."""

    thread: int
    attempt: int
    arn: str


class Stop(NamedTuple):
    """Forget the task or timer that a thread waited for."""

    thread: int
    attempt: int


class Outcome(NamedTuple):
    """How an execution ended: SUCCEEDED with its output's text, FAILED, TIMED_OUT or ABORTED."""

    status: str
    output: Any = None
    error: str | None = None
    cause: str | None = None


class Run:
    """The working copy of an execution."""

    def __init__(
        self, machine: Machine, context: dict[str, Any], environment: Environment, threads: dict[int, Thread],
        counter: int = 0, last_event: int = 0,
    ):  # fmt: skip
        self.machine = machine
        self.context = context  # the context object's Execution and StateMachine
        self.environment = environment
        self.threads = threads
        self.counter = counter  # threads and attempts that were made
        self.last_event = last_event
        self.events: list[Event] = []
        self.effects: list[NamedTuple] = []
        self.ready: deque[int] = deque()
        self.outcome: Outcome | None = None
        self.probe: dict[str, Any] | None = None  # what TestState wants to know of a state's way
        self.alone = False  # a state is looked at by itself: nothing runs inside it

    # Looking

    def state(self, thread: Thread) -> State:
        return self.machine.part(thread.where).states[thread.state]

    def children(self, thread: Thread) -> Iterator[Thread]:
        return (each for each in list(self.threads.values()) if each.parent == thread.id)

    def scope(self, thread: Thread, value: Any = None, given: bool = False) -> Scope:
        """What the state of a thread sees, of its own input or (``given``) of another value."""
        state = self.state(thread)
        about = {"Name": thread.state, "EnteredTime": timestamps.text(thread.entered_at)}
        if state.type in ("Task", "Parallel", "Map"):
            about["RetryCount"] = sum(thread.retries.values())
        context = {"State": about, **self.context} if self.alone else {**self.context, "State": about}
        if thread.item is not None:
            context["Map"] = thread.item
        if "token" in thread.data:
            context["Task"] = {"Token": thread.data["token"]}
        scope = Scope(thread.value, context, thread.variables, self.environment, text=thread.text)
        return scope.of(value) if given else scope

    def number(self) -> int:
        self.counter += 1
        return self.counter

    # Changing

    def put(self, thread: Thread, **changes: Any) -> Thread:
        thread = replace(thread, **changes) if changes else thread
        self.threads[thread.id] = thread
        return thread

    def tell(self, previous: int, kind: str, name: str | None = None, details: dict[str, Any] | None = None) -> int:
        """Write an event; ``details`` go under the member ``name``. Returns its id."""
        self.last_event += 1
        written = {name: details if details is not None else {}} if name else {}
        self.events.append(Event(self.last_event, previous, kind, self.environment.now, written))
        return self.last_event

    def follow(self, thread: Thread, kind: str, name: str | None = None, details: dict | None = None) -> Thread:
        """Write an event of a thread, and let its next one follow that."""
        return self.put(thread, last=self.tell(thread.last, kind, name, details))

    def note(self, **found: Any) -> None:
        """Remember what TestState asks for."""
        if self.probe is not None:
            self.probe.update(found)

    def probed(self, name: str, value: Any) -> Any:
        if self.probe is not None:
            self.probe[name] = value
        return value

    def wake(self, thread: Thread) -> None:
        self.ready.append(thread.id)

    def stop_waiting(self, thread: Thread) -> None:
        if thread.attempt and thread.phase == "map":
            self.effects.append(StopMap(thread.id, thread.attempt, thread.data["arn"]))
        elif thread.attempt:
            self.effects.append(Stop(thread.id, thread.attempt))
            if thread.data.get("job"):
                self.effects.append(StopJob(thread.id, thread.attempt, thread.data["job"]))

    def forget(self, thread: Thread) -> None:
        """Nothing goes on from what ran inside a thread's state."""
        for each in self.children(thread):
            self.forget(each)
            del self.threads[each.id]

    def waiting(self, thread_id: int, attempt: int) -> Thread | None:
        """The thread that still waits for an attempt."""
        thread = self.threads.get(thread_id)
        return thread if thread is not None and thread.attempt == attempt else None


def text_of(thread: Thread) -> str:
    return thread.text if thread.text is not None else dumps(thread.value)


def written(value: Any, name: str, text: str | None = None) -> dict[str, Any]:
    """A value in an event: ``{"input": "{}", "inputDetails": {"truncated": False}}``."""
    return {name: dumps(value) if text is None else text, f"{name}Details": {"truncated": False}}


def told(error: str | None, cause: str | None) -> dict[str, str]:
    """An error in an event: what isn't known is left out."""
    found = {"error": error, "cause": cause}
    return {name: value for name, value in found.items() if value is not None}
