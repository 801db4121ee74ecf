"""What proves that a call to Elastic Load Balancing did its work."""

from conformance.services.elbv2.fixtures import TAG_LIST, TAGS, absent, declared
from conformance.services.readback import gone

LB, TG, LISTENER, RULE, STORE = (f"{kind}s.0" for kind in (
    "LoadBalancer", "TargetGroup", "Listener", "Rule", "TrustStore"))
AT = {
    LB: ("DescribeLoadBalancers", "LoadBalancerArn"), TG: ("DescribeTargetGroups", "TargetGroupArn"),
    LISTENER: ("DescribeListeners", "ListenerArn"), RULE: ("DescribeRules", "RuleArn"),
    STORE: ("DescribeTrustStores", "TrustStoreArn"),
}  # fmt: skip


def inside(answer, at):
    kind, _ = at.split(".")
    return (answer.get(kind) or [{}])[0]


def read(proof, at, arn):
    """A resource as its description tells it."""
    operation, name = AT[at]
    return inside(proof.read(operation, {f"{name}s": [arn]}), at)


def tags(proof, arn):
    found = proof.read("DescribeTags", {"ResourceArns": [arn]})["TagDescriptions"]
    proof.equal("ResourceArn", [arn], [each["ResourceArn"] for each in found])
    return found[0]["Tags"]


def looked(proof, world, at):
    """An endpoint that knows what nobody made has proven nothing by what it tells."""
    operation, name = AT[at]
    proof.refused(operation, {f"{name}s": absent(world)[f"{name}s"]}, f"{name.removesuffix('Arn')}NotFound")


def created(operation, at, names, defaults):
    """What was made is told as it was asked for, in the answer and afterwards, with its tags."""
    @declared.check(operation)
    def check(proof, world, given, answer):
        made = inside(answer, at)
        found = read(proof, at, made[AT[at][1]])
        wanted = {**defaults(given), **{names.get(name, name): value for name, value in given.items()
                                        if name in names or name in found}}
        proof.holds(operation, wanted, found)
        proof.equal("members of the answer", sorted(found), sorted(made))
        proof.equal("tags", sorted((each["Key"], each["Value"]) for each in given.get("Tags", [])),
                    sorted((each["Key"], each["Value"]) for each in tags(proof, made[AT[at][1]])))


created("CreateLoadBalancer", LB, {"Name": "LoadBalancerName"}, lambda given: {
    "Type": "application", "Scheme": "internet-facing", "IpAddressType": "ipv4", "State": {"Code": "active"}})
created("CreateTargetGroup", TG, {"Name": "TargetGroupName"}, lambda given: {
    "LoadBalancerArns": [], "HealthCheckEnabled": True, "HealthyThresholdCount": 5, "UnhealthyThresholdCount": 2})
created("CreateListener", LISTENER, {}, lambda given: {})
created("CreateTrustStore", STORE, {}, lambda given: {
    "Status": "ACTIVE", "NumberOfCaCertificates": 1, "TotalRevokedEntries": 0})


def told_conditions(conditions):
    """Conditions as they are told: values of hosts and paths both ways."""
    found = []
    for each in conditions:
        each = dict(each)
        config = {"path-pattern": "PathPatternConfig", "host-header": "HostHeaderConfig"}.get(each["Field"])
        if config:
            values = each.get(config) or {"Values": each["Values"]}
            each.update({config: values, **values})
        found.append(each)
    return found


@declared.check("CreateRule", "ModifyRule")
def rule_stands(proof, world, given, answer):
    made = inside(answer, RULE)
    found = read(proof, RULE, made["RuleArn"])
    proof.equal("DescribeRules", found, made)
    if "Conditions" in given:
        proof.equal("Conditions", told_conditions(given["Conditions"]), found["Conditions"])
    proof.holds("rule", {name: given[name] for name in ("Actions", "Transforms") if name in given}, found)
    proof.equal("Priority", str(given.get("Priority", 5)), found["Priority"])
    proof.equal("IsDefault", False, found["IsDefault"])
    if given.get("ResetTransforms"):
        proof.equal("Transforms", [], found.get("Transforms", []))
    wanted = given.get("Tags", []) if "Priority" in given else TAG_LIST
    proof.equal("tags", sorted(each["Key"] for each in wanted),
                sorted(each["Key"] for each in tags(proof, made["RuleArn"])))


