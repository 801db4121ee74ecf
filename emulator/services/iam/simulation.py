"""The policy simulator: the engine that enforces, asked about calls that nobody makes.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_testing-policies.html
"""

import re
from typing import Any

from emulator.auth.authorization import controls_of, layers_of, principal_from, principal_keys
from emulator.auth.evaluation import (
    BOUNDARY,
    IDENTITY,
    ORGANIZATION,
    RESOURCE,
    Decision,
    Match,
    Question,
    Source,
    evaluate,
)
from emulator.auth.identities import Identity, account_of, identity_of, identity_policies
from emulator.auth.policies import DENY, Keys, caller_keys, parse
from emulator.kernel.context import Context, Principal, root
from emulator.kernel.errors import AwsError
from emulator.services.iam import grammar
from emulator.services.iam.common import paged
from emulator.services.iam.errors import invalid
from emulator.services.iam.service import service

# The words of the simulator for the kinds of sources.
KINDS = {
    "user-inline": "user", "group-inline": "group", "role-inline": "role", "aws-managed": "aws-managed",
    "customer-managed": "user-managed", "managed": "user-managed", "resource": "resource",
}  # fmt: skip
VARIABLE = re.compile(r"\$\{([^},]*)")
PLAIN = ("*", "?", "$")


def _documents(given: list[str] | None, name: str) -> tuple[Source, ...]:
    """Policies of the input, named as the simulator names them: PolicyInputList.1. Raises InvalidInput."""
    found = []
    for number, document in enumerate(given or (), 1):
        try:
            grammar.statements_of(grammar.decode(document))
            parse(document)
        except (AwsError, KeyError, ValueError, AttributeError):
            raise invalid(f"The policy {name}.{number} is malformed.") from None
        found.append(Source(f"{name}.{number}", "none", document))
    return tuple(found)


def _source(ctx: Context, arn: str) -> Identity:
    """The identity whose policies are simulated. Raises NoSuchEntity, InvalidInput."""
    if arn.count(":") < 5:
        raise invalid(f"Invalid Entity Arn: {arn} does not clearly define entity type and name.")
    found = identity_of(ctx, arn)
    if found is None or found.arn != arn or account_of(arn) != ctx.account:
        raise AwsError("NoSuchEntity", "Unable to retrieve specified IAM entity.")
    return found


@service.operation
def simulate_custom_policy(
    ctx, PolicyInputList, ActionNames, PermissionsBoundaryPolicyInputList=None,
    OrderedOrganizationPolicyInputList=None, ResourceArns=None, ResourcePolicy=None, ResourceOwner=None,
    CallerArn=None, ContextEntries=None, ResourceHandlingOption=None, MaxItems=None, Marker=None,
):  # fmt: skip
    """What these policies would decide. Raises InvalidInput, PolicyEvaluation."""
    sources = {IDENTITY: _documents(PolicyInputList, "PolicyInputList")}
    principal = _caller(ctx, CallerArn) if CallerArn else root(ctx.account)
    return _simulated(ctx, principal, None, sources)


@service.operation
def simulate_principal_policy(
    ctx, PolicySourceArn, ActionNames, PolicyInputList=None, PermissionsBoundaryPolicyInputList=None,
    PolicyExclusionList=None, ResourceArns=None, ResourcePolicy=None, ResourceOwner=None, CallerArn=None,
    ContextEntries=None, ResourceHandlingOption=None, MaxItems=None, Marker=None,
):  # fmt: skip
    """What an identity's policies, and some more, would decide. Raises NoSuchEntity, InvalidInput, PolicyEvaluation."""
    identity = _source(ctx, PolicySourceArn)
    principal = _caller(ctx, CallerArn or identity.arn)
    sources = layers_of(ctx, principal, identity) | controls_of(ctx, principal, identity, "")
    excluded = set(PolicyExclusionList or ())
    own = [Source(*each) for each in identity_policies(ctx, identity)]
    kept = [each for each in own if each.name not in excluded]
    sources[IDENTITY] = (*kept, *_documents(PolicyInputList, "PolicyInputList"))
    return _simulated(ctx, principal, identity, sources)


def _caller(ctx: Context, arn: str) -> Principal:
    """Raises InvalidInput for what is no identity of IAM. A group simulates as a user that has its policies."""
    if ":group/" in arn:
        return Principal("User", account_of(arn), arn, "")
    try:
        return principal_from(ctx, arn)
    except LookupError:
        raise invalid(f"Invalid CallerArn: {arn}") from None


