"""Session Manager: sessions with nodes, and the data channel that carries them.

https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager.html
"""

import json
from operator import attrgetter

from emulator.backends import shell
from emulator.backends.terminal import Terminal
from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import Record, Table, replace
from emulator.resources import page
from emulator.services.ssm import document_content as contents
from emulator.services.ssm import window_times
from emulator.services.ssm.common import INVALID_TOKEN, service
from emulator.services.ssm.documents import find, version_of
from emulator.services.ssm.node_tables import nodes
from emulator.services.ssm.session_channel import Channel

OPEN = ("Connecting", "Connected", "Disconnected")
DEFAULT = "SSM-SessionManagerRunShell"
KINDS = {"InteractiveCommands": "InteractiveCommands", "NonInteractiveCommands": "NonInteractiveCommands",
         "Standard_Stream": "Standard_Stream"}  # fmt: skip


class Session(Record):
    """A session. ``token`` opens its data channel; ``command`` is what runs in place of a shell."""

    id: str
    target: str
    owner: str  # ARN
    token: str
    started: float  # epoch seconds
    document: str
    kind: str = "Standard_Stream"
    command: str | None = None
    reason: str | None = None
    status: str = "Connecting"
    ended: float | None = None


sessions = Table("ssm.session", Session, key=attrgetter("id"),
                 indexes={"newest": lambda each: (-each.started, each.id)})  # fmt: skip


@service.operation
def start_session(ctx: Context, Target, DocumentName=None, Reason=None, Parameters=None):
    """Raises TargetNotConnected, InvalidDocument."""
    if ctx.rows(nodes).get(Target) is None:
        raise AwsError("TargetNotConnected", f"{Target} is not connected.")
    kind, command = "Standard_Stream", None
    if DocumentName not in (None, DEFAULT):
        kind, command = _of_document(ctx, DocumentName, Parameters or {})
    person = ctx.principal.arn.rpartition("/")[2].rpartition(":")[2]
    session = ctx.rows(sessions).put(Session(
        f"{person}-{ctx.ids.text(26, '0123456789abcdefghijklmnopqrstuvwxyz')}", Target, ctx.principal.arn,
        ctx.ids.text(128), ctx.now, DocumentName or DEFAULT, kind, command, Reason,
    ))  # fmt: skip
    return _door(ctx, session)


def _of_document(ctx: Context, name: str, given: dict) -> tuple[str, str | None]:
    """The kind of session and the command that a Session document asks for. Raises InvalidDocument."""
    document = find(ctx, name)
    if document.type != "Session":
        raise AwsError("InvalidDocument", f"Document type {document.type} is not supported for sessions.")
    version = version_of(ctx, document)
    content = contents.read(version.content, version.format)
    kind = KINDS.get(content.get("sessionType"))
    if kind is None:
        raise AwsError("InvalidDocument", f"Sessions of type {content.get('sessionType')} are not implemented by this "
                       "emulator.")  # fmt: skip
    declared = content.get("parameters") or {}
    values = {each: parameter.get("default", "") for each, parameter in declared.items()}
    values |= {each: " ".join(texts) for each, texts in given.items() if each in declared}
    properties = contents.resolved(content.get("properties") or {}, values)
    commands = (properties.get("linux") or {}).get("commands")
    return kind, commands or None


def _door(ctx: Context, session: Session) -> dict:
    """How a client reaches the data channel."""
    host = "ws" + ctx.host.removeprefix("http")
    url = f"{host}/v1/data-channel/{session.id}?role=publish_subscribe"
    return {"SessionId": session.id, "TokenValue": session.token, "StreamUrl": url}


def _find(ctx: Context, session_id: str) -> Session:
    found = ctx.rows(sessions).get(session_id)
    if found is None:
        raise AwsError("DoesNotExistException", f"The session {session_id} does not exist.")
    return found


