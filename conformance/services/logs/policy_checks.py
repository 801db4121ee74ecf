"""What proves that calls about destinations, policies and transformers did their work."""

import json

from conformance.services.logs.checks import NEXT, shown
from conformance.services.logs.hints import ROLE, TRANSFORMER, protection
from conformance.services.logs.readings import recent, shows
from conformance.services.logs.resource_fixtures import INDEX, STREAM, TYPE, declared
from conformance.services.readback import listed, repeated, written

written(declared, "PutDestination", read="DescribeDestinations", by={"DestinationNamePrefix": "destinationName"},
        at="destinations.0", leave=("tags",))
repeated(declared, "PutDestination", at="destination")
listed(declared, "DescribeDestinations", "destinations", "destination", "Name", "destinationName", NEXT)
shows("DescribeDestinations", "destinations", lambda world: {
    "destinationName": world.fixture("destination")["Name"], "arn": world.fixture("destination")["Arn"],
    "targetArn": STREAM, "roleArn": ROLE}, "destinationName")


@declared.check("PutDestination")
def destination_told(proof, world, given, answer):
    made = answer["destination"]
    recent(proof, "creationTime", made.get("creationTime"))
    tags = proof.read("ListTagsForResource", {"resourceArn": made["arn"]}).get("tags", {})
    proof.equal("tags", given.get("tags", {}), tags)


@declared.check("DescribeDestinations")
def destinations_recent(proof, world, given, answer):
    for each in answer["destinations"]:
        recent(proof, "creationTime", each.get("creationTime"))


@declared.check("DeleteDestination", "PutDestinationPolicy")
def destination_policy_stands(proof, world, given, answer):
    found = proof.read("DescribeDestinations", {"DestinationNamePrefix": given["destinationName"]})["destinations"]
    if "accessPolicy" in given:
        proof.equal("accessPolicy", given["accessPolicy"], found[0].get("accessPolicy") if found else None)
    else:
        proof.equal("destinations", [], found)


@declared.check("PutResourcePolicy")
def resource_policy_stands(proof, world, given, answer):
    made = answer["resourcePolicy"]
    recent(proof, "lastUpdatedTime", made.get("lastUpdatedTime"))
    scope = "RESOURCE" if "resourceArn" in given else "ACCOUNT"
    wanted = {"policyScope": scope, "policyDocument": given["policyDocument"]} | {
        name: given[name] for name in ("policyName", "resourceArn") if name in given}
    proof.holds("resourcePolicy", wanted, made)
    proof.equal("revisionId", scope == "RESOURCE", bool(answer.get("revisionId")))
    by = {"resourceArn": given["resourceArn"]} if scope == "RESOURCE" else {}
    rows = proof.read("DescribeResourcePolicies", by).get("resourcePolicies", [])
    row = next((each for each in rows if each["policyName"] == made["policyName"]), {})
    proof.equal("Statement", json.loads(given["policyDocument"]), json.loads(row.get("policyDocument", "{}")))
    proof.equal("policyScope", scope, row.get("policyScope"))


declared.undo["PutResourcePolicy"] = lambda world, given, answer: world.ask("DeleteResourcePolicy", {
    "policyName": given["policyName"]} if "policyName" in given else {
    "resourceArn": given["resourceArn"], "expectedRevisionId": answer["revisionId"]})


@declared.check("DescribeResourcePolicies")
def resource_policies_told(proof, world, given, answer):
    made = world.fixture("resource policy")
    if "limit" in given:
        proof.pages("DescribeResourcePolicies", given, "resourcePolicies", NEXT, "policyName")
        return
    row = next((each for each in answer["resourcePolicies"] if each["policyName"] == made["Name"]), {})
    if given.get("policyScope") == "RESOURCE":
        proof.equal("resourcePolicies", {}, row)
        return
    proof.equal("policyDocument", json.loads(made["Document"]), json.loads(row.get("policyDocument", "{}")))
    proof.equal("policyScope", "ACCOUNT", row.get("policyScope"))
    recent(proof, "lastUpdatedTime", row.get("lastUpdatedTime"))


@declared.check("DeleteResourcePolicy")
def resource_policy_gone(proof, world, given, answer):
    rows = proof.read("DescribeResourcePolicies", {}).get("resourcePolicies", [])
    proof.equal("resourcePolicies", [], [each for each in rows if each["policyName"] == given["policyName"]])


