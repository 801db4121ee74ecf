"""What proves that data sources, their fields and their tables are told as they are."""

from conformance.services.logs.checks import NEXT
from conformance.services.logs.fixtures import NOT_FOUND
from conformance.services.logs.readings import recent
from conformance.services.logs.resource_fixtures import declared


@declared.check("ListAggregateLogGroupSummaries")
def sources_counted(proof, world, given, answer):
    source = {"key": "dataSource.Name", "value": world.fixture("sourced")["Source"]}
    wanted = [{"logGroupCount": 1, "groupingIdentifiers": [source, {"key": "dataSource.Type", "value": "orders"}]}]

    def of_source(found):
        return [each for each in found.get("aggregateLogGroupSummaries", []) if source in each["groupingIdentifiers"]]

    proof.equal("aggregateLogGroupSummaries", wanted, of_source(
        proof.read("ListAggregateLogGroupSummaries", {"groupBy": given["groupBy"]})))
    if "limit" in given:
        proof.pages("ListAggregateLogGroupSummaries", given, "aggregateLogGroupSummaries", NEXT, "groupingIdentifiers")
        return
    left_out = "logGroupNamePattern" in given or given.get("logGroupClass", "STANDARD") != "STANDARD"
    proof.equal("aggregateLogGroupSummaries", [] if left_out else wanted, of_source(answer))
    if "dataSources" in given:
        proof.true("dataSources", all(each["groupingIdentifiers"] for each in answer["aggregateLogGroupSummaries"]),
                   "groups of a data source alone")


@declared.check("GetLogFields")
def fields_told(proof, world, given, answer):
    price = {"type": "struct", "fields": [{"logFieldName": "price", "logFieldType": {"type": "double"}}]}
    proof.equal("logFields", [
        {"logFieldName": "id", "logFieldType": {"type": "long"}},
        {"logFieldName": "items", "logFieldType": {"type": "array", "element": price}},
        {"logFieldName": "paid", "logFieldType": {"type": "boolean"}},
        {"logFieldName": "who", "logFieldType": {"type": "string"}},
    ], answer["logFields"])


def associations(proof, arn):
    return proof.read("ListSourcesForS3TableIntegration", {"integrationArn": arn}).get("sources", [])


@declared.check("AssociateSourceToS3TableIntegration")
def association_stands(proof, world, given, answer):
    row = next((each for each in associations(proof, given["integrationArn"])
                if each["identifier"] == answer["identifier"]), {})
    proof.equal("dataSource", given["dataSource"], row.get("dataSource"))
    recent(proof, "createdTimeStamp", row.get("createdTimeStamp"))


declared.undo["AssociateSourceToS3TableIntegration"] = lambda world, given, answer: world.ask(
    "DisassociateSourceFromS3TableIntegration", answer)


@declared.check("DisassociateSourceFromS3TableIntegration")
def association_gone(proof, world, given, answer):
    proof.equal("identifier", given["identifier"], answer["identifier"])
    proof.refused("DisassociateSourceFromS3TableIntegration", given, NOT_FOUND)


@declared.check("ListSourcesForS3TableIntegration")
def associations_listed(proof, world, given, answer):
    made = world.fixture("association")
    if "maxResults" in given:
        proof.pages("ListSourcesForS3TableIntegration", given, "sources", NEXT, "identifier")
        return
    row = next((each for each in answer["sources"] if each["identifier"] == made["Identifier"]), {})
    proof.equal("dataSource", {"name": made["Name"], "type": "orders"}, row.get("dataSource"))
    proof.true("statusReason", bool(row.get("statusReason")), "why its events reach no table", row)
    recent(proof, "createdTimeStamp", row.get("createdTimeStamp"))
