"""Load balancers: names, places, states, attributes, and what is refused in AWS's words."""

import re

import pytest


def described(elb, arn):
    return elb.describe_load_balancers(LoadBalancerArns=[arn])["LoadBalancers"][0]


def test_an_application_load_balancer(elb, emulator):
    emulator.freeze(1_800_000_000)
    made = elb.create_load_balancer(Name="front", Subnets=["subnet-0a", "subnet-0b"], SecurityGroups=["sg-1"])
    made = made["LoadBalancers"][0]
    arn = made["LoadBalancerArn"]
    assert re.fullmatch(r"arn:aws:elasticloadbalancing:us-east-1:000000000000:loadbalancer/app/front/[0-9a-f]{16}", arn)
    assert re.fullmatch(r"front-\d+\.us-east-1\.elb\.amazonaws\.com", made["DNSName"])
    assert made["CanonicalHostedZoneId"] == "Z35SXDOTRQ7X7K"
    assert (made["Scheme"], made["Type"], made["IpAddressType"]) == ("internet-facing", "application", "ipv4")
    assert made["State"] == {"Code": "provisioning"}
    assert [(zone["ZoneName"], zone["SubnetId"]) for zone in made["AvailabilityZones"]] == [
        ("us-east-1a", "subnet-0a"), ("us-east-1b", "subnet-0b")]
    assert described(elb, arn) == {**made, "State": {"Code": "active"}}
    assert elb.describe_load_balancers(Names=["front"])["LoadBalancers"] == [described(elb, arn)]


def test_names_of_the_other_kinds(elb, balancer):
    network, gateway = balancer(Type="network", Scheme="internal"), balancer(Type="gateway")
    assert "/net/" in network and "/gwy/" in gateway
    name = described(elb, network)["DNSName"]
    assert name == f"lb0-{network.rpartition('/')[2]}.elb.us-east-1.amazonaws.com"
    assert "DNSName" not in described(elb, gateway)


def test_the_same_again_is_the_same_and_another_is_refused(elb, refused):
    given = {"Name": "front", "Subnets": ["subnet-0a", "subnet-0b"]}
    first = elb.create_load_balancer(**given)["LoadBalancers"][0]
    assert elb.create_load_balancer(**given)["LoadBalancers"][0]["LoadBalancerArn"] == first["LoadBalancerArn"]
    assert refused(elb.create_load_balancer, **given, Scheme="internal") == (
        400, "DuplicateLoadBalancerName",
        "A load balancer with the same name 'front' exists, but with different settings")


@pytest.mark.parametrize(("given", "code", "message"), [
    ({"Subnets": ["subnet-0a"]}, "ValidationError",
     "At least two subnets in two different Availability Zones must be specified"),
    ({"Subnets": ["here", "there"]}, "SubnetNotFound", "The subnet ID 'here' does not exist"),
    ({"SecurityGroups": ["mine"]}, "InvalidConfigurationRequest", "One or more security groups are invalid"),
    ({"Name": "n" * 33}, "ValidationError",
     f"The load balancer name '{'n' * 33}' cannot be longer than '32' characters"),
    ({"Name": "-n"}, "ValidationError", "The load balancer name '-n' cannot begin or end with a hyphen(-)"),
])  # fmt: skip
def test_what_cannot_be_made(elb, refused, given, code, message):
    given = {"Name": "front", "Subnets": ["subnet-0a", "subnet-0b"], **given}
    assert refused(elb.create_load_balancer, **given) == (400, code, message)


def test_places_and_groups_change(elb, balancer):
    arn = balancer()
    zones = elb.set_subnets(LoadBalancerArn=arn, Subnets=["subnet-0c", "subnet-0d", "subnet-0e"])["AvailabilityZones"]
    assert [zone["SubnetId"] for zone in zones] == ["subnet-0c", "subnet-0d", "subnet-0e"]
    assert described(elb, arn)["AvailabilityZones"] == zones
    assert elb.set_security_groups(LoadBalancerArn=arn, SecurityGroups=["sg-2"])["SecurityGroupIds"] == ["sg-2"]
    assert described(elb, arn)["SecurityGroups"] == ["sg-2"]
    assert elb.set_ip_address_type(LoadBalancerArn=arn, IpAddressType="dualstack")["IpAddressType"] == "dualstack"
    assert described(elb, arn)["IpAddressType"] == "dualstack"
    pool = {"Ipv4IpamPoolId": "ipam-pool-1"}
    assert elb.modify_ip_pools(LoadBalancerArn=arn, IpamPools=pool)["IpamPools"] == pool
    assert described(elb, arn)["IpamPools"] == pool
    assert elb.modify_ip_pools(LoadBalancerArn=arn, RemoveIpamPools=["ipv4"])["IpamPools"] == {}


def test_attributes_and_the_protection_from_deletion(elb, balancer, refused):
    arn = balancer()
    before = {each["Key"]: each["Value"] for each in elb.describe_load_balancer_attributes(
        LoadBalancerArn=arn)["Attributes"]}
    assert before["idle_timeout.timeout_seconds"] == "60" and before["deletion_protection.enabled"] == "false"
    changed = [{"Key": "deletion_protection.enabled", "Value": "true"}]
    after = elb.modify_load_balancer_attributes(LoadBalancerArn=arn, Attributes=changed)["Attributes"]
    assert {each["Key"]: each["Value"] for each in after} == {**before, "deletion_protection.enabled": "true"}
    assert refused(elb.delete_load_balancer, LoadBalancerArn=arn) == (
        400, "OperationNotPermitted",
        f"Load balancer '{arn}' cannot be deleted because deletion protection is enabled")
    unknown = [{"Key": "dns_record.client_routing_policy", "Value": "any_availability_zone"}]
    assert refused(elb.modify_load_balancer_attributes, LoadBalancerArn=arn, Attributes=unknown) == (
        400, "ValidationError", "Load balancer attribute key 'dns_record.client_routing_policy' is not recognized")
    wrong = [{"Key": "idle_timeout.timeout_seconds", "Value": "5000"}]
    assert refused(elb.modify_load_balancer_attributes, LoadBalancerArn=arn, Attributes=wrong)[1] == "ValidationError"


