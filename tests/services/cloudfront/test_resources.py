"""The resources beside distributions: each is created, read whole and in part, changed under its version, deleted."""

import boto3
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from distribution_configs import fits, items
from self_signed import self_signed

PEM = rsa.generate_private_key(65537, 2048).public_key().public_bytes(
    Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()  # fmt: skip
KEY = {"CallerReference": "r", "Name": "key", "EncodedKey": PEM, "Comment": "c"}
HEADERS = {"HeaderBehavior": "whitelist", "Headers": items("x-a")}
NO_COOKIES, NO_QUERY = {"CookieBehavior": "none"}, {"QueryStringBehavior": "all"}
KINDS = {
    "CachePolicy": {"Name": "p", "MinTTL": 1, "ParametersInCacheKeyAndForwardedToOrigin": {
        "EnableAcceptEncodingGzip": True, "HeadersConfig": HEADERS, "CookiesConfig": NO_COOKIES,
        "QueryStringsConfig": NO_QUERY}},
    "OriginRequestPolicy": {"Name": "p", "HeadersConfig": HEADERS, "CookiesConfig": NO_COOKIES,
                            "QueryStringsConfig": NO_QUERY},
    "ResponseHeadersPolicy": {"Name": "p", "CustomHeadersConfig": items(
        {"Header": "x-a", "Value": "1", "Override": True})},
    "OriginAccessControl": {"Name": "p", "SigningProtocol": "sigv4", "SigningBehavior": "always",
                            "OriginAccessControlOriginType": "s3"},
    "CloudFrontOriginAccessIdentity": {"CallerReference": "r", "Comment": "c"},
    "PublicKey": KEY,
    "FieldLevelEncryption": {"CallerReference": "r", "ContentTypeProfileConfig": {
        "ForwardWhenContentTypeIsUnknown": True, "ContentTypeProfiles": items(
            {"Format": "URLEncoded", "ContentType": "application/x-www-form-urlencoded"})}},
    "StreamingDistribution": {
        "CallerReference": "r", "S3Origin": {"DomainName": "b.s3.amazonaws.com", "OriginAccessIdentity": ""},
        "Comment": "c", "TrustedSigners": {"Enabled": False, "Quantity": 0}, "Enabled": False},
}  # fmt: skip
VERBS = {"FieldLevelEncryption": "FieldLevelEncryptionConfig"}


def snake(name: str) -> str:
    return boto3.session.botocore.xform_name(name)


@pytest.mark.parametrize("kind", KINDS)
def test_a_configuration_is_kept_whole(cloudfront, refused, kind):
    written, verb, body = KINDS[kind], VERBS.get(kind, kind), f"{kind}Config"
    made = getattr(cloudfront, f"create_{snake(verb)}")(**{body: written})
    whole, id = made[kind], made[kind]["Id"]
    assert made["Location"].endswith(f"/{id}")
    assert fits(written, whole[body])
    again = getattr(cloudfront, f"get_{snake(kind)}")(Id=id)
    assert (again["ETag"], again[kind][body]) == (made["ETag"], whole[body])
    assert getattr(cloudfront, f"get_{snake(body)}")(Id=id)[body] == whole[body]
    comment = "Description" if kind == "OriginAccessControl" else "Comment"
    changed = {**whole[body], comment: "new"}
    update, delete = getattr(cloudfront, f"update_{snake(verb)}"), getattr(cloudfront, f"delete_{snake(verb)}")
    updated = update(Id=id, IfMatch=made["ETag"], **{body: changed})
    assert updated[kind][body] == changed
    assert refused(f"delete_{snake(verb)}", Id=id, IfMatch=made["ETag"])[0] == "PreconditionFailed"
    delete(Id=id, IfMatch=updated["ETag"])
    assert refused(f"get_{snake(kind)}", Id=id)[2] == 404


def test_managed_policies_are_there_and_stay(cloudfront, refused):
    for kind, count in (("cache", 7), ("origin_request", 8), ("response_headers", 5)):
        listed = getattr(cloudfront, f"list_{kind}_policies")(Type="managed")
        [found] = [value for name, value in listed.items() if name.endswith("List")]
        assert found["Quantity"] == count == len({str(each) for each in found["Items"]})
    id = "658327ea-f89d-4fab-a63d-7e88639e58f6"
    found = cloudfront.get_cache_policy(Id=id)
    assert found["CachePolicy"]["CachePolicyConfig"]["Name"] == "Managed-CachingOptimized"
    assert found["CachePolicy"]["CachePolicyConfig"]["DefaultTTL"] == 86400
    assert refused("delete_cache_policy", Id=id, IfMatch=found["ETag"])[0] == "IllegalDelete"
    assert refused("update_cache_policy", Id=id, IfMatch=found["ETag"],
                   CachePolicyConfig=KINDS["CachePolicy"])[0] == "IllegalUpdate"  # fmt: skip


def test_a_policy_in_use_stays(cloudfront, distribution, refused):
    made = cloudfront.create_cache_policy(CachePolicyConfig=KINDS["CachePolicy"])
    id = made["CachePolicy"]["Id"]
    default = {"TargetOriginId": "o", "ViewerProtocolPolicy": "allow-all", "CachePolicyId": id}
    distribution(default=default)
    code, message, status = refused("delete_cache_policy", Id=id, IfMatch=made["ETag"])
    assert (code, status) == ("CachePolicyInUse", 409)
    assert message.startswith("The specified cache policy is currently associated with a cache behavior.")
    assert refused("create_cache_policy", CachePolicyConfig=KINDS["CachePolicy"])[0] == "CachePolicyAlreadyExists"


def test_key_groups_hold_keys(cloudfront, refused):
    key = cloudfront.create_public_key(PublicKeyConfig=KEY)
    id = key["PublicKey"]["Id"]
    group = cloudfront.create_key_group(KeyGroupConfig={"Name": "g", "Items": [id]})
    assert cloudfront.list_key_groups()["KeyGroupList"]["Items"][0]["KeyGroup"] == group["KeyGroup"]
    assert refused("delete_public_key", Id=id, IfMatch=key["ETag"])[0] == "PublicKeyInUse"
    changed = {"CallerReference": "other", "Name": "key", "EncodedKey": PEM}
    assert refused("update_public_key", Id=id, IfMatch=key["ETag"], PublicKeyConfig=changed)[0] == (
        "CannotChangeImmutablePublicKeyFields")  # fmt: skip
    assert refused("create_public_key", PublicKeyConfig={**KEY, "EncodedKey": "x"})[0] == "InvalidArgument"


def test_functions_have_a_draft_and_a_live_stage(cloudfront, refused):
    settings = {"Comment": "c", "Runtime": "cloudfront-js-2.0"}
    made = cloudfront.create_function(Name="f", FunctionConfig=settings, FunctionCode=b"one")
    assert made["FunctionSummary"]["Status"] == "UNPUBLISHED"
    assert made["FunctionSummary"]["FunctionMetadata"]["Stage"] == "DEVELOPMENT"
    assert refused("describe_function", Name="f", Stage="LIVE")[0] == "NoSuchFunctionExists"
    live = cloudfront.publish_function(Name="f", IfMatch=made["ETag"])["FunctionSummary"]
    assert (live["Status"], live["FunctionMetadata"]["Stage"]) == ("UNASSOCIATED", "LIVE")
    cloudfront.update_function(Name="f", IfMatch=made["ETag"], FunctionConfig=settings, FunctionCode=b"two")
    codes = [cloudfront.get_function(Name="f", Stage=stage)["FunctionCode"].read() for stage in ("DEVELOPMENT", "LIVE")]
    assert codes == [b"two", b"one"]
    stages = [each["FunctionMetadata"]["Stage"] for each in cloudfront.list_functions()["FunctionList"]["Items"]]
    assert stages == ["DEVELOPMENT", "LIVE"]
    assert cloudfront.list_functions(Stage="LIVE")["FunctionList"]["Quantity"] == 1
    assert refused("create_function", Name="f", FunctionConfig=settings, FunctionCode=b"x")[::2] == (
        "FunctionAlreadyExists", 409)  # fmt: skip
    assert refused("create_function", Name="g", FunctionConfig=settings, FunctionCode=b"x" * 10241)[0] == (
        "FunctionSizeLimitExceeded")  # fmt: skip


def test_connection_functions_are_named_by_their_id(cloudfront):
    given = {"ConnectionFunctionConfig": {"Comment": "c", "Runtime": "cloudfront-js-2.0"}, "Name": "f"}
    made = cloudfront.create_connection_function(ConnectionFunctionCode=b"code", **given)
    summary = made["ConnectionFunctionSummary"]
    assert summary["ConnectionFunctionArn"].endswith(summary["Id"])
    for name in (summary["Id"], "f", summary["ConnectionFunctionArn"]):
        assert cloudfront.describe_connection_function(Identifier=name)["ConnectionFunctionSummary"] == summary
    cloudfront.publish_connection_function(Id=summary["Id"], IfMatch=made["ETag"])
    code = b"function connectionHandler(connection) { connection.clientIp === '::1' ? connection.allow() : 0; }"
    etag = cloudfront.update_connection_function(
        Id=summary["Id"], IfMatch=made["ETag"], ConnectionFunctionCode=code,
        ConnectionFunctionConfig=given["ConnectionFunctionConfig"])["ETag"]
    for viewer, decision in ((b'{"clientIp": "::1"}', '"allow"'), (b'{"clientIp": "::2"}', '"deny"')):
        tested = cloudfront.test_connection_function(Id=summary["Id"], IfMatch=etag, ConnectionObject=viewer)
        assert tested["ConnectionFunctionTestResult"]["ConnectionFunctionOutput"] == decision
    assert len(cloudfront.list_connection_functions()["ConnectionFunctions"]) == 2


def test_networks_are_reached_by_id_and_name(cloudfront, client, refused):
    vpc = cloudfront.create_vpc_origin(VpcOriginEndpointConfig={
        "Name": "v", "Arn": "arn:aws:ec2:us-east-1:000000000000:instance/i-0123456789abcdef0", "HTTPPort": 80,
        "HTTPSPort": 443, "OriginProtocolPolicy": "http-only"})["VpcOrigin"]  # fmt: skip
    assert vpc["AccountId"] == "000000000000" and vpc["Status"] == "Deploying"
    [row] = cloudfront.list_vpc_origins()["VpcOriginList"]["Items"]
    assert row["OriginEndpointArn"] == vpc["VpcOriginEndpointConfig"]["Arn"] and row["Arn"] == vpc["Arn"]
    ips = cloudfront.create_anycast_ip_list(Name="a", IpCount=3)["AnycastIpList"]
    assert len(ips["AnycastIps"]) == 3
    assert refused("create_anycast_ip_list", Name="b", IpCount=4)[0] == "InvalidArgument"
    group = cloudfront.create_connection_group(Name="g", AnycastIpListId=ips["Id"])
    endpoint = group["ConnectionGroup"]["RoutingEndpoint"]
    found = cloudfront.get_connection_group_by_routing_endpoint(RoutingEndpoint=endpoint)
    assert found["ConnectionGroup"]["Id"] == group["ConnectionGroup"]["Id"]
    version = cloudfront.get_anycast_ip_list(Id=ips["Id"])["ETag"]
    assert refused("delete_anycast_ip_list", Id=ips["Id"], IfMatch=version)[0] == "CannotDeleteEntityWhileInUse"
    assert refused("delete_connection_group", Id=group["ConnectionGroup"]["Id"], IfMatch=group["ETag"])[0] == (
        "ResourceNotDisabled")  # fmt: skip
    s3 = client("s3")
    s3.create_bucket(Bucket="bundles")
    s3.put_object(Bucket="bundles", Key="ca.pem", Body=self_signed("ca.example.com")["Certificate"] * 2)
    source = {"CaCertificatesBundleS3Location": {"Bucket": "bundles", "Key": "ca.pem", "Region": "us-east-1"}}
    store = cloudfront.create_trust_store(Name="t", CaCertificatesBundleSource=source)["TrustStore"]
    assert store["NumberOfCaCertificates"] == 2
    assert cloudfront.get_trust_store(Identifier="t")["TrustStore"]["Status"] == "active"
    s3.put_object(Bucket="bundles", Key="none", Body=b"-----BEGIN CERTIFICATE-----\nno\n-----END CERTIFICATE-----\n")
    source["CaCertificatesBundleS3Location"]["Key"] = "none"
    assert refused("create_trust_store", Name="u", CaCertificatesBundleSource=source)[0] == "InvalidArgument"


def test_tenants_have_domains_of_their_own(cloudfront, distribution, web_acl, refused):
    shared = distribution(ConnectionMode="tenant-only", TenantConfig={"ParameterDefinitions": [
        {"Name": "size", "Definition": {"StringSchema": {"Required": True}}}]})["Distribution"]["Id"]  # fmt: skip
    given = {"DistributionId": shared, "Name": "ten", "Domains": [{"Domain": "ten.example.com"}]}
    assert refused("create_distribution_tenant", **given)[0] == "InvalidArgument"
    made = cloudfront.create_distribution_tenant(**given, Parameters=[{"Name": "size", "Value": "1"}])
    tenant = made["DistributionTenant"]
    assert tenant["Domains"] == [{"Domain": "ten.example.com", "Status": "active"}]
    assert cloudfront.get_connection_group(Identifier=tenant["ConnectionGroupId"])["ConnectionGroup"]["IsDefault"]
    for found in (cloudfront.get_distribution_tenant(Identifier="ten"),
                  cloudfront.get_distribution_tenant_by_domain(Domain="ten.example.com")):  # fmt: skip
        assert found["DistributionTenant"]["Id"] == tenant["Id"]
    listed = cloudfront.list_distribution_tenants(AssociationFilter={"DistributionId": shared})
    assert [each["Name"] for each in listed["DistributionTenantList"]] == ["ten"]
    acl = web_acl()
    bound = cloudfront.associate_distribution_tenant_web_acl(Id=tenant["Id"], WebACLArn=acl)
    by_acl = cloudfront.list_distribution_tenants_by_customization(WebACLArn=acl)["DistributionTenantList"]
    assert by_acl[0]["ETag"] == bound["ETag"] and by_acl[0]["Customizations"]["WebAcl"]["Arn"] == acl
    batch = {"Paths": items("/*"), "CallerReference": "r"}
    name = cloudfront.create_invalidation_for_distribution_tenant(Id=tenant["Id"], InvalidationBatch=batch)
    read = cloudfront.get_invalidation_for_distribution_tenant(
        DistributionTenantId=tenant["Id"], Id=name["Invalidation"]["Id"])["Invalidation"]
    assert (read["InvalidationBatch"], read["Status"]) == (batch, "Completed")
    rows = cloudfront.list_invalidations_for_distribution_tenant(Id=tenant["Id"])["InvalidationList"]
    assert [each["Id"] for each in rows["Items"]] == [read["Id"]]
    other = distribution("2")
    target = {"DistributionId": other["Distribution"]["Id"]}
    conflicts = cloudfront.list_domain_conflicts(Domain="ten.example.com", DomainControlValidationResource=target)
    assert conflicts["DomainConflicts"][0]["ResourceType"] == "distribution-tenant"
    assert cloudfront.verify_dns_configuration(Identifier=tenant["Id"])["DnsConfigurationList"][0]["Status"] in (
        "unknown-configuration", "invalid-configuration")  # fmt: skip
    assert refused("get_managed_certificate_details", Identifier="ten")[0] == "EntityNotFound"
    assert refused("delete_distribution_tenant", Id=tenant["Id"], IfMatch=bound["ETag"])[0] == "ResourceNotDisabled"


def test_logs_subscriptions_and_policies(cloudfront, distribution, refused):
    given = {"Name": "l", "SamplingRate": 10, "Fields": ["timestamp"], "EndPoints": [{
        "StreamType": "Kinesis", "KinesisStreamConfig": {
            "RoleARN": "arn:aws:iam::000000000000:role/r",
            "StreamARN": "arn:aws:kinesis:us-east-1:000000000000:stream/s"}}]}  # fmt: skip
    made = cloudfront.create_realtime_log_config(**given)["RealtimeLogConfig"]
    assert given.items() <= made.items()
    assert cloudfront.get_realtime_log_config(ARN=made["ARN"])["RealtimeLogConfig"] == made
    changed = cloudfront.update_realtime_log_config(ARN=made["ARN"], SamplingRate=5)["RealtimeLogConfig"]
    assert changed == {**made, "SamplingRate": 5}
    assert cloudfront.list_realtime_log_configs()["RealtimeLogConfigs"]["Items"] == [changed]
    cloudfront.delete_realtime_log_config(Name="l")
    assert refused("get_realtime_log_config", Name="l")[0] == "NoSuchRealtimeLogConfig"
    whole = distribution()["Distribution"]
    subscription = {"RealtimeMetricsSubscriptionConfig": {"RealtimeMetricsSubscriptionStatus": "Enabled"}}
    named = {"DistributionId": whole["Id"]}
    cloudfront.create_monitoring_subscription(MonitoringSubscription=subscription, **named)
    assert cloudfront.get_monitoring_subscription(**named)["MonitoringSubscription"] == subscription
    cloudfront.delete_monitoring_subscription(**named)
    assert refused("get_monitoring_subscription", **named)[0] == "NoSuchMonitoringSubscription"
    nowhere = {"MonitoringSubscription": subscription, "DistributionId": "ENONE"}
    assert refused("create_monitoring_subscription", **nowhere)[0] == "NoSuchDistribution"
    cloudfront.put_resource_policy(ResourceArn=whole["ARN"], PolicyDocument="{}")
    assert cloudfront.get_resource_policy(ResourceArn=whole["ARN"])["PolicyDocument"] == "{}"
    cloudfront.delete_resource_policy(ResourceArn=whole["ARN"])
    assert refused("get_resource_policy", ResourceArn=whole["ARN"])[0] == "EntityNotFound"


def test_lists_go_by_pages(cloudfront, distribution, refused):
    made = sorted(distribution(str(each))["Distribution"]["Id"] for each in range(3))
    pages = list(cloudfront.get_paginator("list_distributions").paginate(PaginationConfig={"PageSize": 2}))
    found = [each["Id"] for page in pages for each in page["DistributionList"]["Items"]]
    assert found == made and [page["DistributionList"]["IsTruncated"] for page in pages] == [True, False]
    assert refused("list_distributions", MaxItems="none")[0] == "InvalidArgument"
    assert refused("list_distributions", Marker="none")[0] == "InvalidArgument"
