"""``lab serve``: SDKs and the CLI against recordings alone; order, other protocols, near misses."""

import shutil
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from conformance import scenarios
from lab.cassette.files import read
from lab.cassette.model import Cassette, Interaction
from lab.server.answers import Answerer
from lab.server.command import server
from lab.server.library import Library

FOLDER = Path(__file__).parents[3] / "cassettes"
JAVASCRIPT = Path(__file__).parents[2] / "clients" / "js"


@contextmanager
def served(*cassettes, once=False):
    """(url, log) of a stub."""
    log = []
    made = server("127.0.0.1", 0, Answerer(Library(list(cassettes), once), log.append))
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{made.server_port}", log
    finally:
        made.shutdown()
        made.server_close()


def client(service, url, **options):
    return boto3.client(service, endpoint_url=url, region_name="us-east-1", aws_access_key_id="test",
                        aws_secret_access_key="test", config=Config(retries={"total_max_attempts": 1}, **options))


@pytest.mark.parametrize("name", scenarios.names())
def test_a_scenario_runs_against_its_recording(name, monkeypatch):
    service, _, program = name.partition("/")
    cassette = read(FOLDER / service / f"{program.replace('_', '-')}.emulator.json")
    with served(cassette, once=True) as (url, log):
        for key, value in {"AWS_ENDPOINT_URL": url, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
                           "PARITYLAB_SUFFIX": "5ca1ab1e"}.items():
            monkeypatch.setenv(key, value)
        monkeypatch.setattr(scenarios.Aws, "client", lambda self, service, region=None, **options: boto3.client(
            service, region_name="us-east-1", **options, config=Config(
                parameter_validation=False, retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})))
        scenarios.play(name)
    assert len(log) == len(cassette.interactions)
    assert [line for line in log if "NotRecorded" in line or line.startswith("501")] == []


def test_the_same_call_gets_its_answers_in_order_and_the_last_again():
    answers = [{"QueueUrls": ["one"]}, {"QueueUrls": ["two"]}]
    steps = [Interaction(service="sqs", operation="ListQueues", input={}, output=each) for each in answers]
    cassette = Cassette(id="sqs/lists", title="t", service="sqs", provenance="aws-documented", interactions=steps)
    with served(cassette) as (url, _):
        assert [client("sqs", url).list_queues()["QueueUrls"] for _ in range(3)] == [["one"], ["two"], ["two"]]
    with served(cassette, once=True) as (url, _):
        for _ in range(2):
            client("sqs", url).list_queues()
        with pytest.raises(ClientError, match="all 2 answers are given"):
            client("sqs", url).list_queues()


def test_a_near_miss_says_what_differs_in_the_answer_and_in_the_log():
    cassette = read(FOLDER / "s3" / "objects.emulator.json")
    with served(cassette) as (url, log):
        with pytest.raises(ClientError) as refused:
            client("s3", url).get_object(Bucket="paritylab-objects-5ca1ab1e", Key="greeting.txt", Range="bytes=8-11")
        error = refused.value.response
        assert (error["Error"]["Code"], error["ResponseMetadata"]["HTTPStatusCode"]) == ("NotRecorded", 501)
        assert "s3/objects.emulator step 4" in error["Error"]["Message"]
        assert 'Range: value, expected "bytes=7-11", got "bytes=8-11"' in error["Error"]["Message"]
        with pytest.raises(ClientError, match="was not recorded; recorded of s3: CopyObject"):
            client("s3", url).list_buckets()
        with pytest.raises(ClientError, match="nothing of kms is recorded"):
            client("kms", url).list_keys()
    assert "expected \"bytes=7-11\"" in log[0]


def test_answers_without_requests_and_in_another_protocol_are_written_anew():
    failure = Interaction(service="sqs", operation="GetQueueUrl", incomplete="no request",
                          error={"Code": "AWS.SimpleQueueService.NonExistentQueue", "Message": "not there"},
                          output={"ResponseMetadata": {"HTTPStatusCode": 400}})
    listed = Interaction(service="sqs", operation="ListQueues", input={}, output={"QueueUrls": ["u"]}, protocol="query")
    cassette = Cassette(id="a", title="t", service="sqs", provenance="aws-imported", interactions=[failure, listed])
    with served(cassette) as (url, _):
        with pytest.raises(ClientError, match="not there"):
            client("sqs", url).get_queue_url(QueueName="any")
        assert client("sqs", url).list_queues()["QueueUrls"] == ["u"]


def test_what_is_no_call_gets_501_and_the_server_goes_on():
    with served(read(FOLDER / "sts" / "identity.emulator.json")) as (url, log):
        request = urllib.request.Request(f"{url}/", data=b"nonsense", headers={"Authorization": "AWS4-HMAC-SHA256 x"})
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request, timeout=10)
        assert refused.value.code == 501 and b"no model reads" in refused.value.read()
        assert client("sts", url).get_caller_identity()["Account"]
    assert len(log) == 2


def test_the_cli_is_served():
    aws = Path(sys.executable).with_name("aws")
    if not aws.exists():
        pytest.skip("the AWS CLI is not installed")
    with served(read(FOLDER / "sts" / "identity.emulator.json")) as (url, _):
        done = subprocess.run([aws, "--endpoint-url", url, "sts", "get-caller-identity", "--query", "Arn"],
                              capture_output=True, text=True, timeout=60, env={
                                  "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "PATH": "/usr/bin:/bin",
                                  "AWS_DEFAULT_REGION": "us-east-1"})
    assert done.stdout.startswith('"arn:aws:'), done.stderr


def test_javascript_is_served():
    if not (JAVASCRIPT / "node_modules").exists() or not shutil.which("node"):
        pytest.skip("the AWS SDK for JavaScript is not installed")
    program = """
        import { S3Client, GetObjectCommand } from "@aws-sdk/client-s3";
        const s3 = new S3Client({ endpoint: process.env.URL, region: "us-east-1", forcePathStyle: true,
                                  credentials: { accessKeyId: "test", secretAccessKey: "test" } });
        const got = await s3.send(new GetObjectCommand({ Bucket: "paritylab-objects-5ca1ab1e", Key: "greeting.txt" }));
        console.log(await got.Body.transformToString(), got.Metadata.colour);
    """
    with served(read(FOLDER / "s3" / "objects.emulator.json")) as (url, _):
        done = subprocess.run(["node", "--input-type=module", "-e", program], cwd=JAVASCRIPT, capture_output=True,
                              text=True, timeout=60, env={"URL": url, "PATH": "/usr/bin:/bin:/usr/local/bin"})
    assert done.stdout == "Hello, world green\n", done.stderr
