"""Values that are right for the members of CloudWatch Logs' inputs."""

import json
import time

from conformance.generator.hints import Leave, Ref, Samples, Unique
from conformance.services.declared import Declared

ROLE = "arn:aws:iam::111122223333:role/logs"
KEY = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
DISTRIBUTION = "arn:aws:cloudfront::111122223333:distribution/E1EXAMPLE"
NOW = int(time.time() * 1000)
TOKEN = Leave("comes from an answer; sequences follow pages")
LINKED = Leave("log groups of linked accounts are not there")
TRANSFORMATION = {"metricName": "m", "metricNamespace": "n", "metricValue": "1"}
TRANSFORMER = [{"parseJSON": {}}, {"addKeys": {"entries": [{"key": "a", "value": "b"}]}}]
IDENTIFIER = "arn:aws:dataprotection::aws:data-identifier/EmailAddress"


def policy(action: str, principal: dict | None = None) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": principal or {"Service": "route53.amazonaws.com"}, "Action": action,
        "Resource": "*"}]})


def protection(name: str) -> str:
    return json.dumps({"Name": name, "Version": "2021-06-01", "Statement": [
        {"Sid": "audit", "DataIdentifier": [IDENTIFIER], "Operation": {"Audit": {"FindingsDestination": {}}}},
        {"Sid": "hide", "DataIdentifier": [IDENTIFIER], "Operation": {"Deidentify": {"MaskConfig": {}}}}]})


def events(*messages: str) -> list[dict]:
    return [{"timestamp": NOW + at, "message": message} for at, message in enumerate(messages)]


NAMES = {"logGroupName": Ref("group", "Name"), "logGroupIdentifier": Ref("group", "Name"),
         "resourceIdentifier": Ref("group", "Arn"), "logStreamName": Ref("stream", "Stream")}
LIMITS = {f"{operation}.limit": Samples(50, 1) for operation in (
    "DescribeLogGroups", "DescribeLogStreams", "DescribeMetricFilters", "DescribeSubscriptionFilters",
    "DescribeDestinations", "DescribeResourcePolicies", "DescribeExportTasks", "DescribeDeliveries",
    "DescribeDeliveryDestinations", "DescribeDeliverySources", "DescribeConfigurationTemplates", "ListLogGroups",
    "ListLogAnomalyDetectors", "ListAnomalies", "DescribeImportTasks", "ListAggregateLogGroupSummaries")}

