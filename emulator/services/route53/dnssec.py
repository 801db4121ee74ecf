"""DNSSEC: key signing keys that are KMS's, and zones that sign.

https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-configuring-dnssec.html
"""

import base64
import re

from emulator.kernel.context import acting
from emulator.kernel.errors import AwsError
from emulator.kernel.store import ACCOUNT, replace
from emulator.resources import Parent, Resource
from emulator.services.route53 import changes
from emulator.services.route53.service import bare, invalid, location, service
from emulator.services.route53.zones import Zone

NAME = re.compile(r"[a-zA-Z0-9_]{3,128}")
ACTIVE, INACTIVE = "ACTIVE", "INACTIVE"
MOST = 2  # keys of a zone
REGION = "us-east-1"  # where the keys must be

KeySigningKey = Resource(
    "KeySigningKey", service, id="Name", scope=ACCOUNT, parent=Parent(Zone, "HostedZoneId"),
    arn="arn:{partition}:route53:::keysigningkey/{HostedZoneId}/{Name}", create="CreateKeySigningKey",
    delete="DeleteKeySigningKey", names={"KeyManagementServiceArn": "KmsArn"}, created="CreatedDate",
    modified="LastModifiedDate",
    missing=("NoSuchKeySigningKey", "The key-signing key with name {Name} does not exist."),
    exists=("KeySigningKeyAlreadyExists", "A key-signing key with name {Name} already exists."),
)  # fmt: skip
KeySigningKey.on_read(location("keysigningkey"))


@KeySigningKey.on_validate
def check(ctx, document, before):
    if not NAME.fullmatch(document["Name"]):
        raise AwsError("InvalidKeySigningKeyName")
    if document["Status"] not in (ACTIVE, INACTIVE):
        raise AwsError("InvalidKeySigningKeyStatus")
    zone = Zone.get(ctx, {"Id": document["HostedZoneId"]})
    if "VPCs" in zone.document:
        raise invalid("DNSSEC signing is not supported for private hosted zones.")
    keys = of_zone(ctx, zone)
    if len(keys) >= MOST and all(each.id[1] != document["Name"] for each in keys):
        raise AwsError("TooManyKeySigningKeys")


@KeySigningKey.on_create
def created(ctx, record):
    """Ask KMS for the public half."""
    from emulator.engines import dnssec

    try:
        found = ctx.call("kms", "GetPublicKey", {"KeyId": record.document["KmsArn"]}, region=REGION)
        public = dnssec.point(found["PublicKey"])
    except (AwsError, ValueError):
        raise AwsError("InvalidKMSArn") from None
    return replace(record, private={"public": public})


@KeySigningKey.on_read
def shown(ctx, record):
    from emulator.engines import dnssec

    zone = Zone.get(ctx, {"Id": record.id[0]}).document["Name"]
    key = dnssec.Key(dnssec.ENTRY, record.private["public"], lambda message: b"")
    digest = key.digest(zone)
    answer = {
        "Flag": key.flags, "SigningAlgorithmMnemonic": "ECDSAP256SHA256", "SigningAlgorithmType": dnssec.ALGORITHM,
        "DigestAlgorithmMnemonic": "SHA-256", "DigestAlgorithmType": dnssec.DIGEST, "KeyTag": key.tag,
        "DigestValue": digest, "PublicKey": base64.b64encode(key.public).decode(), "DNSKEYRecord": key.text,
        "DSRecord": f"{key.tag} {dnssec.ALGORITHM} {dnssec.DIGEST} {digest}", "StatusMessage": "",
    }  # fmt: skip
    return answer | (changes.submit(ctx) if ctx.operation in ("CreateKeySigningKey", "DeleteKeySigningKey") else {})


@KeySigningKey.on_delete
def deleted(ctx, record):
    if record.document["Status"] == ACTIVE and ctx.operation == "DeleteKeySigningKey":
        raise AwsError("InvalidKeySigningKeyStatus", "The key-signing key (KSK) status isn't valid: it must be "
                                                     "INACTIVE.")


