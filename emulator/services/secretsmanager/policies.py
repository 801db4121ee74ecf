"""Resource policies of secrets, and what speaks against one.

https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_resource-policies.html
"""

import orjson

from emulator.auth import policies as language
from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.resources import page
from emulator.services.secretsmanager import finding
from emulator.services.secretsmanager.errors import INVALID_TOKEN, invalid_parameter, not_found
from emulator.services.secretsmanager.service import service
from emulator.services.secretsmanager.tables import Secret

NAME = "default"
ELEMENTS = frozenset((
    "Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition",
))  # fmt: skip
# Conditions on these keys keep a statement for everybody from being public.
FIXED = frozenset((
    "aws:sourcearn", "aws:sourceaccount", "aws:sourceowner", "aws:sourcevpc", "aws:sourcevpce", "aws:sourceip",
    "aws:principalarn", "aws:principalaccount", "aws:principalorgid", "aws:principalorgpaths", "aws:userid",
))  # fmt: skip


def faults(ctx: Context, document: str, resource: str) -> list[tuple[str, str]]:
    """(check, what is wrong) for a policy: its syntax, whom it lets in, whether it locks the caller out."""
    try:
        statements = _statements(document)
    except (ValueError, KeyError, TypeError, AttributeError):
        return [("SyntaxCheck", "The resource policy contains a syntax error.")]
    found = []
    if any(_is_public(each) for each in statements):
        found.append(("PublicAccessCheck", "The resource policy grants broad access to the secret."))
    decision = language.decide([document], "secretsmanager:PutResourcePolicy", resource, ctx)
    if decision == language.DENY:
        found.append(("LockoutCheck", "The resource policy locks out the caller."))
    return found


def _statements(document: str) -> list[language.Statement]:
    """Raises ValueError and its like for what is no policy."""
    given = orjson.loads(document)
    listed = given["Statement"] if isinstance(given["Statement"], list) else [given["Statement"]]
    for each in listed:
        complete = each.keys() & {"Principal", "NotPrincipal"} and each.keys() & {"Action", "NotAction"}
        if not (complete and each.keys() <= ELEMENTS and each["Effect"] in ("Allow", "Deny")):
            raise ValueError("an element is missing, or one too many")
        if not each.keys() & {"Resource", "NotResource"}:
            raise ValueError("a statement needs a resource")
    return list(language.statements_of(given))


def _is_public(each: language.Statement) -> bool:
    everybody = each.not_principals is not None or ("AWS", "*") in (each.principals or ())
    fixed = any(key.lower() in FIXED for _, key, _ in each.conditions)
    return each.effect == "Allow" and everybody and not fixed


def _check_name(name: str | None) -> None:
    if name not in (None, NAME):
        raise invalid_parameter(f"You can attach the {NAME} policy only.")


@service.operation
def put_resource_policy(ctx: Context, SecretId, ResourcePolicy, PolicyName=None, BlockPublicPolicy=False):
    """Raises MalformedPolicyDocumentException, PublicPolicyException, InvalidParameterException and others."""
    secret = finding.find(ctx, SecretId)
    _check_name(PolicyName)
    for check, message in faults(ctx, ResourcePolicy, secret.arn):
        if check == "SyntaxCheck":
            raise AwsError("MalformedPolicyDocumentException", "This resource policy contains invalid Json or syntax.")
        if check == "PublicAccessCheck" and BlockPublicPolicy:
            raise AwsError("PublicPolicyException", message)
    finding.store(ctx, replace(secret, policy=ResourcePolicy))
    return _named(secret, PolicyName)


def _named(secret: Secret, name: str | None) -> dict:
    found = {"ARN": secret.arn, "Name": secret.name}
    return found if name is None else found | {"PolicyName": name}


@service.operation
def get_resource_policy(ctx: Context, SecretId, PolicyName=None):
    """Raises ResourceNotFoundException."""
    secret = finding.find(ctx, SecretId)
    if PolicyName not in (None, NAME):
        raise not_found(f"Secrets Manager can't find the resource policy {PolicyName}.")
    found = _named(secret, PolicyName)
    return found | {"ResourcePolicy": secret.policy} if secret.policy else found


@service.operation
def delete_resource_policy(ctx: Context, SecretId, PolicyName=None):
    """Raises ResourceNotFoundException, InvalidParameterException."""
    secret = finding.find(ctx, SecretId)
    _check_name(PolicyName)
    finding.store(ctx, replace(secret, policy=""))
    return _named(secret, PolicyName)


@service.operation
def list_resource_policies(ctx: Context, SecretId, MaxResults=100, NextToken=None):
    """Raises ResourceNotFoundException, InvalidNextTokenException."""
    secret = finding.find(ctx, SecretId)
    names = [NAME] if secret.policy else []
    shown, token = page(ctx, names, str, NextToken, MaxResults, query=secret.arn, invalid=INVALID_TOKEN)
    answer = {"ResourcePolicies": [{"PolicyName": each} for each in shown]}
    return answer if token is None else answer | {"NextToken": token}


@service.operation
def validate_resource_policy(ctx: Context, ResourcePolicy, SecretId=None):
    """Raises ResourceNotFoundException, ValidationException for a secret that is named and not there."""
    resource = finding.find(ctx, SecretId).arn if SecretId is not None else "*"
    found = faults(ctx, ResourcePolicy, resource)
    return {
        "PolicyValidationPassed": not found,
        "ValidationErrors": [{"CheckName": check, "ErrorMessage": message} for check, message in found],
    }
