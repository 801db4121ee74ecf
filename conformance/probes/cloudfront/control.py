"""Versions, guards, consistency and defaults of the control plane."""

from conformance.probes import probe
from conformance.services.cloudfront.configs import CACHING, behavior, distribution, items
from conformance.services.self_signed import pair

API = "https://docs.aws.amazon.com/cloudfront/latest/APIReference/"
GUIDE = "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/"


def created(trial, **more):
    """A distribution of the probe's own: (its description, its version)."""
    config = {**distribution(**more), "CallerReference": trial.unique("probe")}
    made = trial.ask("CreateDistribution", DistributionConfig=config)
    return made["Distribution"], made["ETag"]


def refused(trial, code, status, message=None, **more):
    config = {**distribution(**more), "CallerReference": trial.unique("probe")}
    trial.refused("CreateDistribution", code, status, message, DistributionConfig=config)


@probe("cloudfront", "UpdateDistribution", "An update without If-Match is refused", API + "API_UpdateDistribution.html")
def updates_need_a_version(trial):
    made, _ = created(trial)
    trial.refused("UpdateDistribution", "InvalidIfMatchVersion", 400,
                  "The If-Match version is missing or not valid for the resource.",
                  Id=made["Id"], DistributionConfig=made["DistributionConfig"])


@probe("cloudfront", "UpdateDistribution", "An update under a version that is not the current one is refused",
       API + "API_UpdateDistribution.html")
def versions_must_be_current(trial):
    made, version = created(trial)
    given = {"Id": made["Id"], "DistributionConfig": {**made["DistributionConfig"], "Comment": "two"}}
    trial.ask("UpdateDistribution", IfMatch=version, **given)
    trial.refused("UpdateDistribution", "PreconditionFailed", 412, IfMatch=version, **given)


@probe("cloudfront", "DeleteDistribution", "A distribution must be disabled before it can be deleted",
       API + "API_DeleteDistribution.html")
def only_what_is_disabled_can_go(trial):
    made, version = created(trial, Enabled=True)
    trial.refused("DeleteDistribution", "DistributionNotDisabled", 409,
                  "The distribution you are trying to delete has not been disabled.", Id=made["Id"], IfMatch=version)


@probe("cloudfront", "CreateDistribution", "A caller reference that was used before is refused",
       API + "API_DistributionConfig.html")
def references_are_used_once(trial):
    config = {**distribution(), "CallerReference": trial.unique("probe")}
    trial.ask("CreateDistribution", DistributionConfig=config)
    trial.refused("CreateDistribution", "DistributionAlreadyExists", 409, DistributionConfig=config)


@probe("cloudfront", "CreateDistribution", "A quantity that is not the number of items is refused",
       API + "API_Aliases.html")
def quantities_are_consistent(trial):
    refused(trial, "InconsistentQuantities", 400,
            "The specified quantity of Aliases (3) does not match the actual quantity supplied (1).",
            Aliases={"Quantity": 3, "Items": ["www.example.com"]})


@probe("cloudfront", "CreateDistribution", "A behavior must lead to an origin of the distribution",
       API + "API_CreateDistribution.html")
def targets_exist(trial):
    refused(trial, "NoSuchOrigin", 404, DefaultCacheBehavior=behavior(TargetOriginId="nowhere"))


@probe("cloudfront", "CreateDistribution", "Forwarded values and a cache policy exclude each other",
       API + "API_DefaultCacheBehavior.html")
def one_way_to_say_what_is_cached(trial):
    refused(trial, "InvalidArgument", 400,
            "The parameter ForwardedValues cannot be used when a cache policy is associated to the cache behavior.",
            DefaultCacheBehavior=behavior(ForwardedValues={"QueryString": False, "Cookies": {"Forward": "none"}}))


@probe("cloudfront", "CreateDistribution", "An alternate domain name needs a certificate",
       GUIDE + "CNAMEs.html#alternate-domain-names-requirements")
def aliases_need_certificates(trial):
    refused(trial, "InvalidViewerCertificate", 400, Aliases=items("www.example.com"))


@probe("cloudfront", "CreateDistribution", "An alternate domain name must be one that the certificate covers",
       GUIDE + "CNAMEs.html#alternate-domain-names-requirements")
def aliases_are_covered(trial):
    shown = {"ACMCertificateArn": trial.fixture("certificate")["Arn"], "SSLSupportMethod": "sni-only"}
    refused(trial, "InvalidViewerCertificate", 400, Aliases=items("www.example.net"), ViewerCertificate=shown)


