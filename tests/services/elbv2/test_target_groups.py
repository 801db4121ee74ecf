"""Target groups, their targets' health on the clock, and trust stores read from S3."""

import urllib.request

import pytest


def states(elb, group, **given):
    found = elb.describe_target_health(TargetGroupArn=group, **given)["TargetHealthDescriptions"]
    return {each["Target"]["Id"]: each["TargetHealth"] for each in found}


def test_what_aws_fills_in(elb, group):
    http, tcp, function = group(), group(Protocol="TCP", Port=53), group(
        Protocol=None, Port=None, VpcId=None, TargetType="lambda")
    found = {each["TargetGroupArn"]: each for each in elb.describe_target_groups()["TargetGroups"]}
    assert found[http]["Matcher"] == {"HttpCode": "200"} and found[http]["HealthCheckPath"] == "/"
    assert (found[http]["HealthCheckTimeoutSeconds"], found[http]["ProtocolVersion"]) == (5, "HTTP1")
    assert (found[tcp]["HealthCheckProtocol"], found[tcp]["HealthCheckTimeoutSeconds"]) == ("TCP", 10)
    assert found[function]["HealthCheckEnabled"] is False and "Port" not in found[function]
    changed = elb.modify_target_group(TargetGroupArn=http, HealthCheckPath="/ping", Matcher={"HttpCode": "200-204"})
    assert changed["TargetGroups"][0] == {**found[http], "HealthCheckPath": "/ping",
                                          "Matcher": {"HttpCode": "200-204"}}


@pytest.mark.parametrize(("given", "message"), [
    ({"HealthCheckIntervalSeconds": 5, "HealthCheckTimeoutSeconds": 10},
     "Health check interval must be greater than the timeout."),
    ({"Name": "a_b"}, "The target group name 'a_b' can only contain characters that are alphanumeric characters and "
                      "hyphens(-)"),
])  # fmt: skip
def test_what_cannot_be_made(refused, group, given, message):
    assert refused(group, **given) == (400, "ValidationError", message)


def test_a_group_in_use_stays(elb, group, listener, refused):
    arn = group()
    made = listener([{"Type": "forward", "TargetGroupArn": arn}])
    assert refused(elb.delete_target_group, TargetGroupArn=arn) == (
        400, "ResourceInUse", f"Target group '{arn}' is currently in use by a listener or a rule")
    elb.delete_listener(ListenerArn=made)
    elb.delete_target_group(TargetGroupArn=arn)
    elb.delete_target_group(TargetGroupArn=arn)
    assert refused(elb.describe_target_groups, TargetGroupArns=[arn]) == (
        400, "TargetGroupNotFound", "One or more target groups not found")


def test_attributes_by_kind(elb, group):
    def attributes(arn):
        found = elb.describe_target_group_attributes(TargetGroupArn=arn)["Attributes"]
        return {each["Key"]: each["Value"] for each in found}

    tcp = attributes(group(Protocol="TCP"))
    assert (tcp["preserve_client_ip.enabled"], tcp["stickiness.type"]) == ("false", "source_ip")
    assert attributes(group())["stickiness.type"] == "lb_cookie"
    changed = elb.modify_target_group_attributes(TargetGroupArn=group(), Attributes=[
        {"Key": "stickiness.enabled", "Value": "true"}])["Attributes"]
    assert {"Key": "stickiness.enabled", "Value": "true"} in changed


def test_health_on_the_clock(elb, emulator, group, listener, refused):
    emulator.freeze(1_800_000_000)
    arn = group(TargetType="instance")
    elb.register_targets(TargetGroupArn=arn, Targets=[{"Id": "i-0a"}, {"Id": "i-0b", "Port": 8080}])
    assert states(elb, arn)["i-0a"] == {
        "State": "unused", "Reason": "Target.NotInUse",
        "Description": "Target group is not configured to receive traffic from the load balancer"}
    listener([{"Type": "forward", "TargetGroupArn": arn}])
    assert states(elb, arn)["i-0b"]["Reason"] == "Elb.RegistrationInProgress"
    emulator.advance(31)
    assert states(elb, arn) == {"i-0a": {"State": "healthy"}, "i-0b": {"State": "healthy"}}
    asked = elb.describe_target_health(TargetGroupArn=arn, Targets=[{"Id": "i-0b", "Port": 8080}])
    assert [(each["Target"], each["HealthCheckPort"]) for each in asked["TargetHealthDescriptions"]] == [
        ({"Id": "i-0b", "Port": 8080}, "8080")]
    elb.deregister_targets(TargetGroupArn=arn, Targets=[{"Id": "i-0a"}])
    assert states(elb, arn)["i-0a"]["State"] == "draining"
    emulator.advance(301)
    assert list(states(elb, arn)) == ["i-0b"]
    absent = states(elb, arn, Targets=[{"Id": "i-0a"}])["i-0a"]
    assert absent["Reason"] == "Target.NotRegistered"
    assert refused(elb.register_targets, TargetGroupArn=arn, Targets=[{"Id": "10.0.0.1"}])[1] == "InvalidTarget"


