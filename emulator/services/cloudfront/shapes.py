"""Configurations as CloudFront keeps them: counted lists checked, empty ones without Items, defaults laid under.

Defaults stand by the model's name of the structure that they belong to; a function takes the structure's members.
https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_DistributionConfig.html and the types it names
"""

from typing import Any

from emulator.kernel.errors import AwsError
from emulator.model import load
from emulator.model.shapes import Shape

NONE = {"Quantity": 0}
NOBODY = {"Enabled": False, "Quantity": 0}
READ = {"Quantity": 2, "Items": ["HEAD", "GET"]}
NO_LOGGING = {"Enabled": False, "IncludeCookies": False, "Bucket": "", "Prefix": ""}
DAY, YEAR = 86400, 31536000


def _without_policy(value):
    """TTLs of a behavior, which only stand where no cache policy does."""
    return lambda members: value if not members.get("CachePolicyId") else None


def _certificate(members: dict) -> dict:
    """The deprecated pair that tells again which certificate is used."""
    for name, source in (("ACMCertificateArn", "acm"), ("IAMCertificateId", "iam")):
        if members.get(name):
            return {"Certificate": members[name], "CertificateSource": source, "CloudFrontDefaultCertificate": False}
    return {"CertificateSource": "cloudfront", "CloudFrontDefaultCertificate": True, "SSLSupportMethod": "vip"}


def _of_certificate(name: str):
    return lambda members: _certificate(members).get(name)


BEHAVIOR: dict[str, Any] = {
    "TrustedSigners": NOBODY, "TrustedKeyGroups": NOBODY, "AllowedMethods": {**READ, "CachedMethods": READ},
    "SmoothStreaming": False, "Compress": False, "LambdaFunctionAssociations": NONE, "FunctionAssociations": NONE,
    "FieldLevelEncryptionId": "", "GrpcConfig": {"Enabled": False}, "MinTTL": _without_policy(0),
    "DefaultTTL": _without_policy(DAY), "MaxTTL": _without_policy(YEAR),
}  # fmt: skip
CERTIFICATE = {
    name: _of_certificate(name)
    for name in ("CloudFrontDefaultCertificate", "SSLSupportMethod", "Certificate", "CertificateSource")
} | {"MinimumProtocolVersion": "TLSv1"}  # fmt: skip

DEFAULTS: dict[str, dict[str, Any]] = {
    "DistributionConfig": {
        "Aliases": NONE, "DefaultRootObject": "", "OriginGroups": NONE, "CacheBehaviors": NONE,
        "CustomErrorResponses": NONE, "Logging": NO_LOGGING, "PriceClass": "PriceClass_All",
        "ViewerCertificate": {name: value({}) if callable(value) else value for name, value in CERTIFICATE.items()
                              if name != "Certificate"},
        "Restrictions": {"GeoRestriction": {"RestrictionType": "none", "Quantity": 0}}, "WebACLId": "",
        "HttpVersion": "http2", "IsIPV6Enabled": False, "ContinuousDeploymentPolicyId": "", "Staging": False,
        "ConnectionMode": "direct",
    },
    "LoggingConfig": NO_LOGGING,
    "ViewerCertificate": CERTIFICATE,
    "Origin": {"OriginPath": "", "CustomHeaders": NONE, "ConnectionAttempts": 3, "ConnectionTimeout": 10,
               "OriginShield": {"Enabled": False}, "OriginAccessControlId": ""},
    "S3OriginConfig": {"OriginReadTimeout": 30},
    "CustomOriginConfig": {"OriginSslProtocols": {"Quantity": 3, "Items": ["TLSv1", "TLSv1.1", "TLSv1.2"]},
                           "OriginReadTimeout": 30, "OriginKeepaliveTimeout": 5},
    "VpcOriginConfig": {"OriginReadTimeout": 30, "OriginKeepaliveTimeout": 5},
    "OriginGroup": {"SelectionCriteria": "default"},
    "DefaultCacheBehavior": BEHAVIOR,
    "CacheBehavior": BEHAVIOR,
    "AllowedMethods": {"CachedMethods": READ},
    "ForwardedValues": {"Headers": NONE, "QueryStringCacheKeys": NONE},
    "LambdaFunctionAssociation": {"IncludeBody": False},
    "CustomErrorResponse": {"ResponsePagePath": "", "ResponseCode": "", "ErrorCachingMinTTL": 10},
    "StreamingDistributionConfig": {
        "Aliases": NONE, "Logging": {"Enabled": False, "Bucket": "", "Prefix": ""}, "PriceClass": "PriceClass_All"},
    "CachePolicyConfig": {
        "Comment": "",
        "DefaultTTL": lambda members: max(DAY, members.get("MinTTL", 0)),
        "MaxTTL": lambda members: max(YEAR, members.get("MinTTL", 0), members.get("DefaultTTL", 0)),
        "ParametersInCacheKeyAndForwardedToOrigin": {
            "EnableAcceptEncodingGzip": False, "EnableAcceptEncodingBrotli": False,
            "HeadersConfig": {"HeaderBehavior": "none"}, "CookiesConfig": {"CookieBehavior": "none"},
            "QueryStringsConfig": {"QueryStringBehavior": "none"}}},
    "ParametersInCacheKeyAndForwardedToOrigin": {"EnableAcceptEncodingBrotli": False},
    "OriginRequestPolicyConfig": {"Comment": ""},
    "ResponseHeadersPolicyConfig": {"Comment": ""},
    "KeyGroupConfig": {"Comment": ""},
    "PublicKeyConfig": {"Comment": ""},
    "OriginAccessControlConfig": {"Description": ""},
    "FieldLevelEncryptionConfig": {"Comment": ""},
    "FieldLevelEncryptionProfileConfig": {"Comment": ""},
    "VpcOriginEndpointConfig": {
        "OriginSslProtocols": {"Quantity": 1, "Items": ["TLSv1.2"]}, "IpAddressType": "ipv4"},
}  # fmt: skip


def normalized(name: str, value: Any) -> Any:
    """A structure of the model, by its name there, as CloudFront stores it. Raises InconsistentQuantities."""
    return _normalized(load("cloudfront").shape(name), value, name)


def _normalized(shape: Shape, value: Any, name: str) -> Any:
    if shape.type == "list":
        return [_normalized(shape.member, each, name) for each in value]
    if shape.type != "structure" or not isinstance(value, dict):
        return value
    if "Quantity" in shape.members and "Items" in shape.members:
        value = _counted(value, name)
    members = {each: _normalized(shape.members[each], inner, each) for each, inner in value.items()}
    for each, default in DEFAULTS.get(shape.name, {}).items():
        if each not in members:
            default = default(members) if callable(default) else default
            if default is not None:
                members[each] = default
    return members


def _counted(value: dict, name: str) -> dict:
    """A list whose length is told beside it."""
    actual = len(value.get("Items") or ())
    if value.get("Quantity") != actual:
        text = f"The specified quantity of {name} ({value.get('Quantity')}) does not match the actual quantity supplied"
        raise AwsError("InconsistentQuantities", f"{text} ({actual}).")
    return value if actual else {each: inner for each, inner in value.items() if each != "Items"}
