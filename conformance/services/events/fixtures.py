"""What must stand before most calls to EventBridge, and values that are right for its members."""

import json
from datetime import UTC, datetime, timedelta

from conformance.generator.hints import Leave, Ref, Samples, Unique
from conformance.services.declared import Declared, Error

TOKEN = "comes from an answer; sequences follow pages"
ROLE = "arn:aws:iam::111122223333:role/events"
DAY = datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)
PATTERNS = (
    '{"source":["mine"]}', '{"detail":{"a":[{"prefix":"x"},{"numeric":[">",0,"<=",5]}]}}',
    '{"$or":[{"source":["a"]},{"detail-type":[{"anything-but":["b"]}]}]}', '{"time":[{"exists":true}]}',
)  # fmt: skip
EVENT = json.dumps({
    "id": "1", "detail-type": "t", "source": "mine", "account": "111122223333", "time": "2030-01-01T00:00:00Z",
    "region": "us-east-1", "resources": [], "detail": {"a": "x"}})  # fmt: skip
BASIC = {"BasicAuthParameters": {"Username": "u", "Password": "p"}}
HTTP = {"HeaderParameters": [{"Key": "h", "Value": "v", "IsValueSecret": False}]}
ENTRY = {"Source": "mine", "DetailType": "t", "Detail": '{"a":1}'}


def arn(service, resource, region="us-east-1"):
    return f"arn:aws:{service}:{region}:111122223333:{resource}"


TARGETS = (
    {"Arn": arn("sqs", "q")}, {"Arn": arn("sns", "t"), "Input": '"text"'},
    {"Arn": arn("lambda", "function:f"), "InputPath": "$.detail"},
    {"Arn": arn("sqs", "q.fifo"), "SqsParameters": {"MessageGroupId": "g"}},
    {"Arn": arn("states", "stateMachine:s"), "RoleArn": ROLE, "RetryPolicy": {"MaximumRetryAttempts": 0}},
    {"Arn": arn("kinesis", "stream/s"), "RoleArn": ROLE, "KinesisParameters": {"PartitionKeyPath": "$.source"}},
    {"Arn": arn("logs", "log-group:/aws/events/g"), "DeadLetterConfig": {"Arn": arn("sqs", "d")}},
    {"Arn": arn("events", "event-bus/b"), "InputTransformer": {
        "InputPathsMap": {"d": "$.detail"}, "InputTemplate": '{"d": <d>, "r": "<aws.events.rule-name>"}'}},
    {"Arn": arn("ecs", "cluster/c"), "RoleArn": ROLE,
     "EcsParameters": {"TaskDefinitionArn": arn("ecs", "task-definition/t:1"), "TaskCount": 1}},
)

