"""Distributions: what is written comes back with CloudFront's defaults, versions guard changes, uses deletions."""

import boto3
import pytest
from distribution_configs import CACHING, behavior, config, fits, items, origin

from emulator.testing import InProcess

BUCKET = origin(domain="b.s3.us-east-1.amazonaws.com", S3OriginConfig={"OriginAccessIdentity": ""})


def test_what_is_written_is_read_in_every_shape(cloudfront, certificate):
    written = config(
        "r", origins=[BUCKET, origin("c", CustomHeaders=items({"HeaderName": "x", "HeaderValue": "y"}))],
        default=behavior(AllowedMethods={**items("HEAD", "GET", "OPTIONS"), "CachedMethods": items("HEAD", "GET")}),
        CacheBehaviors=items({**behavior("c"), "PathPattern": "/api/*"}), DefaultRootObject="index.html",
        Aliases=items("www.example.com"), ViewerCertificate=certificate("*.example.com"), PriceClass="PriceClass_100",
        CustomErrorResponses=items({"ErrorCode": 404, "ResponsePagePath": "/404.html", "ResponseCode": "200"}),
        Restrictions={"GeoRestriction": {"RestrictionType": "whitelist", **items("DE", "US")}},
    )  # fmt: skip
    made = cloudfront.create_distribution(DistributionConfig=written)
    whole, id = made["Distribution"], made["Distribution"]["Id"]
    assert made["Location"] == f"https://cloudfront.amazonaws.com/2020-05-31/distribution/{id}"
    assert whole["ARN"] == f"arn:aws:cloudfront::000000000000:distribution/{id}" and whole["Status"] == "InProgress"
    assert whole["DomainName"].endswith(".cloudfront.net")
    assert whole["AliasICPRecordals"] == [{"CNAME": "www.example.com", "ICPRecordalStatus": "APPROVED"}]
    read = cloudfront.get_distribution(Id=id)
    assert fits(written, read["Distribution"]["DistributionConfig"]) and read["Distribution"]["Status"] == "Deployed"
    part = cloudfront.get_distribution_config(Id=id)
    assert part["ETag"] == read["ETag"] == made["ETag"]
    assert part["DistributionConfig"] == read["Distribution"]["DistributionConfig"]
    [row] = cloudfront.list_distributions()["DistributionList"]["Items"]
    assert fits({name: written[name] for name in written if name in row}, row) and row["Id"] == id


def test_defaults_are_as_cloudfront_tells_them(distribution):
    found = distribution()["Distribution"]["DistributionConfig"]
    assert found["Aliases"] == {"Quantity": 0} and found["HttpVersion"] == "http2"
    assert found["ViewerCertificate"] == {
        "CloudFrontDefaultCertificate": True, "SSLSupportMethod": "vip", "MinimumProtocolVersion": "TLSv1",
        "CertificateSource": "cloudfront"}  # fmt: skip
    [first] = found["Origins"]["Items"]
    assert (first["ConnectionAttempts"], first["OriginShield"]) == (3, {"Enabled": False})
    default = found["DefaultCacheBehavior"]
    assert "DefaultTTL" not in default and default["AllowedMethods"]["Items"] == ["HEAD", "GET"]


def test_changes_need_the_current_version(cloudfront, distribution, refused):
    made = distribution()
    id, changed = made["Distribution"]["Id"], {**made["Distribution"]["DistributionConfig"], "Comment": "new"}
    assert refused("update_distribution", Id=id, DistributionConfig=changed)[::2] == ("InvalidIfMatchVersion", 400)
    given = {"Id": id, "DistributionConfig": changed}
    assert refused("update_distribution", IfMatch="EOLD", **given)[::2] == ("PreconditionFailed", 412)
    updated = cloudfront.update_distribution(IfMatch=made["ETag"], **given)
    assert updated["ETag"] != made["ETag"]
    assert updated["Distribution"]["DistributionConfig"]["Comment"] == "new"
    assert refused("update_distribution", IfMatch=updated["ETag"], Id=id, DistributionConfig={
        **changed, "CallerReference": "other"})[0] == "IllegalUpdate"  # fmt: skip


def test_a_distribution_must_be_disabled_to_be_deleted(cloudfront, distribution, refused):
    made = distribution()
    id = made["Distribution"]["Id"]
    code, message, status = refused("delete_distribution", Id=id, IfMatch=made["ETag"])
    assert (code, status) == ("DistributionNotDisabled", 409)
    assert message == "The distribution you are trying to delete has not been disabled."
    off = {**made["Distribution"]["DistributionConfig"], "Enabled": False}
    version = cloudfront.update_distribution(Id=id, DistributionConfig=off, IfMatch=made["ETag"])["ETag"]
    cloudfront.delete_distribution(Id=id, IfMatch=version)
    assert refused("get_distribution", Id=id) == (
        "NoSuchDistribution", "The specified distribution does not exist.", 404)  # fmt: skip
    assert "Items" not in cloudfront.list_distributions()["DistributionList"]


