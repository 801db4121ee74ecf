"""How events are handed on: subscriptions, metric filters, exports, deliveries."""

import gzip
import json

from conformance.probes import probe
from conformance.probes.logs.events import API, GUIDE, group, now, put
from conformance.services.logs.hints import DISTRIBUTION, ROLE, TRANSFORMATION, policy
from conformance.services.logs.resource_fixtures import BUCKET


def documents(trial, arn, count):
    """What lies in a stream, unpacked, once there is as much, without the checks of CloudWatch Logs."""
    name = arn.partition("/")[2]
    place = trial.ask("GetShardIterator", "kinesis", StreamName=name, ShardId="shardId-000000000000",
                      ShardIteratorType="TRIM_HORIZON")["ShardIterator"]

    def look():
        records = trial.ask("GetRecords", "kinesis", ShardIterator=place)["Records"]
        found = [json.loads(gzip.decompress(record["Data"])) for record in records]
        return [each for each in found if each["messageType"] == "DATA_MESSAGE"]

    return trial.world.wait(look, lambda found: len(found) >= count)


def subscribe(trial, name, arn, filter="f", pattern=""):
    trial.ask("PutSubscriptionFilter", logGroupName=name, filterName=filter, filterPattern=pattern, destinationArn=arn,
              roleArn=ROLE)


@probe("logs", "PutSubscriptionFilter", "A stream gets the events that match as one gzipped document",
       GUIDE + "SubscriptionFilters.html")
def streams_get_what_matches(trial):
    name, arn = group(trial), trial.fixture("kinesis")["Arn"]
    subscribe(trial, name, arn, pattern="ERROR")
    put(trial, name, "ERROR a", "fine", "ERROR b")
    found = documents(trial, arn, 1)[0]
    assert (found["owner"], found["logGroup"], found["logStream"], found["subscriptionFilters"]) == (
        trial.world.account, name, "s", ["f"]), found
    assert [each["message"] for each in found["logEvents"]] == ["ERROR a", "ERROR b"], found
    assert all(each["id"] and each["timestamp"] for each in found["logEvents"]), found


@probe("logs", "PutSubscriptionFilter", "The events of a subscription carry the system fields that it asks for",
       API + "API_PutSubscriptionFilter.html")
def events_carry_system_fields(trial):
    name, arn = group(trial), trial.fixture("kinesis")["Arn"]
    trial.ask("PutSubscriptionFilter", logGroupName=name, filterName="f", filterPattern="", destinationArn=arn,
              roleArn=ROLE, emitSystemFields=["@aws.account"])
    put(trial, name, "m")
    event = documents(trial, arn, 1)[0]["logEvents"][0]
    assert "@aws.account" in json.dumps(event), event


@probe("logs", "PutSubscriptionFilter", "A log group has at most two subscription filters", API +
       "API_PutSubscriptionFilter.html")
def two_subscriptions_at_most(trial):
    name, arn = group(trial), trial.fixture("kinesis")["Arn"]
    for each in ("a", "b", "b"):
        subscribe(trial, name, arn, each)
    trial.refused("PutSubscriptionFilter", "LimitExceededException", 400, logGroupName=name, filterName="c",
                  filterPattern="", destinationArn=arn, roleArn=ROLE)


@probe("logs", "PutSubscriptionFilter", "A function of another account can not be a destination",
       API + "API_PutSubscriptionFilter.html")
def functions_are_ones_own(trial):
    trial.refused("PutSubscriptionFilter", "AccessDeniedException", 400, logGroupName=group(trial), filterName="f",
                  filterPattern="", destinationArn="arn:aws:lambda:us-east-1:111122223333:function:f")


@probe("logs", "PutAccountPolicy", "An account's subscription takes in all log groups but those that it leaves out",
       GUIDE + "SubscriptionFilters-AccountLevel.html")
def accounts_subscribe(trial):
    inside, outside, arn = group(trial), group(trial), trial.fixture("kinesis")["Arn"]
    name = trial.unique("p")
    trial.ask("PutAccountPolicy", policyName=name, policyType="SUBSCRIPTION_FILTER_POLICY",
              selectionCriteria=f'LogGroupName NOT IN ["{outside}"]', policyDocument=json.dumps({
                  "DestinationArn": arn, "RoleArn": ROLE, "FilterPattern": "", "Distribution": "Random"}))
    trial.later(lambda: trial.ask("DeleteAccountPolicy", policyName=name, policyType="SUBSCRIPTION_FILTER_POLICY"))
    put(trial, outside, "not this")
    put(trial, inside, "this")
    found = documents(trial, arn, 1)
    assert [(each["logGroup"], each["logEvents"][0]["message"]) for each in found] == [(inside, "this")], found


@probe("logs", "PutMetricFilter", "Dimensions and a default value exclude each other",
       API + "API_MetricTransformation.html")