declared = Declared("events", {
    "NextToken": Leave(TOKEN),
    "KmsKeyIdentifier": arn("kms", "key/1234abcd-12ab-34cd-56ef-1234567890ab"),
    # Buses
    "CreateEventBus.Name": Unique("bus"),
    "EventBusName": Ref("bus", "Name"),
    "DescribeEventBus.Name": Ref("bus", "Name"),
    "UpdateEventBus.Name": Ref("bus", "Name"),
    "DeleteEventBus.Name": Ref("bus", "Name", must=False),
    "ListEventBuses.NamePrefix": Ref("bus", "Name", must=False),
    "EventSourceName": Leave("goes with a bus of the source's name; probes make one"),
    "DeadLetterConfig": {"Arn": arn("sqs", "dead")},
    "CreateEventBus.Tags": Samples([{"Key": "a", "Value": "1"}], []),
    "Policy": Leave("stands for all other members; probes give one"),
    "PutPermission.Action": "events:PutEvents",
    "PutPermission.Principal": Samples("111122223333", "*"),
    "PutPermission.Condition": Samples({"Type": "StringEquals", "Key": "aws:PrincipalOrgID", "Value": "o-1234567890"}),
    "PutPermission.StatementId": Unique("statement"),
    "RemovePermission.EventBusName": Ref("permitted", "Name"),
    "RemovePermission.StatementId": Ref("permitted", "StatementId"),
    "RemoveAllPermissions": Samples(True),
    # Rules
    "PutRule.Name": Unique("rule"),
    "PutRule.EventBusName": Ref("bus", "Name"),
    "EventPattern": Samples(*PATTERNS),
    "ScheduleExpression": Leave("stands on the default bus alone; probes use it"),
    "PutRule.RoleArn": ROLE,
    "PutRule.Tags": Samples([{"Key": "a", "Value": "1"}], []),
    **{f"{operation}.{member}": Ref("rule", field) for operation, member in (
        ("DeleteRule", "Name"), ("DescribeRule", "Name"), ("EnableRule", "Name"), ("DisableRule", "Name"),
        ("PutTargets", "Rule"), ("RemoveTargets", "Rule"), ("ListTargetsByRule", "Rule"),
    ) for field in ("Name",)},
    **{f"{operation}.EventBusName": Ref("rule", "EventBusName") for operation in (
        "DescribeRule", "EnableRule", "DisableRule", "PutTargets", "RemoveTargets", "ListTargetsByRule")},
    "DeleteRule.Name": Ref("bare", "Name", must=False), "DeleteRule.EventBusName": Ref("bare", "EventBusName"),
    "ListRules.NamePrefix": Ref("rule", "Name", must=False),
    "ListRules.EventBusName": Ref("rule", "EventBusName"),
    "ListRuleNamesByTarget.EventBusName": Ref("rule", "EventBusName"),
    "ListRuleNamesByTarget.TargetArn": Ref("rule", "TargetArn", must=False),
    "Targets": Samples(*([{"Id": f"t{number}", **target}] for number, target in enumerate(TARGETS))),
    "Ids": Samples(["only"], ["unknown"], ["only", "unknown"]),
    "TestEventPattern.Event": EVENT,
    "PutEvents.Entries": Samples(
        [ENTRY], [ENTRY, {**ENTRY, "Resources": ["a"], "Time": DAY}], [{**ENTRY, "Source": ""}], [ENTRY] * 10,
        [{**ENTRY, "TraceHeader": "Root=1-5759e988-bd862e3fe1be46a994272793"}]),
    "EndpointId": Leave("is signed for several regions; probes follow an endpoint"),
    "ResourceARN": Ref("bus", "Arn"),
    "TagResource.Tags": Samples([{"Key": "a", "Value": "1"}], [{"Key": "k", "Value": "2"}]),
    "UntagResource.TagKeys": Samples(["k"], ["k", "unknown"]),
    # Archives and replays
    "CreateArchive.ArchiveName": Unique("archive"),
    "ArchiveName": Ref("archive", "ArchiveName"),
    "EventSourceArn": Ref("bus", "Arn"),
    "StartReplay.EventSourceArn": Ref("archive", "ArchiveArn"),
    "ListReplays.EventSourceArn": Ref("archive", "ArchiveArn", must=False),
    "ListArchives.NamePrefix": Ref("archive", "ArchiveName", must=False),
    "RetentionDays": Samples(0, 7),
    "StartReplay.ReplayName": Unique("replay"),
    "ReplayName": Ref("replay", "ReplayName"),
    "ListReplays.NamePrefix": Ref("replay", "ReplayName", must=False),
    "EventStartTime": Samples(DAY), "EventEndTime": Samples(DAY + timedelta(hours=1)),
    "Destination.Arn": Ref("bus", "Arn"), "Destination.FilterArns": Leave("names rules; probes use it"),
    # Connections and destinations
    "CreateConnection.Name": Unique("connection"),
    "DescribeConnection.Name": Ref("connection", "Name"), "UpdateConnection.Name": Ref("connection", "Name"),
    "DeleteConnection.Name": Ref("connection", "Name"), "DeauthorizeConnection.Name": Ref("connection", "Name"),
    "AuthorizationType": "BASIC",
    "AuthParameters": Samples(BASIC, {**BASIC, "InvocationHttpParameters": HTTP}),
    "InvocationConnectivityParameters": Leave("names a resource of VPC Lattice, which is out of scope"),
    "ListConnections.NamePrefix": Ref("connection", "Name", must=False),
    "ConnectionArn": Ref("connection", "ConnectionArn"),
    "ListApiDestinations.ConnectionArn": Ref("connection", "ConnectionArn", must=False),
    "CreateApiDestination.Name": Unique("destination"),
    "DescribeApiDestination.Name": Ref("destination", "Name"),
    "UpdateApiDestination.Name": Ref("destination", "Name"),
    "DeleteApiDestination.Name": Ref("destination", "Name"),
    "ListApiDestinations.NamePrefix": Ref("destination", "Name", must=False),
    "InvocationEndpoint": Samples("https://example.com/hook", "https://example.com/a/*/b?c=d"),
    # Endpoints
    "CreateEndpoint.Name": Unique("endpoint"),
    "DescribeEndpoint.Name": Ref("endpoint", "Name"), "UpdateEndpoint.Name": Ref("endpoint", "Name"),
    "DeleteEndpoint.Name": Ref("endpoint", "Name"),
    "ListEndpoints.NamePrefix": Ref("endpoint", "Name", must=False),
    "HomeRegion": "us-east-1",
    "RoutingConfig": Samples({"FailoverConfig": {
        "Primary": {"HealthCheck": "arn:aws:route53:::healthcheck/1234abcd-12ab-34cd-56ef-1234567890ab"},
        "Secondary": {"Route": "us-west-2"}}}),
    "EventBuses": Samples([{"EventBusArn": arn("events", "event-bus/default")},
                           {"EventBusArn": arn("events", "event-bus/default", "us-west-2")}]),
    "ReplicationConfig": Samples({"State": "DISABLED"}, {"State": "ENABLED"}),
    "CreateEndpoint.RoleArn": ROLE, "UpdateEndpoint.RoleArn": ROLE,
    # Partners
    "CreatePartnerEventSource.Name": Unique("aws.partner/example.com/"),
    "Account": Ref("source", "Account", must=False),
    "CreatePartnerEventSource.Account": "444455556666",
    "DeletePartnerEventSource.Name": Ref("source", "Name", must=False),
    "DescribePartnerEventSource.Name": Ref("source", "Name"),
    "ListPartnerEventSourceAccounts.EventSourceName": Ref("source", "Name"),
    "ListPartnerEventSources.NamePrefix": Ref("source", "Name", must=False),
    "DescribeEventSource.Name": Ref("source", "Name"), "ActivateEventSource.Name": Ref("source", "Name"),
    "DeactivateEventSource.Name": Ref("source", "Name"),
    "ListEventSources.NamePrefix": Ref("source", "Name", must=False),
    "PutPartnerEvents.Entries": Samples(
        [{**ENTRY, "Source": Ref("source", "Name")}], [{**ENTRY, "Source": "aws.partner/example.com/nobody"}]),
})  # fmt: skip
declared.hints.always.update(
    PutRule=("EventPattern",), PutPermission=("Action", "Principal", "StatementId", "EventBusName"),
    RemovePermission=("EventBusName", "StatementId"), UpdateArchive=("Description",),
    DescribeEventBus=("Name",), UpdateEventBus=("Name",),
    CreateEndpoint=("RoleArn",), UpdateEndpoint=("RoleArn",), UpdateConnection=("AuthorizationType", "AuthParameters"),
    **dict.fromkeys(("DescribeRule", "EnableRule", "DisableRule", "PutTargets", "RemoveTargets", "ListTargetsByRule",
                     "DeleteRule", "ListRules", "ListRuleNamesByTarget"), ("EventBusName",)),
)  # fmt: skip
declared.before.update(
    ListEventBuses=("bus",), ListRules=("rule",), ListRuleNamesByTarget=("rule",), ListArchives=("archive",),
    ListReplays=("replay",), ListConnections=("connection",), ListApiDestinations=("destination",),
    ListEndpoints=("endpoint",), ListEventSources=("source",), ListPartnerEventSources=("source",),
)  # fmt: skip


