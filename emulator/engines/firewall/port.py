"""Where services that take requests (load balancers, API Gateway, CloudFront, Cognito) ask the firewall about them.

AWS WAF provides the function when it is loaded; whoever asks needs to know neither it nor its tables.
"""

from collections.abc import Callable
from typing import NamedTuple

from emulator.engines.firewall.requests import WebRequest
from emulator.engines.firewall.verdicts import Answer
from emulator.kernel.errors import AwsError


class Passage(NamedTuple):
    """``answer`` is for the client in place of what it asked for; ``insert`` are headers to send along otherwise."""

    answer: Answer | None = None
    insert: tuple[tuple[str, str], ...] = ()


OPEN = Passage()
Inspect = Callable[..., Passage]
_providers: list[Inspect] = []


def provide(function: Inspect) -> Inspect:
    """Declare ``inspect(ctx, request, source, *, resource, acl)``, which :func:`inspect` calls."""
    _providers[:] = [function]
    return function


def inspect(ctx, request: WebRequest, source: str, *, resource: str = "", acl: str = "") -> Passage:
    """Let a request pass the web ACL that protects a resource, or that is named by its ARN; open where there is none.

    ``source`` is how logs name the kind of resource (ALB, APIGW, CF, COGNITO). Writes state: call it in a transaction.
    """
    if not _providers:
        try:
            ctx.call("wafv2", "ListWebACLs", {"Scope": "REGIONAL"})  # loads the service, which then provides
        except AwsError:
            return OPEN  # this emulator serves without it
    return _providers[0](ctx, request, source, resource=resource, acl=acl) if _providers else OPEN
