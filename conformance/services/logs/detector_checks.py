"""What proves that calls about anomaly detectors did their work."""

from conformance.services.logs.checks import NEXT
from conformance.services.logs.fixtures import NOT_FOUND
from conformance.services.logs.readings import recent, shows
from conformance.services.logs.resource_fixtures import declared
from conformance.services.readback import gone, listed, written

written(declared, "CreateLogAnomalyDetector", read="GetLogAnomalyDetector",
        by={"anomalyDetectorArn": "answer.anomalyDetectorArn"})
written(declared, "UpdateLogAnomalyDetector", read="GetLogAnomalyDetector", by=("anomalyDetectorArn",))
gone(declared, "DeleteLogAnomalyDetector", read="GetLogAnomalyDetector", by=("anomalyDetectorArn",), code=NOT_FOUND)
listed(declared, "ListLogAnomalyDetectors", "anomalyDetectors", "detector", "Arn", "anomalyDetectorArn", NEXT)
for reading, place in (("GetLogAnomalyDetector", ""), ("ListLogAnomalyDetectors", "anomalyDetectors")):
    shows(reading, place, lambda world: {"detectorName": "first", "filterPattern": "ERROR", "logGroupArnList": [
        world.fixture("group")["Arn"]]}, "detectorName")


@declared.check("CreateLogAnomalyDetector", "UpdateLogAnomalyDetector", "GetLogAnomalyDetector")
def detector_stands(proof, world, given, answer):
    found = proof.read("GetLogAnomalyDetector", {
        "anomalyDetectorArn": answer.get("anomalyDetectorArn") or given["anomalyDetectorArn"]})
    paused = given.get("enabled") is False
    proof.equal("anomalyDetectorStatus", "PAUSED" if paused else "TRAINING", found.get("anomalyDetectorStatus"))
    for name in ("creationTimeStamp", "lastModifiedTimeStamp"):
        recent(proof, name, found.get(name))
    if "tags" in given:
        tags = proof.read("ListTagsForResource", {"resourceArn": answer["anomalyDetectorArn"]}).get("tags")
        proof.equal("tags", given["tags"], tags)
    if "creationTimeStamp" in answer:
        proof.holds("answer", {name: value for name, value in found.items() if name != "ResponseMetadata"}, answer)


@declared.check("ListAnomalies")
def no_anomalies(proof, world, given, answer):
    proof.equal("anomalies", [], answer["anomalies"])
    absent = world.fixture("group")["Arn"].replace("log-group", "anomaly-detector")
    proof.refused("ListAnomalies", {"anomalyDetectorArn": absent}, NOT_FOUND)


@declared.check("ListLogAnomalyDetectors")
def detectors_recent(proof, world, given, answer):
    for each in answer["anomalyDetectors"]:
        for name in ("creationTimeStamp", "lastModifiedTimeStamp"):
            recent(proof, name, each.get(name))
