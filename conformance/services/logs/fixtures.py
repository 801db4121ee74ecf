"""What must stand before most calls to CloudWatch Logs: groups with events, a key, filters, queries."""

import json

from conformance.generator.hints import Ref
from conformance.services.declared import Error
from conformance.services.logs.hints import NOW, ROLE, TRANSFORMATION, declared, events

NOT_FOUND = "ResourceNotFoundException"
NO_GROUP = Error(NOT_FOUND, 400, "The specified log group does not exist.")
NO_STREAM = Error(NOT_FOUND, 400, "The specified log stream does not exist.")
MESSAGES = ("first", '{"a": "b", "user": {"name": "ann"}}', "second")


def arn_of(world, name):
    return f"arn:aws:logs:{world.region}:{world.account}:log-group:{name}"


def absent(world):
    name = f"absent{world.tag}"
    return {"Name": name, "Arn": arn_of(world, name), "Stream": name, "Filter": name, "TaskId": name,
            "Bucket": name, "Pointer": "bm9uc2Vuc2U=", "QueryId": name, "Id": name}


def drop_group(world, fields):
    world.ask("DeleteLogGroup", {"logGroupName": fields["Name"]})


def made_group(world, prefix, **more):
    world.unknown("ListTagsLogGroup", {"logGroupName": absent(world)["Name"]})
    name = world.unique(prefix)
    world.ask("CreateLogGroup", {"logGroupName": name, "tags": {"k": "v", "other": world.tag}, **more})
    return {"Name": name, "Arn": arn_of(world, name), "Part": name[-8:], "Tags": {"k": "v", "other": world.tag}}


@declared.fixture("group", drop_group, absent, NO_GROUP)
def group(world):
    return made_group(world, "/group/")


@declared.fixture("stream", None, absent, NO_STREAM)
def stream(world):
    of = world.fixture("group")["Name"]
    world.unknown("GetLogEvents", {"logGroupName": of, "logStreamName": absent(world)["Stream"]})
    name = world.unique("stream")
    world.ask("CreateLogStream", {"logGroupName": of, "logStreamName": name})
    world.ask("PutLogEvents", {"logGroupName": of, "logStreamName": name, "logEvents": events(*MESSAGES)})
    return {"Stream": name, "Arn": f"{arn_of(world, of)}:log-stream:{name}"}


@declared.fixture("kept", drop_group, absent, NO_GROUP)
def kept(world):
    """A group with all that can be taken away from one."""
    made = made_group(world, "/kept/")
    world.ask("PutRetentionPolicy", {"logGroupName": made["Name"], "retentionInDays": 7})
    return made


@declared.fixture("sourced", drop_group, lambda world: absent(world) | {"Source": "absent"}, Error(NOT_FOUND, 400))
def sourced(world):
    """A group whose events come from a data source."""
    source = f"conformance{world.tag}"
    name = world.unique("/sourced/")
    world.ask("CreateLogGroup", {"logGroupName": name, "tags": {
        "cw:datasource:name": source, "cw:datasource:type": "orders"}})
    world.ask("CreateLogStream", {"logGroupName": name, "logStreamName": "s"})
    world.ask("PutLogEvents", {"logGroupName": name, "logStreamName": "s", "logEvents": events(
        '{"id": 1, "paid": true, "items": [{"price": 1}, {"price": 2.5}]}', '{"id": 2, "who": "ann"}')})
    return {"Name": name, "Source": source}


@declared.fixture("key", lambda world, fields: world.ask(
    "ScheduleKeyDeletion", {"KeyId": fields["KeyId"], "PendingWindowInDays": 7}, "kms"),
    lambda world: {"Arn": f"arn:aws:kms:{world.region}:{world.account}:key/1234abcd-12ab-34cd-56ef-1234567890ab"},
    Error("AccessDeniedException", 400))
def key(world):
    made = world.ask("CreateKey", {"BypassPolicyLockoutSafetyCheck": True, "Policy": json.dumps({
        "Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{world.account}:root"}, "Action": "kms:*",
             "Resource": "*"},
            {"Effect": "Allow", "Principal": {"Service": f"logs.{world.region}.amazonaws.com"}, "Action": "kms:*",
             "Resource": "*"}]})}, "kms")["KeyMetadata"]
    return {"Arn": made["Arn"], "KeyId": made["KeyId"]}


@declared.fixture("sealed", drop_group, absent, NO_GROUP)
def sealed(world):
    return made_group(world, "/sealed/", kmsKeyId=world.fixture("key")["Arn"])


