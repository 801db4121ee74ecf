"""What proves that machines, versions, aliases, activities and tags were written."""

import json

from conformance.services import readback
from conformance.services.stepfunctions.fixtures import FAIL, PASS, READS, ROLE, declared

readback.told(declared, "DescribeActivity", fixture="activity", names=())
readback.tagged(declared, "TagResource", "UntagResource", "ListTagsForResource", by=("resourceArn",),
                fixture="machine", at="tags", key=("key", "value"), tags="tags", keys="tagKeys")
readback.listed(declared, "ListStateMachines", "stateMachines", "machine", "Arn", "stateMachineArn",
                token=("nextToken", "nextToken"))
readback.listed(declared, "ListActivities", "activities", "activity", "Arn", "activityArn",
                token=("nextToken", "nextToken"))
readback.listed(declared, "ListStateMachineVersions", "stateMachineVersions", "version", "Second",
                "stateMachineVersionArn", token=("nextToken", "nextToken"))
readback.listed(declared, "ListStateMachineAliases", "stateMachineAliases", "alias", "AliasArn", "stateMachineAliasArn",
                token=("nextToken", "nextToken"))
readback.gone(declared, "DeleteActivity", read="DescribeActivity", by=("activityArn",), code="ActivityDoesNotExist")
readback.gone(declared, "DeleteStateMachine", read="DescribeStateMachine", by=("stateMachineArn",),
              code="StateMachineDoesNotExist")
readback.gone(declared, "DeleteStateMachineVersion", read="DescribeStateMachine",
              by={"stateMachineArn": "stateMachineVersionArn"}, code="StateMachineDoesNotExist")
readback.gone(declared, "DeleteStateMachineAlias", read="DescribeStateMachineAlias", by=("stateMachineAliasArn",),
              code="ResourceNotFound")

TOLD = ("definition", "roleArn", "tracingConfiguration", "encryptionConfiguration")
DEFAULTS = {"loggingConfiguration": {"level": "OFF", "includeExecutionData": False},
            "tracingConfiguration": {"enabled": False}, "encryptionConfiguration": {"type": "AWS_OWNED_KEY"}}
REFERENCES = {"B": ["n"]}

for operation in ("DescribeStateMachine", "DescribeStateMachineForExecution"):
    declared.tells(operation, "loggingConfiguration", "tracingConfiguration", "encryptionConfiguration")
declared.tells("CreateActivity", "creationDate")
declared.tells("DescribeActivity", "encryptionConfiguration")
declared.tells("DescribeStateMachineAlias", "creationDate", "updateDate", "name", "routingConfiguration")
declared.tells("ValidateStateMachineDefinition", "result", "diagnostics", "truncated")
declared.tells("UpdateStateMachine", "updateDate")


def published(proof, world, arn, given, answer):
    """A version with its description, where one was asked for."""
    if not given.get("publish"):
        proof.equal("stateMachineVersionArn", None, answer.get("stateMachineVersionArn"))
        return
    version = answer.get("stateMachineVersionArn", "")
    proof.true("stateMachineVersionArn", version.startswith(f"{arn}:"), f"{arn}:number", version)
    found = proof.read("DescribeStateMachine", {"stateMachineArn": version})
    proof.equal("description", given.get("versionDescription"), found.get("description"))
    if "definition" in given:
        proof.equal("definition of the version", given["definition"], found.get("definition"))


@declared.check("CreateStateMachine")
def machine_stands(proof, world, given, answer):
    arn = answer["stateMachineArn"]
    proof.true("stateMachineArn", arn.endswith(f":stateMachine:{given['name']}"), "names the machine", arn)
    found = proof.read("DescribeStateMachine", {"stateMachineArn": arn})
    wanted = {"name": given["name"], "type": given.get("type", "STANDARD"), "status": "ACTIVE", **DEFAULTS,
              **{name: given[name] for name in TOLD if name in given}}
    proof.holds("DescribeStateMachine", {**wanted, "creationDate": answer["creationDate"]}, found)
    proof.equal("variableReferences", REFERENCES if given["definition"] == READS else None,
                found.get("variableReferences"))
    tags = proof.read("ListTagsForResource", {"resourceArn": arn}).get("tags")
    proof.equal("tags", given.get("tags", []), tags)
    published(proof, world, arn, given, answer)


