"""What proves that calls about exports and imports did their work."""

from conformance.services.logs.fixtures import NOT_FOUND
from conformance.services.logs.readings import recent
from conformance.services.logs.resource_fixtures import declared


@declared.check("CreateExportTask")
def export_stands(proof, world, given, answer):
    row = next(iter(proof.read("DescribeExportTasks", {"taskId": answer["taskId"]}).get("exportTasks", [])), {})
    names = ("logGroupName", "to", "destination", "taskName")
    proof.holds("exportTasks", {name: given[name] for name in names if name in given} | {
        "taskId": answer["taskId"], "destinationPrefix": given.get("destinationPrefix", "exportedlogs"),
        "from": given.get("fromTime", given.get("from"))}, row)
    recent(proof, "creationTime", row.get("executionInfo", {}).get("creationTime"))


declared.undo["CreateExportTask"] = lambda world, given, answer: world.ask(
    "CancelExportTask", {"taskId": answer["taskId"]})


@declared.check("DescribeExportTasks")
def exports_listed(proof, world, given, answer):
    made = world.fixture("export")
    rows = answer["exportTasks"]
    if "statusCode" in given:
        proof.true("status", all(each["status"]["code"] == given["statusCode"] for each in rows), given["statusCode"])
        return
    row = next((each for each in rows if each["taskId"] == made["TaskId"]), {})
    proof.holds("exportTasks", {"logGroupName": world.fixture("group")["Name"], "from": 1, "to": 2,
                                "destination": world.fixture("bucket")["Bucket"],
                                "destinationPrefix": "exportedlogs"}, row)
    proof.true("status", row.get("status", {}).get("code") in ("PENDING", "RUNNING", "COMPLETED"), "on its way", row)
    recent(proof, "creationTime", row.get("executionInfo", {}).get("creationTime"))


@declared.check("CancelExportTask")
def export_cancelled(proof, world, given, answer):
    row = proof.read("DescribeExportTasks", given)["exportTasks"][0]
    proof.true("status", row["status"]["code"] in ("CANCELLED", "PENDING_CANCEL"), "cancelled", row)


@declared.check("DescribeImportTasks")
def no_imports(proof, world, given, answer):
    proof.equal("imports", [], answer["imports"])
    proof.refused("DescribeImportTasks", {"importId": "12345678-1234-1234-1234-123456789012"}, NOT_FOUND)
