"""Load balancers, listeners, rules, target groups, trust stores."""

from conformance.probes import probe

API = "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/"
GUIDE = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/"
SUBNETS = ["subnet-0a1b2c3d", "subnet-1a1b2c3d"]
OK = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200"}}


def balancer(trial, **given):
    made = trial.ask("CreateLoadBalancer", **{"Name": trial.unique("lb"), "Subnets": SUBNETS, **given})
    arn = made["LoadBalancers"][0]["LoadBalancerArn"]
    trial.later(lambda: trial.ask("DeleteLoadBalancer", LoadBalancerArn=arn))
    return arn


def listener(trial, arn=None, **given):
    given = {"Protocol": "HTTP", "Port": 80, "DefaultActions": [OK], **given}
    made = trial.ask("CreateListener", LoadBalancerArn=arn or balancer(trial), **given)
    return made["Listeners"][0]["ListenerArn"]


def group(trial, **given):
    made = trial.ask("CreateTargetGroup", **{"Name": trial.unique("tg"), "Protocol": "HTTP", "Port": 80,
                                             "VpcId": "vpc-0a1b2c3d", "TargetType": "ip", **given})
    arn = made["TargetGroups"][0]["TargetGroupArn"]
    trial.later(lambda: trial.ask("DeleteTargetGroup", TargetGroupArn=arn))
    return arn


def attributes(answer):
    return {each["Key"]: each["Value"] for each in answer["Attributes"]}


@probe("elbv2", "CreateLoadBalancer", "An application load balancer needs two subnets",
       API + "API_CreateLoadBalancer.html")
def two_subnets(trial):
    trial.refused("CreateLoadBalancer", "ValidationError", 400,
                  "At least two subnets in two different Availability Zones must be specified",
                  Name=trial.unique("lb"), Subnets=SUBNETS[:1])


@probe("elbv2", "CreateLoadBalancer", "Creating a load balancer again with the same settings succeeds",
       API + "API_CreateLoadBalancer.html")
def creation_repeats(trial):
    name = trial.unique("lb")
    first = balancer(trial, Name=name)
    again = trial.ask("CreateLoadBalancer", Name=name, Subnets=SUBNETS)["LoadBalancers"]
    assert [each["LoadBalancerArn"] for each in again] == [first], again


@probe("elbv2", "CreateLoadBalancer", "A name that another load balancer has is refused with other settings",
       API + "API_CreateLoadBalancer.html")
def names_are_taken(trial):
    name = trial.unique("lb")
    balancer(trial, Name=name)
    trial.refused("CreateLoadBalancer", "DuplicateLoadBalancerName", 400,
                  f"A load balancer with the same name '{name}' exists, but with different settings",
                  Name=name, Subnets=SUBNETS, Scheme="internal")


@probe("elbv2", "DeleteLoadBalancer", "Deleting a load balancer that is not there succeeds",
       API + "API_DeleteLoadBalancer.html")
def deletion_repeats(trial):
    made = trial.ask("CreateLoadBalancer", Name=trial.unique("lb"), Subnets=SUBNETS)["LoadBalancers"]
    arn = made[0]["LoadBalancerArn"]
    for _ in range(2):
        trial.ask("DeleteLoadBalancer", LoadBalancerArn=arn)


@probe("elbv2", "DeleteLoadBalancer", "A load balancer that is protected from deletion can't be deleted",
       GUIDE + "application-load-balancers.html#deletion-protection")
def protection(trial):
    arn = balancer(trial)
    for value in ("true", "false"):
        trial.ask("ModifyLoadBalancerAttributes", LoadBalancerArn=arn, Attributes=[
            {"Key": "deletion_protection.enabled", "Value": value}])
        if value == "true":
            trial.refused("DeleteLoadBalancer", "OperationNotPermitted", 400,
                          f"Load balancer '{arn}' cannot be deleted because deletion protection is enabled",
                          LoadBalancerArn=arn)


@probe("elbv2", "CreateListener", "A port of a load balancer has one listener", API + "API_CreateListener.html")
def one_listener_a_port(trial):
    arn = balancer(trial)
    listener(trial, arn)
    trial.refused("CreateListener", "DuplicateListener", 400,
                  f"A listener already exists on this port for this load balancer '{arn}'",
                  LoadBalancerArn=arn, Protocol="HTTP", Port=80, DefaultActions=[OK])


@probe("elbv2", "CreateListener", "An HTTPS listener needs a certificate", GUIDE + "create-https-listener.html")
def https_needs_a_certificate(trial):
    trial.refused("CreateListener", "ValidationError", 400, "A certificate must be specified for HTTPS listeners",
                  LoadBalancerArn=balancer(trial), Protocol="HTTPS", Port=443, DefaultActions=[OK])


@probe("elbv2", "CreateListener", "A redirect must change protocol, host, port or path",
       API + "API_RedirectActionConfig.html")
