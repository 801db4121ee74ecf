"""Data sources: told by tags, counted, their fields found; associations; imports; log objects."""

import json

import pytest

TAGS = {"cw:datasource:name": "shop", "cw:datasource:type": "orders"}
INTEGRATION = "arn:aws:observabilityadmin:us-east-1:000000000000:s3tableintegration/one"


@pytest.fixture
def sourced(logs, put, group):
    """The group's events come from a data source; another group's do not."""
    logs.tag_log_group(logGroupName=group, tags=TAGS)
    logs.create_log_group(logGroupName="/plain")
    put('{"id": 1, "paid": true, "at": {"x": 1}}', '{"id": 2.5, "paid": "no", "tags": ["a"]}', "plain text")


def named(row):
    return {each["key"]: each["value"] for each in row["groupingIdentifiers"]}


def test_groups_are_counted_by_data_source(logs, sourced):
    logs.create_log_group(logGroupName="/more", tags=TAGS | {"cw:datasource:type": "returns"})
    logs.create_log_group(logGroupName="/aws", tags=TAGS | {"cw:datasource:name": "aws_own"})
    rows = logs.list_aggregate_log_group_summaries(groupBy="DATA_SOURCE_NAME_AND_TYPE")["aggregateLogGroupSummaries"]
    assert [(each["logGroupCount"], named(each)) for each in rows] == [
        (2, {}), (1, {"dataSource.Name": "shop", "dataSource.Type": "orders"}),
        (1, {"dataSource.Name": "shop", "dataSource.Type": "returns"})]
    chosen = logs.list_aggregate_log_group_summaries(
        groupBy="DATA_SOURCE_NAME_AND_TYPE", dataSources=[{"name": "sh*", "type": "ret*"}])
    assert [named(each)["dataSource.Type"] for each in chosen["aggregateLogGroupSummaries"]] == ["returns"]


def test_groups_are_listed_by_data_source_and_index(logs, sourced, group):
    found = logs.list_log_groups(dataSources=[{"name": "shop"}])["logGroups"]
    assert [each["logGroupName"] for each in found] == [group]
    logs.put_index_policy(logGroupIdentifier=group, policyDocument='{"Fields": ["id"]}')
    found = logs.list_log_groups(fieldIndexNames=["id"])["logGroups"]
    assert [each["logGroupName"] for each in found] == [group]


def test_fields_are_those_of_the_events(logs, sourced, refused):
    found = logs.get_log_fields(dataSourceName="shop", dataSourceType="orders")["logFields"]
    assert {each["logFieldName"]: each["logFieldType"] for each in found} == {
        "at": {"type": "struct", "fields": [{"logFieldName": "x", "logFieldType": {"type": "long"}}]},
        "id": {"type": "double"}, "paid": {"type": "string"},
        "tags": {"type": "array", "element": {"type": "string"}}}
    assert refused(logs.get_log_fields, dataSourceName="shop", dataSourceType="none")[0] == "ResourceNotFoundException"


def test_associations_stand_and_tell_that_no_table_is_written(logs, refused):
    source = {"name": "shop", "type": "orders"}
    made = logs.associate_source_to_s3_table_integration(integrationArn=INTEGRATION, dataSource=source)["identifier"]
    again = logs.associate_source_to_s3_table_integration(integrationArn=INTEGRATION, dataSource=source)["identifier"]
    [told] = logs.list_sources_for_s3_table_integration(integrationArn=INTEGRATION)["sources"]
    assert (again, told["identifier"], told["dataSource"], told["status"]) == (made, made, source, "UNHEALTHY")
    other = INTEGRATION.replace("000000000000", "111122223333")
    assert refused(logs.list_sources_for_s3_table_integration, integrationArn=other)[0] == "ResourceNotFoundException"
    assert refused(logs.list_sources_for_s3_table_integration, integrationArn="arn:x")[0] == "ValidationException"
    assert logs.disassociate_source_from_s3_table_integration(identifier=made)["identifier"] == made
    assert refused(logs.disassociate_source_from_s3_table_integration, identifier=made)[0] == (
        "ResourceNotFoundException")


@pytest.mark.parametrize(("changed", "code"), [
    ({}, "ResourceNotFoundException"), ({"importSourceArn": "arn:aws:s3:::b"}, "InvalidParameterException"),
    ({"importRoleArn": "arn:aws:s3:::b"}, "InvalidParameterException"),
    ({"importFilter": {"startEventTime": 2, "endEventTime": 1}}, "InvalidParameterException"),
])  # fmt: skip
def test_imports_need_a_source(logs, refused, changed, code):
    store = "arn:aws:cloudtrail:us-east-1:000000000000:eventdatastore/12345678-1234-1234-1234-123456789012"
    given = {"importSourceArn": store, "importRoleArn": "arn:aws:iam::000000000000:role/r"} | changed
    assert refused(logs.create_import_task, **given)[0] == code
    assert logs.describe_import_tasks()["imports"] == []


def test_an_event_is_streamed_as_an_object(logs, put, group, refused):
    put(json.dumps({"big": "x" * 200_000}))
    id = logs.start_query(logGroupName=group, startTime=0, endTime=1_800_014_400, queryString="limit 1")["queryId"]
    while not (rows := logs.get_query_results(queryId=id))["results"]:
        assert rows["status"] in ("Scheduled", "Running")
    pointer = next(cell["value"] for cell in rows["results"][0] if cell["field"] == "@ptr")
    pieces = [each["fields"]["data"] for each in logs.get_log_object(logObjectPointer=pointer)["fieldStream"]]
    assert len(pieces) > 1
    assert json.loads(b"".join(pieces))["big"] == "x" * 200_000
    assert refused(logs.get_log_object, logObjectPointer="QQ==")[0] == "ResourceNotFoundException"
