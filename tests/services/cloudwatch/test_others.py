"""Dashboards, detectors, streams, rules, pictures, and what is set for the account."""

import json
from datetime import UTC, datetime, timedelta

import pytest

NOON = datetime(2027, 1, 15, 12, tzinfo=UTC)
METRIC = {"type": "metric", "properties": {"metrics": [["n", "m"]], "region": "us-east-1"}}


def test_a_dashboard_is_kept_as_it_is(cloudwatch, refused):
    body = json.dumps({"widgets": [METRIC]}, indent=1)
    assert cloudwatch.put_dashboard(DashboardName="d", DashboardBody=body)["DashboardValidationMessages"] == []
    found = cloudwatch.get_dashboard(DashboardName="d")
    assert (found["DashboardBody"], found["DashboardArn"]) == (body, "arn:aws:cloudwatch::000000000000:dashboard/d")
    assert cloudwatch.list_dashboards(DashboardNamePrefix="d")["DashboardEntries"][0]["Size"] == len(body)
    cloudwatch.delete_dashboards(DashboardNames=["d"])
    assert refused(cloudwatch.get_dashboard, DashboardName="d") == ("ResourceNotFound", "Dashboard d does not exist")


@pytest.mark.parametrize("body, path", [
    ("no json", ""), ("[]", ""), ({"widgets": {}}, "/widgets"), ({"widgets": [{"type": "text"}]}, "/widgets/0"),
    ({"widgets": [{"type": "other", "properties": {}}]}, "/widgets/0/type"),
    ({"widgets": [{**METRIC, "x": -1}]}, "/widgets/0/x"), ({"widgets": [{**METRIC, "width": 25}]}, "/widgets/0/width"),
    ({"widgets": [{"type": "text", "properties": {}}]}, "/widgets/0/properties"),
    ({"widgets": [{"type": "metric", "properties": {"metrics": [["n"]], "region": "r"}}]},
     "/widgets/0/properties/metrics/0"),
])  # fmt: skip
def test_faults_of_dashboards_say_where(body, path, cloudwatch):
    body = body if isinstance(body, str) else json.dumps(body)
    with pytest.raises(cloudwatch.exceptions.DashboardInvalidInputError) as caught:
        cloudwatch.put_dashboard(DashboardName="d", DashboardBody=body)
    assert caught.value.response["dashboardValidationMessages"][0]["DataPath"] == path


def test_detectors_train(cloudwatch, put, emulator):
    for minute in range(5):
        put("m", minute, seconds=-60 * minute)
    single = {"Namespace": "n", "MetricName": "m", "Stat": "Average"}
    id = cloudwatch.put_anomaly_detector(SingleMetricAnomalyDetector=single)["AnomalyDetectorId"]
    assert cloudwatch.put_anomaly_detector(**single)["AnomalyDetectorId"] == id
    found = cloudwatch.describe_anomaly_detectors(Namespace="n")["AnomalyDetectors"]
    assert [each["StateValue"] for each in found] == ["PENDING_TRAINING"]
    emulator.advance(900)
    assert cloudwatch.describe_anomaly_detectors()["AnomalyDetectors"][0]["StateValue"] == "TRAINED"
    cloudwatch.delete_anomaly_detector(**single)
    assert cloudwatch.describe_anomaly_detectors()["AnomalyDetectors"] == []
    with pytest.raises(cloudwatch.exceptions.ResourceNotFoundException):
        cloudwatch.delete_anomaly_detector(AnomalyDetectorId=id)


def stream_to(client, format, **more):
    s3, firehose = client("s3"), client("firehose")
    s3.create_bucket(Bucket="metrics")
    firehose.create_delivery_stream(DeliveryStreamName="f", S3DestinationConfiguration={
        "RoleARN": "arn:aws:iam::000000000000:role/r", "BucketARN": "arn:aws:s3:::metrics",
        "BufferingHints": {"IntervalInSeconds": 60, "SizeInMBs": 1}})  # fmt: skip
    client("cloudwatch").put_metric_stream(
        Name="s", FirehoseArn="arn:aws:firehose:us-east-1:000000000000:deliverystream/f",
        RoleArn="arn:aws:iam::000000000000:role/r", OutputFormat=format, **more)  # fmt: skip