def dimensions_have_no_default(trial):
    name = group(trial)
    trial.refused("PutMetricFilter", "InvalidParameterException", 400, logGroupName=name, filterName="f",
                  filterPattern="{ $.a = * }", metricTransformations=[
                      TRANSFORMATION | {"defaultValue": 0.0, "dimensions": {"D": "$.a"}}])
    assert trial.ask("DescribeMetricFilters", logGroupName=name)["metricFilters"] == []


@probe("logs", "CreateExportTask", "An export writes the lines of each stream, with their times, as gzipped objects",
       GUIDE + "S3ExportTasks.html")
def exports_write_lines(trial):
    name, bucket, at = group(trial), trial.fixture("bucket")["Bucket"], now()
    put(trial, name, (at - 2, "first"), (at - 1, "second"))
    id = trial.ask("CreateExportTask", logGroupName=name, destination=bucket, destinationPrefix="p",
                   **{"from": at - 1000, "to": at})["taskId"]
    done = trial.world.wait(lambda: trial.ask("DescribeExportTasks", taskId=id)["exportTasks"][0],
                            lambda found: found["status"]["code"] not in ("PENDING", "RUNNING"))
    assert done["status"]["code"] == "COMPLETED", done
    keys = [each["Key"] for each in trial.ask("ListObjectsV2", "s3", Bucket=bucket, Prefix=f"p/{id}/")["Contents"]]
    assert keys == [f"p/{id}/s/000000.gz"], keys
    body = trial.ask("GetObject", "s3", Bucket=bucket, Key=keys[0])["Body"]
    for key in (*keys, "p/aws-logs-write-test"):
        trial.ask("DeleteObject", "s3", Bucket=bucket, Key=key)
    data = body if isinstance(body, bytes) else body.read()
    lines = gzip.decompress(data).decode().splitlines()
    assert [line.split(" ", 1)[1] for line in lines] == ["first", "second"], lines
    assert all(line.split(" ", 1)[0].endswith("Z") for line in lines), lines


@probe("logs", "CreateExportTask", "A bucket that CloudWatch Logs may not write to is refused",
       GUIDE + "S3ExportTasks.html")
def closed_buckets_are_refused(trial):
    bucket = trial.unique("closed")
    trial.ask("CreateBucket", "s3", Bucket=bucket)
    trial.later(lambda: trial.ask("DeleteBucket", "s3", Bucket=bucket))
    trial.refused("CreateExportTask", "InvalidParameterException", 400, logGroupName=group(trial), destination=bucket,
                  **{"from": 1, "to": 2})


@probe("logs", "DeleteDeliverySource", "A source or destination that a delivery joins can not be deleted",
       API + "API_DeleteDeliverySource.html")
def joined_ends_stay(trial):
    source, to = trial.unique("src"), trial.unique("dst")
    trial.ask("PutDeliverySource", name=source, resourceArn=DISTRIBUTION, logType="ACCESS_LOGS")
    arn = trial.ask("PutDeliveryDestination", name=to, deliveryDestinationConfiguration=BUCKET)[
        "deliveryDestination"]["arn"]
    made = trial.ask("CreateDelivery", deliverySourceName=source, deliveryDestinationArn=arn)["delivery"]["id"]
    trial.refused("DeleteDeliverySource", "ConflictException", 400, name=source)
    trial.refused("DeleteDeliveryDestination", "ConflictException", 400, name=to)
    trial.refused("CreateDelivery", "ConflictException", 400, deliverySourceName=source, deliveryDestinationArn=arn)
    trial.ask("DeleteDelivery", id=made)
    trial.ask("DeleteDeliverySource", name=source)
    trial.ask("DeleteDeliveryDestination", name=to)


@probe("logs", "PutResourcePolicy", "An account has at most ten resource policies", API + "API_PutResourcePolicy.html")
def ten_policies_at_most(trial):
    names = [trial.unique("p") for _ in range(11)]
    for name in names[:10]:
        trial.ask("PutResourcePolicy", policyName=name, policyDocument=policy("logs:PutLogEvents"))
        trial.later(lambda name=name: trial.ask("DeleteResourcePolicy", policyName=name))
    trial.refused("PutResourcePolicy", "LimitExceededException", 400, policyName=names[10],
                  policyDocument=policy("logs:PutLogEvents"))
    trial.ask("PutResourcePolicy", policyName=names[0], policyDocument=policy("logs:CreateLogStream"))


@probe("logs", "PutResourcePolicy", "A log group's policy changes only with the revision that is known",
       API + "API_PutResourcePolicy.html")
def revisions_guard_policies(trial):
    name = group(trial)
    arn = f"arn:aws:logs:{trial.world.region}:{trial.world.account}:log-group:{name}"
    given = {"resourceArn": arn, "policyDocument": policy("logs:PutLogEvents")}
    first = trial.ask("PutResourcePolicy", **given)["revisionId"]
    assert not trial.call("PutResourcePolicy", **given).ok, "a change without a revision was accepted"
    second = trial.ask("PutResourcePolicy", **given, expectedRevisionId=first)["revisionId"]
    assert second != first
    trial.ask("DeleteResourcePolicy", resourceArn=arn, expectedRevisionId=second)
