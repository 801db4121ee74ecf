"""What proves that calls about integrations, syslog and the storage tier did their work."""

from conformance.services.logs.fixtures import NOT_FOUND
from conformance.services.logs.readings import recent
from conformance.services.logs.resource_fixtures import declared
from conformance.services.readback import gone


@declared.check("PutIntegration")
def integration_stands(proof, world, given, answer):
    proof.equal("integrationName", given["integrationName"], answer["integrationName"])
    found = proof.read("GetIntegration", {"integrationName": given["integrationName"]})
    proof.holds("GetIntegration", {"integrationName": given["integrationName"], "integrationType": "OPENSEARCH"}, found)
    proof.equal("integrationStatus", found.get("integrationStatus"), answer.get("integrationStatus"))


declared.undo["PutIntegration"] = lambda world, given, answer: world.ask(
    "DeleteIntegration", {"integrationName": given["integrationName"]})


@declared.check("GetIntegration")
def integration_told(proof, world, given, answer):
    proof.holds("answer", {"integrationName": world.fixture("integration")["Name"], "integrationType": "OPENSEARCH",
                           "integrationStatus": "PROVISIONING"}, answer)


@declared.check("ListIntegrations")
def integrations_listed(proof, world, given, answer):
    wanted = [world.fixture("integration")["Name"]] if given.get("integrationStatus", "PROVISIONING") == (
        "PROVISIONING") else []
    proof.equal("integrationSummaries", wanted, [each["integrationName"] for each in answer["integrationSummaries"]])
    told = {"integrationType": "OPENSEARCH", "integrationStatus": "PROVISIONING"}
    for each in answer["integrationSummaries"]:
        proof.holds("integrationSummaries", told, each)


gone(declared, "DeleteIntegration", read="GetIntegration", by=("integrationName",), code=NOT_FOUND)


@declared.check("PutStorageTierPolicy", "GetStorageTierPolicy")
def tier_stands(proof, world, given, answer):
    wanted = given.get("storageTier", "STANDARD")
    proof.equal("storageTier", wanted, answer["storageTier"])
    found = proof.read("GetStorageTierPolicy", {})
    for name in ("storageTier", "lastUpdatedTime"):
        proof.equal(name, found.get(name), answer.get(name))
    if "storageTier" not in given:
        proof.equal("lastUpdatedTime", None, answer.get("lastUpdatedTime"))
    else:
        recent(proof, "lastUpdatedTime", answer.get("lastUpdatedTime"))


@declared.check("PutSyslogConfiguration", "ListSyslogConfigurations", "DeleteSyslogConfiguration")
def syslog_stands(proof, world, given, answer):
    group = next(world.fixture(name) for name in ("group", "guarded")
                 if given.get("logGroupIdentifier", world.fixture("guarded")["Name"]) == world.fixture(name)["Name"])
    rows = proof.read("ListSyslogConfigurations", {"logGroupIdentifier": group["Name"]}).get("syslogConfigurations", [])
    deleted = "syslogConfigurations" not in answer and group is world.fixture("guarded")
    ends = {"vpcEndpointId": given["vpcEndpointId"]} if group is world.fixture("group") and len(given) > 1 else {}
    wanted = [] if deleted else [{"logGroupArn": group["Arn"], "sourceType": "VPCE"} | ends]
    proof.equal("syslogConfigurations", wanted, [{name: each[name] for name in each if name != "createdAt"}
                                                 for each in rows])
    for each in rows:
        recent(proof, "createdAt", each.get("createdAt"))
    if "syslogConfigurations" in answer and "vpcEndpointId" not in given:
        proof.equal("answer", rows, answer["syslogConfigurations"])
