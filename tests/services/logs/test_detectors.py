"""Anomaly detectors: trained and looking on the clock; what they find, and what is done about it."""

import pytest

QUARTER = 900  # seconds


@pytest.fixture
def detector(logs, group, now):
    return logs.create_log_anomaly_detector(
        logGroupArnList=[f"arn:aws:logs:us-east-1:000000000000:log-group:{group}"], detectorName="d",
        evaluationFrequency="FIFTEEN_MIN")["anomalyDetectorArn"]


@pytest.fixture
def say(logs, group, emulator, now):
    """Put messages now, as the clock stands."""

    def put(*messages):
        at = int(emulator.runtime.clock.now() * 1000)
        logs.put_log_events(logGroupName=group, logStreamName="one", logEvents=[
            {"timestamp": at, "message": message} for message in messages])

    return put


def found(logs, **given):
    return logs.list_anomalies(**given)["anomalies"]


def status(logs, arn):
    return logs.get_log_anomaly_detector(anomalyDetectorArn=arn)["anomalyDetectorStatus"]


def test_a_detector_trains_for_a_while(logs, emulator, detector):
    assert status(logs, detector) == "TRAINING"
    emulator.advance(QUARTER)
    assert status(logs, detector) == "ANALYZING"
    logs.update_log_anomaly_detector(anomalyDetectorArn=detector, enabled=False)
    assert status(logs, detector) == "PAUSED"
    logs.update_log_anomaly_detector(anomalyDetectorArn=detector, enabled=True)
    assert status(logs, detector) == "ANALYZING"


def test_a_new_pattern_is_an_anomaly(logs, emulator, detector, say):
    say("took 5 ms", "took 6 ms")
    emulator.advance(QUARTER)
    say("took 7 ms", "ERROR at 10.0.0.1 after 3 s", "ERROR at 10.0.0.2 after 4 s")
    emulator.advance(QUARTER)
    [anomaly] = found(logs, anomalyDetectorArn=detector)
    assert (anomaly["patternString"], anomaly["priority"], anomaly["state"], anomaly["active"]) == (
        "ERROR at <*> after <*> s", "HIGH", "Active", True)
    assert list(anomaly["histogram"].values()) == [2]
    assert [each["message"] for each in anomaly["logSamples"]] == [
        "ERROR at 10.0.0.1 after 3 s", "ERROR at 10.0.0.2 after 4 s"]
    dynamic = [each for each in anomaly["patternTokens"] if each["isDynamic"]]
    assert [(each["inferredTokenName"], each["enumerations"]) for each in dynamic] == [
        ("IPAddress-1", {"10.0.0.1": 1, "10.0.0.2": 1}), ("Number-2", {"3": 1, "4": 1})]
    emulator.advance(QUARTER)
    assert [each["active"] for each in found(logs)] == [False]


def test_a_pattern_that_comes_too_often_is_an_anomaly(logs, emulator, detector, say):
    for _ in range(4):
        say(*[f"took {number} ms" for number in range(5)])
        emulator.advance(QUARTER)
    assert found(logs) == []
    say(*[f"took {number} ms" for number in range(50)])
    emulator.advance(QUARTER)
    [anomaly] = found(logs)
    assert (anomaly["patternString"], anomaly["priority"]) == ("took <*> ms", "LOW")
    assert anomaly["description"].startswith("Pattern frequency: it came 50 times")


def test_anomalies_are_suppressed_for_a_time_or_for_good(logs, emulator, detector, say, refused):
    emulator.advance(QUARTER)
    say("boom 1")
    emulator.advance(QUARTER)
    [anomaly] = found(logs)
    given = {"anomalyDetectorArn": detector, "anomalyId": anomaly["anomalyId"]}
    logs.update_anomaly(**given, suppressionType="LIMITED", suppressionPeriod={
        "value": 20, "suppressionUnit": "MINUTES"})
    [hidden] = found(logs, suppressionState="SUPPRESSED")
    assert (hidden["state"], hidden["suppressedUntil"], hidden["isPatternLevelSuppression"]) == (
        "Suppressed", int(emulator.runtime.clock.now() * 1000) + 1_200_000, False)
    say("boom 2")
    emulator.advance(QUARTER)
    assert found(logs)[0]["histogram"] == anomaly["histogram"]
    emulator.advance(QUARTER)
    assert [each["state"] for each in found(logs, suppressionState="UNSUPPRESSED")] == ["Active"]
    logs.update_anomaly(anomalyDetectorArn=detector, patternId=anomaly["patternId"], suppressionType="INFINITE")
    [hidden] = found(logs, suppressionState="SUPPRESSED")
    assert (hidden["suppressedUntil"], hidden["isPatternLevelSuppression"]) == (0, True)
    logs.update_anomaly(**given)
    assert found(logs, suppressionState="SUPPRESSED") == []
    assert refused(logs.update_anomaly, **given, suppressionType="LIMITED")[0] == "InvalidParameterException"
    assert refused(logs.update_anomaly, anomalyDetectorArn=detector)[0] == "InvalidParameterException"
    assert refused(logs.update_anomaly, **given | {"anomalyId": "0" * 36})[0] == "ResourceNotFoundException"


def test_what_is_taken_as_usual_is_no_anomaly_any_more(logs, emulator, detector, say):
    emulator.advance(QUARTER)
    say(*["boom 1"] * 9)
    emulator.advance(QUARTER)
    [anomaly] = found(logs)
    logs.update_anomaly(anomalyDetectorArn=detector, anomalyId=anomaly["anomalyId"], baseline=True)
    say(*["boom 1"] * 9)
    emulator.advance(QUARTER)
    assert [(each["state"], len(each["histogram"])) for each in found(logs)] == [("Baseline", 1)]
    say(*["boom 1"] * 90)
    emulator.advance(QUARTER)
    assert sorted(each["state"] for each in found(logs)) == ["Active", "Baseline"]


def test_old_anomalies_become_usual(logs, emulator, detector, say):
    logs.update_log_anomaly_detector(anomalyDetectorArn=detector, enabled=True, anomalyVisibilityTime=7)
    emulator.advance(QUARTER)
    say("boom 1")
    emulator.advance(QUARTER)
    emulator.advance(7 * 86_400)
    assert [each["state"] for each in found(logs)] == ["Baseline"]


def test_what_a_detector_found_goes_with_it(logs, emulator, detector, say, refused):
    emulator.advance(QUARTER)
    say("boom 1")
    emulator.advance(QUARTER)
    logs.delete_log_anomaly_detector(anomalyDetectorArn=detector)
    assert found(logs) == []
    assert refused(logs.list_anomalies, anomalyDetectorArn=detector)[0] == "ResourceNotFoundException"