@declared.check("ModifyTargetGroup")
def group_changed(proof, world, given, answer):
    looked(proof, world, TG)
    found = read(proof, TG, given["TargetGroupArn"])
    proof.equal("answer", found, inside(answer, TG))
    proof.holds("group", given, found)


@declared.check("ModifyListener")
def listener_changed(proof, world, given, answer):
    looked(proof, world, LISTENER)
    found = read(proof, LISTENER, given["ListenerArn"])
    proof.equal("answer", found, inside(answer, LISTENER))
    proof.holds("listener", given, found)
    rules = proof.read("DescribeRules", {"ListenerArn": given["ListenerArn"]})["Rules"]
    proof.equal("default rule", found["DefaultActions"], rules[-1]["Actions"])


@declared.check("ModifyTrustStore")
def store_changed(proof, world, given, answer):
    looked(proof, world, STORE)
    found = read(proof, STORE, given["TrustStoreArn"])
    proof.holds("store", {"NumberOfCaCertificates": 1, "Status": "ACTIVE"}, found)
    proof.equal("answer", found, inside(answer, STORE))


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


def attributes(kind, least):
    """Attributes as they were set, the others as before."""
    describe, modify, arn = f"Describe{kind}Attributes", f"Modify{kind}Attributes", f"{kind}Arn"

    @declared.check(modify)
    def changed(proof, world, given, answer):
        found = proof.read(describe, {arn: given[arn]})["Attributes"]
        held = {each["Key"]: each["Value"] for each in found}
        proof.holds("attributes", {each["Key"]: each["Value"] for each in given["Attributes"]}, held)
        told = {each["Key"]: each["Value"] for each in answer["Attributes"]}
        proof.holds("answer", told, held)
        proof.holds("given", {each["Key"]: each["Value"] for each in given["Attributes"]}, told)

    @declared.check(describe)
    def told(proof, world, given, answer):
        held = {each["Key"]: each["Value"] for each in answer["Attributes"]}
        proof.holds("attributes", least, held)


attributes("LoadBalancer", {"idle_timeout.timeout_seconds": "60", "deletion_protection.enabled": "false",
                            "access_logs.s3.enabled": "false", "routing.http2.enabled": "true",
                            "access_logs.s3.bucket": "", "access_logs.s3.prefix": ""})
attributes("TargetGroup", {"deregistration_delay.timeout_seconds": "300", "stickiness.enabled": "false",
                           "stickiness.type": "lb_cookie", "load_balancing.algorithm.type": "round_robin"})
attributes("Listener", {"routing.http.response.server.enabled": "true"})


def described(operation, at, fixture, name, wanted=lambda made: {}):
    """The fixture is told, alone where it is asked for by name, and pages make up the whole."""
    kind, _ = at.split(".")

    @declared.check(operation)
    def check(proof, world, given, answer):
        made = world.fixture(fixture)
        if "PageSize" in given:
            proof.pages(operation, given, kind, ("NextMarker", "Marker"), name)
        rows = {each[name]: each for each in answer[kind]}
        if given.get("PageSize") != 1:
            proof.holds(kind, {name: made[name], **wanted(made)}, rows.get(made[name]))
        if any(each.endswith("s") for each in given):
            proof.equal("asked for alone", [made[name]], list(rows))


described("DescribeLoadBalancers", LB, "balancer", "LoadBalancerArn", lambda made: {
    "LoadBalancerName": made["Name"], "SecurityGroups": ["sg-0a1b2c3d"], "State": {"Code": "active"}})
described("DescribeTrustStores", STORE, "store", "TrustStoreArn", lambda made: {
    "Name": made["Name"], "NumberOfCaCertificates": 1, "Status": "ACTIVE"})


