"""The scenario programs: each runs to its end, leaves nothing behind, is recorded by name; budget and sweep."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import boto3
import pytest
import yaml
from botocore.stub import Stubber

from conformance import scenarios
from conformance.scenarios import budget, sweep
from lab.cassette.files import read
from lab.errors import LabError
from lab.recorder import command, leaks

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("name", scenarios.names())
def test_a_scenario_runs_and_leaves_nothing_behind(name, client, emulator):
    scenario = scenarios.load(name)
    assert scenario.title and scenario.cost.endswith(".")
    scenarios.play(name)
    assert emulator.requests(service=scenario.service), "it asked for nothing"
    assert {each: sweep.SWEEPS[each](client(each)) for each in sweep.SWEEPS} == {each: [] for each in sweep.SWEEPS}


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    """Emulators know at once what AWS takes its time for."""
    monkeypatch.setenv("PARITYLAB_PATIENCE", "0")


def test_there_are_scenarios_for_every_service_of_the_first_cut():
    wanted = {"s3": 3, "sqs": 3, "sts": 3, "sns": 3, "iam": 3, "dynamodb": 3, "dynamodbstreams": 1, "scheduler": 2}
    for service, number in wanted.items():
        assert sum(each.startswith(f"{service}/") for each in scenarios.names()) >= number


def sample():
    """The first scenario of each service; with PARITYLAB_SCENARIOS=all every one, which takes a minute."""
    if os.environ.get("PARITYLAB_SCENARIOS") == "all":
        return scenarios.names()
    return list({name.partition("/")[0]: name for name in reversed(scenarios.names())}.values())


@pytest.mark.timeout(300)
def test_scenarios_are_recorded_as_they_stand_in_the_repository(tmp_path):
    """One command records them anew: the same calls in the same order as in the committed cassettes."""
    pytest.importorskip("mitmproxy", reason="the extra 'record' is not installed")
    options = [part for name in sample() for part in ("--scenario", name)]
    done = subprocess.run([sys.executable, "-m", "lab.cli", "record", *options, "--emulator", "--out", str(tmp_path)],
                          capture_output=True, text=True, timeout=280, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert list(leaks.scan(tmp_path)) == []
    for name in sample():
        service, _, program = name.partition("/")
        file = f"{service}/{program.replace('_', '-')}.emulator.json"
        made, kept = (read(folder / file) for folder in (tmp_path, ROOT / "cassettes"))
        assert (made.service, made.provenance) == (service, "emulator")
        assert [each.operation for each in made.interactions] == [each.operation for each in kept.interactions]
        assert [(each.error or {}).get("Code") for each in made.interactions] == [
            (each.error or {}).get("Code") for each in kept.interactions], name


def test_a_name_that_is_none_is_told_with_those_that_are(tmp_path):
    arguments = command.argparse.Namespace(scenario=["s3/nothing"], program=[], title=None)
    with pytest.raises(LabError, match="s3/objects"):
        command.programs(arguments)
    with pytest.raises(LabError, match="either"):
        command.programs(command.argparse.Namespace(scenario=[], program=[], title=None))


def test_a_scenario_is_recorded_under_its_own_name(tmp_path):
    pytest.importorskip("mitmproxy", reason="the extra 'record' is not installed")
    done = subprocess.run([sys.executable, "-m", "lab.cli", "record", "--scenario", "sqs/fifo", "--emulator",
                           "--out", str(tmp_path)], capture_output=True, text=True, timeout=90, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    cassette = read(tmp_path / "sqs" / "fifo.emulator.json")
    assert (cassette.id, cassette.provenance) == ("sqs/fifo.emulator", "emulator")
    assert cassette.title.startswith("FIFO queues")
    assert [each.operation for each in cassette.interactions][-1] == "DeleteQueue"
    assert list(leaks.scan(tmp_path)) == []


def test_the_committed_recordings_are_whole_and_hold_no_secret():
    kept = {path.relative_to(ROOT / "cassettes").as_posix() for path in (ROOT / "cassettes").rglob("*.json")}
    for name in scenarios.names():
        service, _, program = name.partition("/")
        assert f"{service}/{program.replace('_', '-')}.emulator.json" in kept
    assert list(leaks.scan(ROOT / "cassettes")) == []


@pytest.mark.parametrize(("spent", "code", "expected"), [
    ("1.0", None, True), ("8.5", None, False), ("0", "NotFoundException", False)])
def test_recording_needs_room_in_the_budget(spent, code, expected):
    budgets = boto3.client("budgets", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
    amount = {"Unit": "USD"}
    with Stubber(budgets) as stub:
        if code:
            stub.add_client_error("describe_budget", code, "no such budget")
        else:
            stub.add_response("describe_budget", {"Budget": {
                "BudgetName": "b", "TimeUnit": "MONTHLY", "BudgetType": "COST",
                "BudgetLimit": {"Amount": "10", **amount},
                "CalculatedSpend": {"ActualSpend": {"Amount": spent, **amount}}}})
        found, sentence = budget.room(budgets, "111122223333", "b")
    assert found is expected and sentence


def leave(client, name):
    """Something of each kind, in the state in which it is hardest to remove."""
    sns, dynamodb, iam = client("sns"), client("dynamodb"), client("iam")
    topic = sns.create_topic(Name=name)["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=f"arn:aws:sqs:us-east-1:000000000000:{name}")
    dynamodb.create_table(TableName=name, KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
                          AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
                          BillingMode="PAY_PER_REQUEST", DeletionProtectionEnabled=True)
    client("scheduler").create_schedule_group(Name=name)
    allow = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}}
    document, trusted = (json.dumps({"Version": "2012-10-17", "Statement": [each]}) for each in (allow, trust))
    policy = iam.create_policy(PolicyName=name, PolicyDocument=document)["Policy"]["Arn"]
    iam.create_policy_version(PolicyArn=policy, PolicyDocument=document)
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=trusted)
    iam.attach_role_policy(RoleName=name, PolicyArn=policy)
    iam.put_role_policy(RoleName=name, PolicyName="inline", PolicyDocument=document)
    iam.create_user(UserName=name)
    iam.create_access_key(UserName=name)
    iam.create_group(GroupName=name)
    iam.add_user_to_group(GroupName=name, UserName=name)


def test_the_sweep_removes_what_scenarios_left_and_nothing_else(client):
    s3, sqs = client("s3"), client("sqs")
    for name in (f"{scenarios.PREFIX}-left", "somebody-elses"):
        s3.create_bucket(Bucket=name)
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
        s3.put_object(Bucket=name, Key="k", Body=b"1")
        s3.delete_object(Bucket=name, Key="k")
        s3.create_multipart_upload(Bucket=name, Key="u")
        sqs.create_queue(QueueName=name)
    for each in (f"{scenarios.PREFIX}-left", "somebody-elses"):
        leave(client, each)
    for service in ("sns", "dynamodb", "scheduler"):
        assert len(sweep.SWEEPS[service](client(service))) == 1, service
    assert sorted(sweep.identities(client("iam"))) == [f"{scenarios.PREFIX}-left"] * 4
    assert sweep.identities(client("iam")) == [] and len(client("iam").list_users()["Users"]) == 1
    assert sweep.buckets(s3) == [f"{scenarios.PREFIX}-left"]
    assert len(sweep.queues(sqs)) == 1
    assert [each["Name"] for each in s3.list_buckets()["Buckets"]] == ["somebody-elses"]
    assert [url.rpartition("/")[2] for url in sqs.list_queues()["QueueUrls"]] == ["somebody-elses"]


@pytest.mark.parametrize("name", ["record", "parity"])
def test_the_workflows_are_sound(name):
    text = (ROOT / ".github" / "workflows" / f"{name}.yml").read_text()
    jobs = yaml.safe_load(text)["jobs"]
    assert all("timeout-minutes" in job or "environment" in job for job in jobs.values())
    assert not re.search(r"AKIA|aws_secret_access_key:|pypi|npmjs", text), "neither keys nor registries belong here"
    steps = [step for job in jobs.values() for step in job["steps"]]
    assert all(re.search(r"@v\d+$", step["uses"]) for step in steps if "uses" in step)
    commands = json.dumps(steps)
    assert "lab leaks" in commands
    if name == "record":
        places = [commands.index(each) for each in ("scenarios.budget", "record --scenario", "scenarios.sweep")]
        assert places == sorted(places)