@probe("cloudfront", "CreateDistribution", "Viewers are shown no certificate that signs itself",
       GUIDE + "cnames-and-https-requirements.html")
def certificates_are_signed_by_others(trial):
    body, key = pair("www.example.com")
    arn = trial.ask("ImportCertificate", "acm", Certificate=body, PrivateKey=key)["CertificateArn"]
    trial.later(lambda: trial.ask("DeleteCertificate", "acm", CertificateArn=arn))
    refused(trial, "InvalidViewerCertificate", 400, Aliases=items("www.example.com"),
            ViewerCertificate={"ACMCertificateArn": arn, "SSLSupportMethod": "sni-only"})


@probe("cloudfront", "CreateDistribution", "A certificate of a distribution is in use, as ACM tells",
       "https://docs.aws.amazon.com/acm/latest/APIReference/API_DeleteCertificate.html")
def certificates_in_use_stay(trial):
    arn = trial.fixture("certificate")["Arn"]
    made, version = created(trial, ViewerCertificate={"ACMCertificateArn": arn, "SSLSupportMethod": "sni-only"})
    found = trial.ask("DescribeCertificate", "acm", CertificateArn=arn)["Certificate"]
    assert made["ARN"] in found["InUseBy"], found["InUseBy"]
    trial.refused("DeleteCertificate", "ResourceInUseException", 400, service="acm", CertificateArn=arn)
    trial.ask("DeleteDistribution", Id=made["Id"], IfMatch=version)


@probe("cloudfront", "CreateDistribution", "A bucket without S3OriginConfig is no valid origin",
       API + "API_Origin.html")
def origins_say_what_they_are(trial):
    refused(trial, "InvalidOrigin", 400, "The specified origin server does not exist or is not valid.",
            Origins=items({"Id": "web", "DomainName": "files.s3.amazonaws.com"}))


@probe("cloudfront", "CreateDistribution", "What is left out has CloudFront's defaults",
       API + "API_DistributionConfig.html")
def defaults_are_told(trial):
    found = created(trial)[0]["DistributionConfig"]
    origin = found["Origins"]["Items"][0]
    assert (found["PriceClass"], found["HttpVersion"]) == ("PriceClass_All", "http2"), found
    assert (origin["ConnectionAttempts"], origin["ConnectionTimeout"]) == (3, 10), origin
    assert found["ViewerCertificate"]["CloudFrontDefaultCertificate"] is True, found["ViewerCertificate"]
    assert found["Restrictions"]["GeoRestriction"] == {"RestrictionType": "none", "Quantity": 0}


@probe("cloudfront", "DeleteCachePolicy", "A cache policy in use can't be deleted",
       API + "API_DeleteCachePolicy.html")
def policies_in_use_stay(trial):
    policy = trial.fixture("cache_policy")
    made, version = created(trial, DefaultCacheBehavior=behavior(CachePolicyId=policy["Id"]))
    trial.refused("DeleteCachePolicy", "CachePolicyInUse", 409,
                  "The specified cache policy is currently associated with a cache behavior. Please disassociate the "
                  "policy before deleting.", Id=policy["Id"], IfMatch=policy["ETag"])
    trial.ask("DeleteDistribution", Id=made["Id"], IfMatch=version)


@probe("cloudfront", "DeleteFunction", "A function in use can't be deleted",
       API + "API_DeleteFunction.html")
def functions_in_use_stay(trial):
    function = trial.fixture("function")
    association = items({"FunctionARN": function["Arn"], "EventType": "viewer-request"})
    made, version = created(trial, DefaultCacheBehavior=behavior(FunctionAssociations=association))
    trial.refused("DeleteFunction", "FunctionInUse", 409,
                  f"Cannot delete function {function['Name']}, it is in use by 1 distributions",
                  Name=function["Name"], IfMatch=function["ETag"])
    trial.ask("DeleteDistribution", Id=made["Id"], IfMatch=version)


@probe("cloudfront", "DeletePublicKey", "A public key in a key group can't be deleted",
       API + "API_DeletePublicKey.html")
def keys_in_groups_stay(trial):
    trial.fixture("key_group")
    key = trial.fixture("public_key")
    trial.refused("DeletePublicKey", "PublicKeyInUse", 409, Id=key["Id"], IfMatch=key["ETag"])


