"""Elastic Load Balancing's resources as state machines."""

import itertools

from conformance.sequences.kind import Kind, follow

SUBNETS = ["subnet-0a1b2c3d", "subnet-1a1b2c3d"]
OK = {"Type": "fixed-response", "FixedResponseConfig": {
    "StatusCode": "200", "MessageBody": "ok", "ContentType": "text/plain"}}
CHECKS = tuple({"HealthCheckPath": path, "HealthCheckIntervalSeconds": seconds, "Matcher": {"HttpCode": code}}
               for path, seconds, code in (("/", 30, "200"), ("/ping", 10, "200-299"), ("/a", 300, "204")))


# The same creation again is accepted; what is made here differs from call to call, so that it is never the same.
CALLS = itertools.count(1024)


def group(trial, name):
    return trial.ask("DescribeTargetGroups", Names=[name])["TargetGroups"][0]


def balancer(trial, name):
    return trial.ask("DescribeLoadBalancers", Names=[name])["LoadBalancers"][0]


def read_group(trial, name):
    found = group(trial, name)
    return {key: found[key] for key in CHECKS[0]}


def tags(trial, arn):
    found = trial.ask("DescribeTags", ResourceArns=[arn])["TagDescriptions"][0]["Tags"]
    return {each["Key"]: each["Value"] for each in found}


def tagged(find, member):
    """The three ways of tags, for a resource that is found by its name."""
    return {
        "tag": lambda trial, name, given: trial.ask("AddTags", ResourceArns=[find(trial, name)[member]], Tags=[
            {"Key": key, "Value": value} for key, value in given.items()]),
        "untag": lambda trial, name, keys: trial.ask(
            "RemoveTags", ResourceArns=[find(trial, name)[member]], TagKeys=keys),
        "tags": lambda trial, name: tags(trial, find(trial, name)[member]),
    }  # fmt: skip


def pages(operation, kind, name):
    """Names of a listing with a prefix, page by page."""
    return lambda trial, prefix, size: [each for each in follow(
        trial, operation, {"PageSize": size}, kind, ("NextMarker", "Marker"), name) if each.startswith(prefix)]


KINDS = [
    Kind("elbv2", "target group", CHECKS,
         create=lambda trial, name, value: trial.ask(
             "CreateTargetGroup", Name=name, Protocol="HTTP", Port=next(CALLS) % 65536, VpcId="vpc-0a1b2c3d",
             TargetType="ip", **value),
         read=read_group,
         update=lambda trial, name, value: trial.ask(
             "ModifyTargetGroup", TargetGroupArn=group(trial, name)["TargetGroupArn"], **value),
         delete=lambda trial, name: trial.ask(
             "DeleteTargetGroup", TargetGroupArn=group(trial, name)["TargetGroupArn"]),
         missing="TargetGroupNotFound", again="DuplicateTargetGroupName",
         listed=lambda trial, prefix: pages("DescribeTargetGroups", "TargetGroups", "TargetGroupName")(
             trial, prefix, 100),
         pages=pages("DescribeTargetGroups", "TargetGroups", "TargetGroupName"),
         **tagged(group, "TargetGroupArn")),
    Kind("elbv2", "load balancer", ("ipv4", "dualstack"),
         create=lambda trial, name, value: trial.ask(
             "CreateLoadBalancer", Name=name, Subnets=SUBNETS, IpAddressType=value,
             SecurityGroups=[f"sg-{next(CALLS):08x}"]),
         read=lambda trial, name: balancer(trial, name)["IpAddressType"],
         update=lambda trial, name, value: trial.ask(
             "SetIpAddressType", LoadBalancerArn=balancer(trial, name)["LoadBalancerArn"], IpAddressType=value),
         delete=lambda trial, name: trial.ask(
             "DeleteLoadBalancer", LoadBalancerArn=balancer(trial, name)["LoadBalancerArn"]),
         missing="LoadBalancerNotFound", again="DuplicateLoadBalancerName",
         listed=lambda trial, prefix: pages("DescribeLoadBalancers", "LoadBalancers", "LoadBalancerName")(
             trial, prefix, 100),
         pages=pages("DescribeLoadBalancers", "LoadBalancers", "LoadBalancerName"),
         **tagged(balancer, "LoadBalancerArn"), sequences=4),
]  # fmt: skip
