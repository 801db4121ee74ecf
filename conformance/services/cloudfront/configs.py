"""The configurations of CloudFront: what a right one looks like, kind by kind.

A kind is created from ``<Name>Config`` and read whole (``Get<Name>``) or without its identity (``Get<Name>Config``).
"""

from typing import NamedTuple

from conformance.generator.hints import Ref, Samples, Unique
from conformance.services.declared import Declared

PEM = """-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAu1SU1LfVLPHCozMxH2Mo
4lgOEePzNm0tRgeLezV6ffAt0gunVTLw7onLRnrq0/IzW7yWR7QkrmBL7jTKEn5u
+qKhbwKfBstIs+bMY2Zkp18gnTxKLxoS2tFczGkPLPgizskuemMghRniWaoLcyeh
kd3qqGElvW/VDL5AaWTg0nLVkjRo9z+40RQzuVaE8AkAFmxZzow3x+VJYKdjykkJ
0iT9wCS0DRTXu269V264Vf/3jvredZiKRkgwlL9xNAwxXFg0x/XFw005UWVRIkdg
cKWTjpBP2dPwVZ4WWC+9aGVd+Gyn1o0CLelf4rEjGoXbAAEgAqeGUxrcIlbjXfbc
mwIDAQAB
-----END PUBLIC KEY-----
"""  # the public key that jwt.io shows as its example
CERTIFICATE = Ref("certificate", "Arn", must=False)  # of *.example.com
CACHING = "658327ea-f89d-4fab-a63d-7e88639e58f6"


def items(*values):
    return {"Quantity": len(values), **({"Items": list(values)} if values else {})}


def listed(kind, names, member):
    return {kind: "whitelist", member: items(*names)}


NO_COOKIES, ALL_QUERY = {"CookieBehavior": "none"}, {"QueryStringBehavior": "all"}
HEADERS = listed("HeaderBehavior", ["x-a", "x-b"], "Headers")
COOKIES = listed("CookieBehavior", ["session"], "Cookies")
QUERY = listed("QueryStringBehavior", ["page"], "QueryStrings")
READ = items("HEAD", "GET")
OPTIONS = items("HEAD", "GET", "OPTIONS")
ALL = items("HEAD", "DELETE", "POST", "GET", "OPTIONS", "PUT", "PATCH")


def custom(id="web", **more):
    return {"Id": id, "DomainName": "www.example.com", "CustomOriginConfig": {
        "HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": "https-only", "OriginSslProtocols": items("TLSv1.2"),
        "OriginReadTimeout": 40, "OriginKeepaliveTimeout": 6}, **more}


def bucket(id="web", **more):
    return {"Id": id, "DomainName": "files.s3.us-east-1.amazonaws.com", "S3OriginConfig": {
        "OriginAccessIdentity": ""}, **more}


def behavior(**more):
    return {"TargetOriginId": "web", "ViewerProtocolPolicy": "redirect-to-https", "CachePolicyId": CACHING, **more}


LEGACY = {"TargetOriginId": "web", "ViewerProtocolPolicy": "allow-all", "MinTTL": 1, "DefaultTTL": 2, "MaxTTL": 3,
          "ForwardedValues": {"QueryString": True, "QueryStringCacheKeys": items("q"), "Headers": items("Origin"),
                              "Cookies": {"Forward": "whitelist", "WhitelistedNames": items("c")}}}


def distribution(**more):
    return {"Comment": "one", "Enabled": False, "Origins": items(custom()), "DefaultCacheBehavior": behavior(), **more}


DISTRIBUTIONS = (
    distribution(),
    distribution(
        DefaultRootObject="index.html", PriceClass="PriceClass_100", HttpVersion="http2and3", IsIPV6Enabled=True,
        Origins=items(bucket(OriginPath="/v1", ConnectionAttempts=2, ConnectionTimeout=5), custom(
            "api", CustomHeaders=items({"HeaderName": "x-secret", "HeaderValue": "s"}),
            OriginShield={"Enabled": True, "OriginShieldRegion": "eu-west-1"})),
        CacheBehaviors=items(
            {**behavior(TargetOriginId="api", AllowedMethods={**ALL, "CachedMethods": OPTIONS}, Compress=True),
             "PathPattern": "/api/*"}, {**LEGACY, "PathPattern": "*.jpg"}),
        CustomErrorResponses=items({"ErrorCode": 404, "ResponsePagePath": "/404.html", "ResponseCode": "200",
                                    "ErrorCachingMinTTL": 5}),
        Restrictions={"GeoRestriction": {"RestrictionType": "whitelist", **items("DE", "US")}},
        Logging={"Enabled": True, "IncludeCookies": True, "Bucket": "logs.s3.amazonaws.com", "Prefix": "p/"}),
    distribution(
        DefaultCacheBehavior=LEGACY, Origins=items(custom("first"), custom("second")), OriginGroups=items({
            "Id": "web", "FailoverCriteria": {"StatusCodes": items(500, 502)}, "Members": items(
                {"OriginId": "first"}, {"OriginId": "second"})}),
        ViewerCertificate={"ACMCertificateArn": CERTIFICATE, "SSLSupportMethod": "sni-only",
                           "MinimumProtocolVersion": "TLSv1.2_2021"}),
    distribution(DefaultCacheBehavior=behavior(AllowedMethods={**OPTIONS, "CachedMethods": READ}, SmoothStreaming=True),
                 Staging=False, ConnectionMode="direct", WebACLId=""),
)
SECURITY = {
    "XSSProtection": {"Override": True, "Protection": True, "ModeBlock": False, "ReportUri": "https://example.com/x"},
    "FrameOptions": {"Override": True, "FrameOption": "DENY"}, "ContentTypeOptions": {"Override": False},
    "ReferrerPolicy": {"Override": True, "ReferrerPolicy": "origin"},
    "ContentSecurityPolicy": {"Override": True, "ContentSecurityPolicy": "default-src 'self'"},
    "StrictTransportSecurity": {"Override": True, "IncludeSubdomains": True, "Preload": True,
                                "AccessControlMaxAgeSec": 60}}
