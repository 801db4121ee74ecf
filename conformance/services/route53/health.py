"""What proves that calls on health checks did their work."""

from conformance.services.readback import gone
from conformance.services.route53.base import declared


@declared.check("CreateHealthCheck")
def check_stands(proof, world, given, answer):
    made = answer["HealthCheck"]
    proof.holds("HealthCheckConfig", given["HealthCheckConfig"], made["HealthCheckConfig"])
    proof.equal("own", (given["CallerReference"], 1), (made["CallerReference"], made["HealthCheckVersion"]))
    proof.equal("GetHealthCheck", made, proof.read("GetHealthCheck", {"HealthCheckId": made["Id"]})["HealthCheck"])
    proof.true("Location", answer["Location"].endswith(f"/healthcheck/{made['Id']}"), "names the check", answer)


declared.undo["CreateHealthCheck"] = lambda world, given, answer: world.ask(
    "DeleteHealthCheck", {"HealthCheckId": answer["HealthCheck"]["Id"]})


@declared.check("GetHealthCheck")
def check_told(proof, world, given, answer):
    made = world.fixture("check")
    proof.holds("HealthCheck", {
        "Id": made["Id"], "CallerReference": made["CallerReference"], "HealthCheckVersion": 1, "HealthCheckConfig": {
            "IPAddress": "192.0.2.44", "Port": 80, "Type": "HTTP", "ResourcePath": "/", "RequestInterval": 30,
            "FailureThreshold": 3, "Disabled": True, "Inverted": False, "MeasureLatency": False, "EnableSNI": False}},
        answer["HealthCheck"])  # fmt: skip


@declared.check("UpdateHealthCheck")
def check_changed(proof, world, given, answer):
    found = proof.read("GetHealthCheck", {"HealthCheckId": given["HealthCheckId"]})["HealthCheck"]
    proof.equal("GetHealthCheck", found, answer["HealthCheck"])
    proof.equal("HealthCheckVersion", 2, found["HealthCheckVersion"])
    leave = ("HealthCheckId", "HealthCheckVersion", "ResetElements")
    sent = {name: value for name, value in given.items() if name not in leave}
    proof.holds("HealthCheckConfig", sent, found["HealthCheckConfig"])
    if given.get("ResetElements") and "ResourcePath" not in given:
        proof.equal("ResourcePath", None, found["HealthCheckConfig"].get("ResourcePath"))


gone(declared, "DeleteHealthCheck", read="GetHealthCheck", by=("HealthCheckId",), code="NoSuchHealthCheck")


@declared.check("ListHealthChecks")
def checks_listed(proof, world, given, answer):
    made = world.fixture("check")
    if given.get("MaxItems") == "1":
        proof.pages("ListHealthChecks", given, "HealthChecks", ("NextMarker", "Marker"), "Id")
        answer = proof.read("ListHealthChecks", {})
    rows = {each["Id"]: each for each in answer["HealthChecks"]}
    proof.equal("HealthChecks", proof.read("GetHealthCheck", {"HealthCheckId": made["Id"]})["HealthCheck"],
                rows.get(made["Id"]))


@declared.check("GetHealthCheckStatus", "GetHealthCheckLastFailureReason")
def nothing_seen_yet(proof, world, given, answer):
    proof.equal("HealthCheckObservations", [], answer["HealthCheckObservations"])  # the fixture is disabled
    found = proof.read("GetHealthCheck", {"HealthCheckId": given["HealthCheckId"]})["HealthCheck"]
    proof.equal("HealthCheck", (given["HealthCheckId"], True), (
        found["Id"], found["HealthCheckConfig"].get("Disabled")))
