"""What IAM decides of log groups, and what outlives the emulator."""

import json
import time

import boto3
import pytest
from botocore.exceptions import ClientError

from emulator.testing import InProcess

NOON = 1_800_014_400
GROUPS = "arn:aws:logs:us-east-1:000000000000:log-group:"


def connect(running, service, **keys):
    keys = {"aws_access_key_id": "000000000000", "aws_secret_access_key": "test", **keys}
    return boto3.client(service, endpoint_url=running.url, region_name="us-east-1", **keys)


@pytest.fixture
def enforced():
    running = InProcess(iam="enforce").start()
    yield running
    running.stop()


def code(function, **given):
    try:
        function(**given)
    except ClientError as error:
        return error.response["Error"]["Code"]
    return None


def test_policies_name_groups_and_streams(enforced):
    owner, iam = connect(enforced, "logs"), connect(enforced, "iam")
    for name in ("/app", "/other"):
        owner.create_log_group(logGroupName=name, tags={"team": name})
        owner.create_log_stream(logGroupName=name, logStreamName="s")
    iam.create_user(UserName="writer")
    iam.put_user_policy(UserName="writer", PolicyName="p", PolicyDocument=json.dumps({
        "Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": ["logs:PutLogEvents", "logs:GetLogEvents", "logs:DescribeLogStreams"],
             "Resource": f"{GROUPS}/app:*"},
            {"Effect": "Allow", "Action": "logs:StartQuery", "Resource": f"{GROUPS}/app:*"},
            {"Effect": "Allow", "Action": "logs:FilterLogEvents", "Resource": "*",
             "Condition": {"StringEquals": {"aws:ResourceTag/team": "/other"}}}]}))
    key = iam.create_access_key(UserName="writer")["AccessKey"]
    writer = connect(enforced, "logs", aws_access_key_id=key["AccessKeyId"],
                     aws_secret_access_key=key["SecretAccessKey"])  # fmt: skip
    events = [{"timestamp": int(enforced.runtime.clock.now() * 1000), "message": "m"}]
    assert code(writer.put_log_events, logGroupName="/app", logStreamName="s", logEvents=events) is None
    assert code(writer.put_log_events, logGroupName="/other", logStreamName="s", logEvents=events) == (
        "AccessDeniedException")
    assert code(writer.describe_log_streams, logGroupIdentifier=f"{GROUPS}/app") is None
    assert code(writer.filter_log_events, logGroupName="/other") is None
    assert code(writer.filter_log_events, logGroupName="/app") == "AccessDeniedException"
    assert code(writer.get_log_events, logGroupName="/app", logStreamName="s", unmask=True) == "AccessDeniedException"
    query = {"logGroupName": "/app", "startTime": 0, "endTime": 1}
    assert code(writer.start_query, **query, queryString="fields @message") is None
    assert code(writer.start_query, **query, queryString="fields unmask(@message)") == "AccessDeniedException"
    other = {"startTime": 0, "endTime": 1, "queryString": "limit 1"}
    assert code(writer.start_query, **other, logGroupNames=["/app", "/other"]) == "AccessDeniedException"
    for text in ("filter a in (SOURCE '/other' | fields a)", "filter a in (SOURCE '/app' | fields a)"):
        wanted = "AccessDeniedException" if "/other" in text else None
        assert code(writer.start_query, **query, queryString=text) == wanted
    assert code(writer.start_query, **other | {"queryString": "SOURCE logGroups(namePrefix: ['/']) | limit 1"}) == (
        "AccessDeniedException")


def test_scheduled_queries_read_the_groups_of_their_role(enforced):
    enforced.freeze(NOON)
    logs, iam = connect(enforced, "logs"), connect(enforced, "iam")
    for name in ("/app", "/other"):
        logs.create_log_group(logGroupName=name)
    trust = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "logs.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
    role = iam.create_role(RoleName="queries", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    iam.put_role_policy(RoleName="queries", PolicyName="p", PolicyDocument=json.dumps({
        "Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": "logs:StartQuery", "Resource": f"{GROUPS}/app:*"}]}))
    arns = {name: logs.create_scheduled_query(
        name=name, queryLanguage="CWLI", queryString=text, scheduleExpression="cron(0/10 * * * ? *)",
        executionRoleArn=role, logGroupIdentifiers=groups)["scheduledQueryArn"] for name, text, groups in (
        ("allowed", "limit 1", ["/app"]), ("denied", "limit 1", ["/app", "/other"]),
        ("inside", "filter a in (SOURCE '/other' | fields a)", ["/app"]))}  # fmt: skip
    enforced.advance(600)
    runs = {name: settled(logs, arn) for name, arn in arns.items()}
    assert {name: run["executionStatus"] for name, run in runs.items()} == {
        "allowed": "Complete", "denied": "Failed", "inside": "Failed"}
    assert "logs:StartQuery" in runs["denied"]["errorMessage"] and "/other" in runs["denied"]["errorMessage"]


def settled(logs, arn):
    """The run of a scheduled query, once it has ended."""
    for _ in range(200):
        found = logs.get_scheduled_query_history(identifier=arn, startTime=0, endTime=(NOON + 9999) * 1000)
        if found["triggerHistory"] and found["triggerHistory"][0]["executionStatus"] != "Running":
            return found["triggerHistory"][0]
        time.sleep(0.02)
    raise AssertionError("the query does not end")


def test_events_outlive_the_emulator(tmp_path):
    first = InProcess(data_dir=tmp_path).start()
    first.freeze(NOON)
    logs = connect(first, "logs")
    logs.create_log_group(logGroupName="/app")
    logs.create_log_stream(logGroupName="/app", logStreamName="s")
    logs.put_retention_policy(logGroupName="/app", retentionInDays=1)
    given = {"logGroupName": "/app", "logStreamName": "s"}
    logs.put_log_events(**given, logEvents=[{"timestamp": NOON * 1000 + at, "message": f"m{at}"} for at in range(3)])
    token = logs.get_log_events(**given, limit=1, startFromHead=True)["nextForwardToken"]
    first.stop()
    second = InProcess(data_dir=tmp_path).start()
    try:
        logs = connect(second, "logs")
        found = logs.get_log_events(**given, nextToken=token, startFromHead=True)["events"]
        assert [each["message"] for each in found] == ["m1", "m2"]
        second.advance(2 * 86_400)
        assert logs.get_log_events(**given)["events"] == []
    finally:
        second.stop()