@declared.check("UpdateStateMachine")
def machine_changed(proof, world, given, answer):
    found = proof.read("DescribeStateMachine", {"stateMachineArn": given["stateMachineArn"]})
    proof.holds("DescribeStateMachine", {"definition": READS, "roleArn": ROLE, **DEFAULTS,
                                         **{name: given[name] for name in TOLD if name in given}}, found)
    proof.equal("revisionId", found.get("revisionId"), answer.get("revisionId"))
    proof.true("updateDate", answer["updateDate"] >= found["creationDate"], "not before the creation")
    published(proof, world, given["stateMachineArn"], given, answer)


@declared.check("DescribeStateMachine")
def machine_told(proof, world, given, answer):
    made = world.fixture("machine")
    hidden = given.get("includedData") == "METADATA_ONLY"
    proof.holds("answer", {
        "stateMachineArn": made["Arn"], "name": made["Name"], "type": "STANDARD", "status": "ACTIVE", "roleArn": ROLE,
        **DEFAULTS, "definition": "{}" if hidden else READS, **({} if hidden else {"variableReferences": REFERENCES})},
        answer)  # fmt: skip
    proof.equal("variableReferences", None if hidden else REFERENCES, answer.get("variableReferences"))
    rows = {row["stateMachineArn"]: row for row in proof.read("ListStateMachines", {}).get("stateMachines", [])}
    proof.equal("creationDate", rows.get(made["Arn"], {}).get("creationDate"), answer["creationDate"])


@declared.check("ListStateMachines")
def machines_shown(proof, world, given, answer):
    made = world.fixture("machine")
    proof.true("stateMachines", answer["stateMachines"], "at least one", answer["stateMachines"])
    for row in answer["stateMachines"]:
        if row["stateMachineArn"] == made["Arn"]:
            proof.equal("stateMachines.name", made["Name"], row["name"])
            proof.equal("stateMachines.type", "STANDARD", row["type"])


@declared.check("PublishStateMachineVersion")
def version_stands(proof, world, given, answer):
    proof.equal("stateMachineVersionArn", f"{given['stateMachineArn']}:1", answer["stateMachineVersionArn"])
    found = proof.read("DescribeStateMachine", {"stateMachineArn": answer["stateMachineVersionArn"]})
    proof.equal("description", given.get("description"), found.get("description"))
    proof.equal("creationDate", found.get("creationDate"), answer["creationDate"])
    proof.equal("definition", READS, found.get("definition"))


@declared.check("ListStateMachineVersions")
def versions_shown(proof, world, given, answer):
    made = world.fixture("version")
    whole = [made["Second"], made["VersionArn"]]
    proof.equal("order", whole[:1] if given.get("maxResults") == 1 else whole, [
        row["stateMachineVersionArn"] for row in answer["stateMachineVersions"]])
    for row in answer["stateMachineVersions"]:
        found = proof.read("DescribeStateMachine", {"stateMachineArn": row["stateMachineVersionArn"]})
        proof.equal("stateMachineVersions.creationDate", found.get("creationDate"), row["creationDate"])


@declared.check("CreateStateMachineAlias")
def alias_stands(proof, world, given, answer):
    found = proof.read("DescribeStateMachineAlias", {"stateMachineAliasArn": answer["stateMachineAliasArn"]})
    proof.holds("DescribeStateMachineAlias", {
        "stateMachineAliasArn": answer["stateMachineAliasArn"], "name": given["name"],
        "routingConfiguration": given["routingConfiguration"], "creationDate": answer["creationDate"]}, found)
    proof.equal("description", given.get("description"), found.get("description"))


@declared.check("UpdateStateMachineAlias")
def alias_changed(proof, world, given, answer):
    found = proof.read("DescribeStateMachineAlias", {"stateMachineAliasArn": given["stateMachineAliasArn"]})
    proof.holds("DescribeStateMachineAlias", {
        "routingConfiguration": given.get("routingConfiguration", world.fixture("alias")["Routing"]),
        "description": given.get("description", "mine"), "updateDate": answer["updateDate"]}, found)