@declared.check("PutAccountPolicy", "DescribeAccountPolicies")
def account_policy_stands(proof, world, given, answer):
    name = given.get("policyName") or world.fixture("account policy")["Name"]
    rows = answer.get("accountPolicies") or proof.read("DescribeAccountPolicies", {
        "policyType": TYPE}).get("accountPolicies", [])
    row = next((each for each in rows if each["policyName"] == name), {})
    for found in (row, answer.get("accountPolicy", row)):
        proof.holds("accountPolicy", {"policyName": name, "policyType": TYPE, "policyDocument": INDEX, "scope": "ALL",
                                      "accountId": world.account}, found)
        recent(proof, "lastUpdatedTime", found.get("lastUpdatedTime"))
        everyone = None if "policyDocument" in given else 'LogGroupNamePrefix IN ["/nobody"]'
        wanted = given.get("selectionCriteria", everyone)
        proof.equal("selectionCriteria", wanted, found.get("selectionCriteria"))


@declared.check("DeleteAccountPolicy")
def account_policy_gone(proof, world, given, answer):
    rows = proof.read("DescribeAccountPolicies", {"policyType": TYPE}).get("accountPolicies", [])
    proof.equal("accountPolicies", [], [each for each in rows if each["policyName"] == given["policyName"]])


@declared.check("PutDataProtectionPolicy", "GetDataProtectionPolicy")
def data_protection_stands(proof, world, given, answer):
    wanted = given.get("policyDocument", protection("p"))
    for found in (answer, proof.read("GetDataProtectionPolicy", {"logGroupIdentifier": given["logGroupIdentifier"]})):
        proof.holds("answer", {"policyDocument": wanted, "logGroupIdentifier": given["logGroupIdentifier"]}, found)
        recent(proof, "lastUpdatedTime", found.get("lastUpdatedTime"))
    proof.equal("dataProtectionStatus", "ACTIVATED", shown(proof, given["logGroupIdentifier"]).get(
        "dataProtectionStatus"))


@declared.check("DeleteDataProtectionPolicy")
def data_protection_gone(proof, world, given, answer):
    proof.equal("policyDocument", None, proof.read("GetDataProtectionPolicy", given).get("policyDocument"))
    proof.equal("dataProtectionStatus", "DELETED", shown(proof, given["logGroupIdentifier"]).get(
        "dataProtectionStatus"))


@declared.check("PutIndexPolicy", "DescribeIndexPolicies")
def index_policy_stands(proof, world, given, answer):
    name = given.get("logGroupIdentifier") or world.fixture("guarded")["Arn"]
    rows = proof.read("DescribeIndexPolicies", {"logGroupIdentifiers": [name]}).get("indexPolicies", [])
    for found in (answer.get("indexPolicy") or answer["indexPolicies"][0], rows[0] if rows else {}):
        proof.holds("indexPolicy", {"policyDocument": given.get("policyDocument", INDEX), "source": "LOG_GROUP"}, found)
        proof.true("logGroupIdentifier", found.get("logGroupIdentifier", "").endswith(name), "the group's ARN", found)
        recent(proof, "lastUpdateTime", found.get("lastUpdateTime"))


@declared.check("DeleteIndexPolicy")
def index_policy_gone(proof, world, given, answer):
    found = proof.read("DescribeIndexPolicies", {"logGroupIdentifiers": [given["logGroupIdentifier"]]})
    proof.equal("indexPolicies", [], found.get("indexPolicies"))


@declared.check("DescribeFieldIndexes")
def indexes_told(proof, world, given, answer):
    proof.holds("fieldIndexes", [{"logGroupIdentifier": world.fixture("guarded")["Arn"], "type": "FIELD_INDEX",
                                  "fieldIndexName": "RequestId", "indexCategory": "CUSTOM"}], answer["fieldIndexes"])


@declared.check("PutTransformer", "GetTransformer")
def transformer_stands(proof, world, given, answer):
    found = proof.read("GetTransformer", {"logGroupIdentifier": given["logGroupIdentifier"]})
    for each in (found, answer if "transformerConfig" not in given else found):
        proof.equal("transformerConfig", given.get("transformerConfig", TRANSFORMER), each.get("transformerConfig"))
        proof.true("logGroupIdentifier", each.get("logGroupIdentifier", "").endswith(given["logGroupIdentifier"]),
                   "the group's ARN", each)
        recent(proof, "creationTime", each.get("creationTime"))
        recent(proof, "lastModifiedTime", each.get("lastModifiedTime"))


@declared.check("DeleteTransformer")
def transformer_gone(proof, world, given, answer):
    proof.equal("transformerConfig", None, proof.read("GetTransformer", given).get("transformerConfig"))


@declared.check("TestTransformer")
def transformed(proof, world, given, answer):
    found = answer["transformedLogs"]
    messages = given["logEventMessages"]
    proof.equal("eventNumber", list(range(1, len(messages) + 1)), [each["eventNumber"] for each in found])
    proof.equal("eventMessage", messages, [each["eventMessage"] for each in found])
    wanted = [{"a": "b"} if message.startswith("{") else None for message in messages]
    proof.equal("transformedEventMessage", wanted, [
        json.loads(each["transformedEventMessage"]) if "transformedEventMessage" in each else None for each in found])
