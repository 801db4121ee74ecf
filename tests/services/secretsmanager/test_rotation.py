"""Rotation by a function, whose place a coroutine of the test takes; on demand and on the clock."""

import pytest

from emulator.services.secretsmanager import rotation

FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:rotate"
DAY = 86400


@pytest.fixture
def function(monkeypatch):
    """The steps that the function was called for. It fails in the step in ``function.fails``."""

    class Steps(list):
        fails = ""

    steps = Steps()

    async def invoke(ctx, secret, event):
        steps.append(event["Step"])
        if event["Step"] == steps.fails:
            return False
        name = {"SecretId": event["SecretId"]}
        if event["Step"] == "createSecret":
            ctx.call("secretsmanager", "PutSecretValue", name | {
                "SecretString": f"rotated {len(steps)}", "ClientRequestToken": event["ClientRequestToken"],
                "VersionStages": ["AWSPENDING"]})  # fmt: skip
        if event["Step"] == "finishSecret":
            labels = ctx.call("secretsmanager", "DescribeSecret", name)["VersionIdsToStages"]
            current = next(version for version, stages in labels.items() if "AWSCURRENT" in stages)
            ctx.call("secretsmanager", "UpdateSecretVersionStage", name | {
                "VersionStage": "AWSCURRENT", "RemoveFromVersionId": current,
                "MoveToVersionId": event["ClientRequestToken"]})  # fmt: skip
        return True

    monkeypatch.setattr(rotation, "_check_function", lambda *_: None)
    monkeypatch.setattr(rotation, "_invoke", invoke)
    return steps


def called(sm, function, times):
    """The steps so far, once there are so many: a rotation goes on after its request was answered."""
    for _ in range(100):
        sm.describe_secret(SecretId="s")
        if len(function) >= times:
            break
    sm.describe_secret(SecretId="s")
    return list(function)


def test_a_rotation_goes_through_its_four_steps(sm, function):
    first = sm.create_secret(Name="s", SecretString="1")["VersionId"]
    made = sm.rotate_secret(SecretId="s", RotationLambdaARN=FUNCTION, RotationRules={"AutomaticallyAfterDays": 10})
    assert called(sm, function, 4) == list(rotation.STEPS)
    assert sm.get_secret_value(SecretId="s")["SecretString"] == "rotated 1"
    found = sm.describe_secret(SecretId="s")
    assert found["VersionIdsToStages"] == {first: ["AWSPREVIOUS"], made["VersionId"]: ["AWSCURRENT", "AWSPENDING"]}
    assert (found["RotationEnabled"], found["RotationRules"]) == (True, {"AutomaticallyAfterDays": 10})
    assert found["NextRotationDate"].isoformat().startswith("2027-01-25T23:59:59")
    assert found["LastRotatedDate"].isoformat().startswith("2027-01-15T12:00:00")


def test_the_clock_rotates_until_rotation_is_cancelled(sm, function, emulator):
    sm.create_secret(Name="s", SecretString="1")
    sm.rotate_secret(SecretId="s", RotationLambdaARN=FUNCTION, RotationRules={"ScheduleExpression": "rate(10 days)"})
    for number in range(4):
        assert called(sm, function, 4 * (number + 1)) == list(rotation.STEPS) * (number + 1)
        emulator.advance(10 * DAY)
    called(sm, function, 20)
    assert sm.cancel_rotate_secret(SecretId="s")["Name"] == "s"
    emulator.advance(31 * DAY)
    found = sm.describe_secret(SecretId="s")
    assert function.count("finishSecret") == 5
    assert found["RotationEnabled"] is False and "NextRotationDate" not in found


def test_a_rotation_that_fails_stays_pending(sm, function, refused):
    sm.create_secret(Name="s", SecretString="1")
    function.fails = "setSecret"
    sm.rotate_secret(SecretId="s", RotationLambdaARN=FUNCTION, RotationRules={"AutomaticallyAfterDays": 1})
    assert called(sm, function, 2) == ["createSecret", "setSecret"]
    assert sm.get_secret_value(SecretId="s")["SecretString"] == "1"
    assert sm.get_secret_value(SecretId="s", VersionStage="AWSPENDING")["SecretString"] == "rotated 1"
    assert refused(sm.rotate_secret, SecretId="s") == (
        "InvalidRequestException", "A previous rotation isn't complete. That rotation will be reattempted.",
    )  # fmt: skip


def test_a_configuration_is_tried_without_rotating(sm, function):
    sm.create_secret(Name="s", SecretString="1")
    sm.rotate_secret(
        SecretId="s", RotationLambdaARN=FUNCTION, RotationRules={"AutomaticallyAfterDays": 1}, RotateImmediately=False
    )
    assert called(sm, function, 1) == ["testSecret"]
    found = sm.describe_secret(SecretId="s")
    assert list(found["VersionIdsToStages"].values()) == [["AWSCURRENT"]]
    assert "LastRotatedDate" not in found and found["RotationEnabled"] is True
