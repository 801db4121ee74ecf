"""What remains of visits: a file in a bucket, records of a stream, what functions wrote."""

import gzip
import json

import pytest
from distribution_configs import behavior, items

from emulator.engines import columnar


def test_standard_logs_are_delivered_to_the_bucket(emulator, client, distribution, web, visit):
    s3 = client("s3")
    s3.create_bucket(Bucket="logs-of-cloudfront")
    web.pages["/a"] = (200, {"Content-Type": "text/plain"}, b"hello")
    made = distribution(origins=[web.described()], Logging={
        "Enabled": True, "IncludeCookies": False, "Bucket": "logs-of-cloudfront.s3.amazonaws.com", "Prefix": "p/"})
    for _ in range(2):
        visit(made, "/a?q=1", User_Agent="me 1.0", Cookie="secret=1")
    assert "Contents" not in s3.list_objects_v2(Bucket="logs-of-cloudfront")
    emulator.advance(301)
    [row] = s3.list_objects_v2(Bucket="logs-of-cloudfront")["Contents"]
    assert row["Key"].startswith(f"p/{made['Distribution']['Id']}.") and row["Key"].endswith(".gz")
    text = gzip.decompress(s3.get_object(Bucket="logs-of-cloudfront", Key=row["Key"])["Body"].read()).decode()
    version, fields, *lines = text.splitlines()
    assert version == "#Version: 1.0" and len(fields.split()) == 34
    rows = [dict(zip(fields.split()[1:], line.split("\t"))) for line in lines]
    assert [row["x-edge-result-type"] for row in rows] == ["Miss", "Hit"]
    assert (rows[0]["cs-uri-stem"], rows[0]["cs-uri-query"], rows[0]["sc-status"]) == ("/a", "q=1", "200")
    assert (rows[0]["cs(User-Agent)"], rows[0]["cs(Cookie)"]) == ("me%201.0", "-")


def test_real_time_logs_go_to_the_stream(client, cloudfront, distribution, web, visit):
    kinesis = client("kinesis")
    kinesis.create_stream(StreamName="visits", ShardCount=1)
    kinesis.get_waiter("stream_exists").wait(StreamName="visits", WaiterConfig={"Delay": 1})
    stream = kinesis.describe_stream_summary(StreamName="visits")["StreamDescriptionSummary"]["StreamARN"]
    arn = cloudfront.create_realtime_log_config(
        Name="l", SamplingRate=100, Fields=["cs-uri-stem", "sc-status", "ssl-cipher"], EndPoints=[{
            "StreamType": "Kinesis", "KinesisStreamConfig": {
                "RoleARN": "arn:aws:iam::000000000000:role/r", "StreamARN": stream}}])["RealtimeLogConfig"]["ARN"]
    made = distribution(origins=[web.described()], default=behavior(RealtimeLogConfigArn=arn))
    visit(made, "/none")
    shard = kinesis.get_shard_iterator(
        StreamName="visits", ShardId="shardId-000000000000", ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
    [record] = kinesis.get_records(ShardIterator=shard)["Records"]
    assert record["Data"] == b"/none\t404\t-\n"


def test_what_functions_write_is_kept(client, cloudfront, distribution, web, visit):
    web.pages["/a"] = (200, {}, b"x")
    made = cloudfront.create_function(Name="talks", FunctionConfig={"Comment": "", "Runtime": "cloudfront-js-2.0"},
                                      FunctionCode=b"function handler(e) { console.log('seen'); return e.request; }")
    cloudfront.publish_function(Name="talks", IfMatch=made["ETag"])
    arn = made["FunctionSummary"]["FunctionMetadata"]["FunctionARN"]
    found = distribution(origins=[web.described()], default=behavior(FunctionAssociations=items(
        {"FunctionARN": arn, "EventType": "viewer-request"})))  # fmt: skip
    assert visit(found, "/a").status == 200
    events = client("logs").filter_log_events(logGroupName="/aws/cloudfront/function/talks")["events"]
    texts = [each["message"].partition(" ")[2] for each in events]
    assert texts == [f"START DistributionID: {found['Distribution']['Id']}", "seen", "END"]


def test_deliveries_carry_access_logs(client, distribution, web, visit):
    logs, s3 = client("logs"), client("s3")
    logs.create_log_group(logGroupName="visits")
    s3.create_bucket(Bucket="visits-here")
    s3.put_bucket_policy(Bucket="visits-here", Policy=json.dumps({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"Service": "delivery.logs.amazonaws.com"}, "Action": "s3:PutObject",
        "Resource": "arn:aws:s3:::visits-here/AWSLogs/000000000000/*"}]}))
    web.pages["/a"] = (200, {}, b"hello")
    made = distribution(origins=[web.described()])["Distribution"]
    logs.put_delivery_source(name="site", resourceArn=made["ARN"], logType="ACCESS_LOGS")
    for name, arn in (("group", "arn:aws:logs:us-east-1:000000000000:log-group:visits"),
                      ("bucket", "arn:aws:s3:::visits-here")):
        to = logs.put_delivery_destination(name=name, deliveryDestinationConfiguration={"destinationResourceArn": arn})
        logs.create_delivery(deliverySourceName="site", deliveryDestinationArn=to["deliveryDestination"]["arn"])
    visit(made["DomainName"], "/a?q=1")
    [event] = logs.filter_log_events(logGroupName="visits")["events"]
    line = json.loads(event["message"])
    assert (line["cs-uri-stem"], line["cs-uri-query"], line["sc-status"]) == ("/a", "q=1", "200")
    [row] = s3.list_objects_v2(Bucket="visits-here")["Contents"]
    assert row["Key"].startswith(f"AWSLogs/000000000000/CloudFront/{made['Id']}.")