@declared.check("DescribeStateMachineAlias")
def alias_told(proof, world, given, answer):
    made = world.fixture("alias")
    proof.holds("answer", {"stateMachineAliasArn": made["AliasArn"], "description": "mine", "name": made["AliasArn"].
                           rpartition(":")[2], "routingConfiguration": made["Routing"]}, answer)
    proof.equal("updateDate", answer["creationDate"], answer["updateDate"])
    rows = proof.read("ListStateMachineAliases", {"stateMachineArn": made["Arn"]}).get("stateMachineAliases", [])
    proof.equal("creationDate", [answer["creationDate"]], [row["creationDate"] for row in rows])


@declared.check("ListStateMachineAliases")
def aliases_shown(proof, world, given, answer):
    made = world.fixture("alias")
    arn = made["AliasArn"]
    found = proof.read("DescribeStateMachineAlias", {"stateMachineAliasArn": arn})
    proof.equal("stateMachineAliases", [f"{made['Arn']}:{made['AliasName']}"],
                [row["stateMachineAliasArn"] for row in answer["stateMachineAliases"]])
    proof.equal("name", made["AliasName"], found.get("name"))
    for row in answer["stateMachineAliases"]:
        proof.equal("stateMachineAliases.creationDate", found.get("creationDate"), row["creationDate"])


@declared.check("CreateActivity")
def activity_stands(proof, world, given, answer):
    proof.true("activityArn", answer["activityArn"].endswith(f":activity:{given['name']}"), "names the activity",
               answer["activityArn"])
    found = proof.read("DescribeActivity", {"activityArn": answer["activityArn"]})
    proof.holds("DescribeActivity", {"name": given["name"], "activityArn": answer["activityArn"],
                                     "creationDate": answer["creationDate"],
                                     "encryptionConfiguration": {"type": "AWS_OWNED_KEY"}}, found)
    tags = proof.read("ListTagsForResource", {"resourceArn": answer["activityArn"]}).get("tags")
    proof.equal("tags", given.get("tags", []), tags)


@declared.check("DescribeActivity")
def activity_told(proof, world, given, answer):
    made = world.fixture("activity")
    proof.holds("answer", {"activityArn": made["Arn"], "name": made["Name"],
                           "encryptionConfiguration": {"type": "AWS_OWNED_KEY"}}, answer)
    rows = {row["activityArn"]: row for row in proof.read("ListActivities", {}).get("activities", [])}
    proof.equal("creationDate", rows.get(made["Arn"], {}).get("creationDate"), answer["creationDate"])


@declared.check("ListActivities")
def activities_shown(proof, world, given, answer):
    made = world.fixture("activity")
    proof.true("activities", answer["activities"], "at least one", answer["activities"])
    for row in answer["activities"]:
        if row["activityArn"] == made["Arn"]:
            proof.equal("activities.name", made["Name"], row["name"])
            found = proof.read("DescribeActivity", {"activityArn": made["Arn"]})
            proof.equal("activities.creationDate", found.get("creationDate"), row["creationDate"])


@declared.check("ValidateStateMachineDefinition")
def definition_judged(proof, world, given, answer):
    good = given["definition"] in (PASS, READS, FAIL)
    proof.equal("result", "OK" if good else "FAIL", answer["result"])
    proof.equal("truncated", False, answer["truncated"]) if given.get("maxResults") != 1 else None
    if good:
        proof.equal("diagnostics", [], answer["diagnostics"])
        return
    first = answer["diagnostics"][0]
    proof.equal("diagnostics[0]", {"severity": "ERROR", "code": "SCHEMA_VALIDATION_FAILED", "location": "/",
                                   "message": "These fields are required: [StartAt]"}, first)


@declared.check("TestState")
def state_tested(proof, world, given, answer):
    proof.equal("status", "SUCCEEDED", answer["status"])
    proof.equal("output", {"a": 1}, json.loads(answer["output"]))
    proof.equal("nextState", "Other", answer["nextState"])
    if given.get("inspectionLevel", "INFO") == "INFO":
        proof.equal("inspectionData", None, answer.get("inspectionData"))
        return
    shown = {name: json.loads(value) for name, value in answer["inspectionData"].items() if isinstance(value, str)}
    proof.equal("inspectionData", {name: {"a": 1} for name in (
        "input", "afterInputPath", "afterParameters", "afterResultSelector", "afterResultPath")}, shown)