@service.operation
def resume_session(ctx: Context, SessionId):
    """A new token for a session whose client went away. Raises DoesNotExistException."""
    session = _find(ctx, SessionId)
    if session.status not in OPEN:
        raise AwsError("DoesNotExistException", f"The session {SessionId} is over.")
    return _door(ctx, ctx.rows(sessions).put(replace(session, token=ctx.ids.text(128))))


@service.operation
def terminate_session(ctx: Context, SessionId):
    """End a session; what is over stays over."""
    session = ctx.rows(sessions).get(SessionId)
    if session is not None and session.status in OPEN:
        ctx.rows(sessions).put(replace(session, status="Terminated", ended=ctx.now))
        running = _running.get(SessionId)
        if running is not None:
            running.close()
    return {"SessionId": SessionId}


FILTERS = {
    "InvokedAfter": lambda session, value: session.started > window_times.moment(value),
    "InvokedBefore": lambda session, value: session.started < window_times.moment(value),
    "Target": lambda session, value: session.target == value,
    "Owner": lambda session, value: session.owner == value,
    "Status": lambda session, value: session.status == value,
    "SessionId": lambda session, value: session.id == value,
    "AccessType": lambda session, value: value == "Standard",
}


@service.operation
def describe_sessions(ctx: Context, State, MaxResults=None, NextToken=None, Filters=None):
    """Sessions that go on, or those that are over, the newest first."""
    rows = (session for session in ctx.rows(sessions).by("newest")
            if (session.status in OPEN) == (State == "Active")
            and all(FILTERS[each["key"]](session, each["value"]) for each in Filters or ()))  # fmt: skip
    found, following = page(ctx, rows, lambda session: (-session.started, session.id), NextToken, MaxResults or 200,
                            query=(State, Filters), invalid=INVALID_TOKEN)  # fmt: skip
    return {"Sessions": [{
        "SessionId": each.id, "Target": each.target, "Status": each.status, "StartDate": each.started,
        "EndDate": each.ended, "DocumentName": each.document, "Owner": each.owner, "Reason": each.reason,
        "OutputUrl": {}, "AccessType": "Standard",
    } for each in found], "NextToken": following}  # fmt: skip


# The data channel

_running: dict[str, object] = {}  # sockets of the sessions that are connected


@service.socket("/v1/data-channel/")
async def data_channel(ctx: Context, rest: str, socket) -> None:
    """A client opens the channel with the session's token, and has a terminal until one side ends."""
    opening = await socket.receive()
    session = _opened(ctx, rest, opening)
    if session is None:
        socket.close(1008, "The token is not valid for this session.")
        return
    rows = ctx.rows(sessions, account=ctx.account, region=ctx.region)
    rows.put(replace(session, status="Connected"))
    _running[session.id] = socket
    channel = Channel(socket, session.kind, {"commands": session.command} if session.command else {}, ctx.ids.uuid,
                      lambda: int(ctx.monotonic() * 1000))  # fmt: skip
    ended = "client"
    try:
        if await channel.handshake():
            command = [shell.available() or "sh", *(["-c", session.command] if session.command else ["-i"])]
            terminal = Terminal(command, shell.home(session.target), {"AWS_SSM_SESSION_ID": session.id})
            try:
                ended = await channel.run(terminal)
            finally:
                terminal.close()
            if ended != "client":
                channel.finish(session.id)
    finally:
        _running.pop(session.id, None)
        current = rows.get(session.id)
        if current is not None and current.status in OPEN:
            over = ended != "client"
            rows.put(replace(current, status="Terminated" if over else "Disconnected",
                             ended=ctx.now if over else None))  # fmt: skip


def _opened(ctx: Context, rest: str, opening) -> Session | None:
    """The session of a path, when the first message brings its token; the context is then where the session is."""
    try:
        token = json.loads(opening)["TokenValue"] if isinstance(opening, str) else None
    except (ValueError, KeyError, TypeError):
        return None
    session_id = rest.partition("?")[0]
    for rows in ctx.partitions(sessions):
        found = rows.get(session_id)
        if found is not None and token and found.token == token and found.status in OPEN:
            ctx.account, ctx.region = rows.partition
            return found
    return None
