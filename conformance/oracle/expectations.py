"""What a service answers to input that breaks something: read from ``conformance/expectations/<service>.yaml``.

The file names its sources. Top-level keys are kinds of breach (required, length, range, enum, pattern, type, malformed,
signature); each value is ``{code, status, message}`` (``like``: an expression for the whole message), ``words: coral``
for AWS's common sentence, or, for malformed, signature and type, a table by detail. ``body``, ``query`` and ``header``
hold the same keys for what is there alone, ``outermost`` for the request's own members, ``operations`` for one
operation (``SendMessage``) or one member (``SendMessage.MessageBody``, ``*.Name`` in all operations); ``none: reason``
takes an expectation away. What the file leaves open is read from
``conformance/expectations/protocols/<protocol>.yaml``; where nothing is said there either, nothing is expected, and
the verdict says so.
"""

from functools import cache
from pathlib import Path
from typing import NamedTuple

import yaml

from conformance.generator.variant import Breach, Variant
from conformance.oracle import coral
from conformance.services.declared import Declared, Error
from emulator.model import Operation

FILES = Path(__file__).parents[1] / "expectations"


class Expected(NamedTuple):
    """The exact refusal; ``message`` is None where no evidence tells it, ``like`` where it is always the same."""

    code: str
    status: int
    message: str | None
    like: str | None = None


#: Kinds of breach whose rule may be a table by detail: what is wrong with the body or the signature, the wanted type.
DETAILED = ("malformed", "signature", "type")
#: Where a member stands in the request, as the files call it, by the model's location.
PLACES = {None: "body", "querystring": "query", "header": "header", "headers": "header", "uri": "path"}


@cache
def table(name: str) -> dict:
    """The file of a service, or of ``protocols/<protocol>``; empty where there is none."""
    path = FILES / f"{name}.yaml"
    return yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else {}


def expected(operation: Operation, variant: Variant, given: dict, declared: Declared, absent: dict) -> Expected | None:
    """What the variant must be answered; None where nothing is known. ``absent``: the fields of the missing thing."""
    breach = variant.breach
    if breach.kind == "reference":
        found = _reference(operation, breach, declared, absent)
        # The words of a second protocol may be others.
        return found._replace(message=None) if found is not None and variant.protocol else found
    rule = _rule(operation, breach, variant.protocol or operation.service.protocols[0])
    if rule is None or "none" in rule:
        return None
    member = str(breach.path[-1]) if breach.path else ""
    message = rule.get("message")
    if rule.get("words") == "coral":
        message = coral.sentence(operation, breach, given, rule.get("hides", False))
    elif message is not None:
        message = message.format(member=member[:1].lower() + member[1:], Member=member, value=breach.value,
                                 operation=operation.name, wire=_on_wire(operation, breach))
    return Expected(rule["code"], rule.get("status", 400), message, rule.get("like"))


def _on_wire(operation: Operation, breach: Breach) -> str:
    """The name of a member of the input as the request writes it."""
    first = breach.path[0] if breach.path else None
    return operation.input.members[first].get("locationName", first) if first else ""


def _rule(operation: Operation, breach: Breach, protocol: str) -> dict | None:
    """The most telling rule: of the member, of the operation, of its place in the request, of service and protocol."""
    found, general = table(operation.service.name), table(f"protocols/{protocol}")
    own = found.get("operations", {})
    place = PLACES.get(operation.input.members[breach.path[0]].get("location")) if breach.path else None
    names = [step for step in breach.path if type(step) is str]
    kind = "no body" if breach.kind == "required" and breach.path == (operation.input.payload,) else breach.kind
    outermost = found.get("outermost", {}) if len(breach.path) == 1 else {}
    scopes = [own.get(".".join([operation.name, *names]), {}), own.get(".".join(["*", *names]), {}),
              own.get(operation.name, {}), outermost,
              found.get(place, {}), found, general.get(place, {}), general]
    for scope in scopes:
        rule = scope.get(kind)
        if rule is not None and breach.kind in DETAILED and "code" not in rule and "none" not in rule:
            rule = rule.get(breach.value)
        if rule is not None:
            return rule
    return None


def _reference(operation: Operation, breach: Breach, declared: Declared, absent: dict) -> Expected | None:
    made = declared.fixtures.get(breach.value)
    own = (operation.name, next(step for step in reversed(breach.path) if type(step) is str))
    error: Error | None = declared.errors.get(own, made and made.error)
    if error is None:
        return None
    return Expected(error.code, error.status, error.message and error.message.format(**absent))
