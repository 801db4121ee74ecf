"""The grammar of policies, refused in IAM's words.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

import re
from collections.abc import Callable
from typing import Any

import orjson

from emulator.auth.conditions import is_operator
from emulator.auth.identities import Identity
from emulator.auth.policies import as_tuple
from emulator.kernel.errors import AwsError

MANAGED = 6144  # characters of a managed policy, white space aside
INLINE = {"user": 2048, "group": 5120, "role": 10240}  # of all inline policies of one identity together
TRUST = 2048  # as far as AWS goes without a raised quota

VERSIONS = ("2008-10-17", "2012-10-17")
DOCUMENT = frozenset(("Version", "Id", "Statement"))
STATEMENT = frozenset(
    ("Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition")
)
PARTITIONS = frozenset(
    ("aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f", "aws-eusc", "*")
)
SID = re.compile(r"[0-9A-Za-z]*")
VENDOR = re.compile(r"[a-zA-Z0-9-]+")
WHITE = re.compile(r"\s+")
# Services whose ARNs name no region, or neither region nor account.
NO_REGION = frozenset(("iam", "s3"))
S3_PLACED = ("accesspoint/", "accesspoint:", "access-grants/", "async-request/", "job/", "storage-lens")  # have both
NO_ACCOUNT = frozenset(("s3",))
IAM_KINDS = (
    "user/", "federated-user/", "role/", "group/", "instance-profile/", "mfa/", "server-certificate/", "policy/",
    "sms-mfa/", "saml-provider/", "oidc-provider/", "report/", "access-report/", "delegation-request/",
    "role-template/", "root", "assumed-role/",
)  # fmt: skip
SYNTAX = "Syntax errors in policy."
ACCOUNT = re.compile(r"\d{12}")
PRINCIPAL = re.compile(r"arn:aws[a-z-]*:(iam|sts)::\d{12}:(root|(user|role|assumed-role|federated-user)/\S+)")
UNIQUE_ID = re.compile(r"A[A-Z]{3}[A-Z0-9]{12,}")
SERVICE = re.compile(r"[a-zA-Z0-9*-]+(\.[a-zA-Z0-9-]+)*\.(amazonaws\.com(\.cn)?|amazon\.com|aws\.internal|aws\.dev)")
PRINCIPALS = frozenset(("AWS", "Service", "Federated", "CanonicalUser"))
TRUSTED_ACTIONS = re.compile(r"sts:\S+", re.IGNORECASE)


def malformed(message: str) -> AwsError:
    return AwsError("MalformedPolicyDocument", message)


def decode(document: str, wrong: str = SYNTAX) -> dict:
    """The document as data. Raises MalformedPolicyDocument."""
    try:
        given = orjson.loads(document)
    except orjson.JSONDecodeError:
        raise malformed(wrong) from None
    if not isinstance(given, dict):
        raise malformed(SYNTAX)
    return given


def statements_of(given: dict) -> list[dict]:
    """Raises MalformedPolicyDocument when there are none, or something else stands in their place."""
    listed = given.get("Statement")
    statements = listed if isinstance(listed, list) else [listed]
    if not all(isinstance(each, dict) for each in statements) or not statements:
        raise malformed(SYNTAX)
    return statements


def size(document: str) -> int:
    return len(WHITE.sub("", document))


# Identity policies


def check_identity(document: str, limit: int | None = None) -> None:
    """An identity-based policy. Raises MalformedPolicyDocument; LimitExceeded beyond ``limit`` characters."""
    given = decode(document)
    if limit is not None and size(document) > limit:
        raise AwsError("LimitExceeded", f"Cannot exceed quota for PolicySize: {limit}")
    _check_document(given)
    statements = statements_of(given)
    for each in statements:
        _check_statement(each)
    for each in statements:
        if "Principal" in each or "NotPrincipal" in each:
            raise malformed("Policy document should not specify a principal.")
    if given.get("Version", VERSIONS[0]) != VERSIONS[1]:
        raise malformed("Policy document must be version 2012-10-17 or greater.")
    for each in statements:
        _check_actions(each)
    for each in statements:
        _check_resources(each)
    _check_sids(statements)


def check_inline_size(identity: Identity, inline: dict[str, str]) -> None:
    """Raises LimitExceeded when an identity's inline policies are too long together."""
    limit = INLINE[identity.kind]
    if sum(map(size, inline.values())) > limit:
        kind, name = identity.kind, identity.name
        raise AwsError("LimitExceeded", f"Maximum policy size of {limit} bytes exceeded for {kind} {name}")


def _check_document(given: dict) -> None:
    if not given.keys() <= DOCUMENT or given.get("Version", VERSIONS[0]) not in VERSIONS:
        raise malformed(SYNTAX)
    if not isinstance(given.get("Id", ""), str):
        raise malformed(SYNTAX)


def _strings(value: Any) -> bool:
    return isinstance(value, str) or (isinstance(value, list) and all(isinstance(each, str) for each in value))


def _check_statement(each: dict) -> None:
    """What every statement must look like: one of each pair of elements, values of the right kinds."""
    if not each.keys() <= STATEMENT or each.get("Effect") not in ("Allow", "Deny"):
        raise malformed(SYNTAX)
    if not isinstance(each.get("Sid", ""), str):
        raise malformed(SYNTAX)
    for one, other in (("Action", "NotAction"), ("Resource", "NotResource"), ("Principal", "NotPrincipal")):
        if one in each and other in each:
            raise malformed(SYNTAX)
        for name in (one, other):
            if name in each and name not in ("Principal", "NotPrincipal") and not _strings(each[name]):
                raise malformed(SYNTAX)
    _check_conditions(each.get("Condition", {}))