def missing(message):
    return Error("ResourceNotFoundException", 400, message)


def named(kind, **fields):
    """What an absent one is called, with an ARN where it has one."""

    def absent(world):
        name = f"absent{world.tag}"
        found = {member: form.format(name=name) for member, form in fields.items()}
        return found | {member: f"arn:aws:events:{world.region}:{world.account}:{kind}/{path.format(name=name)}"
                        for member, path in ARNS.get(kind, {}).items()}

    return absent


ARNS = {
    "event-bus": {"Arn": "{name}"}, "archive": {"ArchiveArn": "{name}"},
    "connection": {"ConnectionArn": "{name}/1234abcd-12ab-34cd-56ef-1234567890ab"},
}  # fmt: skip


@declared.fixture("bus", lambda world, fields: world.ask("DeleteEventBus", {"Name": fields["Name"]}),
                  named("event-bus", Name="{name}"), missing("Event bus {Name} does not exist."))
def bus(world):
    world.unknown("DescribeEventBus", {"Name": f"absent{world.tag}"})
    name = world.unique("fixture")
    made = world.ask("CreateEventBus", {"Name": name, "Description": world.tag, "Tags": [
        {"Key": "k", "Value": "v"}, {"Key": "other", "Value": world.tag}]})
    return {"Name": name, "Arn": made["EventBusArn"], "Description": world.tag,
            "Tags": {"k": "v", "other": world.tag}}


