"""Data sources, log objects, integrations, imports: what is told of events besides the events."""

import json
from base64 import b64decode

from conformance.probes import probe
from conformance.probes.logs.events import API, GUIDE, group, put
from conformance.probes.logs.languages import until
from conformance.probes.logs.queries import ended
from conformance.services.logs.hints import ROLE
from conformance.services.logs.resource_fixtures import RESOURCE
from emulator.protocol.eventstream import FrameDecoder

SOURCES = GUIDE + "data-source-discovery-management.html"


def sourced(trial):
    """A log group of a data source of its own; returns both names."""
    name, source = group(trial), trial.unique("shop")
    trial.ask("TagLogGroup", logGroupName=name, tags={"cw:datasource:name": source, "cw:datasource:type": "orders"})
    return name, source


@probe("logs", "ListAggregateLogGroupSummaries", "Log groups are counted by the data source that their tags name",
       SOURCES)
def groups_are_counted_by_source(trial):
    _, source = sourced(trial)
    found = trial.ask("ListAggregateLogGroupSummaries", groupBy="DATA_SOURCE_NAME_AND_TYPE",
                      dataSources=[{"name": source}])["aggregateLogGroupSummaries"]
    [row] = found
    told = {each["key"]: each["value"] for each in row["groupingIdentifiers"]}
    assert (told, row["logGroupCount"]) == ({"dataSource.Name": source, "dataSource.Type": "orders"}, 1), found


@probe("logs", "GetLogFields", "The fields of a data source are those of its events, with their types",
       API + "API_GetLogFields.html")
def fields_are_typed(trial):
    name, source = sourced(trial)
    put(trial, name, '{"id": 1, "to": {"city": "Rome"}}', '{"id": 2, "paid": false}')
    found = trial.world.wait(
        lambda: trial.ask("GetLogFields", dataSourceName=source, dataSourceType="orders")["logFields"], len)
    assert {"id", "to", "paid"} <= {each["logFieldName"] for each in found}, found
    nested = next(each["logFieldType"] for each in found if each["logFieldName"] == "to")
    assert [each["logFieldName"] for each in nested["fields"]] == ["city"], found


@probe("logs", "StartQuery", "A query is over the log groups of a data source", GUIDE + "CWL_QuerySyntax-Source.html")
def sources_are_queried(trial):
    name, source = sourced(trial)
    put(trial, name, '{"id": 1}', '{"id": 2}')
    query = f"SOURCE dataSource(['{source}.orders']) | stats sum(id) as s"
    assert until(trial, 2, queryString=query) == [{"s": "3"}]


@probe("logs", "GetLogObject", "The object that a pointer leads to comes as a stream", API + "API_GetLogObject.html")
def objects_are_streamed(trial):
    name = group(trial)
    put(trial, name, json.dumps({"big": "x" * 150_000}))
    row = trial.world.wait(lambda: _rows(trial, name), len)[0]
    frames = FrameDecoder().feed(trial.call("GetLogObject", logObjectPointer=row["@ptr"]).raw.body)
    fields = [json.loads(each.payload) for each in frames if each.headers[":event-type"].value == "fields"]
    content = b"".join(b64decode(each["data"]) for each in fields)
    assert json.loads(content)["big"] == "x" * 150_000


def _rows(trial, name):
    answer = ended(trial, logGroupName=name, queryString="fields @message")
    return [{cell["field"]: cell["value"] for cell in row} for row in answer["results"]]


@probe("logs", "AssociateSourceToS3TableIntegration", "The events of a data source reach the tables of its integration",
       API + "API_AssociateSourceToS3TableIntegration.html")
def events_reach_tables(trial):
    world = trial.world
    arn = f"arn:aws:observabilityadmin:{world.region}:{world.account}:s3tableintegration/{trial.unique('i')}"
    made = trial.ask("AssociateSourceToS3TableIntegration", integrationArn=arn, dataSource={"name": "shop"})
    trial.later(lambda: trial.ask("DisassociateSourceFromS3TableIntegration", identifier=made["identifier"]))
    [told] = trial.ask("ListSourcesForS3TableIntegration", integrationArn=arn)["sources"]
    assert told["status"] == "ACTIVE", told


@probe("logs", "CreateImportTask", "Events of CloudTrail's event data stores are imported",
       API + "API_CreateImportTask.html")
def stores_are_imported(trial):
    store = f"arn:aws:cloudtrail:{trial.world.region}:{trial.world.account}:eventdatastore/"
    trial.ask("CreateImportTask", importRoleArn=ROLE, importSourceArn=store + "12345678-1234-1234-1234-123456789012")


@probe("logs", "PutIntegration", "An integration brings up dashboards in OpenSearch Service",
       API + "API_PutIntegration.html")
def integrations_become_active(trial):
    name = trial.unique("i")
    trial.ask("PutIntegration", integrationName=name, integrationType="OPENSEARCH", resourceConfig=RESOURCE)
    trial.later(lambda: trial.ask("DeleteIntegration", integrationName=name))
    found = trial.ask("GetIntegration", integrationName=name)["integrationDetails"]["openSearchIntegrationDetails"]
    assert found.get("dataSource") or found.get("collection"), found
