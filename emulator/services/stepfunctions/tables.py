"""What Step Functions keeps."""

from operator import attrgetter
from typing import Any

from emulator.engines.asl.run import Event, Thread
from emulator.kernel.store import Record, Table


class Revision(Record):
    """What a state machine was at a time: its definition and configuration. ``id`` is empty for the first one."""

    key: str
    id: str
    definition: str
    role: str
    logging: dict[str, Any]
    tracing: dict[str, Any]
    encryption: dict[str, Any]
    created: float
    references: dict[str, list[str]] = {}  # variables that states read, by the states' names


class StateMachine(Record):
    """``revision`` is the key of its current one; ``versions`` counts those that were published."""

    name: str
    arn: str
    type: str
    created: float
    revision: str
    tags: dict[str, str] = {}
    versions: int = 0
    deleting: bool = False


class Version(Record):
    machine: str
    number: int
    arn: str
    revision: str
    created: float
    description: str = ""


class Alias(Record):
    """``routing``: (version's ARN, weight)."""

    machine: str
    name: str
    arn: str
    routing: tuple[tuple[str, int], ...]
    created: float
    updated: float
    description: str = ""


class Activity(Record):
    name: str
    arn: str
    created: float
    encryption: dict[str, Any]
    tags: dict[str, str] = {}


class Scheduled(Record):
    """A task of an activity that no worker has taken yet."""

    token: str
    activity: str
    order: int


class Execution(Record):
    """One execution. ``key`` is its ARN; ``threads`` is where it stands, and ``counter`` and ``last_event`` go with it.

    ``part`` is the path of the Map state's processor that a map run's execution runs. ``status`` is one of the API's.
    """

    key: str
    name: str
    machine: str  # the ARN; of a map run's execution with the label
    type: str
    revision: str
    started: float
    input: str
    order: int
    version: str = ""
    alias: str = ""
    status: str = "RUNNING"
    stopped: float | None = None
    output: str | None = None
    error: str | None = None
    cause: str | None = None
    trace: str = ""
    map_run: str = ""
    part: tuple[str | int, ...] = ()
    slot: int = 0
    threads: dict[int, Thread] = {}
    counter: int = 0
    last_event: int = 0
    redrives: int = 0
    redriven: float | None = None
    waited_for: bool = False  # a synchronous caller waits for its end


class MapRun(Record):
    """A distributed Map state's run: ``total`` and ``running`` executions, ``items`` and ``failures`` among them."""

    arn: str
    execution: str
    thread: int
    attempt: int
    machine: str
    part: tuple[str | int, ...]
    started: float
    order: int
    type: str = "STANDARD"
    status: str = "RUNNING"
    stopped: float | None = None
    concurrency: int = 0
    tolerated_count: int = 0
    tolerated_percentage: float = 0.0
    bounded: bool = False  # whether a tolerance was set at all
    batched: bool = False
    writer: dict[str, Any] | None = None
    written: bool = False  # whether the results are in files
    total: int = 0
    items: int = 0
    failures: int = 0
    following: int = 0
    running: int = 0
    redrives: int = 0
    redriven: float | None = None


class Item(Record):
    """The input of one of a map run's executions, and how that ended."""

    slot: int
    input: str
    size: int = 1  # items in its batch
    status: str = "PENDING"
    execution: str = ""
    output: str | None = None
    error: str | None = None
    cause: str | None = None
    started: float | None = None
    stopped: float | None = None
    redriving: bool = False  # waits to be redriven
    redrives: int = 0


class Counter(Record):
    """How many executions and map runs were made."""

    name: str
    count: int


class Task(Record):
    """A task that waits for word from outside: a callback or an activity. ``deadline`` of its heartbeats."""

    token: str
    execution: str
    thread: int
    attempt: int
    activity: str = ""
    input: str = ""
    heartbeat: float | None = None


revisions = Table("stepfunctions.revision", Revision, key=attrgetter("key"))
machines = Table("stepfunctions.machine", StateMachine, key=attrgetter("name"))
versions = Table("stepfunctions.version", Version, key=lambda each: (each.machine, each.number), ordered=True)
aliases = Table("stepfunctions.alias", Alias, key=lambda each: (each.machine, each.name), ordered=True)
activities = Table("stepfunctions.activity", Activity, key=attrgetter("name"), ordered=True)
scheduled = Table(
    "stepfunctions.scheduled", Scheduled, key=attrgetter("token"),
    indexes={"activity": lambda each: (each.activity, each.order)},
)  # fmt: skip
executions = Table(
    "stepfunctions.execution", Execution, key=attrgetter("key"),
    indexes={"machine": lambda each: (each.machine, -each.order), "map": lambda each: (each.map_run, -each.order)},
)  # fmt: skip
events = Table("stepfunctions.event", Event, key=attrgetter("id"), ordered=True)
map_runs = Table(
    "stepfunctions.map_run", MapRun, key=attrgetter("arn"),
    indexes={"execution": lambda each: (each.execution, -each.order)},
)  # fmt: skip
items = Table("stepfunctions.item", Item, key=attrgetter("slot"), ordered=True)
tasks = Table("stepfunctions.task", Task, key=attrgetter("token"))
counters = Table("stepfunctions.counter", Counter, key=attrgetter("name"))
