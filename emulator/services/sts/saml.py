"""Roles assumed with a SAML assertion.

Form, attributes and validity are checked always, the signature when the emulator verifies signatures: only what a
certificate of the provider's metadata has signed is believed then.
"""

import base64
import binascii
import math
import re
from calendar import timegm
from hashlib import sha1
from time import strptime

from lxml import etree

from emulator.kernel.context import Context, Principal, acting
from emulator.kernel.errors import AwsError
from emulator.services.sts import service
from emulator.services.sts.roles import Role, assume, check_trust, role_of
from emulator.services.sts.sessions import HOUR, restriction, session_tags
from emulator.services.sts.signatures import signed_part

ASSERTION = "{urn:oasis:names:tc:SAML:2.0:assertion}"
ATTRIBUTES = "https://aws.amazon.com/SAML/Attributes/"
FORMAT = "urn:oasis:names:tc:SAML:2.0:nameid-format:"
PROVIDER_ARN = re.compile(r"arn:aws[a-z-]*:iam::(\d{12}):saml-provider/([\w._-]{1,128})")
SESSION_NAME = re.compile(r"[\w+=,.@-]{2,64}", re.ASCII)


def refused() -> AwsError:
    return AwsError("AccessDenied", "Not authorized to perform sts:AssumeRoleWithSAML", 403)


@service.operation
def assume_role_with_saml(
    ctx: Context,
    RoleArn: str,
    PrincipalArn: str,
    SAMLAssertion: str,
    PolicyArns: list | None = None,
    Policy: str | None = None,
    DurationSeconds: int | None = None,
    MinimumSessionTokenSize: int | None = None,
) -> dict:
    """Temporary credentials of a role for the subject of an assertion.

    Raises ValidationError, InvalidIdentityToken, ExpiredTokenException, AccessDenied, MalformedPolicyDocument,
    PackedPolicyTooLarge. https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithSAML.html
    """
    role = role_of(ctx, RoleArn, "Request ARN is invalid", refused())
    idp = PROVIDER_ARN.fullmatch(PrincipalArn)
    if idp is None:
        raise AwsError("ValidationError", "Request ARN is invalid", 400)
    assertion = read(SAMLAssertion, metadata_of(ctx, role, PrincipalArn) if ctx.setting("verify_signatures") else None)
    attributes = attributes_of(assertion)
    pairs = [{part.strip() for part in value.split(",")} for value in attributes.get("Role", ())]
    if {RoleArn, PrincipalArn} not in pairs:
        raise refused()
    name = session_name(attributes)
    recipient = check_validity(assertion, ctx.now)
    tags = [{"Key": key.partition(":")[2], "Value": values[0]} for key, values in attributes.items()
            if key.startswith("PrincipalTag:") and values]  # fmt: skip
    limits = restriction(Policy, PolicyArns, *session_tags(ctx, tags, attributes.get("TransitiveTagKeys")))
    source = next(iter(attributes.get("SourceIdentity", ())), "")
    seconds = DurationSeconds or duration(attributes)
    issuer = text(assertion.find(f"{ASSERTION}Issuer"))
    subject = assertion.find(f"{ASSERTION}Subject/{ASSERTION}NameID")
    kind = subject.get("Format", f"{FORMAT}unspecified").removeprefix(FORMAT)
    qualifier = base64.b64encode(sha1(f"{issuer}{idp[1]}/{idp[2]}".encode()).digest()).decode()
    session = {
        "aws:federatedprovider": PrincipalArn, "saml:aud": recipient, "saml:iss": issuer, "saml:sub": text(subject),
        "saml:sub_type": kind, "saml:namequalifier": qualifier,
    }  # fmt: skip
    keys = {"sts:rolesessionname": [name]} | {key: [value] for key, value in session.items()}
    principal = Principal("Federated", "", PrincipalArn, PrincipalArn)
    check_trust(ctx, role, "sts:AssumeRoleWithSAML", principal, keys, limits, source, refused())
    answer = assume(ctx, role, name, seconds, limits, source, MinimumSessionTokenSize, session)
    return answer | {
        "Subject": text(subject),
        "SubjectType": kind,
        "Issuer": issuer,
        "Audience": recipient,
        "NameQualifier": qualifier,
    }


