"""What CloudFront refuses in a distribution's configuration beyond what the model tells.

https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateDistribution.html (Errors)
"""

import re

from emulator.kernel.errors import AwsError
from emulator.resources.records import records
from emulator.services.cloudfront import certificates
from emulator.services.cloudfront.common import invalid

READ, READ_OPTIONS = {"GET", "HEAD"}, {"GET", "HEAD", "OPTIONS"}
ALL = READ_OPTIONS | {"PUT", "PATCH", "POST", "DELETE"}
METHODS = (READ, READ_OPTIONS, ALL)
ERROR_CODES = (400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504)
FAILOVER_CODES = (403, 404, 416, 429, 500, 502, 503, 504)
BUCKET = re.compile(r".+\.s3(?:[.-][a-z0-9-]+)?(?:\.dualstack)?(?:\.[a-z0-9-]+)?\.amazonaws\.com(?:\.cn)?")
FUNCTION_EVENTS = ("viewer-request", "viewer-response")


def is_bucket(domain: str) -> bool:
    """Whether an origin is a bucket of S3, and not a bucket's website."""
    return bool(BUCKET.fullmatch(domain)) and ".s3-website" not in domain


def behaviors(config: dict) -> list[dict]:
    """All behaviors, the default one last."""
    return [*config["CacheBehaviors"].get("Items", ()), config["DefaultCacheBehavior"]]


def check(config: dict) -> None:
    """Raises the errors of CreateDistribution."""
    origins = config["Origins"]["Items"] if config["Origins"]["Quantity"] else []
    groups = config["OriginGroups"].get("Items", ())
    for origin in origins:
        _check_origin(origin)
    known = {origin["Id"] for origin in origins}
    for group in groups:
        _check_group(group, known)
    for behavior in behaviors(config):
        if behavior["TargetOriginId"] not in known | {group["Id"] for group in groups}:
            raise invalid("One or more of your origins or origin groups do not exist.", "NoSuchOrigin")
        _check_behavior(behavior)
        _check_encryption(behavior, origins)
    patterns = [behavior["PathPattern"] for behavior in config["CacheBehaviors"].get("Items", ())]
    if len(patterns) != len(set(patterns)):
        raise invalid("The parameter PathPattern contains duplicates.")
    if config["DefaultRootObject"].startswith("/"):
        raise invalid("The parameter DefaultRootObject is invalid.", "InvalidDefaultRootObject")
    for each in config["CustomErrorResponses"].get("Items", ()):
        _check_error_response(each)
    _check_certificate(config)
    _check_restriction(config["Restrictions"]["GeoRestriction"])


def _check_origin(origin: dict) -> None:
    kinds = [each for each in ("S3OriginConfig", "CustomOriginConfig", "VpcOriginConfig") if each in origin]
    if len(kinds) != 1 or ("S3OriginConfig" in origin and not is_bucket(origin["DomainName"])):
        raise invalid("The specified origin server does not exist or is not valid.", "InvalidOrigin")
    path = origin["OriginPath"]
    if path and (not path.startswith("/") or path.endswith("/")):
        raise invalid("The parameter OriginPath must begin with / and must not end with /.")
    if not 1 <= origin["ConnectionAttempts"] <= 3 or not 1 <= origin["ConnectionTimeout"] <= 10:
        raise invalid("The parameter ConnectionAttempts or ConnectionTimeout is out of range.")
    custom = origin.get("CustomOriginConfig", {})
    if not 1 <= custom.get("OriginReadTimeout", 30) <= 120:
        raise invalid("The read timeout specified for the origin is not valid.", "InvalidOriginReadTimeout")
    if not 1 <= custom.get("OriginKeepaliveTimeout", 5) <= 120:
        raise invalid("The keep alive timeout specified for the origin is not valid.", "InvalidOriginKeepaliveTimeout")
    if origin["OriginAccessControlId"] and origin.get("S3OriginConfig", {}).get("OriginAccessIdentity"):
        text = "An origin cannot contain both an origin access control (OAC) and an origin access identity (OAI)."
        raise invalid(text, "IllegalOriginAccessConfiguration")


def _check_group(group: dict, origins: set[str]) -> None:
    members = [each["OriginId"] for each in group["Members"].get("Items", ())]
    if len(members) != 2 or not origins.issuperset(members):
        raise invalid("One or more of your origins or origin groups do not exist.", "NoSuchOrigin")
    if any(code not in FAILOVER_CODES for code in group["FailoverCriteria"]["StatusCodes"].get("Items", ())):
        raise invalid("The parameter FailoverCriteria contains a status code that is not valid.")