def delivered(client) -> bytes:
    s3 = client("s3")
    keys = [each["Key"] for each in s3.list_objects_v2(Bucket="metrics").get("Contents", [])]
    return b"".join(s3.get_object(Bucket="metrics", Key=key)["Body"].read() for key in keys)


def test_a_stream_delivers_json(cloudwatch, put, client, emulator):
    stream_to(client, "json", IncludeFilters=[{"Namespace": "n"}], StatisticsConfigurations=[
        {"IncludeMetrics": [{"Namespace": "n", "MetricName": "m"}], "AdditionalStatistics": ["p50"]}])  # fmt: skip
    put("m", 1, 3, 5, Dimensions=[{"Name": "a", "Value": "b"}], Unit="Count")
    put("m", 1, namespace="other")
    emulator.advance(180)
    rows = [json.loads(line) for line in delivered(client).splitlines()]
    assert rows == [{
        "metric_stream_name": "s", "account_id": "000000000000", "region": "us-east-1", "namespace": "n",
        "metric_name": "m", "dimensions": {"a": "b"}, "timestamp": int(NOON.timestamp() * 1000), "unit": "Count",
        "value": {"max": 5.0, "min": 1.0, "sum": 9.0, "count": 3.0, "p50": 3.0},
    }]  # fmt: skip


def test_a_stopped_stream_delivers_nothing(cloudwatch, put, client, emulator):
    stream_to(client, "json")
    cloudwatch.stop_metric_streams(Names=["s"])
    put("m", 1)
    emulator.advance(180)
    assert delivered(client) == b"" and cloudwatch.get_metric_stream(Name="s")["State"] == "stopped"
    cloudwatch.start_metric_streams(Names=["s"])
    put("m", 7, seconds=180)
    emulator.advance(180)
    assert json.loads(delivered(client))["value"]["sum"] == 7.0


@pytest.mark.parametrize("format", ["opentelemetry0.7", "opentelemetry1.0"])
def test_a_stream_delivers_opentelemetry(format, cloudwatch, put, client, emulator):
    stream_to(client, format)
    put("m", 2.5, Dimensions=[{"Name": "a", "Value": "b"}])
    emulator.advance(180)
    content = delivered(client)
    assert content[0] & 0x7F | content[1] << 7 == len(content) - 2  # the message's length comes first, in two bytes
    assert b"amazonaws.com/n/m" in content and b"cloud.account.id" in content


def test_a_managed_rule_of_a_template(cloudwatch):
    resource = "arn:aws:ec2:us-east-1:000000000000:vpc-endpoint-service/vpce-svc-1"
    rules = cloudwatch.list_managed_insight_rules(ResourceARN=resource)["ManagedRules"]
    names = [each["TemplateName"] for each in rules]
    assert cloudwatch.put_managed_insight_rules(ManagedRules=[
        {"TemplateName": names[0], "ResourceARN": resource}, {"TemplateName": "none", "ResourceARN": resource},
    ])["Failures"][0]["FailureResource"] == "none"  # fmt: skip
    found = cloudwatch.list_managed_insight_rules(ResourceARN=resource)["ManagedRules"]
    assert found[0]["RuleState"]["State"] == "ENABLED" and "RuleState" not in found[1]


def test_rules_that_are_not_there_are_failures(cloudwatch):
    answer = cloudwatch.disable_insight_rules(RuleNames=["absent"])
    assert answer["Failures"][0]["FailureResource"] == "absent"