@declared.check("DescribeTargetGroups")
def groups_told(proof, world, given, answer):
    made = world.fixture("group")
    rows = {each["TargetGroupArn"]: each for each in answer["TargetGroups"]}
    if "LoadBalancerArn" in given:
        proof.equal("behind a balancer without listeners", [], sorted(rows))
        return
    if "PageSize" in given:
        proof.pages("DescribeTargetGroups", given, "TargetGroups", ("NextMarker", "Marker"), "TargetGroupArn")
    if given.get("PageSize") != 1:
        proof.holds("group", {"TargetGroupName": made["Name"], "Protocol": "HTTP", "Port": 80, "TargetType": "ip",
                              "HealthCheckPort": "traffic-port", "HealthCheckPath": "/", "LoadBalancerArns": [],
                              "Matcher": {"HttpCode": "200"}, "HealthCheckIntervalSeconds": 30}, rows.get(
                                  made["TargetGroupArn"]))


@declared.check("DescribeListeners")
def listeners_told(proof, world, given, answer):
    if "ListenerArns" in given:
        made = world.fixture("listener")
        proof.equal("listeners", [made["ListenerArn"]], [each["ListenerArn"] for each in answer["Listeners"]])
        proof.holds("listener", {"Protocol": "HTTP", "Port": 80, "LoadBalancerArn": made["LoadBalancerArn"]},
                    answer["Listeners"][0])
        return
    proof.equal("listeners of one without", [], answer["Listeners"])


@declared.check("DescribeRules")
def rules_told(proof, world, given, answer):
    made = world.fixture("rule" if "RuleArns" in given else "listener")
    if "RuleArns" in given:
        proof.equal("rules", [made["RuleArn"]], [each["RuleArn"] for each in answer["Rules"]])
        proof.holds("rule", {"Priority": "5", "IsDefault": False}, answer["Rules"][0])
        return
    proof.holds("default", {"Priority": "default", "IsDefault": True}, answer["Rules"][-1])
    proof.equal("rules", 1, len(answer["Rules"]))


@declared.check("SetRulePriorities")
def priorities_stand(proof, world, given, answer):
    for wanted, rule in zip(given["RulePriorities"], answer["Rules"]):
        proof.equal("answer", (wanted["RuleArn"], str(wanted["Priority"])), (rule["RuleArn"], rule["Priority"]))
        proof.equal("DescribeRules", rule, read(proof, RULE, wanted["RuleArn"]))


@declared.check("RegisterTargets")
def targets_registered(proof, world, given, answer):
    found = proof.read("DescribeTargetHealth", {"TargetGroupArn": given["TargetGroupArn"]})["TargetHealthDescriptions"]
    held = {(each["Target"]["Id"], each["Target"]["Port"]) for each in found}
    wanted = {(each["Id"], each.get("Port", 80)) for each in given["Targets"]}
    proof.true("targets", wanted <= held, str(wanted), str(held))


@declared.check("DeregisterTargets")
def targets_gone(proof, world, given, answer):
    found = proof.read("DescribeTargetHealth", {"TargetGroupArn": given["TargetGroupArn"]})
    proof.equal("targets", [], found["TargetHealthDescriptions"])


@declared.check("DescribeTargetHealth")
def health_told(proof, world, given, answer):
    made = world.fixture("group")
    found = answer["TargetHealthDescriptions"]
    proof.equal("targets", made["Targets"], [each["Target"] for each in found])
    proof.holds("health", {"State": "unused", "Reason": "Target.NotInUse", "Description":
                           "Target group is not configured to receive traffic from the load balancer"},
                found[0]["TargetHealth"])
    proof.equal("HealthCheckPort", "80", found[0]["HealthCheckPort"])
    if given.get("Include"):
        proof.equal("AnomalyDetection", "normal", found[0]["AnomalyDetection"]["Result"])


@declared.check("AddListenerCertificates", "RemoveListenerCertificates")
def certificates_stand(proof, world, given, answer):
    found = proof.read("DescribeListenerCertificates", {"ListenerArn": given["ListenerArn"]})["Certificates"]
    made = world.fixture("secure")
    second = [{"CertificateArn": each["CertificateArn"], "IsDefault": False} for each in given["Certificates"]]
    removed = answer.get("Certificates") is None
    proof.equal("certificates", [{"CertificateArn": made["First"], "IsDefault": True}, *([] if removed else second)],
                found)
    if not removed:
        proof.equal("answer", second, answer["Certificates"])


