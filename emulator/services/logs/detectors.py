"""Anomaly detectors: they train for a while, then analyze what comes, on the clock.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/LogsAnomalyDetection.html
"""

from emulator.kernel.context import Context
from emulator.kernel.store import replace
from emulator.resources import IdPattern, Listing, Resource, Tags
from emulator.resources.records import ResourceRecord
from emulator.services.logs import analyzing, anomalies
from emulator.services.logs.errors import BAD_TOKEN, not_found
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
    ctx.after(analyzing.TRAINING, "end_training", _job(record), arn=record.arn)
    return replace(record, document=record.document | {
        "anomalyDetectorStatus": "TRAINING", "creationTimeStamp": now, "lastModifiedTimeStamp": now})  # fmt: skip


@Detector.on_delete
def forgets(ctx, record):
    ctx.cancel(_job(record))
    analyzing.forget(ctx, record)


def _job(record: ResourceRecord) -> str:
    return f"detector/{record.id[-1]}"


@service.job
def end_training(ctx, arn):
    """What came up to now is what is usual; from now on it looks regularly."""
    record = Detector.find_arn(ctx, arn)
    if record is not None:
        windows, now = analyzing.train(ctx, record, millis(ctx)), millis(ctx)
        Detector.put(ctx, replace(record, private={"windows": windows, "looked": now},
                                  document=record.document | {"anomalyDetectorStatus": "ANALYZING"}))  # fmt: skip
        _wait(ctx, record)


@service.job
def look_for_anomalies(ctx, arn):
    """Look at what came since the last time."""
    record = Detector.find_arn(ctx, arn)
    if record is not None:
        now, private = millis(ctx), record.private
        analyzing.look(ctx, record, private["looked"], now, private["windows"])
        Detector.put(ctx, replace(record, private={"windows": private["windows"] + 1, "looked": now}))
        _wait(ctx, record)


def _wait(ctx: Context, record: ResourceRecord) -> None:
    ctx.after(analyzing.period(record) / 1000, "look_for_anomalies", _job(record), arn=record.arn)


def _find(ctx: Context, arn: str) -> ResourceRecord:
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
    """One that is paused does nothing. Raises InvalidParameterException, ResourceNotFoundException."""
    found = _find(ctx, anomalyDetectorArn)
    pattern_of(filterPattern)
    trained = "looked" in found.private
    status = ("ANALYZING" if trained else "TRAINING") if enabled else "PAUSED"
    given = {"evaluationFrequency": evaluationFrequency, "filterPattern": filterPattern,
             "anomalyVisibilityTime": anomalyVisibilityTime, "lastModifiedTimeStamp": millis(ctx),
             "anomalyDetectorStatus": status}  # fmt: skip
    changed = {name: value for name, value in given.items() if value is not None}
    private = found.private | ({"looked": millis(ctx)} if trained else {})
    kept = Detector.put(ctx, replace(found, document=found.document | changed, private=private, modified=ctx.now))
    ctx.cancel(_job(kept))
    if enabled and trained:
        _wait(ctx, kept)
    elif enabled:
        ctx.after(analyzing.TRAINING, "end_training", _job(kept), arn=kept.arn)


@service.operation
def delete_log_anomaly_detector(ctx, anomalyDetectorArn):
    """Raises ResourceNotFoundException."""
    Detector.remove(ctx, _find(ctx, anomalyDetectorArn))


@service.operation
def list_anomalies(ctx, anomalyDetectorArn=None, suppressionState=None, limit=anomalies.PAGE, nextToken=None):
    """What one or all have found. Raises InvalidParameterException, ResourceNotFoundException."""
    found = Detector.rows(ctx) if anomalyDetectorArn is None else [_find(ctx, anomalyDetectorArn)]
    return anomalies.listed(ctx, [each.arn for each in found], suppressionState, limit, nextToken)


@service.operation
def update_anomaly(ctx, anomalyDetectorArn, **given):
    """Raises InvalidParameterException, ResourceNotFoundException."""
    found = _find(ctx, anomalyDetectorArn)
    changed = anomalies.changed(ctx, found.arn, given)
    if given.get("baseline"):
        analyzing.accept(ctx, found, changed)
