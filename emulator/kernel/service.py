"""How a service declares itself: operations by their snake-case names, job handlers by theirs."""

import inspect
import re
from collections.abc import Callable
from typing import Any

from emulator.kernel.errors import AwsError


def snake_case(name: str) -> str:
    """``ListObjectsV2`` → ``list_objects_v2``; ``GetSAMLProvider`` → ``get_saml_provider``."""
    name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name).lower()


class Service:
    """The operations of one service, named as botocore names it."""

    def __init__(self, name: str):
        self.name = name
        self.functions: dict[str, Callable] = {}  # by snake-case name
        self.jobs: dict[str, Callable] = {}
        # Called once, with a context, by an emulator that has just read its state back from its data directory.
        self.on_start: list[Callable] = []
        self.pages: dict[str, Callable] = {}  # by the beginning of a path
        self.sockets: dict[str, Callable] = {}  # by the beginning of a path
        self.listeners: dict[str, Callable] = {}  # by the setting that names their port
        self.sites: dict[str, Callable] = {}  # by the label in the host
        self.host: Callable | None = None  # answers for the host names of its resources
        # Called with the context before every operation; they refuse by raising AwsError.
        self.before: list[Callable] = []
        # Called after every call from outside with (context, operation's model, status, error code, bytes sent), each
        # in a transaction of its own.
        self.answered: list[Callable] = []
        # What IAM asks a service of its resources, where it can tell: the ARN that a call acts on, a tuple of several,
        # or a dict of one for each action, ``(ctx)``; of an ARN the owner's account and the policy,
        # ``(ctx, arn) -> (account, document | None) | None``; its tags; the service's condition keys in lower case.
        self.resource_of: Callable | None = None
        self.condition_keys: Callable | None = None
        self.resource_policy: Callable | None = None
        self.resource_tags: Callable | None = None

    @staticmethod
    def extra_headers(ctx) -> list[tuple[str, str]]:
        """Headers that a browser's request (one with an Origin) gets besides; a service may replace this."""
        return []

    def operation(self, function: Callable) -> Callable:
        """Declare ``def operation_name(ctx, Member, OtherMember=default)``; returns plain data under wire names."""
        self.functions[function.__name__] = function
        return function

    def job(self, function: Callable) -> Callable:
        """Declare ``def handler(ctx, **payload)``, to be named in ``ctx.at`` and ``ctx.after``.

        One that must wait returns a coroutine: its row is gone by then, so it leaves another to be tried again by.
        """
        self.jobs[function.__name__] = function
        return function

    def page(self, prefix: str) -> Callable[[Callable], Callable]:
        """Declare ``def page(ctx, rest)`` for plain GETs of paths that begin with ``prefix``; ``rest`` is what follows.

        It returns (content type, content), or None for a page that is not there. The gateway's pages name the prefix.
        """

        def declare(function: Callable) -> Callable:
            self.pages[prefix] = function
            return function

        return declare

    def site(self, label: str) -> Callable[[Callable], Callable]:
        """Declare ``async def site(ctx, name, request)`` for all that is asked of hosts ``<name>.<label>.<region>…``.

        It returns a Response: what its users make of HTTP is theirs. The gateway's sites name the label.
        """

        def declare(function: Callable) -> Callable:
            self.sites[label] = function
            return function

        return declare

    def socket(self, prefix: str) -> Callable[[Callable], Callable]:
        """Declare ``async def serve(ctx, rest, socket)`` for WebSockets of paths that begin with ``prefix``.

        It awaits ``socket.receive()`` and calls ``socket.send``; the socket is closed when it returns. Each stretch
        between two awaits is a transaction. The gateway's websockets name the prefix.
        """

        def declare(function: Callable) -> Callable:
            self.sockets[prefix] = function
            return function

        return declare

    def hosted(self, function: Callable) -> Callable:
        """Declare ``async def serve(ctx, request, name) -> Response`` for the host names that the service keeps.

        ``name`` is the row of ``kernel.host_names``; None for a host of the service's that nothing has.
        """
        self.host = function
        return function

    def listener(self, setting: str) -> Callable[[Callable], Callable]:
        """Declare ``async def listen(host, port, open)`` for a port of its own; ``open()`` gives a context.

        The gateway's listeners name the setting. What it returns is closed with ``close()``.
        """

        def declare(function: Callable) -> Callable:
            self.listeners[setting] = function
            return function

        return declare

    def start(self, function: Callable) -> Callable:
        self.on_start.append(function)
        return function


def bind(function: Callable, members: set[str]) -> Callable[[Any, dict], Any]:
    """Wrap an operation so that it takes (ctx, input). A parameter that the input shape lacks is an error, now.

    A parameter that is a Python keyword carries a trailing underscore. ``**members`` receives the whole input.
    """
    takes_all = False
    wanted: list[tuple[str, Any]] = []
    for parameter in list(inspect.signature(function).parameters.values())[1:]:
        if parameter.kind is parameter.VAR_KEYWORD:
            takes_all = True
            continue
        name = parameter.name.rstrip("_") if parameter.name.rstrip("_") in members else parameter.name
        if name not in members:
            raise TypeError(f"{function.__module__}.{function.__name__}: the model has no input member {name}")
        wanted.append((name, None if parameter.default is parameter.empty else parameter.default))
    if takes_all:
        return lambda ctx, given: function(ctx, **given)
    return lambda ctx, given: function(ctx, *[given.get(name, default) for name, default in wanted])


__all__ = ["AwsError", "Service", "bind", "snake_case"]
