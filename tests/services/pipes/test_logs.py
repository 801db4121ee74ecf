"""Logs of executions, at the level that the pipe asks for."""

import json


def logs(client, bucket):
    s3 = client("s3")
    found = []
    for each in s3.list_objects_v2(Bucket=bucket).get("Contents", []):
        content = s3.get_object(Bucket=bucket, Key=each["Key"])["Body"].read().decode()
        found += [json.loads(line) for line in content.splitlines()]
    return found


def logged(level, **more):
    return {"Level": level, "S3LogDestination": {"BucketName": "logs", "BucketOwner": "000000000000"}, **more}


def test_every_step_with_its_events(pipe, queue, client):
    client("s3").create_bucket(Bucket="logs")
    source, target = queue("in"), queue("out")
    source.send("x")
    made = pipe(source.arn, target.arn, LogConfiguration=logged("INFO", IncludeExecutionData=["ALL"]))
    found = logs(client, "logs")
    assert [each["messageType"] for each in found] == [
        "EXECUTION_STARTED", "TARGET_STAGE_ENTERED", "TARGET_STAGE_SUCCEEDED", "EXECUTION_SUCCEEDED"]  # fmt: skip
    assert len({each["executionId"] for each in found}) == 1 and found[0]["resourceArn"] == made["Arn"]
    assert json.loads(found[0]["payload"])[0]["body"] == "x"


def test_errors_alone(pipe, queue, client):
    client("s3").create_bucket(Bucket="logs")
    source = queue("in")
    source.send("x")
    pipe(source.arn, source.arn + "-gone", LogConfiguration=logged("ERROR"))
    found = logs(client, "logs")
    assert [each["messageType"] for each in found] == ["TARGET_STAGE_FAILED", "EXECUTION_FAILED"]
    assert found[0]["error"]["message"] and "payload" not in found[0]
