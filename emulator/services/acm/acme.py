"""ACME endpoints, their external account bindings and domain validations, and the accounts that clients register.

https://docs.aws.amazon.com/acm/latest/APIReference/API_CreateAcmeEndpoint.html
"""

from base64 import urlsafe_b64encode

from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.resources import IdPattern, Lifecycle, Listing, Of, Resource, after
from emulator.services.acm import validation
from emulator.services.acm.service import INVALID_TOKEN, TAGS, service

LIFETIMES = {"MINUTES": 60, "HOURS": 3600, "DAYS": 86400}
ARN = "arn:{partition}:acm:{region}:{account}:acme-endpoint/"
IN_ENDPOINT = {"AcmeEndpointArn": lambda arn: arn.rpartition("/")[2]}  # how the ARNs of what an endpoint has name it


def _missing(member: str) -> tuple[str, str]:
    return "ResourceNotFoundException", f"Could not find {{{member}}}."


Endpoint = Resource(
    "AcmeEndpoint", service, id=IdPattern("{uuid}", "AcmeEndpointId"), arn_member="AcmeEndpointArn", by_arn=True,
    arn=ARN + "{AcmeEndpointId}", created="CreatedAt", modified="UpdatedAt", tags=TAGS, lenient_delete=True,
    create="CreateAcmeEndpoint", read="DescribeAcmeEndpoint", update="UpdateAcmeEndpoint", delete="DeleteAcmeEndpoint",
    list=Listing("ListAcmeEndpoints", invalid_token=INVALID_TOKEN), missing=_missing("AcmeEndpointArn"),
    states=Lifecycle("CREATING", after(0), "ACTIVE", delete=("DELETING", after(1))),
    defaults={"Contact": "NOT_REQUIRED"},
)  # fmt: skip


@Endpoint.on_read
def addressed(ctx, record):
    return {"EndpointUrl": f"{address(ctx, record)}/directory"}


def address(ctx, record) -> str:
    """Where an endpoint answers: names below localhost lead to this machine, and to the emulator's port."""
    scheme, _, host = ctx.host.partition("://")
    port = host.rpartition(":")[2]
    port = f":{port}" if port.isdecimal() else ""
    return f"{scheme}://{record.id[0].replace('-', '')}.acme.{ctx.region}.localhost{port}"


@Endpoint.on_delete
def emptied(ctx, record):
    """Bindings and validations go with their endpoint."""
    for kind in (Binding, Domain, Account):
        for each in list(kind.rows(ctx)):
            if each.document["AcmeEndpointArn"] == record.arn:
                kind.remove(ctx, each)


def _inside(operation: str) -> Listing:
    """A list of what belongs to one endpoint, which must be there."""
    return Listing(operation, {"AcmeEndpointArn": Of(Endpoint, "AcmeEndpointArn")}, invalid_token=INVALID_TOKEN)


def _exists(ctx, document, before):
    Endpoint.get(ctx, {"AcmeEndpointArn": document["AcmeEndpointArn"]})


Binding = Resource(
    "AcmeExternalAccountBinding", service, id=IdPattern("{uuid}", "AcmeExternalAccountBindingId"),
    arn_member="AcmeExternalAccountBindingArn", by_arn=True, tags=TAGS, lenient_delete=True,
    arn=ARN + "{AcmeEndpointArn}/acme-external-account-binding/{AcmeExternalAccountBindingId}", words=IN_ENDPOINT,
    created="CreatedAt", modified="UpdatedAt", create="CreateAcmeExternalAccountBinding",
    read="DescribeAcmeExternalAccountBinding", delete="DeleteAcmeExternalAccountBinding",
    list=_inside("ListAcmeExternalAccountBindings"),
    missing=_missing("AcmeExternalAccountBindingArn"),
)  # fmt: skip
Binding.on_validate(_exists)


@Binding.on_create
def credited(ctx, record):
    """The credentials, and when they end."""
    document = dict(record.document)
    lifetime = document.pop("Expiration", None)
    if lifetime:
        document["ExpiresAt"] = ctx.now + lifetime["Value"] * LIFETIMES[lifetime["Type"]]
    key = urlsafe_b64encode(ctx.ids.bytes(32)).decode().rstrip("=")
    return replace(record, document=document, private={"id": ctx.ids.uuid(), "key": key})


@service.operation
def get_acme_external_account_binding_credentials(ctx, AcmeExternalAccountBindingArn):
    """Raises ResourceNotFoundException, ValidationException."""
    record = Binding.get(ctx, {"AcmeExternalAccountBindingArn": AcmeExternalAccountBindingArn})
    if "RevokedAt" in record.document or record.document.get("ExpiresAt", ctx.now + 1) <= ctx.now:
        raise AwsError("ValidationException")
    return {"KeyId": record.private["id"], "MacKey": record.private["key"]}


