"""Anomaly detectors: their control plane. A detector trains for as long as it lives, so that it finds no anomalies.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/LogsAnomalyDetection.html
"""

from emulator.kernel.store import replace
from emulator.resources import IdPattern, Listing, Resource, Tags
from emulator.services.logs.errors import BAD_TOKEN, invalid, not_found
from emulator.services.logs.lookup import group, millis
from emulator.services.logs.reading import pattern_of
from emulator.services.logs.service import service

MISSING = ("ResourceNotFoundException", "The specified anomaly detector does not exist.")

Detector = Resource(
    "AnomalyDetector", service, id=IdPattern("{uuid}", "anomalyDetectorId"),
    arn="arn:{partition}:logs:{region}:{account}:anomaly-detector:{anomalyDetectorId}",
    create="CreateLogAnomalyDetector", missing=MISSING, tags=Tags(member="tags"), arn_member="anomalyDetectorArn",
    created="made", modified="changed", list=Listing("ListLogAnomalyDetectors", {
        "filterLogGroupArn": lambda view, given: given in view["logGroupArnList"]}, limit=50,
        invalid_token=BAD_TOKEN), defaults={"anomalyVisibilityTime": 21, "evaluationFrequency": "FIFTEEN_MIN"},
    cloudformation="AWS::Logs::LogAnomalyDetector",
)  # fmt: skip


@Detector.on_validate
def check(ctx, document, before):
    """The log group must be there. Raises InvalidParameterException, ResourceNotFoundException."""
    for arn in document["logGroupArnList"]:
        group(ctx, arn)
    pattern_of(document.get("filterPattern"))


@Detector.on_create
def trains(ctx, record):
    now = millis(ctx)
    return replace(record, document=record.document | {
        "anomalyDetectorStatus": "TRAINING", "creationTimeStamp": now, "lastModifiedTimeStamp": now})  # fmt: skip


def _find(ctx, arn: str):
    found = Detector.find_arn(ctx, arn)
    if found is None:
        raise not_found(MISSING[1])
    return found


@service.operation
def get_log_anomaly_detector(ctx, anomalyDetectorArn):
    """Raises ResourceNotFoundException."""
    return Detector.output(ctx, _find(ctx, anomalyDetectorArn), "GetLogAnomalyDetector")


@service.operation
def update_log_anomaly_detector(ctx, anomalyDetectorArn, enabled, evaluationFrequency=None, filterPattern=None,
                                anomalyVisibilityTime=None):  # fmt: skip
    """Raises InvalidParameterException, ResourceNotFoundException."""
    found = _find(ctx, anomalyDetectorArn)
    pattern_of(filterPattern)
    given = {"evaluationFrequency": evaluationFrequency, "filterPattern": filterPattern,
             "anomalyVisibilityTime": anomalyVisibilityTime, "lastModifiedTimeStamp": millis(ctx),
             "anomalyDetectorStatus": "TRAINING" if enabled else "PAUSED"}  # fmt: skip
    changed = {name: value for name, value in given.items() if value is not None}
    Detector.put(ctx, replace(found, document=found.document | changed, modified=ctx.now))


@service.operation
def delete_log_anomaly_detector(ctx, anomalyDetectorArn):
    """Raises ResourceNotFoundException."""
    Detector.remove(ctx, _find(ctx, anomalyDetectorArn))


@service.operation
def list_anomalies(ctx, anomalyDetectorArn=None, suppressionState=None, limit=50, nextToken=None):
    """None: no detector has ended its training. Raises ResourceNotFoundException."""
    if anomalyDetectorArn is not None:
        _find(ctx, anomalyDetectorArn)
    return {"anomalies": []}


@service.operation
def update_anomaly(ctx, anomalyDetectorArn, anomalyId=None, patternId=None, suppressionType=None,
                   suppressionPeriod=None, baseline=None):  # fmt: skip
    """Raises InvalidParameterException, ResourceNotFoundException."""
    _find(ctx, anomalyDetectorArn)
    if (anomalyId is None) == (patternId is None):
        raise invalid("Exactly one of anomalyId and patternId must be specified.")
    raise not_found("The specified anomaly does not exist.")