@declared.check("DescribeListenerCertificates")
def certificates_told(proof, world, given, answer):
    made = world.fixture("secure")
    if "PageSize" in given:
        proof.pages("DescribeListenerCertificates", given, "Certificates", ("NextMarker", "Marker"), "CertificateArn")
    first = {"CertificateArn": made["First"], "IsDefault": True}
    second = {"CertificateArn": made["Second"][0]["CertificateArn"], "IsDefault": False}
    proof.equal("certificates", [first] if given.get("PageSize") == 1 else [first, second], answer["Certificates"])


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


@declared.check("AddTrustStoreRevocations")
def revocations_added(proof, world, given, answer):
    looked(proof, world, STORE)
    found = proof.read("DescribeTrustStoreRevocations", {"TrustStoreArn": given["TrustStoreArn"]})
    proof.equal("revocations", found["TrustStoreRevocations"], answer["TrustStoreRevocations"])
    proof.holds("revocation", {"TrustStoreArn": given["TrustStoreArn"], "RevocationType": "CRL",
                               "NumberOfRevokedEntries": 1}, answer["TrustStoreRevocations"][0])


@declared.check("DescribeTrustStoreRevocations")
def revocations_told(proof, world, given, answer):
    looked(proof, world, STORE)
    made = world.fixture("revocation")
    proof.holds("revocation", {"TrustStoreArn": made["TrustStoreArn"], "RevocationType": "CRL",
                               "RevocationId": made["RevocationId"], "NumberOfRevokedEntries": 1},
                (answer["TrustStoreRevocations"] or [None])[0])


@declared.check("RemoveTrustStoreRevocations")
def revocations_gone(proof, world, given, answer):
    found = proof.read("DescribeTrustStoreRevocations", {"TrustStoreArn": given["TrustStoreArn"]})
    proof.equal("revocations", [], found["TrustStoreRevocations"])


@declared.check("DescribeTrustStoreAssociations")
def nobody_uses_it(proof, world, given, answer):
    proof.equal("associations", [], answer["TrustStoreAssociations"])


@declared.check("GetTrustStoreCaCertificatesBundle", "GetTrustStoreRevocationContent")
def location_told(proof, world, given, answer):
    proof.true("Location", answer["Location"].startswith("http") and len(answer["Location"]) > 40, "an address",
               answer["Location"])


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


gone(declared, "DeleteListener", read="DescribeRules", by=("ListenerArn",), code="ListenerNotFound")
gone(declared, "DeleteLoadBalancer", read="DescribeLoadBalancerAttributes", by=("LoadBalancerArn",),
     code="LoadBalancerNotFound")
gone(declared, "DeleteTargetGroup", read="DescribeTargetHealth", by=("TargetGroupArn",), code="TargetGroupNotFound")
gone(declared, "DeleteTrustStore", read="DescribeTrustStoreAssociations", by=("TrustStoreArn",),
     code="TrustStoreNotFound")


@declared.check("DeleteRule")
def rule_gone(proof, world, given, answer):
    proof.refused("DescribeRules", {"RuleArns": [given["RuleArn"]]}, "RuleNotFound")


def undone(operation, delete, at):
    name = AT[at][1]
    declared.undo[operation] = lambda world, given, answer: world.ask(delete, {name: inside(answer, at)[name]})


undone("CreateLoadBalancer", "DeleteLoadBalancer", LB)
undone("CreateTargetGroup", "DeleteTargetGroup", TG)
undone("CreateListener", "DeleteListener", LISTENER)
undone("CreateRule", "DeleteRule", RULE)
undone("CreateTrustStore", "DeleteTrustStore", STORE)

declared.tells("DescribeLoadBalancers", "LoadBalancerArn", "DNSName", "CanonicalHostedZoneId", "CreatedTime",
               "LoadBalancerName", "Scheme", "VpcId", "State", "Type", "AvailabilityZones", "SecurityGroups",
               "IpAddressType", at="LoadBalancers")