@declared.fixture("permitted")
def permitted(world):
    name, statement = world.fixture("bus")["Name"], world.unique("statement")
    world.ask("PutPermission", {"EventBusName": name, "Action": "events:PutEvents", "Principal": "*",
                                "StatementId": statement})
    return {"Name": name, "StatementId": statement}


def _rule(world, targets):
    world.unknown("DescribeRule", {"Name": f"absent{world.tag}"})
    name, on = world.unique("fixture"), world.fixture("bus")["Name"]
    made = world.ask("PutRule", {"Name": name, "EventBusName": on, "EventPattern": PATTERNS[0],
                                 "Description": world.tag})
    target = f"arn:aws:sqs:{world.region}:{world.account}:{name}"
    if targets:
        world.ask("PutTargets", {"Rule": name, "EventBusName": on, "Targets": [{"Id": "only", "Arn": target}]})
    return {"Name": name, "EventBusName": on, "Arn": made["RuleArn"], "TargetArn": target,
            "EventPattern": PATTERNS[0], "Description": world.tag, "State": "ENABLED"}


def _drop_rule(world, fields):
    at = {"EventBusName": fields["EventBusName"]}
    found = world.ask("ListTargetsByRule", {"Rule": fields["Name"], **at})["Targets"]
    if found:
        world.ask("RemoveTargets", {"Rule": fields["Name"], "Ids": [each["Id"] for each in found], **at})
    world.ask("DeleteRule", {"Name": fields["Name"], **at})


NO_RULE = missing("Rule {Name} does not exist on EventBus {EventBusName}.")


@declared.fixture("rule", _drop_rule, named("rule", Name="{name}", EventBusName="{name}", TargetArn="arn:{name}"))
def rule(world):
    return _rule(world, True)


@declared.fixture("bare", _drop_rule, named("rule", Name="{name}", EventBusName="{name}"))
def bare(world):
    return _rule(world, False)


@declared.fixture("archive", lambda world, fields: world.ask("DeleteArchive", {"ArchiveName": fields["ArchiveName"]}),
                  named("archive", ArchiveName="{name}"), missing("Archive {ArchiveName} does not exist."))
def archive(world):
    world.unknown("DescribeArchive", {"ArchiveName": f"absent{world.tag}"})
    name = world.unique("fixture")
    made = world.ask("CreateArchive", {"ArchiveName": name, "EventSourceArn": world.fixture("bus")["Arn"],
                                       "Description": world.tag, "RetentionDays": 3})
    return {"ArchiveName": name, "ArchiveArn": made["ArchiveArn"], "Description": world.tag, "RetentionDays": 3,
            "EventSourceArn": world.fixture("bus")["Arn"]}


@declared.fixture("replay", None, named("replay", ReplayName="{name}"),
                  missing("Replay {ReplayName} does not exist."))
def replay(world):
    world.unknown("DescribeReplay", {"ReplayName": f"absent{world.tag}"})
    name = world.unique("fixture")
    given = {"ReplayName": name, "EventSourceArn": world.fixture("archive")["ArchiveArn"], "EventStartTime": DAY,
             "EventEndTime": DAY + timedelta(hours=1), "Destination": {"Arn": world.fixture("bus")["Arn"]}}
    made = world.ask("StartReplay", given)
    return {"ReplayArn": made["ReplayArn"], **given}


@declared.fixture("connection", lambda world, fields: world.ask("DeleteConnection", {"Name": fields["Name"]}),
                  named("connection", Name="{name}"),
                  missing("Failed to describe the connection(s). Connection '{Name}' does not exist."))
def connection(world):
    world.unknown("DescribeConnection", {"Name": f"absent{world.tag}"})
    name = world.unique("fixture")
    made = world.ask("CreateConnection", {"Name": name, "AuthorizationType": "BASIC", "AuthParameters": BASIC,
                                          "Description": world.tag})
    return {"Name": name, "ConnectionArn": made["ConnectionArn"], "Description": world.tag,
            "AuthorizationType": "BASIC"}