def test_deletion_takes_listeners_along_and_repeats(elb, balancer, listener, refused, ok):
    arn = balancer()
    made = listener(ok, LoadBalancerArn=arn)
    elb.delete_load_balancer(LoadBalancerArn=arn)
    elb.delete_load_balancer(LoadBalancerArn=arn)
    missing = (400, "LoadBalancerNotFound", "One or more load balancers not found")
    assert refused(elb.describe_load_balancers, LoadBalancerArns=[arn]) == missing
    assert refused(elb.describe_listeners, LoadBalancerArn=arn) == missing
    assert refused(elb.describe_listeners, ListenerArns=[made])[1] == "ListenerNotFound"
    assert refused(elb.describe_load_balancers, Names=["none"]) == (
        400, "LoadBalancerNotFound", "Load balancers '[none]' not found")
    assert refused(elb.delete_load_balancer, LoadBalancerArn="none") == (
        400, "ValidationError", "'none' is not a valid load balancer ARN")


def test_pages(elb, balancer):
    made = [balancer() for _ in range(5)]
    pages = list(elb.get_paginator("describe_load_balancers").paginate(PaginationConfig={"PageSize": 2}))
    assert [[each["LoadBalancerArn"] for each in page["LoadBalancers"]] for page in pages] == [
        made[:2], made[2:4], made[4:]]


def test_reserved_capacity(elb, balancer, emulator, refused):
    arn = balancer()
    assert elb.describe_capacity_reservation(LoadBalancerArn=arn)["DecreaseRequestsRemaining"] == 2

    def reserve(units):
        return elb.modify_capacity_reservation(
            LoadBalancerArn=arn, MinimumLoadBalancerCapacity={"CapacityUnits": units})

    assert reserve(300)["CapacityReservationState"][0]["EffectiveCapacityUnits"] == 150
    assert reserve(200)["DecreaseRequestsRemaining"] == 1
    reserve(150)
    with pytest.raises(elb.exceptions.CapacityDecreaseRequestsLimitExceededException):
        reserve(100)
    emulator.advance(86401)
    assert reserve(100)["MinimumLoadBalancerCapacity"] == {"CapacityUnits": 100}
    reset = elb.modify_capacity_reservation(LoadBalancerArn=arn, ResetCapacityReservation=True)
    assert "MinimumLoadBalancerCapacity" not in reset


def test_tags_of_several_resources(elb, balancer, group, refused):
    one, other = balancer(Tags=[{"Key": "a", "Value": "1"}]), group()
    elb.add_tags(ResourceArns=[one, other], Tags=[{"Key": "b", "Value": "2"}])

    def tags():
        found = elb.describe_tags(ResourceArns=[one, other])["TagDescriptions"]
        return [{tag["Key"]: tag["Value"] for tag in each["Tags"]} for each in found]

    assert tags() == [{"a": "1", "b": "2"}, {"b": "2"}]
    elb.remove_tags(ResourceArns=[one, other], TagKeys=["b"])
    assert tags() == [{"a": "1"}, {}]
    twice = [{"Key": "c", "Value": "1"}, {"Key": "c", "Value": "2"}]
    assert refused(elb.add_tags, ResourceArns=[one], Tags=twice)[1] == "DuplicateTagKeys"


def test_published_facts(elb, refused):
    policies = elb.describe_ssl_policies(Names=["ELBSecurityPolicy-TLS13-1-2-Res-2021-06"])["SslPolicies"]
    assert policies[0]["SslProtocols"] == ["TLSv1.2", "TLSv1.3"]
    assert policies[0]["Ciphers"][0] == {"Name": "TLS_AES_128_GCM_SHA256", "Priority": 1}
    assert len(policies[0]["Ciphers"]) == 7
    assert refused(elb.describe_ssl_policies, Names=["none"])[1] == "SSLPolicyNotFound"
    first = elb.describe_account_limits(PageSize=3)
    assert first["Limits"][0] == {"Name": "target-groups", "Max": "3000"} and len(first["Limits"]) == 3
    assert elb.describe_account_limits(PageSize=3, Marker=first["NextMarker"])["Limits"][0]["Name"] not in {
        each["Name"] for each in first["Limits"]}


def test_quotas(elb, balancer, listener, ok, refused):
    lb = balancer()
    for port in range(50):
        arn = listener(ok, LoadBalancerArn=lb, Port=8000 + port)
    assert refused(listener, ok, LoadBalancerArn=lb, Port=80)[1] == "TooManyListeners"
    for place in range(1, 101):
        elb.create_rule(ListenerArn=arn, Priority=place, Actions=ok, Conditions=[
            {"Field": "path-pattern", "Values": [f"/{place}"]}])
    assert refused(elb.create_rule, ListenerArn=arn, Priority=101, Actions=ok, Conditions=[
        {"Field": "path-pattern", "Values": ["/x"]}])[1] == "TooManyRules"
    for _ in range(49):
        balancer()
    assert refused(balancer)[1] == "TooManyLoadBalancers"
    balancer(Type="network")
