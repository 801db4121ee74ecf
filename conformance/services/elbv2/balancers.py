"""What proves that a call on load balancers themselves did its work: places, capacity, tags, what AWS publishes."""

from conformance.services.elbv2.base import TAGS, declared
from conformance.services.elbv2.reading import LB, attributes, created, described, read, tags, undone
from conformance.services.readback import gone

created("CreateLoadBalancer", LB, {"Name": "LoadBalancerName"}, lambda given: {
    "Type": "application", "Scheme": "internet-facing", "IpAddressType": "ipv4", "State": {"Code": "active"}})


@declared.check("SetSubnets")
def subnets_stand(proof, world, given, answer):
    found = read(proof, LB, given["LoadBalancerArn"])
    wanted = given.get("Subnets") or [each["SubnetId"] for each in given["SubnetMappings"]]
    proof.equal("subnets", sorted(wanted), sorted(each["SubnetId"] for each in found["AvailabilityZones"]))
    proof.equal("AvailabilityZones", found["AvailabilityZones"], answer["AvailabilityZones"])
    proof.equal("IpAddressType", given.get("IpAddressType", "ipv4"), answer["IpAddressType"])
    proof.equal("IpAddressType", answer["IpAddressType"], found["IpAddressType"])


@declared.check("SetSecurityGroups")
def groups_stand(proof, world, given, answer):
    proof.equal("SecurityGroupIds", given["SecurityGroups"], answer["SecurityGroupIds"])
    proof.equal("SecurityGroups", given["SecurityGroups"], read(proof, LB, given["LoadBalancerArn"])["SecurityGroups"])


@declared.check("SetIpAddressType")
def address_type_stands(proof, world, given, answer):
    proof.equal("IpAddressType", given["IpAddressType"], answer["IpAddressType"])
    proof.equal("told", given["IpAddressType"], read(proof, LB, given["LoadBalancerArn"])["IpAddressType"])


@declared.check("ModifyIpPools")
def pools_stand(proof, world, given, answer):
    pools = given.get("IpamPools", {})
    proof.equal("IpamPools", pools, answer.get("IpamPools", {}))
    proof.equal("told", pools, read(proof, LB, given["LoadBalancerArn"]).get("IpamPools", {}))


@declared.check("ModifyCapacityReservation")
def capacity_stands(proof, world, given, answer):
    found = proof.read("DescribeCapacityReservation", {"LoadBalancerArn": given["LoadBalancerArn"]})
    proof.equal("answer", found, {name: value for name, value in answer.items() if name in found})
    proof.equal("DecreaseRequestsRemaining", 2, answer["DecreaseRequestsRemaining"])
    proof.holds("capacity", {"MinimumLoadBalancerCapacity": given["MinimumLoadBalancerCapacity"]}, answer)
    units = given["MinimumLoadBalancerCapacity"]["CapacityUnits"]
    states = answer["CapacityReservationState"]
    proof.equal("units of all zones", units, sum(each["EffectiveCapacityUnits"] for each in states))
    proof.present("CapacityReservationState.State.Code", "CapacityReservationState.AvailabilityZone",
                  "LastModifiedTime")


@declared.check("DescribeCapacityReservation")
def no_capacity(proof, world, given, answer):
    proof.equal("capacity", {"DecreaseRequestsRemaining": 2}, {name: answer[name] for name in (
        "DecreaseRequestsRemaining", "MinimumLoadBalancerCapacity") if name in answer})


attributes("LoadBalancer", {"idle_timeout.timeout_seconds": "60", "deletion_protection.enabled": "false",
                            "access_logs.s3.enabled": "false", "routing.http2.enabled": "true",
                            "access_logs.s3.bucket": "", "access_logs.s3.prefix": ""})
described("DescribeLoadBalancers", LB, "balancer", "LoadBalancerArn", lambda made: {
    "LoadBalancerName": made["Name"], "SecurityGroups": ["sg-0a1b2c3d"], "State": {"Code": "active"}})


@declared.check("AddTags", "RemoveTags", "DescribeTags")
def tags_stand(proof, world, given, answer):
    wanted = {**TAGS, **{each["Key"]: each["Value"] for each in given.get("Tags", [])}}
    for key in given.get("TagKeys", []):
        wanted.pop(key, None)
    proof.equal("tags", wanted, {each["Key"]: each["Value"] for each in tags(proof, given["ResourceArns"][0])})
    if "TagDescriptions" in answer:
        proof.equal("answer", [(arn, sorted(wanted.items())) for arn in given["ResourceArns"]], [
            (each["ResourceArn"], sorted((tag["Key"], tag["Value"]) for tag in each["Tags"]))
            for each in answer["TagDescriptions"]])


@declared.check("DescribeSSLPolicies")
def policies_told(proof, world, given, answer):
    rows = {each["Name"]: each for each in answer["SslPolicies"]}
    if "PageSize" in given and "Names" not in given:
        proof.pages("DescribeSSLPolicies", given, "SslPolicies", ("NextMarker", "Marker"), "Name")
    for name in given.get("Names", []):
        proof.true(name, set(rows) == set(given["Names"]), "told alone", sorted(rows))
    first = rows.get("ELBSecurityPolicy-2016-08")
    if first is not None:
        proof.holds("policy", {"SslProtocols": ["TLSv1", "TLSv1.1", "TLSv1.2"],
                               "Ciphers": [{"Name": "ECDHE-ECDSA-AES128-GCM-SHA256", "Priority": 1}],
                               "SupportedLoadBalancerTypes": ["application"]}, {
            **first, "Ciphers": first["Ciphers"][:1], "SupportedLoadBalancerTypes": first[
                "SupportedLoadBalancerTypes"][:1]})
        proof.equal("ciphers", 18, len(first["Ciphers"]))


@declared.check("DescribeAccountLimits")
def limits_told(proof, world, given, answer):
    proof.true("Limits", answer["Limits"], "never empty", answer["Limits"])
    if "PageSize" in given:
        proof.pages("DescribeAccountLimits", given, "Limits", ("NextMarker", "Marker"), "Name")
    if given.get("PageSize") != 1:
        rows = {each["Name"]: each["Max"] for each in answer["Limits"]}
        proof.true("Limits", {"target-groups", "application-load-balancers", "rules-per-application-load-balancer"}
                   <= set(rows) and all(value.isdecimal() for value in rows.values()), "the known quotas", rows)


gone(declared, "DeleteLoadBalancer", read="DescribeLoadBalancerAttributes", by=("LoadBalancerArn",),
     code="LoadBalancerNotFound")
undone("CreateLoadBalancer", "DeleteLoadBalancer", LB)
declared.tells("DescribeLoadBalancers", "LoadBalancerArn", "DNSName", "CanonicalHostedZoneId", "CreatedTime",
               "LoadBalancerName", "Scheme", "VpcId", "State", "Type", "AvailabilityZones", "SecurityGroups",
               "IpAddressType", at="LoadBalancers")
