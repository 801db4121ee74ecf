"""The state of Run Command: commands, and what became of each on each node."""

from operator import attrgetter

from emulator.kernel.store import Record, Table


class Command(Record):
    """A command as it was sent: ``given`` is SendCommand's input, ``content`` the document's at that moment."""

    id: str
    given: dict
    document: str
    document_version: str
    content: str
    format: str
    parameters: dict
    requested: float  # epoch seconds
    nodes: tuple[str, ...]
    limit: int  # how many nodes may run at once
    errors: int  # how many nodes may fail before no more begin
    cancelled: bool = False


class Step(Record):
    """One plugin on one node. Outputs are texts as read back; times are epoch seconds."""

    name: str
    status: str
    code: int = -1
    started: float | None = None
    ended: float | None = None
    stdout: str = ""
    stderr: str = ""


class Invocation(Record):
    """A command on one node."""

    command_id: str
    node_id: str
    node_name: str
    status: str = "Pending"
    details: str = "Pending"
    started: float | None = None
    ended: float | None = None
    steps: tuple[Step, ...] = ()


commands = Table(
    "ssm.command", Command, key=attrgetter("id"), indexes={"newest": lambda each: (-each.requested, each.id)}
)
invocations = Table(
    "ssm.invocation", Invocation, key=lambda each: (each.command_id, each.node_id), ordered=True,
)  # fmt: skip
