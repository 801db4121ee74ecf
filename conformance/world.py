"""The world of a variant: an account, calls to services, and fixtures that are made when they are first needed."""

import hashlib
import time
import uuid
from collections.abc import Callable
from typing import Any

from conformance.client.caller import Caller, Refused, Unsendable
from conformance.client.connection import Connection, Unanswered
from conformance.generator.hints import Ref, Unique
from conformance.generator.negatives import ABSENT
from conformance.services import declaration


class NoFixture(Exception):
    """What a variant needs can't be made at this endpoint."""


class Endpoint:
    """Where to call and as whom. At an ``own`` endpoint every world has an account of its own (a 12-digit key).

    ``patience``: seconds that something may be in the making before it counts as never made.
    """

    def __init__(self, url: str, own: bool = True, access_key: str | None = None, secret: str = "test",
                 token: str | None = None, region: str = "us-east-1", patience: float | None = None):
        self.url, self.own, self.region = url.rstrip("/"), own, region
        self.patience = patience if patience is not None else (5.0 if own else 300.0)
        self.access_key, self.secret, self.token = access_key, secret, token
        # Names of one run don't meet those of another at the same endpoint.
        self.salt = uuid.uuid4().hex

    def caller(
        self, service: str, account: str, protocol: str | None = None, region: str | None = None
    ) -> Caller:
        key = account if self.own or self.access_key is None else self.access_key
        return Caller(service, self.url, key, self.secret, region or self.region, self.token, protocol)


class World:
    """``name`` decides account and names, so that the same variant always lives in the same world."""

    def __init__(self, endpoint: Endpoint, service: str, name: str):
        self.endpoint, self.service = endpoint, service
        self.tag = hashlib.sha256(f"{endpoint.salt}/{name}".encode()).hexdigest()[:10]
        self.account = f"{int(self.tag, 16) % 900_000_000_000 + 100_000_000_000}"
        self.region = endpoint.region
        self._callers: dict[tuple[str, str | None], Caller] = {}
        self._made: dict[str, dict] = {}
        self._unmade: dict[str, NoFixture] = {}
        self._undo: list[Callable[[], Any]] = []
        self._count = 0
        #: Every call of this world: service, operation, input.
        self.log: list[tuple[str, str, dict]] = []

    def caller(self, service: str | None = None, protocol: str | None = None) -> Caller:
        """Calls a service (the world's own unless named) in a protocol (the service's first unless named)."""
        which = service or self.service, protocol
        if which not in self._callers:
            caller = self._callers[which] = self.endpoint.caller(which[0], self.account, protocol)
            caller.log = self.log
        return self._callers[which]

    def elsewhere(self, region: str) -> Caller:
        """The same account's calls in another region."""
        return self.endpoint.caller(self.service, self.account, region=region)

    def ask(self, operation: str, given: dict | None = None, service: str | None = None) -> dict:
        """Call and give the parsed answer. Raises Refused."""
        return self.caller(service).ask(operation, given or {})

    def refusal(self, operation: str, given: dict, service: str | None = None) -> tuple[int, str | None]:
        """Call and give status and code; ``(200, None)`` and the like when it is accepted."""
        answer = self.caller(service).call(operation, given)
        return answer.raw.status, answer.code

    def twin(self, connection: Connection) -> "World":
        """The same account on another connection, for writers at once; it makes nothing that must be undone."""
        other = World(self.endpoint, self.service, self.tag)
        other.tag, other.account = self.tag, self.account
        other.caller().connection = connection
        return other

    def unknown(self, operation: str, given: dict) -> None:
        """An endpoint that knows what nobody made can't be trusted with fixtures. Raises LookupError."""
        answer = self.caller().call(operation, given)
        if answer.raw.status < 400:
            raise LookupError(f"{operation} knows {given}, which nobody made")

    def wait(self, look: Callable[[], dict], ready: Callable[[dict], bool]) -> dict:
        """Look until what is seen is ready; gives what was seen last, ready or not."""
        until, pause = time.monotonic() + self.endpoint.patience, 0.02
        while not ready(found := look()) and time.monotonic() < until:
            time.sleep(pause)
            pause = min(2 * pause, 2.0)
        return found

    def unique(self, prefix: str) -> str:
        self._count += 1
        return f"{prefix}{self.tag}{self._count}"

    def fixture(self, name: str) -> dict:
        """The fields of a fixture, made at first use; one that can't be made isn't tried again. Raises NoFixture."""
        if name in self._unmade:
            raise self._unmade[name]
        if name not in self._made:
            found = declaration(self.service).fixtures.get(name)
            if found is None:
                raise NoFixture(f"nobody has declared how to make {name}")
            try:
                fields = found.make(self)
            except (Refused, Unsendable, Unanswered, LookupError, TypeError, ValueError, AttributeError) as error:
                self._unmade[name] = NoFixture(f"{name} can't be made: {type(error).__name__} {error}")
                raise self._unmade[name] from None
            self._made[name] = fields
            if found.drop is not None:
                self.later(lambda: found.drop(self, fields))
        return self._made[name]

    def later(self, undo: Callable[[], Any]) -> None:
        """Something to undo when the world ends."""
        self._undo.append(undo)

    def settle(self, value: Any) -> Any:
        """A value of a variant with its references and unique names filled in. Raises NoFixture."""
        if type(value) is dict:
            return {key: self.settle(each) for key, each in value.items()}
        if type(value) is list:
            return [self.settle(each) for each in value]
        if type(value) is Unique:
            return self.unique(value.prefix) + value.suffix
        if type(value) is Ref:
            return self._referenced(value)
        return value

    def _referenced(self, ref: Ref) -> Any:
        name, _, absent = ref.fixture.partition("/")
        if absent == ABSENT:
            made = declaration(self.service).fixtures.get(name)
            if made is None or made.absent is None:
                raise NoFixture(f"nobody has declared what an absent {name} is")
            fields = made.absent(self)
            if ref.field not in fields:
                raise NoFixture(f"nobody has declared the {ref.field} of an absent {name}")
            field = fields[ref.field]
        else:
            fields = self.fixture(name)
            if fields.get(ref.field) is None:
                raise NoFixture(f"{name} has no {ref.field}")
            field = fields[ref.field]
        return ref.form.format(field) if ref.form != "{}" else field

    def close(self) -> None:
        """Undo what was made, newest first; what is gone already is no matter."""
        while self._undo:
            undo = self._undo.pop()
            try:
                undo()
            except (Refused, Unsendable, Unanswered, LookupError, TypeError, ValueError, AttributeError):
                continue