def no_redirect_to_itself(trial):
    action = {"Type": "redirect", "RedirectConfig": {"StatusCode": "HTTP_301"}}
    trial.refused("CreateListener", "InvalidLoadBalancerAction", 400,
                  LoadBalancerArn=balancer(trial), Protocol="HTTP", Port=80, DefaultActions=[action])


@probe("elbv2", "CreateRule", "A priority is used once in a listener", API + "API_CreateRule.html")
def priorities_are_used_once(trial):
    arn = listener(trial)
    given = {"ListenerArn": arn, "Priority": 3, "Actions": [OK],
             "Conditions": [{"Field": "path-pattern", "Values": ["/a"]}]}
    trial.ask("CreateRule", **given)
    trial.refused("CreateRule", "PriorityInUse", 400, "Priority '3' is currently in use", **given)


@probe("elbv2", "SetRulePriorities", "Two rules may change places in one call", API + "API_SetRulePriorities.html")
def rules_change_places(trial):
    arn = listener(trial)
    made = [trial.ask("CreateRule", ListenerArn=arn, Priority=place, Actions=[OK], Conditions=[
        {"Field": "path-pattern", "Values": [f"/{place}"]}])["Rules"][0]["RuleArn"] for place in (1, 2)]
    trial.ask("SetRulePriorities", RulePriorities=[
        {"RuleArn": made[0], "Priority": 2}, {"RuleArn": made[1], "Priority": 1}])
    found = trial.ask("DescribeRules", ListenerArn=arn)["Rules"]
    assert [each["RuleArn"] for each in found[:2]] == made[::-1], found


@probe("elbv2", "DeleteRule", "The default rule can't be deleted", API + "API_DeleteRule.html")
def the_default_rule_stays(trial):
    rules = trial.ask("DescribeRules", ListenerArn=listener(trial))["Rules"]
    trial.refused("DeleteRule", "OperationNotPermitted", 400, RuleArn=rules[-1]["RuleArn"])


@probe("elbv2", "DeleteTargetGroup", "A target group that a listener forwards to can't be deleted",
       API + "API_DeleteTargetGroup.html")
def groups_in_use_stay(trial):
    arn = group(trial)
    listener(trial, DefaultActions=[{"Type": "forward", "TargetGroupArn": arn}])
    trial.refused("DeleteTargetGroup", "ResourceInUse", 400,
                  f"Target group '{arn}' is currently in use by a listener or a rule", TargetGroupArn=arn)


@probe("elbv2", "DescribeTargetGroups", "A target group tells which load balancers use it",
       API + "API_TargetGroup.html")
def groups_tell_who_uses_them(trial):
    arn, at = group(trial), balancer(trial)
    listener(trial, at, DefaultActions=[{"Type": "forward", "TargetGroupArn": arn}])
    found = trial.ask("DescribeTargetGroups", LoadBalancerArn=at)["TargetGroups"]
    assert [(each["TargetGroupArn"], each["LoadBalancerArns"]) for each in found] == [(arn, [at])], found


@probe("elbv2", "DescribeTargetHealth", "Targets of a group that nothing forwards to are unused",
       GUIDE + "target-group-health-checks.html#target-health-states")
def unused_targets(trial):
    arn = group(trial)
    trial.ask("RegisterTargets", TargetGroupArn=arn, Targets=[{"Id": "10.0.0.4"}])
    health = trial.ask("DescribeTargetHealth", TargetGroupArn=arn)["TargetHealthDescriptions"][0]["TargetHealth"]
    assert (health["State"], health["Reason"]) == ("unused", "Target.NotInUse"), health


@probe("elbv2", "CreateTargetGroup", "The interval of health checks is longer than their timeout",
       API + "API_CreateTargetGroup.html")
def intervals_are_longer(trial):
    trial.refused("CreateTargetGroup", "ValidationError", 400,
                  "Health check interval must be greater than the timeout.",
                  Name=trial.unique("tg"), Protocol="HTTP", Port=80, VpcId="vpc-0a1b2c3d", TargetType="ip",
                  HealthCheckIntervalSeconds=10, HealthCheckTimeoutSeconds=20)


@probe("elbv2", "DescribeTargetGroupAttributes", "UDP targets lose their connections when deregistration is over",
       API + "API_TargetGroupAttribute.html")
def datagrams_are_terminated(trial):
    for protocol, value in (("UDP", "true"), ("TCP", "false")):
        found = attributes(trial.ask("DescribeTargetGroupAttributes", TargetGroupArn=group(trial, Protocol=protocol)))
        assert found["deregistration_delay.connection_termination.enabled"] == value, (protocol, found)


@probe("elbv2", "ModifyLoadBalancerAttributes", "Attributes of another type of load balancer are not recognized",
       API + "API_LoadBalancerAttribute.html")
def attributes_of_other_types(trial):
    trial.refused("ModifyLoadBalancerAttributes", "ValidationError", 400,
                  "Load balancer attribute key 'idle_timeout.timeout_seconds' is not recognized",
                  LoadBalancerArn=balancer(trial, Type="network"),
                  Attributes=[{"Key": "idle_timeout.timeout_seconds", "Value": "30"}])