@pytest.mark.parametrize(("format", "delimiter", "content"), [
    ("json", None, '{"sc-status": "200", "cs(Host)": "HOST", "c-port": "-"}\n'), ("plain", None, "200\tHOST\t-\n"),
    ("plain", " | ", "200 | HOST | -\n"), ("raw", ",", "200,HOST,-\n"),
    ("w3c", " ", "#Version: 1.0\n#Fields: sc-status cs(Host) c-port\n200 HOST -\n"), ("parquet", None, None)])
def test_deliveries_have_their_form(client, distribution, web, visit, format, delimiter, content):
    logs, s3 = client("logs"), client("s3")
    s3.create_bucket(Bucket="visits-here")
    s3.put_bucket_policy(Bucket="visits-here", Policy=json.dumps({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"Service": "delivery.logs.amazonaws.com"}, "Action": "s3:PutObject",
        "Resource": "arn:aws:s3:::visits-here/*"}]}))
    web.pages["/a"] = (200, {}, b"hello")
    made = distribution(origins=[web.described()])["Distribution"]
    logs.put_delivery_source(name="site", resourceArn=made["ARN"], logType="ACCESS_LOGS")
    to = logs.put_delivery_destination(name="bucket", outputFormat=format, deliveryDestinationConfiguration={
        "destinationResourceArn": "arn:aws:s3:::visits-here"})["deliveryDestination"]["arn"]
    logs.create_delivery(
        deliverySourceName="site", deliveryDestinationArn=to, recordFields=["sc-status", "cs(Host)", "c-port"],
        **({"fieldDelimiter": delimiter} if delimiter else {}))  # fmt: skip
    if content is None:
        pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    visit(made["DomainName"], "/a")
    [row] = s3.list_objects_v2(Bucket="visits-here")["Contents"]
    body = s3.get_object(Bucket="visits-here", Key=row["Key"])["Body"].read()
    if content is None:
        assert columnar.rows(body) == [{"sc-status": "200", "cs(Host)": made["DomainName"], "c-port": "-"}]
    else:
        assert body.decode() == content.replace("HOST", made["DomainName"])


def test_visits_are_counted(emulator, client, cloudfront, distribution, web, visit):
    emulator.freeze(1_800_014_400)
    web.pages["/a"] = (200, {}, b"hello")
    id = distribution(origins=[web.described()])["Distribution"]["Id"]
    domain = f"{id.lower()}.cloudfront.net"

    def total(name, statistic="Sum"):
        points = client("cloudwatch").get_metric_statistics(
            Namespace="AWS/CloudFront", MetricName=name, StartTime=1_800_014_400, EndTime=1_800_014_460, Period=60,
            Statistics=[statistic],
            Dimensions=[{"Name": "DistributionId", "Value": id}, {"Name": "Region", "Value": "Global"}])["Datapoints"]
        return points[0][statistic] if points else None

    for path in ("/a", "/a", "/none"):
        visit(domain, path)
    assert (total("Requests"), total("TotalErrorRate", "Maximum"), total("CacheHitRate")) == (3, 100, None)
    assert total("BytesDownloaded") == 5 + 5 + len(b"nothing")
    cloudfront.create_monitoring_subscription(DistributionId=id, MonitoringSubscription={
        "RealtimeMetricsSubscriptionConfig": {"RealtimeMetricsSubscriptionStatus": "Enabled"}})
    visit(domain, "/a")
    assert (total("CacheHitRate", "Average"), total("404ErrorRate", "Average")) == (100, 0)