def test_insights_queries(cloudwatch, put):
    for host, value in (("a", 1), ("b", 5)):
        put("m", value, Dimensions=[{"Name": "Host", "Value": host}])
    text = "SELECT MAX(m) FROM SCHEMA(\"n\", Host) GROUP BY Host ORDER BY MAX() DESC"
    answer = cloudwatch.get_metric_data(StartTime=NOON, EndTime=NOON + timedelta(minutes=5), MetricDataQueries=[
        {"Id": "q", "Expression": text, "Period": 60}])  # fmt: skip
    assert [(each["Label"], each["Values"]) for each in answer["MetricDataResults"]] == [("q b", [5.0]), ("q a", [1.0])]


@pytest.mark.parametrize("view", ["timeSeries", "singleValue", "pie", "bar"])
def test_pictures_are_pictures(view, cloudwatch, put):
    pytest.importorskip("matplotlib")
    put("m", 1, 2, seconds=-60)
    widget = {"metrics": [["n", "m", {"stat": "Sum", "id": "m1"}], [{"expression": "m1 * 2", "id": "e"}]], "view": view,
              "width": 300, "height": 200, "title": "t", "period": 60}  # fmt: skip
    picture = cloudwatch.get_metric_widget_image(MetricWidget=json.dumps(widget))["MetricWidgetImage"]
    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    assert [int.from_bytes(picture[at : at + 4], "big") for at in (16, 20)] == [300, 200]


def test_saved_queries(cloudwatch, refused):
    made = cloudwatch.put_metric_data_query_definition(Path="a/b", Expression="m1", Type="METRIC_MATH")
    assert refused(cloudwatch.put_metric_data_query_definition, Path="a/b", Expression="x", Type="SQL")[0] == (
        "ConflictException")  # fmt: skip
    cloudwatch.put_metric_data_query_definition(Id=made["Id"], Path="a/c", Expression="x", Type="SQL")
    found = cloudwatch.get_metric_data_query_definition(Id=made["Id"])
    assert (found["Path"], found["Type"], found["CreatedAt"]) == ("a/c", "SQL", made["CreatedAt"])
    cloudwatch.delete_metric_data_query_definition(Id=made["Id"])
    assert cloudwatch.list_metric_data_query_definitions()["Items"] == []


def test_the_datasets_key(cloudwatch, client, refused):
    kms = client("kms")
    key = kms.create_key()["KeyMetadata"]["Arn"]
    cloudwatch.associate_dataset_kms_key(DatasetIdentifier="default", KmsKeyArn=key)
    assert cloudwatch.get_dataset(DatasetIdentifier="default")["KmsKeyArn"] == key
    kms.disable_key(KeyId=key)
    given = {"DatasetIdentifier": "default", "KmsKeyArn": key}
    assert refused(cloudwatch.associate_dataset_kms_key, **given)[0] == "KmsKeyDisabledException"
    cloudwatch.disassociate_dataset_kms_key(DatasetIdentifier="default")
    assert "KmsKeyArn" not in cloudwatch.get_dataset(DatasetIdentifier="default")


def test_enrichment_runs_until_it_is_stopped(cloudwatch):
    cloudwatch.start_o_tel_enrichment(IncludeFilters=[{"Namespace": "AWS/EC2"}])
    cloudwatch.start_o_tel_enrichment()
    found = cloudwatch.get_o_tel_enrichment()
    assert (found["Status"], found["IncludeFilters"]) == ("Running", [{"Namespace": "AWS/EC2"}])
    cloudwatch.stop_o_tel_enrichment()
    assert cloudwatch.get_o_tel_enrichment()["Status"] == "Stopped"


