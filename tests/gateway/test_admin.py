"""The admin API and LocalStack's doors, and the command line that speaks to them."""

import json
import urllib.error
import urllib.request

import boto3
import pytest
from botocore.exceptions import ClientError

from emulator import cli


def ask(endpoint, method, path, data=None):
    body = None if data is None else json.dumps(data).encode()
    try:
        with urllib.request.urlopen(urllib.request.Request(endpoint + path, body, method=method)) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def test_health_names_what_stands(endpoint):
    status, health = ask(endpoint, "GET", "/_emulator/health")
    assert status == 200 and health["status"] == "ok"
    assert "sqs" in health["services"] and "rds" not in health["services"]
    _, localstack = ask(endpoint, "GET", "/_localstack/health")
    assert localstack["services"]["s3"] == "available" and localstack["services"]["rds"] == "disabled"
    assert ask(endpoint, "GET", "/_localstack/init/ready")[0] == 200


def test_unknown_paths_and_bad_arguments_say_what_to_do(endpoint):
    status, answer = ask(endpoint, "GET", "/_emulator/nothing")
    assert status == 404 and "/_emulator/health" in answer["paths"]
    assert ask(endpoint, "PUT", "/_emulator/reset")[0] == 405
    assert ask(endpoint, "POST", "/_emulator/clock", {})[0] == 400
    assert ask(endpoint, "POST", "/_emulator/clock", {"advance": "much"})[0] == 400
    assert ask(endpoint, "POST", "/_emulator/clock", {"advance": -5})[0] == 400
    assert "no snapshot" in ask(endpoint, "POST", "/_emulator/snapshots/restore", {"name": "x"})[1]["error"]
    assert ask(endpoint, "GET", "/_emulator/operations?service=nosuch")[0] == 400


def test_the_clock_moves(endpoint):
    ask(endpoint, "POST", "/_emulator/clock", {"freeze": 1_000_000})
    assert ask(endpoint, "POST", "/_emulator/clock", {"advance": 60})[1] == {"now": 1_000_060.0, "frozen": True}
    assert ask(endpoint, "POST", "/_emulator/clock", {"real": True})[1]["frozen"] is False


def test_snapshot_restore_and_reset(endpoint, client):
    s3 = client("s3")
    s3.create_bucket(Bucket="kept")
    s3.put_object(Bucket="kept", Key="large", Body=b"x" * 200_000)
    before = ask(endpoint, "GET", "/_emulator/state")[1]
    assert ask(endpoint, "POST", "/_emulator/snapshots", {"name": "one"})[0] == 200
    ask(endpoint, "POST", "/_emulator/reset")
    assert s3.list_buckets()["Buckets"] == []
    ask(endpoint, "POST", "/_emulator/snapshots/restore", {"name": "one"})
    assert s3.get_object(Bucket="kept", Key="large")["Body"].read() == b"x" * 200_000
    assert ask(endpoint, "GET", "/_emulator/state")[1] == before
    ask(endpoint, "DELETE", "/_emulator/snapshots?name=one")
    assert ask(endpoint, "GET", "/_emulator/snapshots")[1] == {"snapshots": []}


def test_requests_are_logged_decoded(endpoint, client):
    with pytest.raises(ClientError):
        client("sqs").get_queue_url(QueueName="none")
    client("sqs").create_queue(QueueName="logged")
    rows = ask(endpoint, "GET", "/_emulator/requests?service=sqs")[1]
    assert [(row["operation"], row["status"]) for row in rows] == [("CreateQueue", 200), ("GetQueueUrl", 400)]
    assert rows[0]["input"] == {"QueueName": "logged"} and rows[0]["output"]["QueueUrl"].endswith("/logged")
    assert rows[1]["error"]["code"] and rows[1]["request_id"]
    assert len(ask(endpoint, "GET", "/_emulator/requests?text=logged")[1]) == 1


def test_faults_are_injected_and_cleared(endpoint, client):
    sqs = client("sqs")
    rule = {"service": "sqs", "operation": "List*", "code": "RequestThrottled", "message": "slow down", "status": 400}
    ask(endpoint, "PUT", "/_emulator/faults", {"faults": [rule]})
    with pytest.raises(ClientError) as refused:
        sqs.list_queues()
    assert refused.value.response["Error"]["Message"] == "slow down"
    sqs.create_queue(QueueName="still-works")
    ask(endpoint, "PUT", "/_emulator/faults", {"faults": [{"service": "sqs", "latency": 0.2}]})
    sqs.list_queues()
    assert ask(endpoint, "GET", "/_emulator/requests?service=sqs&limit=1")[1][0]["duration_ms"] > 190
    ask(endpoint, "DELETE", "/_emulator/faults")
    assert len(sqs.list_queues()["QueueUrls"]) == 1
    assert ask(endpoint, "PUT", "/_emulator/faults", {"faults": [{"latency": "x"}]})[0] == 400


def test_an_account_is_its_twelve_digit_key(client):
    client("s3", access_key="111111111111").create_bucket(Bucket="theirs")
    assert client("sts", access_key="111111111111").get_caller_identity()["Account"] == "111111111111"
    assert client("s3").list_buckets()["Buckets"] == []


def test_the_command_line_speaks_to_it(endpoint, client, capsys):
    def run(*arguments):
        code = cli.main([*arguments])
        return code, capsys.readouterr()

    assert run("status", "--endpoint", endpoint)[0] == 0
    client("sqs").create_queue(QueueName="q")
    assert "sqs.CreateQueue" in run("logs", "--endpoint", endpoint)[1].out
    assert json.loads(run("snapshot", "take", "cli", "--endpoint", endpoint, "--json")[1].out)["records"] >= 1
    assert run("reset", "--endpoint", endpoint)[0] == 0
    assert client("sqs").list_queues().get("QueueUrls", []) == []
    assert run("snapshot", "restore", "cli", "--endpoint", endpoint)[0] == 0
    assert len(client("sqs").list_queues()["QueueUrls"]) == 1
    assert "(frozen)" in run("clock", "--freeze", "--endpoint", endpoint)[1].out
    code, output = run("status", "--endpoint", "http://127.0.0.1:9")
    assert code == 1 and "emulator start" in output.err
    assert "export AWS_ENDPOINT_URL=" in run("env")[1].out
    assert all(row["state"] in ("ok", "optional", "missing") for row in json.loads(run("doctor", "--json")[1].out))


def test_operations_come_from_the_registry(capsys):
    assert cli.main(["operations", "--count"]) == 0
    assert int(capsys.readouterr().out) > 3000
    cli.main(["operations", "--service", "sqs", "--implemented", "--count"])
    assert capsys.readouterr().out.strip() == "23"
    assert cli.main(["operations", "--service", "nosuch"]) == 1


def test_without_an_implementation_the_answer_is_501(client):
    with pytest.raises(ClientError) as refused:
        client("rds").describe_db_instances()
    assert refused.value.response["Error"]["Code"] == "NotImplemented"
    assert "DescribeDBInstances" in refused.value.response["Error"]["Message"]
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501


def test_sdk_clients_find_the_emulator_by_the_environment(emulator):
    assert boto3.client("sts").get_caller_identity()["Account"] == "000000000000"
