"""Field-level encryption on the way to the origin: which profile is a request's, and what becomes of the others.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/field-level-encryption.html#field-level-encryption-setting-up-step4
"""

from dataclasses import replace
from urllib.parse import unquote_plus

from emulator.engines.edge import field_encryption, pages
from emulator.engines.edge.messages import Answer, Asked
from emulator.services.cloudfront.access import FieldLevelEncryption, Profile, PublicKey
from emulator.services.cloudfront.edge_visits import Visit

ARGUMENT = "fle-profile"


def applied(here: Visit) -> Asked | Answer:
    """The viewer's request with its fields encrypted, or a refusal; the visit remembers what was done, for its logs."""
    record = FieldLevelEncryption.find(here.ctx, {"Id": here.behavior["FieldLevelEncryptionId"]})
    if record is None or here.asked.method not in ("POST", "PUT") or not here.asked.body:
        return here.asked
    status, profile = _chosen(here.asked, record.document["FieldLevelEncryptionConfig"])
    here.encryption = (status, 0)
    if profile is None:
        if status.startswith("Rejected"):
            return pages.error(403, "No profile for field-level encryption is known for this request.", here.id)
        return here.asked
    try:
        body, count = field_encryption.encrypted(here.asked.body, _entities(here.ctx, profile))
    except field_encryption.Refused as refused:
        status, reason = refused.args
        here.encryption = (status, 0)
        return pages.error(501 if status == "ServerError" else 400, reason, here.id)
    here.encryption = (status, count)
    return replace(here.asked, body=body)


def _chosen(asked: Asked, config: dict) -> tuple[str, str | None]:
    """The word of the logs for what is done, and the id of the profile that says how; None to forward or reject."""
    by_argument, by_type = config.get("QueryArgProfileConfig", {}), config.get("ContentTypeProfileConfig", {})
    named = next((unquote_plus(part.partition("=")[2]) for name, part in asked.parameters if name == ARGUMENT), None)
    if named is not None and by_argument:
        for each in by_argument.get("QueryArgProfiles", {}).get("Items", ()):
            if each["QueryArg"] == named:
                return "Processed", each["ProfileId"]
        return ("ForwardedByQueryArgs" if by_argument["ForwardWhenQueryArgProfileIsUnknown"]
                else "RejectedByQueryArgs"), None  # fmt: skip
    kind = asked.headers.get("content-type", "").partition(";")[0].strip().lower()
    for each in by_type.get("ContentTypeProfiles", {}).get("Items", ()):
        if each["ContentType"].lower() == kind:
            id = each.get("ProfileId")
            return "Processed" if id else "ForwardedDueToNoProfile", id or None
    return "ForwardedByContentType" if by_type.get("ForwardWhenContentTypeIsUnknown", True) else (
        "RejectedByContentType"), None  # fmt: skip


def _entities(ctx, id: str) -> list[field_encryption.Entity]:
    profile = Profile.get(ctx, {"Id": id}).document["FieldLevelEncryptionProfileConfig"]
    found = []
    for each in profile["EncryptionEntities"].get("Items", ()):
        key = PublicKey.get(ctx, {"Id": each["PublicKeyId"]}).document["PublicKeyConfig"]
        found.append(field_encryption.Entity(
            key["EncodedKey"], key["Name"], each["ProviderId"], tuple(each["FieldPatterns"].get("Items", ()))))
    return found