def _check_behavior(behavior: dict) -> None:
    policy, forwarded = behavior.get("CachePolicyId"), "ForwardedValues" in behavior
    if policy and forwarded:
        raise invalid("The parameter ForwardedValues cannot be used when a cache policy is associated to the cache "
                      "behavior.")  # fmt: skip
    if policy and any(name in behavior for name in ("MinTTL", "DefaultTTL", "MaxTTL")):
        raise invalid("The parameter MinTTL, DefaultTTL or MaxTTL cannot be used when a cache policy is associated to "
                      "the cache behavior.")  # fmt: skip
    if not policy and not forwarded:
        raise invalid("The parameter ForwardedValues is required.")
    if not policy and not behavior["MinTTL"] <= behavior["DefaultTTL"] <= behavior["MaxTTL"]:
        raise invalid("The order of MinTTL, DefaultTTL and MaxTTL is not valid.", "InvalidTTLOrder")
    allowed = set(behavior["AllowedMethods"]["Items"])
    cached = set(behavior["AllowedMethods"]["CachedMethods"]["Items"])
    if allowed not in METHODS:
        raise invalid("The parameter AllowedMethods is not valid.")
    if cached not in METHODS[:2] or not cached <= allowed:
        raise invalid("The parameter CachedMethods is not valid.")
    associations = behavior["FunctionAssociations"].get("Items", ())
    events = [each["EventType"] for each in associations]
    if len(events) != len(set(events)) or any(each not in FUNCTION_EVENTS for each in events):
        raise invalid("The function association is not valid.", "InvalidFunctionAssociation")
    edge = [each["EventType"] for each in behavior["LambdaFunctionAssociations"].get("Items", ())]
    if len(edge) != len(set(edge)) or set(edge) & set(events):
        raise invalid("The specified Lambda@Edge function association is invalid.", "InvalidLambdaFunctionAssociation")
    for each in behavior["LambdaFunctionAssociations"].get("Items", ()):
        if not re.search(r":function:[^:]+:\d+$", each["LambdaFunctionARN"]):
            raise invalid("The function ARN must reference a specific function version. (The ARN must end with the "
                          f"version number.) ARN: {each['LambdaFunctionARN']}", "InvalidLambdaFunctionAssociation")
    keys, signers = behavior["TrustedKeyGroups"], behavior["TrustedSigners"]
    if keys["Enabled"] != bool(keys["Quantity"]) or signers["Enabled"] != bool(signers["Quantity"]):
        raise invalid("The parameter Enabled of trusted signers or key groups does not match its Quantity.")


def _check_encryption(behavior: dict, origins: list[dict]) -> None:
    """Fields are encrypted where viewers and origin are reached over HTTPS alone, and what is posted goes through."""
    if not behavior["FieldLevelEncryptionId"]:
        return
    target = next((each for each in origins if each["Id"] == behavior["TargetOriginId"]), {})
    plain = target.get("CustomOriginConfig", {}).get("OriginProtocolPolicy") == "http-only"
    if plain or behavior["ViewerProtocolPolicy"] == "allow-all" or set(behavior["AllowedMethods"]["Items"]) != ALL:
        raise invalid("The specified configuration for field-level encryption can't be associated with the specified "
                      "cache behavior.", "IllegalFieldLevelEncryptionConfigAssociationWithCacheBehavior")  # fmt: skip


def _check_error_response(each: dict) -> None:
    if each["ErrorCode"] not in ERROR_CODES:
        raise invalid("The parameter ErrorCode is not valid.", "InvalidErrorCode")
    if bool(each["ResponsePagePath"]) != bool(each["ResponseCode"]):
        raise invalid("The parameters ResponsePagePath and ResponseCode must be given together.", "InvalidResponseCode")
    if each["ResponsePagePath"] and not each["ResponsePagePath"].startswith("/"):
        raise invalid("The parameter ResponsePagePath must begin with /.")
    if each["ResponseCode"] and not re.fullmatch(r"200|[45]\d\d", each["ResponseCode"]):
        raise invalid("The parameter ResponseCode is not valid.", "InvalidResponseCode")


def _check_certificate(config: dict) -> None:
    given = config["ViewerCertificate"]
    own = given.get("ACMCertificateArn") or given.get("IAMCertificateId")
    if own and not given.get("SSLSupportMethod"):
        raise invalid("The parameter SSLSupportMethod is required.", certificates.INVALID)
    if config["Aliases"]["Quantity"] and not own:
        text = "To add an alternate domain name (CNAME) to a CloudFront distribution, you must attach a trusted "
        text += "certificate that validates your authorization to use the domain name. For more details, see: "
        raise invalid(f"{text}{certificates.PAGE}", certificates.INVALID)


def _check_restriction(restriction: dict) -> None:
    locations = restriction.get("Items", ())
    if (restriction["RestrictionType"] == "none") == bool(locations):
        raise invalid("The specified geo restriction parameter is not valid.", "InvalidGeoRestrictionParameter")
    if any(not re.fullmatch("[A-Z]{2}", each) for each in locations):
        raise invalid("The location code specified is not valid.", "InvalidLocationCode")


def check_aliases(ctx, kind, config: dict, id: str | None) -> None:
    """An alternate name belongs to one distribution of all accounts. Raises CNAMEAlreadyExists."""
    wanted = {each.lower() for each in config["Aliases"].get("Items", ())}
    for record in everywhere(ctx, kind) if wanted else ():
        held = {each.lower() for each in record.document[kind.body]["Aliases"].get("Items", ())}
        if record.id[-1] != id and wanted & held:
            text = "One or more of the CNAMEs you provided are already associated with a different resource."
            raise invalid(text, "CNAMEAlreadyExists")


def check_web_acl(ctx, arn: str, code: str) -> None:
    """A web ACL of AWS WAF, of CloudFront's scope, must be there. Raises the error with this code."""
    if not arn.startswith("arn:"):
        return  # none, or the id of one of AWS WAF Classic
    parts = arn.split("/")
    if ":global/webacl/" not in arn or len(parts) != 4:
        raise invalid("The web ACL ARN is not valid: it must be one of the CLOUDFRONT scope.", code)
    named = {"Name": parts[2], "Id": parts[3], "Scope": "CLOUDFRONT"}
    try:
        ctx.call("wafv2", "GetWebACL", named, account=arn.split(":")[4], region="us-east-1")
    except AwsError as error:
        raise invalid(f"The web ACL {arn} does not exist.", code) from error


def everywhere(ctx, kind):
    """The records of a kind in all accounts."""
    for rows in ctx.partitions(records):
        if rows.partition[0] == kind.kind:
            yield from rows
