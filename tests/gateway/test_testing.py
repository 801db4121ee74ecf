"""The emulator inside a test process."""

import os
import resource
import subprocess
import sys
import time

import boto3
import pytest

from emulator.testing import emulated


def test_a_context_manager_gives_an_emulator_and_takes_it_away(monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://before")
    with emulated() as one, emulated() as other:
        assert one.url != other.url and os.environ["AWS_ENDPOINT_URL"] == other.url
        boto3.client("s3").create_bucket(Bucket="only-here")
        here = boto3.client("s3", endpoint_url=other.url).list_buckets()["Buckets"]
        there = boto3.client("s3", endpoint_url=one.url).list_buckets()["Buckets"]
        assert [each["Name"] for each in here] == ["only-here"] and there == []
        assert other.requests(service="s3")[0]["operation"] == "ListBuckets"
    assert os.environ["AWS_ENDPOINT_URL"] == "http://before"


@emulated
def decorated():
    return boto3.client("sts").get_caller_identity()["Account"]


@emulated(account="123456789012")
def decorated_with_options():
    return boto3.client("sts").get_caller_identity()["Account"]


def test_a_decorator_runs_each_call_in_an_emulator():
    assert decorated() == "000000000000"
    assert decorated_with_options() == "123456789012"


def test_it_is_ready_within_300_ms():
    took = []
    for _ in range(5):
        started = time.perf_counter()
        with emulated():
            took.append(time.perf_counter() - started)
    assert sorted(took)[2] < 0.3, took


@pytest.mark.parametrize("_", range(2))
def test_fixtures_isolate_state(emulator, _):
    s3 = boto3.client("s3")
    assert s3.list_buckets()["Buckets"] == []
    s3.create_bucket(Bucket="left-over")


def test_seeded_ids_repeat():
    def ids():
        with emulated(seed=7) as running:
            running.freeze(1_000_000_000)
            sqs = boto3.client("sqs")
            url = sqs.create_queue(QueueName="q")["QueueUrl"]
            return [sqs.send_message(QueueUrl=url, MessageBody="x")["MessageId"] for _ in range(3)]

    assert ids() == ids()


def _children() -> float:
    """CPU seconds of the processes that this one began and that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@pytest.mark.timeout(60)
def test_the_command_starts_within_a_second_and_stops_gracefully():
    """Of CPU time: on a busy machine the wall clock tells of the others."""
    took = []
    for _ in range(3):
        started = _children()
        process = subprocess.Popen(
            [sys.executable, "-m", "emulator.cli", "start", "--port", "0"], stdout=subprocess.PIPE, text=True
        )
        lines = iter(process.stdout.readline, "")
        url = next(line.split()[-1] for line in lines if line.startswith("Listening"))
        assert next(lines).startswith("Ready.")
        sts = boto3.client("sts", endpoint_url=url, region_name="us-east-1", aws_access_key_id="a",
                           aws_secret_access_key="b")  # fmt: skip
        assert sts.get_caller_identity()["Account"]
        process.terminate()
        assert process.wait(20) == 0
        took.append(_children() - started)
    assert min(took) < 1.0, took
