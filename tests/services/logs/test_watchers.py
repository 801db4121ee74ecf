"""Who is told of events that come: subscriptions, metric filters, live tails."""

import base64
import gzip
import io
import json
import threading
import zipfile

import pytest

ROLE = "arn:aws:iam::000000000000:role/logs"


@pytest.fixture
def stream(client):
    """A Kinesis stream, and what reads the documents in it."""
    kinesis = client("kinesis")
    kinesis.create_stream(StreamName="events", ShardCount=1)

    def read():
        place = kinesis.get_shard_iterator(StreamName="events", ShardId="shardId-000000000000",
                                           ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
        records = kinesis.get_records(ShardIterator=place)["Records"]
        return [json.loads(gzip.decompress(record["Data"])) for record in records]

    return "arn:aws:kinesis:us-east-1:000000000000:stream/events", read


def test_a_subscription_delivers_what_matches(logs, put, group, now, stream):
    arn, read = stream
    logs.put_subscription_filter(logGroupName=group, filterName="errors", filterPattern="[level = ERROR, code]",
                                 destinationArn=arn, roleArn=ROLE)
    put("ERROR 5", "INFO 6", "ERROR 7")
    check, data = read()
    assert check["messageType"] == "CONTROL_MESSAGE"
    assert (data["messageType"], data["owner"], data["logGroup"], data["logStream"], data["subscriptionFilters"]) == (
        "DATA_MESSAGE", "000000000000", group, "one", ["errors"])
    assert [(each["message"], each["timestamp"], each["extractedFields"]) for each in data["logEvents"]] == [
        ("ERROR 5", now - 2, {"level": "ERROR", "code": "5"}), ("ERROR 7", now, {"level": "ERROR", "code": "7"})]
    ids = [event["eventId"] for event in logs.filter_log_events(logGroupName=group, filterPattern="ERROR")["events"]]
    assert [each["id"] for each in data["logEvents"]] == ids
    logs.delete_subscription_filter(logGroupName=group, filterName="errors")
    put("ERROR 8", at=1)
    assert len(read()) == 2


def test_another_accounts_destination_takes_events(logs, client, put, group, stream, refused):
    arn, read = stream
    other = client("logs", access_key="111111111111")
    owner = client("logs")
    made = owner.put_destination(destinationName="d", targetArn=arn, roleArn=ROLE)["destination"]["arn"]
    other.create_log_group(logGroupName="/theirs")
    other.create_log_stream(logGroupName="/theirs", logStreamName="s")
    given = {"logGroupName": "/theirs", "filterName": "f", "filterPattern": "", "destinationArn": made}
    assert refused(other.put_subscription_filter, **given)[0] == "AccessDeniedException"
    owner.put_destination_policy(destinationName="d", accessPolicy=json.dumps({
        "Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "111111111111"},
                                                "Action": "logs:PutSubscriptionFilter", "Resource": made}]}))
    other.put_subscription_filter(**given)
    other.put_log_events(logGroupName="/theirs", logStreamName="s", logEvents=[
        {"timestamp": 1_800_014_400_000, "message": "hello"}])
    assert [(each["owner"], each["logEvents"][0]["message"]) for each in read()] == [("111111111111", "hello")]


@pytest.mark.parametrize(("given", "error"), [
    ({"destinationArn": "arn:aws:lambda:us-east-1:123456789012:function:f"}, "AccessDeniedException"),
    ({"destinationArn": "arn:aws:kinesis:us-east-1:000000000000:stream/none"}, "InvalidParameterException"),
    ({"destinationArn": "arn:aws:kinesis:us-east-1:000000000000:stream/none", "roleArn": ROLE},
     "InvalidParameterException"),
    ({"destinationArn": "arn:aws:lambda:us-east-1:000000000000:function:none"}, "InvalidParameterException"),
])  # fmt: skip
def test_a_destination_must_be_reachable(logs, group, refused, given, error):
    code, _ = refused(logs.put_subscription_filter, logGroupName=group, filterName="f", filterPattern="", **given)
    assert code == error
    assert logs.describe_subscription_filters(logGroupName=group)["subscriptionFilters"] == []