@declared.fixture("destination", lambda world, fields: world.ask("DeleteApiDestination", {"Name": fields["Name"]}),
                  named("api-destination", Name="{name}"), Error("ResourceNotFoundException", 400))
def destination(world):
    world.unknown("DescribeApiDestination", {"Name": f"absent{world.tag}"})
    name = world.unique("fixture")
    given = {"Name": name, "ConnectionArn": world.fixture("connection")["ConnectionArn"], "HttpMethod": "POST",
             "InvocationEndpoint": f"https://example.com/{world.tag}", "Description": world.tag}
    return {"ApiDestinationArn": world.ask("CreateApiDestination", given)["ApiDestinationArn"], **given}


@declared.fixture("endpoint", lambda world, fields: world.ask("DeleteEndpoint", {"Name": fields["Name"]}),
                  named("endpoint", Name="{name}"), Error("ResourceNotFoundException", 400))
def endpoint(world):
    world.unknown("DescribeEndpoint", {"Name": f"absent{world.tag}"})
    name, table = world.unique("fixture"), declared.hints.table
    given = {"Name": name, "RoutingConfig": table["RoutingConfig"].values[0],
             "EventBuses": table["EventBuses"].values[0], "ReplicationConfig": {"State": "DISABLED"},
             "Description": world.tag}
    return {"Arn": world.ask("CreateEndpoint", given)["Arn"], **given}


@declared.fixture("source", lambda world, fields: world.ask("DeletePartnerEventSource", {
                      "Name": fields["Name"], "Account": fields["Account"]}),
                  lambda world: {"Name": f"aws.partner/example.com/absent{world.tag}", "Account": world.account},
                  Error("ResourceNotFoundException", 400))
def source(world):
    """A partner that is its own customer."""
    world.unknown("DescribeEventSource", {"Name": f"aws.partner/example.com/absent{world.tag}"})
    name = f"aws.partner/example.com/{world.unique('fixture')}"
    made = world.ask("CreatePartnerEventSource", {"Name": name, "Account": world.account})
    return {"Name": name, "Account": world.account, "Arn": made["EventSourceArn"]}


@declared.fixture("listening", lambda world, fields: world.ask("DeleteQueue", {"QueueUrl": fields["QueueUrl"]}, "sqs"))
def listening(world):
    """A queue that every event of the default bus is sent to, and of the partner's."""
    world.unknown("DescribeEventBus", {"Name": f"absent{world.tag}"})
    allowed = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {
        "Service": "events.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": "*"}]}
    name = world.unique("fixture")
    queue = {"QueueName": name, "Attributes": {"Policy": json.dumps(allowed)}}
    url = world.ask("CreateQueue", queue, "sqs")["QueueUrl"]
    world.ask("PutRule", {"Name": name, "EventPattern": json.dumps({"account": [world.account]})})
    world.ask("PutTargets", {"Rule": name, "Targets": [
        {"Id": "queue", "Arn": f"arn:aws:sqs:{world.region}:{world.account}:{name}"}]})
    world.later(lambda: world.ask("DeleteRule", {"Name": name}))
    world.later(lambda: world.ask("RemoveTargets", {"Rule": name, "Ids": ["queue"]}))
    return {"QueueUrl": url}


declared.before["PutEvents"] = ("listening",)
declared.looking.add("TestEventPattern")


# An absent rule on a bus that stands, and the other way about.
for _operation, _member in (
    ("DescribeRule", "Name"), ("EnableRule", "Name"), ("DisableRule", "Name"), ("PutTargets", "Rule"),
    ("RemoveTargets", "Rule"), ("ListTargetsByRule", "Rule"),
):  # fmt: skip
    declared.errors[_operation, _member] = Error("ResourceNotFoundException", 400)
    declared.errors[_operation, "EventBusName"] = missing("Event bus {EventBusName} does not exist.")
for _operation in ("ListRules", "ListRuleNamesByTarget", "DeleteRule"):
    declared.errors[_operation, "EventBusName"] = missing("Event bus {EventBusName} does not exist.")
declared.errors["StartReplay", "EventSourceArn"] = Error("ValidationException", 400)
for _operation in ("CreateApiDestination", "UpdateApiDestination"):
    declared.errors[_operation, "ConnectionArn"] = Error("ResourceNotFoundException", 400)
declared.errors["RemovePermission", "StatementId"] = missing("Statement with the provided id does not exist.")