@service.operation
def revoke_acme_external_account_binding(ctx, AcmeExternalAccountBindingArn):
    """Raises ResourceNotFoundException, ConflictException."""
    record = Binding.get(ctx, {"AcmeExternalAccountBindingArn": AcmeExternalAccountBindingArn})
    if "RevokedAt" in record.document:
        raise AwsError("ConflictException")
    Binding.put(ctx, replace(record, document={**record.document, "RevokedAt": ctx.now}, modified=ctx.now))


Domain = Resource(
    "AcmeDomainValidation", service, id=IdPattern("{uuid}", "AcmeDomainValidationId"),
    arn_member="AcmeDomainValidationArn", by_arn=True, tags=TAGS, lenient_delete=True,
    arn=ARN + "{AcmeEndpointArn}/acme-domain-validation/{AcmeDomainValidationId}", words=IN_ENDPOINT,
    created="CreatedAt", modified="UpdatedAt", create="CreateAcmeDomainValidation",
    read="DescribeAcmeDomainValidation", update="UpdateAcmeDomainValidation", delete="DeleteAcmeDomainValidation",
    list=_inside("ListAcmeDomainValidations"), missing=_missing("AcmeDomainValidationArn"),
)  # fmt: skip
Domain.on_validate(_exists)
SCOPE = {"ExactDomain": "ENABLED", "Subdomains": "DISABLED", "Wildcards": "DISABLED"}


@Domain.on_create
@Domain.on_update
def prevalidated(ctx, record, before=None):
    """The record that proves the domain; with a hosted zone named, it is written there at once."""
    given = record.document.get("PrevalidationOptions", {}).get("DnsPrevalidation", {})
    details = {"DomainScope": {**SCOPE, **given.get("DomainScope", {})},
               "ResourceRecord": validation.record_for(ctx, record.document["DomainName"])}
    details |= {"HostedZoneId": given["HostedZoneId"]} if "HostedZoneId" in given else {}
    ctx.after(0, "prevalidate", job_id=f"prevalidate/{record.id[0]}", id=record.id[0])
    return replace(record, document={
        **record.document, "PrevalidationType": "DNS_PREVALIDATION", "Status": "VALIDATING",
        "PrevalidationDetails": {"DnsPrevalidation": details}})


@service.job
def prevalidate(ctx, id):
    """Write the record where that was asked for, and look for it."""
    record = Domain.rows(ctx).get((id,))
    if record is None or record.document["Status"] != "VALIDATING":
        return
    details = record.document["PrevalidationDetails"]["DnsPrevalidation"]
    failure = None
    if "HostedZoneId" in details:
        failure = _written(ctx, details["HostedZoneId"], details["ResourceRecord"])
    found = not failure and validation.answered(ctx, {"ResourceRecord": details["ResourceRecord"]})
    if not found and not failure and ctx.now >= record.modified + 3 * 86400:
        failure = "TIMED_OUT", "The DNS record was not found in time."
    if found or failure:
        told = {"FailureDetails": {"Reason": failure[0], "Message": failure[1]}} if failure else {}
        document = {**record.document, "Status": "INVALID" if failure else "VALID", **told}
        Domain.put(ctx, replace(record, document=document, modified=ctx.now))
    else:
        ctx.after(validation.EVERY, "prevalidate", job_id=f"prevalidate/{id}", id=id)
        ctx.hasten_on(validation.CHANGED, f"prevalidate/{id}")


def _written(ctx, zone: str, wanted: dict) -> tuple[str, str] | None:
    """Put the record into a hosted zone; why that failed, if it did."""
    change = {"Action": "UPSERT", "ResourceRecordSet": {
        "Name": wanted["Name"], "Type": "CNAME", "TTL": 300, "ResourceRecords": [{"Value": wanted["Value"]}]}}
    try:
        ctx.call("route53", "ChangeResourceRecordSets", {"HostedZoneId": zone, "ChangeBatch": {"Changes": [change]}})
    except AwsError as error:
        reasons = {"NoSuchHostedZone": "HOSTED_ZONE_NOT_FOUND", "InvalidChangeBatch": "INVALID_CHANGE_BATCH",
                   "AccessDenied": "ACCESS_DENIED"}
        return reasons.get(error.code, "INTERNAL_FAILURE"), error.message
    return None


Account = Resource(
    "AcmeAccount", service, id="AccountUrl", created="CreatedAt", missing=_missing("AccountUrl"),
    arn=ARN + "{AcmeEndpointArn}/acme-account/{AccountUrl}", words=IN_ENDPOINT,
    read="DescribeAcmeAccount", list=_inside("ListAcmeAccounts"),
)  # fmt: skip


@service.operation
def revoke_acme_account(ctx, AcmeEndpointArn, AccountUrl):
    """Raises ResourceNotFoundException, ConflictException."""
    Endpoint.get(ctx, {"AcmeEndpointArn": AcmeEndpointArn})
    record = Account.get(ctx, {"AccountUrl": AccountUrl})
    if record.document["Status"] == "REVOKED":
        raise AwsError("ConflictException", "The account is already revoked.")
    Account.put(ctx, replace(record, document={**record.document, "Status": "REVOKED"}))
