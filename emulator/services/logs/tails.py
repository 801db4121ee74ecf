"""StartLiveTail: events as they come, pushed once a second over one connection for up to three hours.

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_StartLiveTail.html
"""

from collections import deque
from collections.abc import AsyncIterator, Sequence

from emulator.kernel.context import Context
from emulator.services.logs.errors import invalid
from emulator.services.logs.lookup import group
from emulator.services.logs.reading import pattern_of
from emulator.services.logs.service import service
from emulator.services.logs.tables import Event, Group, Stream

LIFETIME = 3 * 3600.0  # seconds
BEAT = 1.0  # seconds between updates
MOST = 500  # events of an update; more are a sample


class Session:
    """One live tail: what it wants, and the events that it was not sent yet."""

    def __init__(self, id: str, arns: list[str], names: list[str], prefixes: list[str], pattern):
        self.id, self.arns, self.names, self.prefixes, self.pattern = id, set(arns), names, tuple(prefixes), pattern
        self.waiting: deque[dict] = deque(maxlen=10 * MOST)

    @property
    def channel(self) -> tuple[str, str, str]:
        return "logs", "tail", self.id

    def wants(self, found: Group, of: Stream) -> bool:
        named = not self.names and not self.prefixes
        return found.arn in self.arns and (named or of.name in self.names or of.name.startswith(self.prefixes))


class Tails:
    """The live tails of one emulator."""

    def __init__(self):
        self.sessions: dict[str, Session] = {}

    def close(self) -> None:
        """The connections end with the emulator."""
        self.sessions.clear()


def came(ctx: Context, found: Group, of: Stream, events: Sequence[Event]) -> None:
    for session in ctx.backend(Tails).sessions.values():
        if session.wants(found, of):
            session.waiting.extend(
                {"logStreamName": of.name, "logGroupIdentifier": f"{found.account}:{found.name}",
                 "message": event.message, "timestamp": event.timestamp, "ingestionTime": event.ingested}
                for event in events if session.pattern is None or session.pattern.matches(event.message)
            )  # fmt: skip
            if session.waiting:
                ctx.notify(session.channel)


@service.operation
def start_live_tail(
    ctx, logGroupIdentifiers, logStreamNames=None, logStreamNamePrefixes=None, logEventFilterPattern=None
):
    """Raises InvalidParameterException, ResourceNotFoundException."""
    if logStreamNames and logStreamNamePrefixes:
        raise invalid("logStreamNames and logStreamNamePrefixes are mutually exclusive parameters.")
    if (logStreamNames or logStreamNamePrefixes) and len(logGroupIdentifiers) > 1:
        raise invalid("Log streams can only be specified with a single log group.")
    arns = [group(ctx, each).arn for each in logGroupIdentifiers]
    pattern = pattern_of(logEventFilterPattern)
    session = Session(ctx.ids.uuid(), arns, logStreamNames or [], logStreamNamePrefixes or [], pattern)
    start = {
        "requestId": ctx.request_id, "sessionId": session.id, "logGroupIdentifiers": logGroupIdentifiers,
        "logStreamNames": logStreamNames or [], "logStreamNamePrefixes": logStreamNamePrefixes or [],
        "logEventFilterPattern": logEventFilterPattern or "",
    }  # fmt: skip
    ctx.backend(Tails).sessions[session.id] = session
    return {"responseStream": _events(ctx, session, start)}


async def _events(ctx: Context, session: Session, start: dict) -> AsyncIterator[dict]:
    sessions, until = ctx.backend(Tails).sessions, ctx.now + LIFETIME
    try:
        yield {"sessionStart": start}
        while ctx.now < until:
            if not session.waiting:
                await ctx.wait(session.channel, BEAT)
            sampled = len(session.waiting) > MOST
            found = [session.waiting.popleft() for _ in range(min(MOST, len(session.waiting)))]
            if sampled:
                session.waiting.clear()
            yield {"sessionUpdate": {"sessionMetadata": {"sampled": sampled}, "sessionResults": found}}
        yield {"SessionTimeoutException": {"message": "The session has ended after three hours."}}
    finally:
        sessions.pop(session.id, None)
