"""Tags of certificates by their own three operations; TagResource and its like are declared with the resources."""

from emulator.kernel.store import replace
from emulator.resources import tags
from emulator.services.acm.certificates import Certificate, find
from emulator.services.acm.service import TAGS, service


@service.operation
def add_tags_to_certificate(ctx, CertificateArn, Tags):
    """Raises ResourceNotFoundException, InvalidTagException, TooManyTagsException."""
    record = find(ctx, CertificateArn)
    added = {each["Key"]: each.get("Value", "") for each in Tags}
    Certificate.put(ctx, replace(record, tags=tags.check(record.tags, added, TAGS)))


@service.operation
def remove_tags_from_certificate(ctx, CertificateArn, Tags):
    """A tag that is named with a value goes only when it has that value. Raises ResourceNotFoundException."""
    record = find(ctx, CertificateArn)
    gone = {each["Key"] for each in Tags if "Value" not in each or record.tags.get(each["Key"]) == each["Value"]}
    kept = {key: value for key, value in record.tags.items() if key not in gone}
    Certificate.put(ctx, replace(record, tags=kept))


@service.operation
def list_tags_for_certificate(ctx, CertificateArn):
    """Raises ResourceNotFoundException."""
    return {"Tags": [{"Key": key, "Value": value} for key, value in find(ctx, CertificateArn).tags.items()]}