def test_metric_filters_tell_cloudwatch(logs, put, group, emulator, now):
    logs.put_metric_filter(
        logGroupName=group, filterName="latency", filterPattern="{ $.latency = * }", metricTransformations=[{
            "metricName": "Latency", "metricNamespace": "App", "metricValue": "$.latency", "unit": "Milliseconds",
            "dimensions": {"Route": "$.route"}}])  # fmt: skip
    put('{"latency": 12.5, "route": "/a"}', "no JSON", '{"latency": "slow", "route": "/b"}', '{"latency": 3}')
    calls = [row for row in emulator.requests(service="cloudwatch") if row["operation"] == "PutMetricData"]
    assert [row["input"] for row in calls] == [{"Namespace": "App", "MetricData": [{
        "MetricName": "Latency", "Unit": "Milliseconds", "Value": 12.5, "Timestamp": (now - 3) / 1000,
        "Dimensions": [{"Name": "Route", "Value": "/a"}]}]}]  # fmt: skip
    assert logs.describe_log_groups()["logGroups"][0]["metricFilterCount"] == 1


def test_patterns_are_tried(logs):
    found = logs.test_metric_filter(filterPattern="[ip, ..., status = 4*, bytes]", logEventMessages=[
        '127.0.0.1 - "GET / HTTP/1.0" 404 12', '127.0.0.1 - "GET / HTTP/1.0" 200 12'])["matches"]
    assert found == [{"eventNumber": 1, "eventMessage": '127.0.0.1 - "GET / HTTP/1.0" 404 12', "extractedValues": {
        "$ip": "127.0.0.1", "$2": "-", "$3": "GET / HTTP/1.0", "$status": "404", "$bytes": "12"}}]


def test_a_live_tail_shows_what_comes(logs, put, group, now):
    arn = f"arn:aws:logs:us-east-1:000000000000:log-group:{group}"
    events = iter(logs.start_live_tail(logGroupIdentifiers=[arn], logEventFilterPattern="ERROR")["responseStream"])
    start = next(events)["sessionStart"]
    assert (start["logGroupIdentifiers"], start["logEventFilterPattern"]) == ([arn], "ERROR")
    writer = threading.Thread(target=put, args=("fine", "ERROR now"))
    writer.start()
    found = []
    while not found:
        found = next(events)["sessionUpdate"]["sessionResults"]
    writer.join()
    assert found == [{"logStreamName": "one", "logGroupIdentifier": f"000000000000:{group}", "message": "ERROR now",
                      "timestamp": now, "ingestionTime": now}]  # fmt: skip


def test_sensitive_data_is_hidden(logs, put, group):
    logs.put_data_protection_policy(logGroupIdentifier=group, policyDocument=json.dumps({
        "Name": "p", "Version": "2021-06-01", "Statement": [
            {"Sid": "a", "DataIdentifier": ["arn:aws:dataprotection::aws:data-identifier/EmailAddress"],
             "Operation": {"Audit": {"FindingsDestination": {}}}},
            {"Sid": "d", "DataIdentifier": ["arn:aws:dataprotection::aws:data-identifier/EmailAddress"],
             "Operation": {"Deidentify": {"MaskConfig": {}}}}]}))
    put("from jane@example.com today")
    masked = logs.get_log_events(logGroupName=group, logStreamName="one")["events"][0]["message"]
    assert masked == "from **************** today"
    plain = logs.filter_log_events(logGroupName=group, unmask=True)["events"][0]["message"]
    assert plain == "from jane@example.com today"


def test_sensitive_data_is_told_of(logs, put, group, emulator):
    logs.create_log_group(logGroupName="/audit")
    logs.put_resource_policy(policyName="audit", policyDocument=json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "delivery.logs.amazonaws.com"}, "Action": "logs:*",
         "Resource": "*"}]}))  # fmt: skip
    identifiers = ["arn:aws:dataprotection::aws:data-identifier/EmailAddress"]
    logs.put_data_protection_policy(logGroupIdentifier=group, policyDocument=json.dumps({
        "Name": "p", "Version": "2021-06-01", "Statement": [
            {"DataIdentifier": identifiers, "Operation": {"Audit": {
                "FindingsDestination": {"CloudWatchLogs": {"LogGroup": "/audit"}}}}},
            {"DataIdentifier": identifiers, "Operation": {"Deidentify": {"MaskConfig": {}}}}]}))
    put("nothing", "from jane@example.com")
    found = [json.loads(each["message"]) for each in logs.filter_log_events(logGroupName="/audit")["events"]]
    assert [(each["resourceArn"], each["dataIdentifiers"]) for each in found] == [
        (f"arn:aws:logs:us-east-1:000000000000:log-group:{group}:*", [
            {"name": "EmailAddress", "count": 1, "detections": [{"start": 5, "end": 21}]}])]  # fmt: skip