def metadata_of(ctx: Context, role: Role, provider: str) -> str:
    """The metadata of a provider that IAM keeps. Raises InvalidIdentityToken when there is none."""
    sts = acting("sts.amazonaws.com", role.arn, role.account)
    try:
        found = ctx.call("iam", "GetSAMLProvider", {"SAMLProviderArn": provider}, as_=sts, account=role.account)
    except AwsError:
        raise AwsError("InvalidIdentityToken", "Specified provider doesn't exist") from None
    return found["SAMLMetadataDocument"]


def read(SAMLAssertion: str, metadata: str | None):
    """The assertion in an encoded response; entities and the network are out of reach. Raises InvalidIdentityToken.

    With the provider's metadata it is taken from what is signed.
    """
    try:
        document = base64.b64decode("".join(SAMLAssertion.split()), validate=True)
    except binascii.Error:
        raise AwsError("InvalidIdentityToken", "Invalid base64 SAMLResponse") from None
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False)
    try:
        tree = etree.fromstring(document, parser)
    except etree.XMLSyntaxError:
        raise AwsError("InvalidIdentityToken", "Invalid SAML response") from None
    if tree.getroottree().docinfo.doctype:
        raise AwsError("InvalidIdentityToken", "Invalid SAML response")
    if metadata is not None:
        tree = signed_part(tree, metadata)
    assertion = tree if tree.tag == f"{ASSERTION}Assertion" else tree.find(f"{ASSERTION}Assertion")
    if assertion is None:
        raise AwsError("InvalidIdentityToken", "Invalid SAML response")
    if assertion.find(f"{ASSERTION}Subject/{ASSERTION}NameID") is None:
        raise AwsError("InvalidIdentityToken", "Subject is required in AuthnResponse")
    return assertion


def attributes_of(assertion) -> dict[str, list[str]]:
    """AWS's attributes by their short names, each with its values."""
    return {
        each.get("Name").removeprefix(ATTRIBUTES): [text(value) for value in each.findall(f"{ASSERTION}AttributeValue")]
        for each in assertion.iterfind(f"{ASSERTION}AttributeStatement/{ASSERTION}Attribute")
        if each.get("Name", "").startswith(ATTRIBUTES)
    }


def session_name(attributes: dict[str, list[str]]) -> str:
    names = attributes.get("RoleSessionName")
    if not names:
        raise AwsError("InvalidIdentityToken", "RoleSessionName is required in AuthnResponse")
    if not SESSION_NAME.fullmatch(names[0]):
        raise AwsError("InvalidIdentityToken", "RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}")
    return names[0]


def duration(attributes: dict[str, list[str]]) -> int:
    """The attribute SessionDuration (seconds), else an hour. Raises InvalidIdentityToken when it is out of bounds."""
    given = next(iter(attributes.get("SessionDuration", ())), str(HOUR))
    if not given.isdigit() or not 900 <= int(given) <= 12 * HOUR:
        raise AwsError("InvalidIdentityToken", "SessionDuration in AuthnResponse must be between 900 and 43200")
    return int(given)


def check_validity(assertion, now: float) -> str:
    """Hold the assertion to its end; returns whom it is for (the Recipient). Raises ExpiredTokenException."""
    data = assertion.find(
        f"{ASSERTION}Subject/{ASSERTION}SubjectConfirmation/{ASSERTION}SubjectConfirmationData"
    )
    conditions = assertion.find(f"{ASSERTION}Conditions")
    for element in (data, conditions):
        end = element.get("NotOnOrAfter") if element is not None else None
        if end is not None and moment(end) <= now:
            raise AwsError(
                "ExpiredTokenException",
                f"Token expired: current date/time {math.floor(now)} must be before the expiration date/time"
                f"{math.floor(moment(end))}",
            )
    return data.get("Recipient", "") if data is not None else ""


def moment(stamp: str) -> float:
    try:
        return timegm(strptime(re.sub(r"\.\d+", "", stamp), "%Y-%m-%dT%H:%M:%SZ"))
    except ValueError:
        raise AwsError("InvalidIdentityToken", "Invalid SAML response") from None


def text(element) -> str:
    return "" if element is None else "".join(element.itertext()).strip()
