"""What an operation may know and use: the caller, the time, ids, state, jobs, other services. Nothing of HTTP."""

from collections.abc import Hashable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from emulator.kernel.errors import AwsError
from emulator.kernel.jobs import STANDING_BY, Job
from emulator.kernel.store import Record, Rows, Table

if TYPE_CHECKING:
    from emulator.kernel.runtime import Runtime

PARTITION = "aws"


class Principal(Record):
    """Who calls. ``kind`` is Account (root), User, AssumedRole, FederatedUser, Service or Anonymous.

    ``arn`` and ``user_id`` are what GetCallerIdentity tells. ``session_policies`` (documents) and
    ``session_policy_arns`` (managed policies) restrict what a session may do; ``issuer`` is the ARN of whose
    permissions a federated user has. ``session`` holds condition keys that the session brings along, in lower case
    (``aws:tokenissuetime``).
    """

    kind: str
    account: str
    arn: str
    user_id: str
    access_key: str = ""
    session_policies: tuple[str, ...] = ()
    tags: dict[str, str] = {}
    session_policy_arns: tuple[str, ...] = ()
    issuer: str = ""
    session: dict[str, str] = {}


class Seen(NamedTuple):
    """A call that the emulator has answered, as it remembers it."""

    time: float
    principal: str  # its ARN
    access_key: str
    account: str
    region: str
    service: str
    operation: str
    status: int


@lru_cache(maxsize=1024)
def root(account: str, access_key: str = "") -> Principal:
    return Principal("Account", account, f"arn:{PARTITION}:iam::{account}:root", account, access_key)


def acting(service: str, source_arn: str, account: str) -> Principal:
    """A service that acts for a resource: policies may ask for whose (aws:SourceArn, aws:SourceAccount)."""
    session = {"aws:sourcearn": source_arn, "aws:sourceaccount": account, "aws:sourceowner": account}
    return Principal("Service", "", service, service, session=session)


ANONYMOUS = Principal("Anonymous", "", "*", "")