def test_trust_stores(elb, client, authority, balancer, server_certificate, refused, ok):
    s3 = client("s3")
    s3.create_bucket(Bucket="trust")
    issued, _ = authority.issue("client.example.com")
    s3.put_object(Bucket="trust", Key="ca.pem", Body=authority.certificate.encode())
    s3.put_object(Bucket="trust", Key="crl.pem", Body=authority.revoke(issued).encode())
    s3.put_object(Bucket="trust", Key="bad.pem", Body=b"no certificate")
    given = {"CaCertificatesBundleS3Bucket": "trust", "CaCertificatesBundleS3Key": "ca.pem"}
    made = elb.create_trust_store(Name="store", **given)["TrustStores"][0]
    arn = made["TrustStoreArn"]
    assert (made["NumberOfCaCertificates"], made["TotalRevokedEntries"]) == (1, 0)
    assert elb.describe_trust_stores(Names=["store"])["TrustStores"][0]["Status"] == "ACTIVE"
    added = elb.add_trust_store_revocations(TrustStoreArn=arn, RevocationContents=[
        {"S3Bucket": "trust", "S3Key": "crl.pem"}])["TrustStoreRevocations"]
    assert [(each["RevocationId"], each["NumberOfRevokedEntries"]) for each in added] == [(1, 1)]
    assert elb.describe_trust_stores()["TrustStores"][0]["TotalRevokedEntries"] == 1
    listed = elb.describe_trust_store_revocations(TrustStoreArn=arn)["TrustStoreRevocations"]
    assert listed == added
    for location, content in (
        (elb.get_trust_store_ca_certificates_bundle(TrustStoreArn=arn), authority.certificate),
        (elb.get_trust_store_revocation_content(TrustStoreArn=arn, RevocationId=1), "X509 CRL"),
    ):
        with urllib.request.urlopen(location["Location"]) as answer:
            assert content in answer.read().decode()
    listener = elb.create_listener(
        LoadBalancerArn=balancer(), Protocol="HTTPS", Port=443, DefaultActions=ok,
        Certificates=[{"CertificateArn": server_certificate("a.example.com")}],
        MutualAuthentication={"Mode": "verify", "TrustStoreArn": arn})["Listeners"][0]["ListenerArn"]
    assert elb.describe_trust_store_associations(TrustStoreArn=arn)["TrustStoreAssociations"] == [
        {"ResourceArn": listener}]
    assert refused(elb.delete_trust_store, TrustStoreArn=arn)[1] == "TrustStoreInUse"
    assert refused(elb.delete_shared_trust_store_association, TrustStoreArn=arn, ResourceArn=listener)[1] == (
        "DeleteAssociationSameAccount")
    elb.delete_listener(ListenerArn=listener)
    elb.remove_trust_store_revocations(TrustStoreArn=arn, RevocationIds=[1])
    assert refused(elb.get_trust_store_revocation_content, TrustStoreArn=arn, RevocationId=1)[1] == (
        "RevocationIdNotFound")
    bad = {**given, "CaCertificatesBundleS3Key": "bad.pem"}
    assert refused(elb.modify_trust_store, TrustStoreArn=arn, **bad)[1] == "InvalidCaCertificatesBundle"
    gone = {**given, "CaCertificatesBundleS3Key": "none.pem"}
    assert refused(elb.create_trust_store, Name="other", **gone)[1] == "CaCertificatesBundleNotFound"
    assert refused(elb.get_resource_policy, ResourceArn=arn)[1] == "ResourceNotFound"
    elb.delete_trust_store(TrustStoreArn=arn)
    assert elb.describe_trust_stores()["TrustStores"] == []