def test_tags_of_many_kinds(cloudwatch, alarm):
    alarm(Tags=[{"Key": "a", "Value": "1"}])
    cloudwatch.put_dashboard(DashboardName="d", DashboardBody='{"widgets": []}')
    for resource in (":alarm:a", "dashboard/d"):
        region = "" if resource[0] == "d" else "us-east-1"
        name = f"arn:aws:cloudwatch:{region}:000000000000:{resource.lstrip(':')}"
        cloudwatch.tag_resource(ResourceARN=name, Tags=[{"Key": "k", "Value": "v"}])
        cloudwatch.untag_resource(ResourceARN=name, TagKeys=["a"])
        assert cloudwatch.list_tags_for_resource(ResourceARN=name)["Tags"] == [{"Key": "k", "Value": "v"}]


def test_contributor_insights_of_a_table_are_reported(cloudwatch, client, emulator):
    dynamodb = client("dynamodb")
    dynamodb.create_table(
        TableName="table", BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "who", "KeyType": "HASH"}, {"AttributeName": "n", "KeyType": "RANGE"}],
        AttributeDefinitions=[
            {"AttributeName": "who", "AttributeType": "S"}, {"AttributeName": "n", "AttributeType": "N"}],
    )  # fmt: skip
    dynamodb.update_contributor_insights(TableName="table", ContributorInsightsAction="ENABLE")
    rules = dynamodb.describe_contributor_insights(TableName="table")["ContributorInsightsRuleList"]
    emulator.advance(1)
    for who, count in (("a", 3), ("b", 1)):
        for number in range(count):
            dynamodb.put_item(TableName="table", Item={"who": {"S": who}, "n": {"N": str(number)}})
    dynamodb.get_item(TableName="table", Key={"who": {"S": "b"}, "n": {"N": "0"}})
    dynamodb.get_item(TableName="table", Key={"who": {"S": "absent"}, "n": {"N": "0"}})
    emulator.advance(1)
    shown = {each["Name"]: each["ManagedRule"] for each in cloudwatch.describe_insight_rules()["InsightRules"]}
    assert shown == dict.fromkeys(rules, True)

    def report(kind):
        name = next(each for each in rules if f"-{kind}-" in each)
        end = NOON + timedelta(hours=1)
        return cloudwatch.get_insight_rule_report(RuleName=name, StartTime=NOON, EndTime=end, Period=60)

    of_keys = report("PKC")
    assert of_keys["KeyLabels"] == ["who"] and of_keys["AggregateValue"] == 6.0
    assert [(each["Keys"], each["ApproximateAggregateValue"]) for each in of_keys["Contributors"]] == [
        (["a"], 3.0), (["b"], 2.0), (["absent"], 1.0)]  # fmt: skip
    assert report("SKC")["Contributors"][0]["Keys"] == ["b", "0"] and report("PKT")["Contributors"] == []
    dynamodb.delete_table(TableName="table")
    emulator.advance(60)
    assert cloudwatch.describe_insight_rules()["InsightRules"] == []


def test_bands_leave_out_what_a_detector_excludes(cloudwatch, put):
    for minute in range(1, 30):
        put("m", 1000 if minute > 20 else 10 + minute % 3, seconds=-60 * minute)
    stat = {"Metric": {"Namespace": "n", "MetricName": "m"}, "Period": 60, "Stat": "Average"}
    queries = [{"Id": "m1", "MetricStat": stat, "ReturnData": False},
               {"Id": "band", "Expression": "ANOMALY_DETECTION_BAND(m1, 2)"}]  # fmt: skip

    def upper():
        start = NOON - timedelta(minutes=5)
        found = cloudwatch.get_metric_data(MetricDataQueries=queries, StartTime=start, EndTime=NOON)
        return found["MetricDataResults"][0]["Values"][0]

    assert upper() > 500
    excluded = {"StartTime": NOON - timedelta(minutes=30), "EndTime": NOON - timedelta(minutes=20)}
    cloudwatch.put_anomaly_detector(Namespace="n", MetricName="m", Stat="Average",
                                    Configuration={"ExcludedTimeRanges": [excluded]})  # fmt: skip
    assert 11 < upper() < 15
