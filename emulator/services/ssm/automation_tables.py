"""The state of Automation: executions, and their steps in the order in which they began."""

from operator import attrgetter
from typing import Any

from emulator.kernel.store import Record, Table


class Execution(Record):
    """A run of an Automation document, as it was when it began. Times are epoch seconds."""

    id: str
    document: str
    document_version: str
    content: str
    format: str
    given: dict[str, Any]  # StartAutomationExecution's input
    parameters: dict[str, Any]
    started: float
    by: str  # ARN
    role: str = ""  # the role that it assumes
    mode: str = "Auto"
    parent: str | None = None
    status: str = "Pending"
    current: str | None = None  # the name of the step that is next or runs
    values: dict[str, Any] = {}  # outputs by "step.Output", and variables by "variable:Name"
    outputs: dict[str, list[str]] = {}
    failure: str | None = None
    ended: float | None = None
    stop: str = ""  # Cancel or Complete, when it was asked to end
    tags: dict[str, str] = {}


class StepExecution(Record):
    """One step of an execution. ``began`` is what it started elsewhere (a command, another execution)."""

    id: str
    execution_id: str
    order: int
    name: str
    action: str
    started: float
    inputs: dict[str, Any]
    attempt: int = 1
    status: str = "InProgress"
    outputs: dict[str, Any] = {}
    failure: str | None = None
    ended: float | None = None
    began: str | None = None
    due: float | None = None  # when it is to be looked at again
    signals: tuple[str, ...] = ()  # who has approved
    next: str | None = None
    is_end: bool = False


executions = Table(
    "ssm.automation", Execution, key=attrgetter("id"), indexes={"newest": lambda each: (-each.started, each.id)}
)
steps = Table("ssm.automation_step", StepExecution, key=lambda step: (step.execution_id, step.order), ordered=True)