BAD = [
    ("InconsistentQuantities", {"Aliases": {"Quantity": 2, "Items": ["a.example.com"]}}),
    ("NoSuchOrigin", {"default": behavior("nowhere")}),
    ("InvalidOrigin", {"origins": [{"Id": "o", "DomainName": "d.example.com"}]}),
    ("InvalidOrigin", {"origins": [origin(S3OriginConfig={"OriginAccessIdentity": ""})]}),
    ("InvalidArgument", {"default": behavior(ForwardedValues={"QueryString": False, "Cookies": {"Forward": "none"}})}),
    ("NoSuchCachePolicy", {"default": behavior(CachePolicyId="11111111-2222-3333-4444-555555555555")}),
    ("InvalidViewerCertificate", {"Aliases": items("www.example.com")}),
    ("InvalidDefaultRootObject", {"DefaultRootObject": "/index.html"}),
    ("InvalidErrorCode", {"CustomErrorResponses": items({"ErrorCode": 402})}),
    ("InvalidResponseCode", {"CustomErrorResponses": items({"ErrorCode": 404, "ResponseCode": "200"})}),
    ("InvalidGeoRestrictionParameter", {"Restrictions": {"GeoRestriction": {
        "RestrictionType": "blacklist", "Quantity": 0}}}),
    ("InvalidLocationCode", {"Restrictions": {"GeoRestriction": {"RestrictionType": "blacklist", **items("Mars")}}}),
    ("InvalidOriginAccessControl", {"origins": [{**BUCKET, "OriginAccessControlId": "ENONE"}]}),
    ("TrustedKeyGroupDoesNotExist", {"default": behavior(TrustedKeyGroups={"Enabled": True, **items("none")})}),
    ("InvalidLambdaFunctionAssociation", {"default": behavior(LambdaFunctionAssociations=items(
        {"LambdaFunctionARN": "arn:aws:lambda:us-east-1:000000000000:function:f", "EventType": "origin-request"}))}),
]  # fmt: skip


@pytest.mark.parametrize(("code", "given"), BAD, ids=[f"{at}-{code}" for at, (code, _) in enumerate(BAD)])
def test_configurations_that_are_refused(refused, code, given):
    assert refused("create_distribution", DistributionConfig=config(**given))[0] == code


def test_the_message_tells_both_quantities(refused):
    given = config(Aliases={"Quantity": 2, "Items": ["a.example.com"]})
    assert refused("create_distribution", DistributionConfig=given)[1] == (
        "The specified quantity of Aliases (2) does not match the actual quantity supplied (1).")  # fmt: skip


def test_an_alternate_name_belongs_to_one_distribution(cloudfront, distribution, refused, certificate):
    shown = certificate("www.example.com")
    named = {"Aliases": items("www.example.com"), "ViewerCertificate": shown}
    first = distribution("1", **named)["Distribution"]["Id"]
    assert refused("create_distribution", DistributionConfig=config("2", **named))[0] == "CNAMEAlreadyExists"
    second = distribution("2", ViewerCertificate=shown)["Distribution"]["Id"]
    found = cloudfront.list_conflicting_aliases(DistributionId=second, Alias="*.example.com")["ConflictingAliasesList"]
    assert found["Quantity"] == 1 and found["Items"][0]["DistributionId"].endswith(first[-6:])
    cloudfront.associate_alias(TargetDistributionId=second, Alias="www.example.com")
    read = [cloudfront.get_distribution_config(Id=id)["DistributionConfig"]["Aliases"] for id in (first, second)]
    assert read == [{"Quantity": 0}, items("www.example.com")]


def test_distributions_are_listed_by_what_they_use(cloudfront, distribution, web_acl, refused):
    used, other = distribution("1")["Distribution"]["Id"], distribution("2")["Distribution"]["Id"]
    listed = cloudfront.list_distributions_by_cache_policy_id(CachePolicyId=CACHING)["DistributionIdList"]
    assert sorted(listed["Items"]) == sorted([used, other]) and listed["Quantity"] == 2
    unused = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
    assert "Items" not in cloudfront.list_distributions_by_cache_policy_id(CachePolicyId=unused)["DistributionIdList"]
    assert refused("list_distributions_by_cache_policy_id", CachePolicyId="none")[0] == "NoSuchCachePolicy"
    acl = web_acl()
    cloudfront.associate_distribution_web_acl(Id=used, WebACLArn=acl)
    by_acl = cloudfront.list_distributions_by_web_acl_id
    assert [each["Id"] for each in by_acl(WebACLId=acl)["DistributionList"]["Items"]] == [used]
    assert [each["Id"] for each in by_acl(WebACLId="null")["DistributionList"]["Items"]] == [other]
    cloudfront.disassociate_distribution_web_acl(Id=used)
    assert "Items" not in by_acl(WebACLId=acl)["DistributionList"]