def _check_conditions(given: Any) -> None:
    if not isinstance(given, dict):
        raise malformed(SYNTAX)
    for operator, keys in given.items():
        if not is_operator(operator) or not isinstance(keys, dict):
            raise malformed(SYNTAX)
        for key, values in keys.items():
            listed = values if isinstance(values, list) else [values]
            if not all(isinstance(value, str | int | float | bool) for value in listed):
                raise malformed(SYNTAX)
            if ":" not in key:
                raise malformed("Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.")


def _check_actions(each: dict) -> None:
    """Raises MalformedPolicyDocument for no action, or one without (or with a wrong) service prefix."""
    actions = as_tuple(each.get("Action", each.get("NotAction", [])))
    if not actions:
        raise malformed("Policy statement must contain actions.")
    for action in actions:
        if action == "*":
            continue
        vendor, colon, name = action.partition(":")
        if not colon:
            raise malformed("Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.")
        if ":" in name:
            raise malformed("Actions/Condition can contain only one colon.")
        if not VENDOR.fullmatch(vendor):
            raise malformed(f"Vendor {vendor} is not valid")


def _check_resources(each: dict) -> None:
    resources = as_tuple(each.get("Resource", each.get("NotResource", [])))
    if not resources:
        raise malformed("Policy statement must contain resources.")
    for resource in resources:
        _check_resource(resource)


def _check_resource(resource: str) -> None:
    if resource == "*":
        return
    if not resource.startswith("arn:"):
        raise malformed(f'Resource {resource} must be in ARN format or "*".')
    parts = resource.split(":", 5)
    if "${" in resource.partition("/")[0] and len(parts) != 6:
        return
    if parts[1] not in PARTITIONS:
        raise malformed(f'Partition "{parts[1]}" is not valid for resource "{resource}".')
    if len(parts) < 6:
        if len(parts) > 2 and parts[-1].endswith("*"):
            return  # an incomplete ARN is completed with wildcards
        raise malformed("The policy failed legacy parsing")
    _, _, vendor, region, account, path = parts
    if not path:
        raise malformed("The policy failed legacy parsing")
    placed = vendor == "s3" and path.startswith(S3_PLACED)
    if vendor in NO_REGION and region not in ("", "*") and not placed:
        words = "cannot" if vendor == "iam" else "can not"
        begin = "IAM resource" if vendor == "iam" else "Resource"
        raise malformed(f"{begin} {resource} {words} contain region information.")
    if vendor in NO_ACCOUNT and account not in ("", "*") and not placed:
        raise malformed(f"Resource {resource} can not contain account information.")
    if vendor == "iam" and not path.startswith(IAM_KINDS) and path[0] not in "*?$":
        kinds = ", ".join(each for each in IAM_KINDS[:13])
        raise malformed(f'IAM resource path must either be "*" or start with {kinds}.')


def _check_sids(statements: list[dict]) -> None:
    sids = [each["Sid"] for each in statements if each.get("Sid")]
    for sid in sids:
        if not SID.fullmatch(sid):
            raise malformed(
                "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression "
                "[0-9A-Za-z]*"
            )
    if len(set(sids)) < len(sids):
        raise malformed("Statement IDs (SID) in a single policy must be unique.")


# Trust policies


def check_trust(document: str, stands: Callable[[str], bool]) -> None:
    """A role's trust policy; ``stands`` tells whether a user's or role's ARN exists.

    Raises MalformedPolicyDocument, LimitExceeded.
    """
    given = decode(document, "This policy contains invalid Json")
    if size(document) > TRUST:
        raise AwsError("LimitExceeded", f"Cannot exceed quota for ACLSizePerRole: {TRUST}")
    _check_document(given)
    for each in statements_of(given):
        for name in each:
            if name not in STATEMENT:
                raise malformed(f"Unknown field {name}")
        if "Resource" in each or "NotResource" in each:
            raise malformed("Has prohibited field Resource")
        for names in (("Effect",), ("Principal", "NotPrincipal"), ("Action", "NotAction")):
            if not any(name in each for name in names):
                raise malformed(f"Missing required field {names[0]}")
        if each["Effect"] not in ("Allow", "Deny"):
            raise malformed(f"Invalid effect: {each['Effect']}")
        _check_statement(each)
        _check_trusted_actions(each)
        _check_principals(each.get("Principal", each.get("NotPrincipal")), stands)


def _check_trusted_actions(each: dict) -> None:
    actions = as_tuple(each.get("Action", each.get("NotAction")))
    if not actions:
        raise malformed("Missing required field Action")
    if not all(action == "*" or TRUSTED_ACTIONS.fullmatch(action) for action in actions):
        raise malformed("AssumeRole policy may only specify STS AssumeRole actions.")


def _check_principals(given: Any, stands: Callable[[str], bool]) -> None:
    if given == "*":
        return
    if not isinstance(given, dict) or not given:
        raise malformed("Invalid principal in policy")
    for kind, values in given.items():
        if kind not in PRINCIPALS or not _strings(values):
            raise malformed(f"Unknown field {kind}")
        for value in as_tuple(values):
            if not _is_principal(kind, value, stands):
                raise malformed(f'Invalid principal in policy: "{kind.upper()}":"{value}"')


def _is_principal(kind: str, value: str, stands: Callable[[str], bool]) -> bool:
    if value == "*":
        return kind == "AWS"
    if kind == "AWS":
        if ACCOUNT.fullmatch(value) or UNIQUE_ID.fullmatch(value):
            return True
        return PRINCIPAL.fullmatch(value) is not None and "*" not in value and stands(value)
    if kind == "Service":
        return SERVICE.fullmatch(value) is not None
    return bool(value)
