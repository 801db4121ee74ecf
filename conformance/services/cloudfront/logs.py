"""How real-time logs, metrics subscriptions and resource policies are read back."""

from conformance.services.cloudfront.configs import declared
from conformance.services.readback import gone, inside


@declared.check("CreateRealtimeLogConfig", "UpdateRealtimeLogConfig")
def logs_stand(proof, world, given, answer):
    made = answer["RealtimeLogConfig"]
    found = proof.read("GetRealtimeLogConfig", {"Name": given["Name"]}).get("RealtimeLogConfig")
    proof.equal("RealtimeLogConfig", found, made)
    proof.holds("RealtimeLogConfig", given, made)


@declared.check("GetRealtimeLogConfig", "ListRealtimeLogConfigs")
def logs_told(proof, world, given, answer):
    made = world.fixture("log_config")
    found = answer["RealtimeLogConfig"] if "RealtimeLogConfig" in answer else answer["RealtimeLogConfigs"]["Items"][0]
    other = proof.read("GetRealtimeLogConfig", {"ARN": made["ARN"]}).get("RealtimeLogConfig")
    proof.equal("RealtimeLogConfig", other, found)
    proof.equal("Name", (made["Name"], made["ARN"], 50), (found["Name"], found["ARN"], found["SamplingRate"]))
    if "RealtimeLogConfigs" in answer:
        around = answer["RealtimeLogConfigs"]
        proof.equal("page", (False, "", int(given.get("MaxItems", 100))), (
            around["IsTruncated"], around["Marker"], around["MaxItems"]))


gone(declared, "DeleteRealtimeLogConfig", read="GetRealtimeLogConfig", by=("Name",), code="NoSuchRealtimeLogConfig")


@declared.check("CreateMonitoringSubscription", "GetMonitoringSubscription")
def subscription_told(proof, world, given, answer):
    found = proof.read("GetMonitoringSubscription", {"DistributionId": given["DistributionId"]})
    proof.equal("MonitoringSubscription", found.get("MonitoringSubscription"), answer["MonitoringSubscription"])
    proof.equal("Status", "Enabled", inside(
        answer, "MonitoringSubscription.RealtimeMetricsSubscriptionConfig.RealtimeMetricsSubscriptionStatus"))


gone(declared, "DeleteMonitoringSubscription", read="GetMonitoringSubscription", by=("DistributionId",),
     code="NoSuchMonitoringSubscription")


@declared.check("PutResourcePolicy", "GetResourcePolicy")
def policy_stands(proof, world, given, answer):
    found = proof.read("GetResourcePolicy", {"ResourceArn": given["ResourceArn"]})
    proof.equal("ResourceArn", given["ResourceArn"], answer["ResourceArn"])
    wanted = given.get("PolicyDocument") or world.fixture("policy")["PolicyDocument"]
    proof.equal("PolicyDocument", wanted, found.get("PolicyDocument"))
    proof.equal("PolicyDocument", wanted, answer.get("PolicyDocument", wanted))


gone(declared, "DeleteResourcePolicy", read="GetResourcePolicy", by=("ResourceArn",), code="EntityNotFound")