@declared.fixture("kinesis", lambda world, fields: world.ask(
    "DeleteStream", {"StreamName": fields["Name"]}, "kinesis"),
    lambda world: {"Arn": f"arn:aws:kinesis:{world.region}:{world.account}:stream/absent"},
    Error("InvalidParameterException", 400))
def kinesis(world):
    name = world.unique("stream")
    world.ask("CreateStream", {"StreamName": name, "ShardCount": 1}, "kinesis")
    found = world.wait(
        lambda: world.ask("DescribeStreamSummary", {"StreamName": name}, "kinesis")["StreamDescriptionSummary"],
        lambda found: found["StreamStatus"] == "ACTIVE")
    return {"Name": name, "Arn": found["StreamARN"]}


@declared.fixture("metric filter", None, absent, Error(NOT_FOUND, 400, "The specified metric filter does not exist."))
def metric_filter(world):
    of, name = world.fixture("group")["Name"], world.unique("filter")
    world.ask("PutMetricFilter", {"logGroupName": of, "filterName": name, "filterPattern": "first",
                                  "metricTransformations": [TRANSFORMATION]})
    return {"Filter": name}


@declared.fixture("subscription", None, absent,
                  Error(NOT_FOUND, 400, "The specified subscription filter does not exist."))
def subscription(world):
    of, name = world.fixture("group")["Name"], world.unique("filter")
    world.ask("PutSubscriptionFilter", {"logGroupName": of, "filterName": name, "filterPattern": "first",
                                        "destinationArn": world.fixture("kinesis")["Arn"], "roleArn": ROLE})
    return {"Filter": name}


@declared.fixture("query", None, absent, Error(NOT_FOUND, 400))
def query(world):
    """A query that has ended."""
    world.fixture("stream")
    id = world.ask("StartQuery", {
        "logGroupName": world.fixture("group")["Name"], "startTime": NOW // 1000 - 3600,
        "endTime": NOW // 1000 + 3600, "queryString": "fields @timestamp, @message | sort @timestamp asc"})["queryId"]
    found = world.wait(lambda: world.ask("GetQueryResults", {"queryId": id}),
                       lambda found: found["status"] == "Complete")
    return {"QueryId": id, "Pointers": [cell["value"] for row in found["results"] for cell in row
                                        if cell["field"] == "@ptr"]}


@declared.fixture("record", None, absent, Error(NOT_FOUND, 400))
def record(world):
    return {"Pointer": world.fixture("query")["Pointers"][1]}


@declared.fixture("definition", lambda world, fields: world.ask(
    "DeleteQueryDefinition", {"queryDefinitionId": fields["Id"]}), absent, Error(NOT_FOUND, 400))
def definition(world):
    name = world.unique("saved")
    id = world.ask("PutQueryDefinition", {"name": name, "queryString": "limit 5"})["queryDefinitionId"]
    return {"Id": id, "Name": name}


# What is taken away from a group must be there; what lists must find something.
declared.hints.table.update({
    "DeleteRetentionPolicy.logGroupName": Ref("kept", "Name"),
    "DisassociateKmsKey.logGroupName": Ref("sealed", "Name"),
    "DisassociateKmsKey.resourceIdentifier": Ref("sealed", "Arn"),
})
declared.before.update(
    DescribeLogGroups=("group",), ListLogGroups=("group",), DescribeLogStreams=("stream",), GetLogEvents=("stream",),
    FilterLogEvents=("stream",), DescribeMetricFilters=("metric filter",), StartQuery=("stream",),
    DescribeSubscriptionFilters=("subscription",), DescribeQueries=("query",), GetLogGroupFields=("stream",),
    DescribeQueryDefinitions=("definition",), ListAggregateLogGroupSummaries=("sourced",),
)
declared.errors.update({
    **{(operation, "resourceArn"): Error(NOT_FOUND, 400) for operation in (
        "TagResource", "UntagResource", "ListTagsForResource")},
    **{("StartQuery", member): Error(NOT_FOUND, 400) for member in (
        "logGroupName", "logGroupNames", "logGroupIdentifiers")},
})
declared.looking.update(("FilterLogEvents", "TestMetricFilter", "TestTransformer"))
declared.left_out.update(dict.fromkeys(
    ("StartLiveTail", "GetLogObject"), "answers with a stream of events, which probes read"))
declared.left_out["StopQuery"] = "no query runs for long; probes stop one"
