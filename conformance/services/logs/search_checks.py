"""What proves that calls about filters and queries did their work."""

from conformance.services.logs.checks import NEXT
from conformance.services.logs.fixtures import MESSAGES
from conformance.services.logs.hints import NOW, declared
from conformance.services.readback import listed, written

# Filters

written(declared, "PutMetricFilter", read="DescribeMetricFilters", at="metricFilters.0",
        by={"logGroupName": "logGroupName", "filterNamePrefix": "filterName"})
written(declared, "PutSubscriptionFilter", read="DescribeSubscriptionFilters", at="subscriptionFilters.0",
        by={"logGroupName": "logGroupName", "filterNamePrefix": "filterName"})
listed(declared, "DescribeSubscriptionFilters", "subscriptionFilters", "subscription", "Filter", "filterName", NEXT)


@declared.check("DescribeMetricFilters")
def metric_filters_listed(proof, world, given, answer):
    name = world.fixture("metric filter")["Filter"]
    row = next((each for each in answer["metricFilters"] if each["filterName"] == name), {})
    proof.holds("metricFilters[0]", {"filterPattern": "first", "logGroupName": world.fixture("group")["Name"],
                                     "applyOnTransformedLogs": False}, row)
    proof.equal("metricName", "m", (row.get("metricTransformations") or [{}])[0].get("metricName"))
    proof.true("creationTime", abs(row.get("creationTime", 0) - NOW) < 3_600_000, "now", row.get("creationTime"))


@declared.check("DescribeSubscriptionFilters")
def subscriptions_told(proof, world, given, answer):
    row = answer["subscriptionFilters"][0]
    proof.holds("subscriptionFilters[0]", {
        "filterPattern": "first", "logGroupName": world.fixture("group")["Name"], "distribution": "ByLogStream",
        "destinationArn": world.fixture("kinesis")["Arn"], "applyOnTransformedLogs": False}, row)
    proof.true("creationTime", abs(row.get("creationTime", 0) - NOW) < 3_600_000, "now", row.get("creationTime"))


def filter_gone(operation, member):
    @declared.check(operation)
    def check(proof, world, given, answer):
        reading = operation.replace("Delete", "Describe") + "s"
        found = proof.read(reading, {"logGroupName": given["logGroupName"]}).get(member, [])
        proof.equal(member, [], [each["filterName"] for each in found if each["filterName"] == given["filterName"]])


filter_gone("DeleteMetricFilter", "metricFilters")
filter_gone("DeleteSubscriptionFilter", "subscriptionFilters")


#: Patterns that are tried, the message that each fits (all for ""), and what is taken out of it.
FITTING = {"first": ("first", {}), '{ $.a = "b" }': ('{"a": "b"}', {"$.a": "b"}), "[a]": ("first", {"$a": "first"}),
           '?"x y" ?x': ("x", {})}


@declared.check("TestMetricFilter")
def pattern_tried(proof, world, given, answer):
    fits, values = FITTING.get(given["filterPattern"], (None, {}))
    wanted = [{"eventNumber": number, "eventMessage": message,
               "extractedValues": {"$a": message} if "$a" in values else values}
              for number, message in enumerate(given["logEventMessages"], 1)
              if fits in (None, message) or ("$a" in values and " " not in message)]
    proof.equal("matches", wanted, answer["matches"])


# Queries


@declared.check("StartQuery")
def query_runs(proof, world, given, answer):
    id = answer["queryId"]
    found = world.wait(lambda: proof.read("GetQueryResults", {"queryId": id}),
                       lambda found: found.get("status") not in ("Scheduled", "Running"))
    proof.equal("status", "Complete", found.get("status"))
    if given["queryString"].startswith("stats"):
        proof.equal("results", [str(len(MESSAGES))], [row[1]["value"] for row in found["results"]])
    else:
        proof.equal("results", len(MESSAGES) if given.get("limit") != 1 else 1, len(found["results"]))
    proof.equal("recordsScanned", float(len(MESSAGES)), found.get("statistics", {}).get("recordsScanned"))


@declared.check("GetQueryResults")
def results_told(proof, world, given, answer):
    proof.holds("answer", {"status": "Complete", "queryLanguage": "CWLI"}, answer)
    rows = [{cell["field"]: cell["value"] for cell in row} for row in answer["results"]]
    wanted = list(MESSAGES)[: given.get("maxItems", 3)]
    proof.equal("results", wanted, [row.get("@message") for row in rows])
    proof.true("@timestamp", all(len(row.get("@timestamp", "")) == 23 for row in rows), "a time", rows)
    proof.equal("nextToken", given.get("maxItems") == 1, "nextToken" in answer)
    size = sum(len(each) for each in MESSAGES)
    proof.holds("statistics", {"recordsMatched": 3.0, "recordsScanned": 3.0, "bytesScanned": float(size),
                               "logGroupsScanned": 1.0, "resultCount": 3.0}, answer["statistics"])


@declared.check("DescribeQueries")
def queries_listed(proof, world, given, answer):
    row = next((each for each in answer["queries"] if each["queryId"] == world.fixture("query")["QueryId"]), {})
    proof.holds("queries[0]", {"status": "Complete", "queryLanguage": "CWLI",
                               "logGroupName": world.fixture("group")["Name"]}, row)
    proof.true("queryString", row.get("queryString", "").startswith("SOURCE "), "its source", row)
    proof.true("createTime", abs(row.get("createTime", 0) - NOW) < 3_600_000, "now", row.get("createTime"))


@declared.check("ListLogGroupsForQuery")
def groups_of_query(proof, world, given, answer):
    proof.equal("logGroupIdentifiers", [world.fixture("group")["Arn"]], answer["logGroupIdentifiers"])


@declared.check("PutQueryDefinition")
def definition_stands(proof, world, given, answer):
    found = proof.read("DescribeQueryDefinitions", {"queryDefinitionNamePrefix": given["name"]})
    row = found.get("queryDefinitions", [{}])[0]
    names = ("name", "queryString", "logGroupNames", "parameters", "queryLanguage")
    proof.holds("DescribeQueryDefinitions", {name: given[name] for name in names if name in given}
                | {"queryDefinitionId": answer["queryDefinitionId"]}, row)
    proof.true("lastModified", abs(row.get("lastModified", 0) - NOW) < 3_600_000, "now", row.get("lastModified"))


listed(declared, "DescribeQueryDefinitions", "queryDefinitions", "definition", "Id", "queryDefinitionId", NEXT)


@declared.check("DescribeQueryDefinitions")
def definitions_told(proof, world, given, answer):
    for each in answer["queryDefinitions"]:
        proof.holds("queryDefinitions", {"queryLanguage": "CWLI", "queryString": "limit 5"}, each)
        proof.true("lastModified", abs(each.get("lastModified", 0) - NOW) < 3_600_000, "now", each)


@declared.check("DeleteQueryDefinition")
def definition_gone(proof, world, given, answer):
    proof.equal("success", True, answer.get("success"))
    found = proof.read("DescribeQueryDefinitions", {}).get("queryDefinitions", [])
    proof.equal("queryDefinitions", [], [each for each in found
                                         if each["queryDefinitionId"] == given["queryDefinitionId"]])