def of_zone(ctx, zone) -> list:
    return list(KeySigningKey.below(ctx, zone.id))


def signing(zone) -> bool:
    return "zone_key" in zone.private


def _set(ctx, zone_id: str, name: str, status: str) -> dict:
    record = KeySigningKey.get(ctx, {"HostedZoneId": bare(zone_id), "Name": name})
    document = {**record.document, "Status": status}
    KeySigningKey.put(ctx, replace(record, document=document, modified=ctx.now))
    return changes.submit(ctx)


@service.operation
def activate_key_signing_key(ctx, HostedZoneId, Name):
    """Raises NoSuchKeySigningKey."""
    return _set(ctx, HostedZoneId, Name, ACTIVE)


@service.operation
def deactivate_key_signing_key(ctx, HostedZoneId, Name):
    """Raises NoSuchKeySigningKey, KeySigningKeyInUse."""
    zone = Zone.find(ctx, {"Id": HostedZoneId})
    if zone and signing(zone) and [each.id[1] for each in _active(ctx, zone)] == [Name]:
        raise AwsError("KeySigningKeyInUse")
    return _set(ctx, HostedZoneId, Name, INACTIVE)


def _active(ctx, zone) -> list:
    return [each for each in of_zone(ctx, zone) if each.document["Status"] == ACTIVE]


@service.operation
def get_dnssec(ctx, HostedZoneId):
    """Raises NoSuchHostedZone."""
    zone = Zone.get(ctx, {"Id": HostedZoneId})
    shown = [KeySigningKey.output(ctx, each, "CreateKeySigningKey")["KeySigningKey"] for each in of_zone(ctx, zone)]
    return {"Status": {"ServeSignature": "SIGNING" if signing(zone) else "NOT_SIGNING"}, "KeySigningKeys": shown}


@service.operation
def enable_hosted_zone_dnssec(ctx, HostedZoneId):
    """Raises NoSuchHostedZone, KeySigningKeyWithActiveStatusNotFound."""
    from emulator.engines import key_pairs

    zone = Zone.get(ctx, {"Id": HostedZoneId})
    if not _active(ctx, zone):
        raise AwsError("KeySigningKeyWithActiveStatusNotFound")
    if not signing(zone):
        private = {**zone.private, "zone_key": key_pairs.generate(key_pairs.EC, "secp256r1")}
        Zone.put(ctx, replace(zone, private=private))
    return changes.submit(ctx)


@service.operation
def disable_hosted_zone_dnssec(ctx, HostedZoneId):
    """Raises NoSuchHostedZone, DNSSECNotFound."""
    zone = Zone.get(ctx, {"Id": HostedZoneId})
    if not signing(zone):
        raise AwsError("DNSSECNotFound")
    private = {name: value for name, value in zone.private.items() if name != "zone_key"}
    Zone.put(ctx, replace(zone, private=private))
    return changes.submit(ctx)


# Signatures


def keys(ctx, zone) -> tuple:
    """The zone signing key and the active key signing keys, which sign through KMS."""
    from emulator.engines import dnssec, key_pairs

    def own(message: bytes) -> bytes:
        return key_pairs.sign(zone.private["zone_key"], key_pairs.EC, "ECDSA_SHA_256", message)

    def by_kms(arn: str):
        given = {"KeyId": arn, "MessageType": "RAW", "SigningAlgorithm": "ECDSA_SHA_256"}
        role = acting("dnssec-route53.amazonaws.com", zone.arn, ctx.account)
        where = {"region": REGION, "as_": role}
        return lambda message: ctx.call("kms", "Sign", {**given, "Message": message}, **where)["Signature"]

    public = dnssec.point(key_pairs.public_of(zone.private["zone_key"]))
    entries = [(each.private["public"], by_kms(each.document["KmsArn"])) for each in _active(ctx, zone)]
    return dnssec.Key(dnssec.ZONE_KEY, public, own), [dnssec.Key(dnssec.ENTRY, *each) for each in entries]