declared = Declared("logs", {
    **NAMES, **LIMITS,
    "nextToken": TOKEN, "accountIdentifiers": LINKED, "includeLinkedAccounts": LINKED,
    "fieldSelectionCriteria": Samples('@aws.region = "us-east-1"', '@aws.region NOT IN ["cn-north-1", "x"]'),
    "emitSystemFields": Leave("belongs to centralized logs, which are not there"),
    "emitSystemFieldDimensions": Samples(["@aws.account"], ["@aws.account", "@aws.region"]),
    "tags": Samples({"a": "1"}, {"a": "1", "b": ""}), "tagKeys": Samples(["k"], ["k", "unknown"]),
    "kmsKeyId": KEY, "roleArn": ROLE, "unmask": Samples(False, True),
    # Groups, streams, events
    "CreateLogGroup.logGroupName": Unique("/app/"), "CreateLogGroup.kmsKeyId": Ref("key", "Arn"),
    "CreateLogGroup.logGroupClass": Samples("STANDARD", "INFREQUENT_ACCESS", "DELIVERY"),
    "CreateLogGroup.deletionProtectionEnabled": Samples(False),
    "AssociateKmsKey.kmsKeyId": Ref("key", "Arn"),
    "retentionInDays": Samples(1, 30, 3653),
    "logGroupNamePrefix": Ref("group", "Name", must=False), "logGroupNamePattern": Ref("group", "Part", must=False),
    "DescribeLogGroups.logGroupIdentifiers": Samples([Ref("group", "Name")], [Ref("group", "Arn")]),
    "dataSources": Samples([{"name": "conformance*"}], [{"name": "conformance*", "type": "orders"}]),
    "fieldIndexNames": Samples(["RequestId"]),
    "logGroupTags": Samples([{"key": "k"}], [{"key": "k", "values": ["v"]}]),
    "CreateLogStream.logStreamName": Unique("s"), "logStreamNamePrefix": Ref("stream", "Stream", must=False),
    "orderBy": Samples("LogStreamName", "LastEventTime"),
    "logEvents": Samples(events("a"), events("a", "b" * 1000, "ü"), events(*map(str, range(1000)))),
    "sequenceToken": Samples("49600000000000000000000000000000000000000000000000000001"),
    "entity": Leave("what entities are kept for is not told"),
    "startTime": Samples(NOW - 3_600_000), "endTime": Samples(NOW + 3_600_000),
    "GetLogEvents.limit": Samples(10_000, 1), "FilterLogEvents.limit": Samples(10_000, 1),
    "logStreamNames": Samples([Ref("stream", "Stream")]), "interleaved": Samples(True),
    "filterPattern": Samples("first", "", '{ $.a = "b" }', "[a, b]", '?"x y" ?z'),
    "FilterLogEvents.filterPattern": Samples("first", "", "first -nothing", "?first ?second"),
    "GetLogGroupFields.time": Samples(NOW // 1000),
    "logRecordPointer": Ref("record", "Pointer"), "logObjectPointer": Ref("record", "Pointer"),
    "dataSourceName": Ref("sourced", "Source"), "dataSourceType": Samples("orders"),
    "ListTagsForResource.resourceArn": Ref("group", "Arn"), "TagResource.resourceArn": Ref("group", "Arn"),
    "UntagResource.resourceArn": Ref("group", "Arn"), "UntagLogGroup.tags": Samples(["k"], ["k", "unknown"]),
    # Filters
    "filterName": Unique("f"), "metricTransformations": Samples(
        [TRANSFORMATION], [TRANSFORMATION | {"defaultValue": 0.5, "unit": "Count"}],
        [TRANSFORMATION | {"metricValue": "$.a", "dimensions": {"D": "$.b"}}]),
    "DeleteMetricFilter.filterName": Ref("metric filter", "Filter"),
    "DeleteSubscriptionFilter.filterName": Ref("subscription", "Filter"),
    "filterNamePrefix": Ref("metric filter", "Filter", must=False),
    "DescribeSubscriptionFilters.filterNamePrefix": Ref("subscription", "Filter", must=False),
    "metricName": Samples("m"), "metricNamespace": Samples("n"),
    "TestMetricFilter.filterPattern": Samples("first", "", '{ $.a = "b" }', "[a]", '?"x y" ?x'),
    "logEventMessages": Samples(["first"], ["first", '{"a": "b"}', "x"]),
    "PutSubscriptionFilter.destinationArn": Ref("kinesis", "Arn"),
    # Queries
    "queryString": Samples("fields @message | limit 5", "stats count(*) by bin(5m)"), "queryLanguage": Samples("CWLI"),
    "StartQuery.startTime": Samples(NOW // 1000 - 3600), "StartQuery.endTime": Samples(NOW // 1000 + 3600),
    "StartQuery.limit": Samples(1, 10_000), "logGroupNames": Samples([Ref("group", "Name")]),
    "logGroupIdentifiers": Samples([Ref("group", "Arn")], [Ref("group", "Name")]),
    "queryId": Ref("query", "QueryId"), "StopQuery.queryId": Leave("no query runs for long; probes stop one"),
    "DescribeQueries.logGroupName": Ref("group", "Name", must=False),
    "DescribeQueries.status": Samples("Complete"), "maxItems": Samples(10_000, 1), "maxResults": Samples(50, 1),
    "PutQueryDefinition.name": Unique("saved"), "queryDefinitionId": Ref("definition", "Id"),
    "queryDefinitionNamePrefix": Ref("definition", "Name", must=False),
    "clientToken": Unique("0123456789abcdef0123456789abcdef0123-"),
    "PutQueryDefinition.parameters": Samples([{"name": "p", "defaultValue": "1", "description": "d"}]),
    "ListLogGroupsForQuery.maxResults": Samples(500, 50),
})  # fmt: skip


def one_of(*operations: str, first: str = "logGroupName", second: str = "logGroupIdentifier") -> None:
    """Of two members that name the same, exactly one must be there: the second where it is given."""
    declared.hints.always.update({operation: (first,) for operation in operations})

    @declared.rule(*operations)
    def chosen(given):
        return {name: value for name, value in given.items() if name != first or second not in given}


one_of("DescribeLogStreams", "GetLogEvents", "FilterLogEvents", "GetLogGroupFields")
one_of("AssociateKmsKey", "DisassociateKmsKey", second="resourceIdentifier")


@declared.rule("FilterLogEvents")
def names_or_a_prefix(given):
    left = {"logGroupName"} if "logGroupIdentifier" in given else set()
    left |= {"logStreamNamePrefix"} if "logStreamNames" in given else set()
    return {name: value for name, value in given.items() if name not in left}


@declared.rule("PutSubscriptionFilter")
def streams_need_a_role(given):
    return {**given, "roleArn": given.get("roleArn", ROLE)}


@declared.rule("DescribeLogGroups")
def prefix_or_pattern(given):
    return {name: value for name, value in given.items()
            if name != "logGroupNamePrefix" or "logGroupNamePattern" not in given}


@declared.rule("StartQuery")
def one_way_to_name_groups(given):
    ways = [name for name in ("logGroupIdentifiers", "logGroupNames", "logGroupName") if name in given]
    return {name: value for name, value in given.items() if name not in ways[1:]}


declared.hints.always["StartQuery"] = ("logGroupName",)
declared.hints.always["DescribeMetricFilters"] = ("metricName", "metricNamespace")