@probe("cloudfront", "UpdatePublicKey", "The key in a public key can't be changed", API + "API_UpdatePublicKey.html")
def keys_are_lasting(trial):
    key = trial.fixture("public_key")
    trial.refused("UpdatePublicKey", "CannotChangeImmutablePublicKeyFields", 400, Id=key["Id"], IfMatch=key["ETag"],
                  PublicKeyConfig={**key["Config"], "Name": "another"})


@probe("cloudfront", "GetCachePolicy", "CachingOptimized is there in every account, with its documented settings",
       GUIDE + "using-managed-cache-policies.html")
def managed_policies_are_there(trial):
    found = trial.ask("GetCachePolicy", Id=CACHING)["CachePolicy"]["CachePolicyConfig"]
    assert (found["MinTTL"], found["DefaultTTL"], found["MaxTTL"]) == (1, 86400, 31536000), found
    parameters = found["ParametersInCacheKeyAndForwardedToOrigin"]
    assert parameters["EnableAcceptEncodingGzip"] and parameters["EnableAcceptEncodingBrotli"], parameters


@probe("cloudfront", "DeleteCachePolicy", "A managed policy can't be deleted", API + "API_DeleteCachePolicy.html")
def managed_policies_stay(trial):
    version = trial.ask("GetCachePolicy", Id=CACHING)["ETag"]
    trial.refused("DeleteCachePolicy", "IllegalDelete", 400, Id=CACHING, IfMatch=version)


@probe("cloudfront", "CreateInvalidation", "The same batch under the same reference is the same invalidation",
       API + "API_InvalidationBatch.html")
def batches_are_repeated(trial):
    made, _ = created(trial)
    batch = {"Paths": items("/a"), "CallerReference": trial.unique("batch")}
    ids = {trial.ask("CreateInvalidation", DistributionId=made["Id"], InvalidationBatch=batch)["Invalidation"]["Id"]
           for _ in range(2)}
    assert len(ids) == 1, ids


@probe("cloudfront", "CreateInvalidation", "A path that is invalidated begins with a slash",
       GUIDE + "invalidation-specifying-objects.html")
def paths_begin_with_a_slash(trial):
    made, _ = created(trial)
    trial.refused("CreateInvalidation", "InvalidArgument", 400, DistributionId=made["Id"], InvalidationBatch={
        "Paths": items("a*b"), "CallerReference": trial.unique("batch")})


@probe("cloudfront", "CreateCloudFrontOriginAccessIdentity",
       "The same identity under the same caller reference is the first one again",
       API + "API_CloudFrontOriginAccessIdentityConfig.html")
def identities_are_repeated(trial):
    config = {"CallerReference": trial.unique("identity"), "Comment": "one"}
    ids = {trial.ask("CreateCloudFrontOriginAccessIdentity", CloudFrontOriginAccessIdentityConfig=config)[
        "CloudFrontOriginAccessIdentity"]["Id"] for _ in range(2)}
    assert len(ids) == 1, ids
    trial.refused("CreateCloudFrontOriginAccessIdentity", "CloudFrontOriginAccessIdentityAlreadyExists", 409,
                  CloudFrontOriginAccessIdentityConfig={**config, "Comment": "two"})


@probe("cloudfront", "DeleteDistribution", "A staging distribution stays while a policy uses it",
       API + "API_DeleteDistribution.html")
def staging_distributions_in_use_stay(trial):
    trial.fixture("deployment")
    staging = trial.fixture("staging")
    trial.refused("DeleteDistribution", "StagingDistributionInUse", 409, Id=staging["Id"], IfMatch=staging["ETag"])


@probe("cloudfront", "CreateFunction", "A function's code holds 10 KB at most",
       GUIDE + "cloudfront-limits.html#limits-functions")
def functions_are_small(trial):
    trial.refused("CreateFunction", "FunctionSizeLimitExceeded", 413, Name=trial.unique("f"), FunctionCode=b"x" * 10241,
                  FunctionConfig={"Comment": "", "Runtime": "cloudfront-js-2.0"})


@probe("cloudfront", "CreateDistributionTenant", "A tenant needs a distribution for tenants",
       GUIDE + "distribution-config-options.html")
def tenants_need_their_kind_of_distribution(trial):
    made, _ = created(trial)
    trial.refused("CreateDistributionTenant", "InvalidAssociation", 409, DistributionId=made["Id"],
                  Name=trial.unique("tenant"), Domains=[{"Domain": f"{trial.unique('t')}.example.com"}])