CORS = {"AccessControlAllowOrigins": items("https://example.com"), "AccessControlAllowHeaders": items("x-a"),
        "AccessControlAllowMethods": items("GET", "PUT"), "AccessControlAllowCredentials": True,
        "AccessControlExposeHeaders": items("x-b"), "AccessControlMaxAgeSec": 5, "OriginOverride": True}


class Kind(NamedTuple):
    """``values`` are right configurations without their ``unique`` members; ``lasting`` an update must repeat.

    ``verb`` is what its create, update and delete are called after; ``missing`` the refusal of an absent one;
    ``comment`` the member that an update changes in the sequences.
    """

    name: str
    missing: str
    listed: str  # the list operation
    at: str  # where its elements stand
    values: tuple[dict, ...]
    unique: tuple[str, ...] = ("Name",)
    lasting: tuple[str, ...] = ()
    verb: str = ""
    comment: str = "Comment"

    @property
    def config(self) -> str:
        return f"{self.name}Config"

    @property
    def named(self) -> str:
        return self.verb or self.name


def cache_policy(**more):
    return {"MinTTL": 1, "DefaultTTL": 60, "MaxTTL": 600, "ParametersInCacheKeyAndForwardedToOrigin": {
        "EnableAcceptEncodingGzip": True, "EnableAcceptEncodingBrotli": True, "HeadersConfig": HEADERS,
        "CookiesConfig": COOKIES, "QueryStringsConfig": QUERY}, "Comment": "one", **more}