def _simulated(ctx: Context, principal: Principal, identity: Identity | None, sources: dict) -> dict:
    """The page of results for all actions on all resources that the input names."""
    given = ctx.input
    if given.get("PermissionsBoundaryPolicyInputList"):
        named = "PermissionsBoundaryPolicyInputList"
        sources[BOUNDARY] = _documents(given[named], named)
    if given.get("OrderedOrganizationPolicyInputList"):
        sources[ORGANIZATION] = tuple(
            source._replace(level=str(level)) for level, each in enumerate(given["OrderedOrganizationPolicyInputList"])
            for source in _documents(each.get("ServiceControlPolicyInputList"), "ServiceControlPolicyInputList")
        )  # fmt: skip
    if given.get("ResourcePolicy"):
        sources[RESOURCE] = _documents([given["ResourcePolicy"]], "ResourcePolicy")
    for action in given["ActionNames"]:
        if action.count(":") != 1:
            raise invalid(f"Invalid Action: {action}")
    keys = _context(principal, identity, given.get("ContextEntries") or ())
    asked = [(action, resource) for action in given["ActionNames"] for resource in given.get("ResourceArns") or ["*"]]
    owner = given.get("ResourceOwner", "").split(":")[4:5]

    def result(number_and_pair) -> dict:
        _, (action, resource) = number_and_pair
        question = Question(principal, action, resource, keys)
        foreign = bool(owner) and owner[0] != principal.account
        return _view(evaluate(question, sources, foreign=foreign))

    return paged(ctx, "EvaluationResults", enumerate(asked), lambda each: each[0], result)


def _context(principal: Principal, identity: Identity | None, entries) -> Keys:
    """What a simulation knows of the request: only what the caller itself tells, and what was given."""
    keys = caller_keys(principal) | principal_keys(principal, identity)
    for each in entries:
        keys[each["ContextKeyName"].lower()] = list(each.get("ContextKeyValues") or ())
    return keys


def _view(decision: Decision) -> dict:
    question = decision.question
    shown: dict[str, Any] = {
        "EvalActionName": question.action, "EvalResourceName": question.resource, "EvalDecision": decision.effect,
        "MatchedStatements": [_matched(match) for match in _telling(decision)],
        "MissingContextValues": _missing(decision),
    }  # fmt: skip
    if ORGANIZATION in decision.verdicts:
        allowed = decision.verdicts[ORGANIZATION].effect == "Allow"
        shown["OrganizationsDecisionDetail"] = {"AllowedByOrganizations": allowed}
    if BOUNDARY in decision.verdicts:
        allowed = decision.verdicts[BOUNDARY].effect == "Allow"
        shown["PermissionsBoundaryDecisionDetail"] = {"AllowedByPermissionsBoundary": allowed}
    return shown


def _telling(decision: Decision) -> list[Match]:
    """The statements that made the decision: those that deny where one does, else those that allow."""
    denying = [match for match in decision.matches if match.statement.effect == DENY]
    return denying if decision.explicit else decision.matches


def _matched(match: Match) -> dict:
    start, end = _place(match.source.document, match.index)
    return {
        "SourcePolicyId": match.source.name, "SourcePolicyType": KINDS.get(match.source.kind, "none"),
        "StartPosition": start, "EndPosition": end,
    }  # fmt: skip


def _place(document: str, index: int) -> tuple[dict, dict]:
    """Where a statement begins and ends in the text of its policy: lines and columns from 1."""
    begin = document.index("{", document.index('"Statement"'))
    for _ in range(index):
        begin = document.index("{", _closing(document, begin))
    return _position(document, begin), _position(document, _closing(document, begin))


def _closing(text: str, begin: int) -> int:
    """The place behind the brace that closes the one at ``begin``."""
    depth, quoted, place = 0, False, begin
    while True:
        letter = text[place]
        if quoted:
            place += letter == "\\"
            quoted = letter != '"'
        elif letter == '"':
            quoted = True
        elif letter in "{}":
            depth += 1 if letter == "{" else -1
        place += 1
        if depth == 0:
            return place


def _position(text: str, place: int) -> dict:
    line = text.count("\n", 0, place) + 1
    return {"Line": line, "Column": place - (text.rfind("\n", 0, place) + 1) + 1}


# Context keys


def context_keys(documents) -> list[str]:
    """The condition keys and policy variables that documents use, sorted."""
    found: set[str] = set()
    for document in documents:
        for each in parse(document):
            texts = [*(each.resources or ()), *(each.not_resources or ())]
            for _, key, values in each.conditions:
                found.add(key)
                texts += values
            found |= {name for text in texts for name in VARIABLE.findall(text) if name not in PLAIN}
    return sorted(found)


def _missing(decision: Decision) -> list[str]:
    documents = [source.document for sources in decision.sources.values() for source in sources]
    known = decision.question.context
    return [key for key in context_keys(documents) if key.lower() not in known]


@service.operation
def get_context_keys_for_custom_policy(ctx, PolicyInputList):
    """Raises InvalidInput."""
    return {"ContextKeyNames": context_keys(each.document for each in _documents(PolicyInputList, "PolicyInputList"))}


@service.operation
def get_context_keys_for_principal_policy(ctx, PolicySourceArn, PolicyInputList=None):
    """Raises NoSuchEntity, InvalidInput."""
    own = [document for _, _, document in identity_policies(ctx, _source(ctx, PolicySourceArn))]
    more = [each.document for each in _documents(PolicyInputList, "PolicyInputList")]
    return {"ContextKeyNames": context_keys([*own, *more])}
