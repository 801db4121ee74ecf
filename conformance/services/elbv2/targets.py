"""What proves that a call on target groups and their targets did its work."""

from conformance.services.elbv2.base import declared
from conformance.services.elbv2.reading import TG, attributes, created, inside, looked, read, undone
from conformance.services.readback import gone

created("CreateTargetGroup", TG, {"Name": "TargetGroupName"}, lambda given: {
    "LoadBalancerArns": [], "HealthCheckEnabled": True, "HealthyThresholdCount": 5, "UnhealthyThresholdCount": 2})


@declared.check("ModifyTargetGroup")
def group_changed(proof, world, given, answer):
    looked(proof, world, TG)
    found = read(proof, TG, given["TargetGroupArn"])
    proof.equal("answer", found, inside(answer, TG))
    proof.holds("group", given, found)


attributes("TargetGroup", {"deregistration_delay.timeout_seconds": "300", "stickiness.enabled": "false",
                           "stickiness.type": "lb_cookie", "load_balancing.algorithm.type": "round_robin"})


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


gone(declared, "DeleteTargetGroup", read="DescribeTargetHealth", by=("TargetGroupArn",), code="TargetGroupNotFound")
undone("CreateTargetGroup", "DeleteTargetGroup", TG)