class Context:
    """One call of one operation.

    ``now`` is the call's moment in epoch seconds; it does not move during the call. ``account`` and ``region`` are
    where the call acts. ``host`` is the base URL under which the client reached us, for URLs in answers.
    """

    __slots__ = (
        "_runtime", "account", "client_host", "headers", "host", "input", "now", "operation", "principal",
        "protocol", "refused", "region", "request_id", "secure", "service", "source_ip", "via", "way",
    )  # fmt: skip

    def __init__(
        self,
        runtime: "Runtime",
        service: str,
        operation: str,
        account: str,
        region: str,
        principal: Principal,
        now: float | None = None,
        request_id: str = "",
    ):
        self._runtime = runtime
        self.service = service
        self.operation = operation
        self.account = account
        self.region = region
        self.principal = principal
        self.now = runtime.clock.now() if now is None else now
        self.request_id = request_id or runtime.ids.request_id()
        self.host = runtime.host
        self.client_host = ""  # the Host header as the client sent it; empty for calls between services
        self.headers: dict[str, str] = {}
        self.input: dict[str, Any] = {}
        self.protocol = ""
        self.way: Any = None  # how the call came to its resource, where its service has several ways
        self.refused: dict[tuple[str, str], AwsError] | None = None  # what IAM refuses in part, by action and ARN
        self.secure = False
        self.source_ip = "127.0.0.1"
        self.via = ""  # the service that calls, where it is not the client itself

    # State

    def rows(self, table: Table, *partition: str, account: str | None = None, region: str | None = None) -> Rows:
        """The rows of a table in the caller's partition, or in another account's or region's."""
        scope = table.scope
        if scope == 2:
            key = (account or self.account, region or self.region, *partition)
        elif scope == 1:
            key = (account or self.account, *partition)
        else:
            key = partition
        return self._runtime.store.partition(table, key)

    def transaction(self):
        """For what happens beside an operation, which the chain holds in a transaction already."""
        return self._runtime.store.transaction()

    def partitions(self, table: Table) -> list[Rows]:
        """Every partition of a table, whoever's; for what AWS looks up across accounts."""
        return self._runtime.store.partitions(table)

    @property
    def ids(self):
        return self._runtime.ids.of(self.service)

    @property
    def blobs(self):
        return self._runtime.blobs

    @property
    def endpoint(self) -> str:
        """The base URL under which the emulator listens, whatever host the client named."""
        return self._runtime.host

    # Other services

    def call(self, service: str, operation: str, params: dict | None = None, *, as_: Principal | None = None, **where):
        """Call an operation of any service through the same chain, without the socket; returns its output.

        ``as_`` is the acting principal (default: the caller); ``account`` and ``region`` default to this call's.
        Raises AwsError. An operation that must wait cannot be called in place: use a job.
        """
        return self._runtime.call(self, service, operation, params or {}, as_ or self.principal, **where)

    async def call_waiting(
        self, service: str, operation: str, params: dict | None = None, *, as_: Principal | None = None, **where
    ):
        """As :meth:`call`, for a coroutine: the operation may be one that waits (a function's answer).

        Afterwards ``now`` is the new moment, where it waited.
        """
        found = self._runtime.call(
            self, service, operation, params or {}, as_ or self.principal, waits=True, **where
        )
        if not hasattr(found, "__await__"):
            return found
        try:
            return await found
        finally:
            self.now = self._runtime.clock.now()

    # Time

    def at(self, due: float, handler: str, job_id: str | None = None, **payload) -> str:
        """Run the service's job ``handler`` at ``due`` (epoch seconds). Returns its id; an equal one replaces."""
        job_id = job_id or self.ids.uuid()
        name = f"{self.service}/{self.account}/{self.region}/{job_id}"
        self._runtime.scheduler.add(Job(name, due, self.service, handler, self.account, self.region, payload))
        return job_id

    def after(self, seconds: float, handler: str, job_id: str | None = None, **payload) -> str:
        return self.at(self.now + seconds, handler, job_id, **payload)

    def stand_by(self, handler: str, job_id: str | None = None, **payload) -> str:
        """Have a job stand by for work that waits: it runs only when the emulator ends before :meth:`cancel`."""
        return self.at(STANDING_BY, handler, job_id, **payload)

    def hand(
        self, service: str, handler: str, account: str, region: str, job_id: str | None = None,
        due: float | None = None, **payload,
    ) -> None:  # fmt: skip
        """Let a job of another service run, at once unless it is ``due`` later: what services tell each other beside
        their public operations."""
        name = f"{service}/{account}/{region}/{job_id or self.ids.uuid()}"
        due = self.now if due is None else due
        self._runtime.scheduler.add(Job(name, due, service, handler, account, region, payload))

    def cancel(self, job_id: str) -> bool:
        """Cancel a job of this service by its id; False when it is not there any more."""
        return self._runtime.scheduler.cancel(f"{self.service}/{self.account}/{self.region}/{job_id}")

    def notify(self, channel: Hashable) -> None:
        """Wake everyone who waits on the channel."""
        self._runtime.signals.notify(channel)

    def hasten_on(self, channel: Hashable, job_id: str) -> None:
        """Let notifications of the channel make a job of this service due at once, for as long as it stands."""
        self._runtime.signals.brings(channel, f"{self.service}/{self.account}/{self.region}/{job_id}")

    async def wait(self, channel: Hashable, seconds: float) -> bool:
        """Wait until the channel is notified, at most ``seconds``; afterwards ``now`` is the new moment."""
        notified = await self._runtime.signals.wait(channel, seconds)
        self.now = self._runtime.clock.now()
        return notified

    def monotonic(self) -> float:
        """Seconds on a clock that only measures; for deadlines of real waiting, also while the clock is frozen."""
        return self._runtime.monotonic()

    async def in_thread(self, function, *args):
        """Await a function that blocks or burns, in a worker thread. It must not touch state.

        Afterwards ``now`` is the new moment.
        """
        result = await self._runtime.in_thread(function, *args)
        self.now = self._runtime.clock.now()
        return result

    def backend(self, kind: type):
        """This emulator's one instance of a data plane (``kind()``), which is closed when the emulator stops."""
        return self._runtime.backend(kind)

    def directory(self, *names: str) -> Path:
        """A directory for files that programs write (a file system's), by names without slashes; it is made at need.

        It lies in the data directory, outlives restarts and goes with a reset; snapshots don't hold it.
        """
        return self._runtime.directory(self.service, *names)

    def history(self) -> Iterator[Seen]:
        """The calls that the emulator remembers, newest first: a bounded number of them."""
        return self._runtime.history()

    def afresh(self) -> "Context":
        """This place at the present moment, for what goes on when an operation or job is over (a server's requests)."""
        return Context(self._runtime, self.service, self.operation, self.account, self.region, self.principal)

    def setting(self, name: str, default=None):
        return self._runtime.settings.get(name, default)


def arn(ctx: Context, service: str, resource: str, region: str | None = None, account: str | None = None) -> str:
    """``arn:aws:service:region:account:resource``; pass ``""`` for parts that the service leaves empty."""
    region = ctx.region if region is None else region
    account = ctx.account if account is None else account
    return f"arn:{PARTITION}:{service}:{region}:{account}:{resource}"


__all__ = ["ANONYMOUS", "PARTITION", "AwsError", "Context", "Principal", "Seen", "acting", "arn", "root"]
