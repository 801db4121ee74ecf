"""How the kinds of policies add up to one decision, and which statements made it.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics.html
"""

from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple

from emulator.auth.policies import (
    ACCOUNT_NAMED,
    ALLOW,
    DENY,
    IMPLICIT_DENY,
    NAMED,
    NOT_NAMED,
    ROLE_NAMED,
    Keys,
    Statement,
    obstacle,
    parse,
    reach,
)
from emulator.kernel.context import Principal

# The layers, in the words of AWS's messages and in the order in which their refusals are told.
ORGANIZATION = "service control policy"
RESOURCE_CONTROL = "resource control policy"
RESOURCE = "resource-based policy"
IDENTITY = "identity-based policy"
BOUNDARY = "permissions boundary"
SESSION = "session policy"
TRUST = "role trust policy"
LAYERS = (ORGANIZATION, RESOURCE_CONTROL, RESOURCE, IDENTITY, BOUNDARY, SESSION)
#: The layers of an organization, in which every level must allow.
CONTROLS = (ORGANIZATION, RESOURCE_CONTROL)


class Source(NamedTuple):
    """A policy and where it comes from: its name, and its kind (``user-inline``, ``aws-managed``, ``resource``).

    ``level`` is where in an organization a control policy is attached.
    """

    name: str
    kind: str
    document: str
    level: str = ""


class Question:
    """May this principal do this action on this resource? ``context`` holds condition keys in lower case."""

    def __init__(self, principal: Principal, action: str, resource: str, context: Keys | None = None):
        self.principal = principal
        self.action = action
        self.lowered = action.lower()
        self.resource = resource
        self._context = context or {}

    @cached_property
    def context(self) -> Keys:
        """The condition keys; may be a function, so that they are gathered only when a statement has conditions."""
        return self._context() if callable(self._context) else self._context


class Match(NamedTuple):
    """A statement that applied."""

    source: Source
    index: int
    statement: Statement


class Verdict(NamedTuple):
    """What one layer says, by which statements; ``reach`` is how the most telling Allow names the principal."""

    effect: str
    matches: tuple[Match, ...]
    reach: int = NAMED


class Decision(NamedTuple):
    """``by`` is the layer that refuses, empty when the call is allowed; ``explicit`` whether a Deny does."""

    question: Question
    allowed: bool
    by: str
    explicit: bool
    sources: dict[str, tuple[Source, ...]]
    verdicts: dict[str, Verdict]

    @property
    def effect(self) -> str:
        """The word of the simulator."""
        return "allowed" if self.allowed else "explicitDeny" if self.explicit else "implicitDeny"

    @property
    def matches(self) -> list[Match]:
        return [match for verdict in self.verdicts.values() for match in verdict.matches]

    def reason(self) -> str:
        """The end of AWS's message: why not."""
        article = "an" if self.by[0] in "aeiou" else "a"
        if self.explicit:
            article = "the" if self.by == TRUST else article
            return f"with an explicit deny in {article} {self.by}"
        return f"because no {self.by} allows the {self.question.action} action"


def ask(sources: Iterable[Source], question: Question) -> Verdict:
    """One layer's verdict: DENY before ALLOW before IMPLICIT_DENY, with the statements that speak for it."""
    found: dict[str, list[Match]] = {ALLOW: [], DENY: []}
    widest = NOT_NAMED
    for source in sources:
        for index, each in enumerate(parse(source.document)):
            context = question.context if each.conditions or _has_variables(each) else {}
            if obstacle(each, question.lowered, question.resource, question.principal, context) is None:
                found[each.effect].append(Match(source, index, each))
                if each.effect == ALLOW:
                    widest = max(widest, reach(each, question.principal))
    for effect in (DENY, ALLOW):
        if found[effect]:
            return Verdict(effect, tuple(found[effect]), widest)
    return Verdict(IMPLICIT_DENY, (), NOT_NAMED)


def ask_levels(sources: Iterable[Source], question: Question) -> Verdict:
    """The verdict of policies on several levels, each of which must allow; without any level nothing is restricted."""
    levels: dict[str, list[Source]] = {}
    for source in sources:
        levels.setdefault(source.level, []).append(source)
    verdicts = [ask(each, question) for each in levels.values()]
    for effect in (DENY, IMPLICIT_DENY):
        found = next((each for each in verdicts if each.effect == effect), None)
        if found is not None:
            return found
    return Verdict(ALLOW, tuple(match for each in verdicts for match in each.matches))


def _has_variables(each: Statement) -> bool:
    return any("${" in text for text in (each.resources or each.not_resources or ()))


def evaluate(
    question: Question,
    sources: dict[str, tuple[Source, ...] | None],
    *,
    foreign: bool = False,
    needs_resource_policy: bool = False,
) -> Decision:
    """The decision over all layers. A layer that is None does not restrict (a root has no identity-based policies).

    ``foreign``: the resource belongs to another account, whose policy must let the caller in, too.
    ``needs_resource_policy``: without that resource's policy nobody may do anything (a KMS key, a role's trust).
    """
    known = {layer: sources[layer] for layer in sources if sources[layer] is not None}
    verdicts = {layer: (ask_levels if layer in CONTROLS else ask)(each, question) for layer, each in known.items()}

    def decided(allowed: bool, by: str = "", explicit: bool = False) -> Decision:
        return Decision(question, allowed, by, explicit, known, verdicts)

    for layer, verdict in verdicts.items():
        if verdict.effect == DENY:
            return decided(False, layer, True)

    def lets(layer: str) -> bool:
        return layer not in verdicts or verdicts[layer].effect == ALLOW

    for layer in CONTROLS:
        if not lets(layer):
            return decided(False, layer)
    gate = TRUST if TRUST in sources else RESOURCE
    named = verdicts[gate].reach if gate in verdicts else NOT_NAMED
    if (foreign or needs_resource_policy) and named < ACCOUNT_NAMED:
        return decided(False, gate)
    if named == NAMED and not foreign:
        return decided(True)
    if not lets(IDENTITY) and (foreign or named < ROLE_NAMED):
        return decided(False, IDENTITY)
    for layer in (BOUNDARY, SESSION):
        if not lets(layer):
            return decided(False, layer)
    return decided(True)


def explain(decision: Decision) -> list[str]:
    """The decision in sentences: what was asked, and why each statement that was consulted did or didn't count."""
    question = decision.question
    lines = [
        f"{question.principal.arn} {'may' if decision.allowed else 'may not'} {question.action} on {question.resource}"
        + ("" if decision.allowed else f", {decision.reason()}")
    ]
    for layer, sources in decision.sources.items():
        lines.append(f"{layer}: {_WORDS[decision.verdicts[layer].effect]}")
        if not sources:
            lines.append("  there is none")
        for source in sources:
            for index, each in enumerate(parse(source.document)):
                name = f"{source.name} ({source.kind}) statement {each.sid or index + 1}"
                lines.append(f"  {each.effect} by {name}: {_account(each, question)}")
    if IDENTITY not in decision.sources:
        lines.append("no identity-based policy is asked: the caller is the root of its account or a service")
    return lines


_WORDS = {ALLOW: "allows", DENY: "denies", IMPLICIT_DENY: "says nothing"}


def _account(each: Statement, question: Question) -> str:
    found = obstacle(each, question.lowered, question.resource, question.principal, question.context)
    if found is None:
        return "applies"
    element, condition = found
    if condition is None:
        return f"does not apply, its {element} does not match"
    operator, key, values = condition
    actual = question.context.get(key.lower())
    return f"does not apply, {operator} of {key} wants {list(values)} and the request has {actual or 'no such key'}"
