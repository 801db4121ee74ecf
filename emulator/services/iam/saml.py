"""SAML identity providers. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml.html"""

from operator import attrgetter

from cryptography.hazmat.primitives import serialization
from lxml import etree

from emulator.kernel.context import Context
from emulator.kernel.store import ACCOUNT, Record, Table, replace
from emulator.protocol.timestamps import from_any
from emulator.services.iam.common import arn, tags_of, tags_to_wire
from emulator.services.iam.errors import exists, invalid, missing, over_quota
from emulator.services.iam.service import service

METADATA = "{urn:oasis:names:tc:SAML:2.0:metadata}"
CERTIFICATE = "{http://www.w3.org/2000/09/xmldsig#}X509Certificate"
KEYS = 2
CENTURY = 100 * 365.25 * 86400  # what a document that tells no end is good for


class PrivateKey(Record):
    id: str
    pem: str
    created: float


class SamlProvider(Record):
    """``metadata`` is the identity provider's document as it was uploaded."""

    arn: str
    uuid: str
    metadata: str
    created: float
    valid: float
    encryption: str = ""
    keys: tuple[PrivateKey, ...] = ()
    tags: dict[str, str] = {}


providers = Table("iam.saml_provider", SamlProvider, key=attrgetter("arn"), scope=ACCOUNT, ordered=True)


def find(ctx: Context, SAMLProviderArn: str) -> SamlProvider:
    """Raises NoSuchEntity."""
    found = ctx.rows(providers).get(SAMLProviderArn)
    if found is None:
        raise missing("saml provider", SAMLProviderArn)
    return found


def valid_until(document: str, now: float) -> float:
    """Until when a metadata document holds. Raises InvalidInput for one that describes no identity provider."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        tree = etree.fromstring(document.encode(), parser)
    except etree.XMLSyntaxError:
        raise invalid("Could not parse metadata") from None
    described = tree.tag == f"{METADATA}EntityDescriptor" and tree.find(f"{METADATA}IDPSSODescriptor") is not None
    if not described or tree.getroottree().docinfo.doctype or tree.find(f".//{CERTIFICATE}") is None:
        raise invalid("Could not parse metadata")
    end = tree.get("validUntil")
    return from_any(end) if end else now + CENTURY


def _key(ctx: Context, pem: str) -> PrivateKey:
    """A key that decrypts assertions. Raises InvalidInput."""
    try:
        serialization.load_pem_private_key(pem.encode(), None)
    except (ValueError, TypeError):
        raise invalid("The private key must be an unencrypted key in PEM.") from None
    return PrivateKey(ctx.ids.upper(22), pem, ctx.now)


@service.operation
def create_saml_provider(ctx, SAMLMetadataDocument, Name, Tags=None, AssertionEncryptionMode=None, AddPrivateKey=None):
    """Raises InvalidInput, EntityAlreadyExists."""
    name = arn(ctx, "saml-provider", "/", Name)
    rows = ctx.rows(providers)
    if name in rows:
        raise exists("saml provider", name)
    if AssertionEncryptionMode and not AddPrivateKey:
        raise invalid("An assertion encryption mode needs a private key.")
    made = rows.put(
        SamlProvider(
            name, f"SAMLSP{ctx.ids.upper(16)}", SAMLMetadataDocument, ctx.now,
            valid_until(SAMLMetadataDocument, ctx.now), AssertionEncryptionMode or "",
            (_key(ctx, AddPrivateKey),) if AddPrivateKey else (), tags_of(Tags),
        )
    )  # fmt: skip
    return {"SAMLProviderArn": name} | ({"Tags": tags_to_wire(made.tags)} if made.tags else {})


@service.operation
def get_saml_provider(ctx, SAMLProviderArn):
    """Raises NoSuchEntity."""
    found = find(ctx, SAMLProviderArn)
    shown = {
        "SAMLProviderUUID": found.uuid, "SAMLMetadataDocument": found.metadata, "CreateDate": found.created,
        "ValidUntil": found.valid, "Tags": tags_to_wire(found.tags),
    }  # fmt: skip
    if found.encryption:
        shown["AssertionEncryptionMode"] = found.encryption
    if found.keys:
        shown["PrivateKeyList"] = [{"KeyId": each.id, "Timestamp": each.created} for each in found.keys]
    return shown


@service.operation
def list_saml_providers(ctx):
    return {
        "SAMLProviderList": [
            {"Arn": each.arn, "ValidUntil": each.valid, "CreateDate": each.created} for each in ctx.rows(providers)
        ]
    }


@service.operation
def update_saml_provider(
    ctx, SAMLProviderArn, SAMLMetadataDocument=None, AssertionEncryptionMode=None, AddPrivateKey=None,
    RemovePrivateKey=None,
):  # fmt: skip
    """Raises NoSuchEntity, InvalidInput, LimitExceeded."""
    found = find(ctx, SAMLProviderArn)
    if SAMLMetadataDocument is not None:
        valid = valid_until(SAMLMetadataDocument, ctx.now)
        found = replace(found, metadata=SAMLMetadataDocument, valid=valid)
    if RemovePrivateKey is not None:
        kept = tuple(each for each in found.keys if each.id != RemovePrivateKey)
        if len(kept) == len(found.keys):
            raise missing("certificate", RemovePrivateKey)
        found = replace(found, keys=kept)
    if AddPrivateKey is not None:
        if len(found.keys) >= KEYS:
            raise over_quota("PrivateKeysPerSAMLProvider", KEYS)
        found = replace(found, keys=(*found.keys, _key(ctx, AddPrivateKey)))
    if AssertionEncryptionMode is not None:
        found = replace(found, encryption=AssertionEncryptionMode)
    ctx.rows(providers).put(found)
    return {"SAMLProviderArn": found.arn}


@service.operation
def delete_saml_provider(ctx, SAMLProviderArn):
    """Raises NoSuchEntity."""
    ctx.rows(providers).delete(find(ctx, SAMLProviderArn).arn)
    return {}