def test_filters_choose_by_system_fields(logs, put, group, stream, refused):
    arn, read = stream
    given = {"logGroupName": group, "filterPattern": "", "destinationArn": arn, "roleArn": ROLE}
    logs.put_subscription_filter(**given, filterName="here", fieldSelectionCriteria='@aws.region = "us-east-1"')
    logs.put_subscription_filter(
        **given, filterName="there",
        fieldSelectionCriteria='@aws.account IN ["1"] OR (@aws.region NOT IN ["us-east-1"] AND @aws.account != "3")',
    )
    put("a")
    data = [each for each in read() if each["messageType"] == "DATA_MESSAGE"]
    assert [each["subscriptionFilters"] for each in data] == [["here"]]
    code, _ = refused(logs.put_subscription_filter, **given, filterName="x", fieldSelectionCriteria="@aws.region =")
    assert code == "InvalidParameterException"


def test_embedded_metrics_reach_cloudwatch(logs, put, emulator):
    put(json.dumps({"_aws": {"Timestamp": 1_800_014_400_000, "CloudWatchMetrics": [
        {"Namespace": "app", "Dimensions": [["f"]], "Metrics": [{"Name": "time"}]}]}, "f": "a", "time": 5}), "plain")
    calls = [row["input"] for row in emulator.requests(service="cloudwatch") if row["operation"] == "PutMetricData"]
    assert calls == [{"Namespace": "app", "MetricData": [
        {"MetricName": "time", "Unit": "None", "Values": [5.0], "Dimensions": [{"Name": "f", "Value": "a"}],
         "Timestamp": 1_800_014_400.0}]}]  # fmt: skip


def zipped():
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("f.py", "def handler(event, context):\n    return 1\n")
    return archive.getvalue()


def test_functions_and_delivery_streams_get_events(logs, client, put, group, emulator):
    functions, firehose, s3 = client("lambda"), client("firehose"), client("s3")
    s3.create_bucket(Bucket="records")
    firehose.create_delivery_stream(DeliveryStreamName="d", ExtendedS3DestinationConfiguration={
        "RoleARN": ROLE, "BucketARN": "arn:aws:s3:::records"})  # fmt: skip
    function = functions.create_function(FunctionName="f", Runtime="python3.12", Role=ROLE, Handler="f.handler",
                                         Code={"ZipFile": zipped()})["FunctionArn"]  # fmt: skip
    stream = firehose.describe_delivery_stream(DeliveryStreamName="d")["DeliveryStreamDescription"]["DeliveryStreamARN"]
    given = {"logGroupName": group, "filterPattern": ""}
    logs.put_subscription_filter(**given, filterName="f", destinationArn=function)
    logs.put_subscription_filter(**given, filterName="d", destinationArn=stream, roleArn=ROLE)
    put("hello")

    def messages(data):
        return [each["message"] for each in json.loads(gzip.decompress(data))["logEvents"]]

    sent = [row["input"] for row in emulator.requests(service="lambda") if row["operation"] == "Invoke"
            and row["input"].get("InvocationType") == "Event"]  # fmt: skip
    payload = sent[0]["Payload"]
    payload = json.loads(payload if isinstance(payload, bytes | str) else bytes(payload))
    assert messages(base64.b64decode(payload["awslogs"]["data"])) == ["hello"]
    firehose.describe_delivery_stream(DeliveryStreamName="d")
    emulator.advance(400)
    key = s3.list_objects_v2(Bucket="records")["Contents"][-1]["Key"]
    body = s3.get_object(Bucket="records", Key=key)["Body"].read()
    assert b'"hello"' in gzip.decompress(body)