def test_tags_stand_beside_the_configuration(cloudfront, refused):
    made = cloudfront.create_distribution_with_tags(DistributionConfigWithTags={
        "DistributionConfig": config(), "Tags": {"Items": [{"Key": "a", "Value": "1"}]}})  # fmt: skip
    arn = made["Distribution"]["ARN"]
    cloudfront.tag_resource(Resource=arn, Tags={"Items": [{"Key": "b", "Value": "2"}]})
    cloudfront.untag_resource(Resource=arn, TagKeys={"Items": ["a"]})
    assert cloudfront.list_tags_for_resource(Resource=arn)["Tags"] == {"Items": [{"Key": "b", "Value": "2"}]}
    assert refused("list_tags_for_resource", Resource=arn[:-1])[0] == "NoSuchResource"


def test_a_staging_copy_is_promoted(cloudfront, distribution):
    primary = distribution(CustomErrorResponses=items({"ErrorCode": 404}))
    id = primary["Distribution"]["Id"]
    copy = cloudfront.copy_distribution(
        PrimaryDistributionId=id, Staging=True, IfMatch=primary["ETag"], CallerReference="copy", Enabled=True)
    staging = copy["Distribution"]
    assert staging["DistributionConfig"]["Staging"] is True and staging["Id"] != id
    policy = cloudfront.create_continuous_deployment_policy(ContinuousDeploymentPolicyConfig={
        "StagingDistributionDnsNames": items(staging["DomainName"]), "Enabled": True, "TrafficConfig": {
            "Type": "SingleHeader", "SingleHeaderConfig": {"Header": "aws-cf-cd-new", "Value": "yes"}}})  # fmt: skip
    bound = cloudfront.update_distribution(Id=id, IfMatch=primary["ETag"], DistributionConfig={
        **primary["Distribution"]["DistributionConfig"],
        "ContinuousDeploymentPolicyId": policy["ContinuousDeploymentPolicy"]["Id"]})  # fmt: skip
    changed = cloudfront.update_distribution(Id=staging["Id"], IfMatch=copy["ETag"], DistributionConfig={
        **staging["DistributionConfig"], "DefaultRootObject": "new.html"})  # fmt: skip
    promoted = cloudfront.update_distribution_with_staging_config(
        Id=id, StagingDistributionId=staging["Id"], IfMatch=f"{bound['ETag']}, {changed['ETag']}")["Distribution"]
    assert promoted["DistributionConfig"]["DefaultRootObject"] == "new.html"
    assert promoted["DistributionConfig"]["CallerReference"] == "once"


def test_invalidations_complete_and_are_repeated_by_their_reference(cloudfront, distribution, refused):
    id = distribution()["Distribution"]["Id"]
    batch = {"Paths": items("/a", "/b/*"), "CallerReference": "one"}
    made = cloudfront.create_invalidation(DistributionId=id, InvalidationBatch=batch)
    name = made["Invalidation"]["Id"]
    assert made["Location"].endswith(f"/distribution/{id}/invalidation/{name}")
    assert made["Invalidation"]["Status"] == "InProgress" and made["Invalidation"]["InvalidationBatch"] == batch
    again = cloudfront.create_invalidation(DistributionId=id, InvalidationBatch=batch)
    assert again["Invalidation"]["Id"] == name
    other = {**batch, "Paths": items("/c")}
    assert refused("create_invalidation", DistributionId=id, InvalidationBatch=other)[0] == "InvalidArgument"
    assert cloudfront.get_invalidation(DistributionId=id, Id=name)["Invalidation"]["Status"] == "Completed"
    assert cloudfront.list_invalidations(DistributionId=id)["InvalidationList"]["Quantity"] == 1
    assert refused("get_invalidation", DistributionId=id, Id="INONE")[0] == "NoSuchInvalidation"
    assert refused("create_invalidation", DistributionId="ENONE", InvalidationBatch=batch)[0] == "NoSuchDistribution"


def test_a_setting_makes_deployment_as_slow_as_aws():
    running = InProcess(settings={"cloudfront.deploy-seconds": "300"}).start()
    try:
        client = boto3.client("cloudfront", endpoint_url=running.url, region_name="us-east-1",
                              aws_access_key_id="test", aws_secret_access_key="test")  # fmt: skip
        id = client.create_distribution(DistributionConfig=config())["Distribution"]["Id"]
        assert client.get_distribution(Id=id)["Distribution"]["Status"] == "InProgress"
        running.advance(301)
        assert client.get_distribution(Id=id)["Distribution"]["Status"] == "Deployed"
    finally:
        running.stop()
