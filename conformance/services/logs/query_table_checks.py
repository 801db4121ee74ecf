"""What proves that calls about lookup tables and scheduled queries did their work."""

from conformance.services.logs.checks import NEXT
from conformance.services.logs.fixtures import NOT_FOUND
from conformance.services.logs.hints import ROLE
from conformance.services.logs.readings import recent, shows
from conformance.services.logs.resource_fixtures import CSV, SCHEDULE, declared
from conformance.services.readback import gone, listed, repeated, written

written(declared, "CreateLookupTable", read="GetLookupTable", by={"lookupTableArn": "answer.lookupTableArn"})
written(declared, "UpdateLookupTable", read="GetLookupTable", by=("lookupTableArn",))
gone(declared, "DeleteLookupTable", read="GetLookupTable", by=("lookupTableArn",), code=NOT_FOUND)
listed(declared, "DescribeLookupTables", "lookupTables", "lookup table", "Arn", "lookupTableArn", NEXT)


@declared.check("UpdateLookupTable")
def table_named(proof, world, given, answer):
    proof.equal("lookupTableArn", given["lookupTableArn"], answer.get("lookupTableArn"))


for reading, place in (("GetLookupTable", ""), ("DescribeLookupTables", "lookupTables")):
    shows(reading, place, lambda world: {
        "lookupTableName": world.fixture("lookup table")["Name"], "description": world.tag, "sizeBytes": len(CSV),
        "lookupTableArn": world.fixture("lookup table")["Arn"]}, "lookupTableName")


@declared.check("CreateLookupTable", "UpdateLookupTable", "DescribeLookupTables")
def table_stands(proof, world, given, answer):
    arn = answer.get("lookupTableArn") or world.fixture("lookup table")["Arn"]
    rows = proof.read("DescribeLookupTables", {}).get("lookupTables", [])
    row = next((each for each in rows if each["lookupTableArn"] == arn), {})
    proof.holds("DescribeLookupTables", {"tableFields": ["id", "name"], "recordsCount": 2, "sizeBytes": len(CSV)}, row)
    recent(proof, "lastUpdatedTime", row.get("lastUpdatedTime"))
    if "lookupTables" not in answer:
        recent(proof, "time", answer.get("createdAt") or answer.get("lastUpdatedTime"))
    tags = proof.read("ListTagsForResource", {"resourceArn": arn}).get("tags", {})
    proof.equal("tags", given.get("tags", {}), tags)


@declared.check("GetLookupTable")
def table_told(proof, world, given, answer):
    proof.equal("tableBody", CSV, answer.get("tableBody"))
    recent(proof, "lastUpdatedTime", answer.get("lastUpdatedTime"))


written(declared, "CreateScheduledQuery", read="GetScheduledQuery", by={"identifier": "answer.scheduledQueryArn"})
written(declared, "UpdateScheduledQuery", read="GetScheduledQuery", by=("identifier",))
repeated(declared, "UpdateScheduledQuery")
gone(declared, "DeleteScheduledQuery", read="GetScheduledQuery", by=("identifier",), code=NOT_FOUND)


def scheduled_of(world):
    made = world.fixture("scheduled query")
    return {"scheduledQueryArn": made["Arn"], "name": made["Name"], "state": "ENABLED", "timezone": "UTC",
            "scheduleType": "CUSTOMER_MANAGED", "scheduleExpression": SCHEDULE}


@declared.check("ListScheduledQueries")
def schedules_listed(proof, world, given, answer):
    if "maxResults" in given:
        proof.pages("ListScheduledQueries", given, "scheduledQueries", NEXT, "name")
        return
    wanted = scheduled_of(world)
    chosen = all(wanted[name] == given[name] for name in ("state", "scheduleType") if name in given)
    row = next((each for each in answer["scheduledQueries"] if each["name"] == wanted["name"]), None)
    proof.equal("scheduledQueries", chosen, row is not None)
    if row is not None:
        proof.holds("scheduledQueries[0]", wanted, row)


@declared.check("GetScheduledQuery")
def scheduled_told(proof, world, given, answer):
    proof.holds("answer", scheduled_of(world) | {
        "queryLanguage": "CWLI", "queryString": "limit 5", "executionRoleArn": ROLE, "description": world.tag,
        "logGroupIdentifiers": [world.fixture("group")["Arn"]]}, answer)


@declared.check("CreateScheduledQuery", "UpdateScheduledQuery", "GetScheduledQuery")
def scheduled_stands(proof, world, given, answer):
    found = proof.read("GetScheduledQuery", {"identifier": answer["scheduledQueryArn"]})
    for each in (found, answer if "creationTime" in answer else found):
        for name in ("creationTime", "lastUpdatedTime"):
            recent(proof, name, each.get(name))
    wanted = {"state": given.get("state", "ENABLED"), "timezone": given.get("timezone", "UTC")}
    proof.holds("GetScheduledQuery", wanted, found)
    proof.equal("state", given.get("state", "ENABLED"), answer["state"])
    tags = proof.read("ListTagsForResource", {"resourceArn": answer["scheduledQueryArn"]}).get("tags", {})
    proof.equal("tags", given.get("tags", {}), tags)


@declared.check("ListScheduledQueries")
def schedules_recent(proof, world, given, answer):
    for each in answer["scheduledQueries"]:
        for name in ("creationTime", "lastUpdatedTime"):
            recent(proof, name, each.get(name))


@declared.check("GetScheduledQueryHistory")
def never_run(proof, world, given, answer):
    made = world.fixture("scheduled query")
    proof.equal("answer", {"name": made["Name"], "scheduledQueryArn": made["Arn"], "triggerHistory": []},
                {name: answer.get(name) for name in ("name", "scheduledQueryArn", "triggerHistory")})
