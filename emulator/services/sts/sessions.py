"""Opening a session: its credentials, what restricts it, which tags it carries, and when it is forgotten."""

import math
import zlib
from typing import NamedTuple

import orjson

from emulator.auth.access_keys import access_key
from emulator.auth.credentials import Credential, credentials
from emulator.kernel.context import Context, Principal
from emulator.kernel.errors import AwsError
from emulator.kernel.ids import ALPHANUMERIC
from emulator.kernel.store import replace
from emulator.services.sts import service
from emulator.services.sts.tables import Session, sessions

HOUR = 3600
KEPT = 24 * HOUR  # seconds that expired credentials are remembered, so that they are refused as expired, not as unknown
TOKEN_START = "IQoJb3JpZ2luX2VjE"  # how AWS's tokens begin
TOKEN_BYTES = 441
LARGEST_TOKEN = 4096
LARGEST_PACKED = 2048  # bytes of packed policies and tags


class Restriction(NamedTuple):
    """What a session was given to restrict and describe it."""

    documents: tuple[str, ...] = ()
    policy_arns: tuple[str, ...] = ()
    tags: dict[str, str] = {}
    transitive_tags: tuple[str, ...] = ()

    @property
    def packed_size(self) -> int | None:
        """Percent of what fits into a session, None for nothing. AWS's packing is its own; this one is zlib's."""
        if not (self.documents or self.policy_arns or self.tags):
            return None
        plain = orjson.dumps([[orjson.loads(each) for each in self.documents], self.policy_arns, self.tags])
        return math.ceil(100 * len(zlib.compress(plain, 9)) / LARGEST_PACKED)


def restriction(
    Policy: str | None, PolicyArns: list[dict] | None, tags: dict[str, str], transitive: tuple[str, ...]
) -> Restriction:
    """Session policies and tags, checked. Raises MalformedPolicyDocument, PackedPolicyTooLarge."""
    if Policy:
        check_document(Policy)
    arns = tuple(each["arn"] for each in PolicyArns or ())
    found = Restriction((Policy,) if Policy else (), arns, tags, transitive)
    size = found.packed_size
    if size is not None and size > 100:
        if found.documents or found.policy_arns:
            text = f"Packed policy consumes {size}% of allotted space, please use smaller policy."
        else:
            text = f"Packed size of session tags consumes {size}% of allotted space."
        raise AwsError("PackedPolicyTooLarge", text)
    return found


def check_document(document: str) -> None:
    """A policy must be a JSON object with statements. Raises MalformedPolicyDocument."""
    try:
        given = orjson.loads(document)
    except orjson.JSONDecodeError:
        raise AwsError("MalformedPolicyDocument", "This policy contains invalid Json") from None
    if not isinstance(given, dict) or not isinstance(given.get("Statement"), dict | list):
        raise AwsError("MalformedPolicyDocument", "Syntax errors in policy.")


def session_tags(ctx: Context, Tags: list[dict] | None, TransitiveTagKeys: list[str] | None) -> tuple[dict, tuple]:
    """The tags of a new session and the keys among them that it hands on; what the caller's session hands on is kept.

    Keys are compared without regard to case. Raises InvalidParameterValue.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
    """
    given = {tag["Key"]: tag["Value"] for tag in Tags or ()}
    folded = {key.lower() for key in given}
    if len(folded) < len(Tags or ()):
        raise AwsError(
            "InvalidParameterValue", "Duplicate tag keys found. Please note that Tag keys are case insensitive.", 400
        )
    wanted = {key.lower() for key in TransitiveTagKeys or ()}
    if not wanted <= folded:
        raise AwsError(
            "InvalidParameterValue", "The specified transitive tag key must be included in the requested tags.", 400
        )
    caller = calling_session(ctx)
    inherited = {key: ctx.principal.tags[key] for key in caller.transitive_tags}
    if any(key.lower() in folded for key in inherited):
        raise AwsError(
            "InvalidParameterValue",
            "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from "
            "the calling session.",
            400,
        )
    transitive = (*inherited, *(key for key in given if key.lower() in wanted))
    return {**inherited, **given}, transitive


def calling_session(ctx: Context) -> Session:
    """What the caller's own session hands on; an empty one for a caller with permanent credentials."""
    key = ctx.principal.access_key
    return ctx.rows(sessions).get(key) or Session(key)


def open_session(
    ctx: Context,
    principal: Principal,
    seconds: int,
    limits: Restriction = Restriction(),  # noqa: B008 (immutable)
    source_identity: str = "",
    token_size: int | None = None,
) -> dict:
    """Issue credentials to a principal. Returns the members Credentials, PackedPolicySize and the token's size."""
    expires = math.floor(ctx.now) + seconds
    key = access_key(ctx.ids, "ASIA", principal.account)
    secret = ctx.ids.text(40, ALPHANUMERIC + "+/")
    token = TOKEN_START + ctx.ids.base64(max(TOKEN_BYTES, math.ceil((token_size or 0) * 3 / 4)))
    token = token[: max(token_size or 0, len(TOKEN_START) + TOKEN_BYTES * 4 // 3)]
    about = {"aws:tokenissuetime": str(math.floor(ctx.now))}
    if source_identity:
        about["aws:sourceidentity"] = source_identity
    owner = replace(
        principal, access_key=key, session_policies=limits.documents, session_policy_arns=limits.policy_arns,
        tags=limits.tags or principal.tags, session=principal.session | about,
    )  # fmt: skip
    ctx.rows(credentials).put(Credential(key, secret, owner, token, expires))
    ctx.rows(sessions).put(Session(key, limits.transitive_tags, source_identity, limits.policy_arns))
    ctx.at(expires + KEPT, "forget_session", access_key=key)
    answer = {
        "Credentials": {"AccessKeyId": key, "SecretAccessKey": secret, "SessionToken": token, "Expiration": expires},
        "PackedPolicySize": limits.packed_size,
    }
    if token_size is not None:
        answer["SessionTokenSize"] = len(token)
        answer["SessionTokenUtilization"] = math.ceil(100 * len(token) / LARGEST_TOKEN)
    return {name: value for name, value in answer.items() if value is not None}


@service.job
def forget_session(ctx: Context, access_key: str) -> None:
    """Drop credentials that have expired long ago."""
    ctx.rows(credentials).delete(access_key)
    ctx.rows(sessions).delete(access_key)


def signed_caller(ctx: Context) -> Principal:
    """Who calls. Raises MissingAuthenticationToken for a request without a signature."""
    if ctx.principal.kind == "Anonymous":
        raise AwsError("MissingAuthenticationToken", "Request is missing Authentication Token", 403)
    return ctx.principal