KINDS = {
    "distribution": Kind("Distribution", "NoSuchDistribution", "ListDistributions", "DistributionList", DISTRIBUTIONS,
                         ("CallerReference",), ("CallerReference",)),
    "cache_policy": Kind("CachePolicy", "NoSuchCachePolicy", "ListCachePolicies", "CachePolicyList", (
        cache_policy(), cache_policy(ParametersInCacheKeyAndForwardedToOrigin={
            "EnableAcceptEncodingGzip": False, "HeadersConfig": {"HeaderBehavior": "none"},
            "CookiesConfig": {"CookieBehavior": "all"}, "QueryStringsConfig": ALL_QUERY}), {"MinTTL": 0})),
    "origin_request_policy": Kind(
        "OriginRequestPolicy", "NoSuchOriginRequestPolicy", "ListOriginRequestPolicies", "OriginRequestPolicyList", (
            {"HeadersConfig": HEADERS, "CookiesConfig": COOKIES, "QueryStringsConfig": QUERY, "Comment": "one"},
            {"HeadersConfig": {"HeaderBehavior": "allViewer"}, "CookiesConfig": NO_COOKIES,
             "QueryStringsConfig": ALL_QUERY})),
    "response_headers_policy": Kind(
        "ResponseHeadersPolicy", "NoSuchResponseHeadersPolicy", "ListResponseHeadersPolicies",
        "ResponseHeadersPolicyList", (
            {"CustomHeadersConfig": items({"Header": "x-a", "Value": "1", "Override": True}), "Comment": "one",
             "RemoveHeadersConfig": items({"Header": "x-b"})},
            {"SecurityHeadersConfig": SECURITY, "ServerTimingHeadersConfig": {"Enabled": True, "SamplingRate": 12.5}},
            {"CorsConfig": CORS})),
    "origin_access_control": Kind(
        "OriginAccessControl", "NoSuchOriginAccessControl", "ListOriginAccessControls", "OriginAccessControlList",
        tuple({"SigningProtocol": "sigv4", "SigningBehavior": signing, "OriginAccessControlOriginType": origin,
             "Description": "one"}
            for signing, origin in (("always", "s3"), ("never", "lambda"), ("no-override", "mediastore"))),
        comment="Description"),
    "identity": Kind("CloudFrontOriginAccessIdentity", "NoSuchCloudFrontOriginAccessIdentity",
                     "ListCloudFrontOriginAccessIdentities", "CloudFrontOriginAccessIdentityList", (
                         {"Comment": "one"}, {"Comment": ""}), ("CallerReference",), ("CallerReference",)),
    "public_key": Kind("PublicKey", "NoSuchPublicKey", "ListPublicKeys", "PublicKeyList", (
        {"EncodedKey": PEM, "Comment": "one"}, {"EncodedKey": PEM}), ("CallerReference", "Name"),
        ("CallerReference", "Name", "EncodedKey")),
    "key_group": Kind("KeyGroup", "NoSuchResource", "ListKeyGroups", "KeyGroupList", (
        {"Items": [Ref("public_key", "Id", must=False)], "Comment": "one"},
        {"Items": [Ref("public_key", "Id", must=False)]})),
    "profile": Kind(
        "FieldLevelEncryptionProfile", "NoSuchFieldLevelEncryptionProfile", "ListFieldLevelEncryptionProfiles",
        "FieldLevelEncryptionProfileList", ({"EncryptionEntities": items({
            "PublicKeyId": Ref("public_key", "Id", must=False), "ProviderId": "p", "FieldPatterns": items("card*")}),
            "Comment": "one"},), ("CallerReference", "Name"), ("CallerReference", "Name")),
    "encryption": Kind(
        "FieldLevelEncryption", "NoSuchFieldLevelEncryptionConfig", "ListFieldLevelEncryptionConfigs",
        "FieldLevelEncryptionList", (
            {"Comment": "one", "QueryArgProfileConfig": {
                "ForwardWhenQueryArgProfileIsUnknown": True, "QueryArgProfiles": items(
                    {"QueryArg": "q", "ProfileId": Ref("profile", "Id", must=False)})}},
            {"Comment": "two", "ContentTypeProfileConfig": {
                "ForwardWhenContentTypeIsUnknown": False, "ContentTypeProfiles": items({
                    "Format": "URLEncoded", "ContentType": "application/x-www-form-urlencoded",
                    "ProfileId": Ref("profile", "Id", must=False)})}}),
        ("CallerReference",), ("CallerReference",), "FieldLevelEncryptionConfig"),
    "streaming": Kind(
        "StreamingDistribution", "NoSuchStreamingDistribution", "ListStreamingDistributions",
        "StreamingDistributionList", tuple(
            {"S3Origin": {"DomainName": "files.s3.amazonaws.com", "OriginAccessIdentity": ""}, "Comment": "one",
             "TrustedSigners": {"Enabled": False, "Quantity": 0}, "Enabled": False, **more}
            for more in ({}, {"PriceClass": "PriceClass_200", "Logging": {
                "Enabled": True, "Bucket": "logs.s3.amazonaws.com", "Prefix": "p"}})),
        ("CallerReference",), ("CallerReference",)),
    "deployment": Kind(
        "ContinuousDeploymentPolicy", "NoSuchContinuousDeploymentPolicy", "ListContinuousDeploymentPolicies",
        "ContinuousDeploymentPolicyList", tuple(
            {"StagingDistributionDnsNames": items(Ref("staging", "DomainName", must=False)), "Enabled": True,
             "TrafficConfig": traffic} for traffic in (
                 {"Type": "SingleHeader", "SingleHeaderConfig": {"Header": "aws-cf-cd-a", "Value": "1"}},
                 {"Type": "SingleWeight", "SingleWeightConfig": {"Weight": 0.05, "SessionStickinessConfig": {
                     "IdleTTL": 300, "MaximumTTL": 600}}})), (), ()),
}
declared = Declared("cloudfront", {})


def hints(fixture: str, kind: Kind) -> dict:
    """Right inputs of a kind's operations."""
    made = [{**value, **{name: Unique(name.lower()) for name in kind.unique}} for value in kind.values]
    kept = [{**value, **{name: Unique(name.lower()) for name in kind.unique},
             **{name: Ref(fixture, name) for name in kind.lasting}} for value in kind.values]
    found = {f"Create{kind.named}.{kind.config}": Samples(*made), f"Update{kind.named}.{kind.config}": Samples(*kept)}
    for operation in (f"Get{kind.name}", f"Get{kind.config}", f"Update{kind.named}", f"Delete{kind.named}"):
        found[f"{operation}.Id"] = Ref(fixture, "Id")
        found[f"{operation}.IfMatch"] = Ref(fixture, "ETag", must=False)
    return found


for _fixture, _kind in KINDS.items():
    declared.hints.table.update(hints(_fixture, _kind))
    for _operation in (f"Update{_kind.named}", f"Delete{_kind.named}"):
        declared.hints.always[_operation] = ("IfMatch",)
