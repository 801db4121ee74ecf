"""``lab record`` end to end, with real clients through the proxy to a server on the loopback."""

import base64
import hashlib
import http.client
import os
import signal
import subprocess
import sys
import threading
import time
import zlib
from pathlib import Path
from urllib.parse import urlsplit

import planted_secrets as planted
import pytest
import stub

from lab.cassette import files
from lab.recorder import leaks
from lab.recorder.bodies import frame
from lab.recorder.capture import Capture
from lab.recorder.proxy import Proxy

pytest.importorskip("mitmproxy", reason="the extra 'record' is not installed")

CLIENTS = Path(__file__).with_name("clients")
JAVASCRIPT = Path(__file__).parents[2] / "clients" / "js"
SECRETS = (planted.KEY, planted.TEMPORARY, planted.SECRET, planted.TOKEN, planted.ACCOUNT, planted.OTHER_ACCOUNT)


@pytest.fixture(scope="module")
def upstream():
    server = stub.serve()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def variables():
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_") and "PROXY" not in
            name.upper()}
    return {**kept, "AWS_ACCESS_KEY_ID": planted.KEY, "AWS_SECRET_ACCESS_KEY": planted.SECRET, "HOME": "/nowhere",
            "AWS_EC2_METADATA_DISABLED": "true", "AWS_DEFAULT_REGION": "us-east-1", "AWS_REGION": "us-east-1",
            "AWS_MAX_ATTEMPTS": "1"}


def start(upstream, out, *command, options=(), folder=None):
    arguments = ["record", "--out", str(out), "--upstream", upstream, *options, "--", *command]
    return subprocess.Popen(
        [sys.executable, "-m", "lab.cli", *arguments], env=variables(), cwd=folder,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)


def record(upstream, out, *command, options=(), code=0, folder=None):
    """The one cassette that a recorded command leaves; no secret may be in any file."""
    process = start(upstream, out, *command, options=options, folder=folder)
    _, errors = process.communicate(timeout=90)
    assert process.returncode == code, errors
    return the_cassette(out), errors


def the_cassette(out):
    assert list(leaks.scan(out)) == []
    for file in filter(Path.is_file, out.rglob("*")):
        content = file.read_text(errors="replace") + str(file)
        assert not [secret for secret in SECRETS if secret in content], file
    (path,) = out.glob("*/*.json")
    return files.read(path)


@pytest.fixture(scope="module")
def recorded(upstream, tmp_path_factory):
    return record(upstream, tmp_path_factory.mktemp("boto"), sys.executable, str(CLIENTS / "boto.py"),
                  options=("--title", "A first look"))


def test_the_calls_stand_in_order_and_decoded(recorded):
    cassette, _ = recorded
    assert [(each.service, each.operation) for each in cassette.interactions] == [
        ("s3", "PutObject"), ("s3", "GetObject"), ("s3", "GetObject"), ("s3", "PutObject"), ("sqs", "SendMessage"),
        ("sts", "GetSessionToken"), ("sts", "GetSessionToken")]
    put, _, missing, *_ = cassette.interactions
    assert put.input["Bucket"] == "logs-111111111111" and put.input["Key"] == "a b/c"
    assert missing.error["Code"] == "NoSuchKey" and missing.output is None
    assert cassette.interactions[4].output["MessageId"] == "m-1"
    assert all(each.truth[0].how == "wire" for each in cassette.interactions)


def test_the_envelope_tells_where_it_comes_from(recorded):
    cassette, errors = recorded
    assert (cassette.provenance, cassette.service, cassette.title) == ("emulator", "s3", "A first look")
    assert cassette.region == "eu-west-1" and cassette.sdk.startswith("Boto3/")
    assert {"access key id", "account id", "secret access key", "session token", "signature"} <= set(
        cassette.redactions)
    assert cassette.account == "111111111111" and cassette.notes == []
    assert "7 calls recorded (4 s3, 2 sts, 1 sqs), provenance emulator" in errors


def test_bodies_are_whole_and_free_of_chunks(recorded):
    put, get, _, large, *_ = recorded[0].interactions
    assert put.request.body.raw() == b"account 111111111111" == get.response.body.raw()
    assert put.request.header("content-encoding") == "" and put.request.header("content-length") == "20"
    crc = base64.b64encode(zlib.crc32(put.request.body.raw()).to_bytes(4)).decode()
    assert put.request.header("x-amz-checksum-crc32") == crc
    assert put.response.header("etag") == f'"{hashlib.md5(put.request.body.raw()).hexdigest()}"'
    assert large.request.body.raw() == b"x" * 300_000


def test_a_value_keeps_its_fake_across_calls(recorded):
    first, second = recorded[0].interactions[-2:]
    token = second.request.header("x-amz-security-token")
    assert token and token in first.response.body.raw().decode()
    assert second.request.header("authorization").split("Credential=")[1].startswith(
        first.output["Credentials"]["AccessKeyId"] + "/")


def test_the_command_line_interface_is_recorded(upstream, tmp_path):
    cassette, _ = record(upstream, tmp_path, sys.executable, "-m", "awscli", "sts", "get-session-token")
    assert [each.operation for each in cassette.interactions] == ["GetSessionToken"]
    assert cassette.sdk.startswith("aws-cli/")


@pytest.mark.skipif(not (JAVASCRIPT / "node_modules" / "@aws-sdk").is_dir(), reason="npm ci has not run")
def test_javascript_is_recorded(upstream, tmp_path):
    program = """
    const { S3Client, PutObjectCommand } = require('@aws-sdk/client-s3');
    const { STSClient, GetSessionTokenCommand } = require('@aws-sdk/client-sts');
    (async () => {
      await new S3Client({}).send(new PutObjectCommand({ Bucket: 'b', Key: 'k', Body: 'x'.repeat(100000) }));
      await new STSClient({}).send(new GetSessionTokenCommand({}));
    })();
    """
    cassette, _ = record(upstream, tmp_path, "node", "-e", program, folder=JAVASCRIPT, options=("--title", "js"))
    assert [each.operation for each in cassette.interactions] == ["PutObject", "GetSessionToken"]
    assert cassette.interactions[0].request.body.raw() == b"x" * 100_000
    assert cassette.sdk.startswith("aws-sdk-js/") and cassette.interactions[0].request.host.endswith("amazonaws.com")


def test_reverse_mode_sets_the_endpoint(upstream, tmp_path):
    program = "import boto3; boto3.client('sts').get_session_token(); boto3.client('s3').put_object(" \
              "Bucket='b', Key='k', Body=b'1')"
    cassette, _ = record(upstream, tmp_path, sys.executable, "-c", program, options=("--proxy", "reverse"))
    assert [each.operation for each in cassette.interactions] == ["GetSessionToken", "PutObject"]
    assert cassette.provenance == "emulator"


def test_streams_pass_while_they_run(upstream):
    """The second event is sent only when the first has come through the proxy: nothing is held back."""
    seen = []
    with Proxy([Capture(seen.append)]) as proxy:
        connection = http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=20)
        connection.request("GET", f"{upstream}/stream", headers={
            "Authorization": "AWS4-HMAC-SHA256 Credential=x/20260101/us-east-1/logs/aws4_request",
            "Host": urlsplit(upstream).netloc})
        answer = connection.getresponse()
        first = answer.read(len(frame(b"", b'{"n":1}')))
        assert not seen
        stub.ARRIVED.set()
        rest = answer.read()
        connection.close()
    assert first == frame(b"", b'{"n":1}') and rest == frame(b"", b'{"n":2}')
    assert [each.response.body for each in seen] == [first + rest]


def test_other_traffic_is_not_recorded(upstream):
    seen = []
    with Proxy([Capture(seen.append)]) as proxy:
        connection = http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=20)
        connection.request("GET", f"{upstream}/none")
        assert connection.getresponse().status == 404
        connection.close()
    assert seen == []


def test_a_command_that_dies_leaves_what_it_said(upstream, tmp_path):
    cassette, _ = record(upstream, tmp_path, sys.executable, str(CLIENTS / "boto.py"), "--crash", code=137)
    assert len(cassette.interactions) == 7


def test_a_recorder_that_is_killed_leaves_what_it_had(upstream, tmp_path):
    program = "import boto3, time; boto3.client('sts').get_session_token(); time.sleep(60)"
    process = start(upstream, tmp_path, sys.executable, "-c", program)
    try:
        deadline = time.monotonic() + 30
        while not list(tmp_path.glob("*/*.json")) and time.monotonic() < deadline:
            time.sleep(0.05)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    assert [each.operation for each in the_cassette(tmp_path).interactions] == ["GetSessionToken"]


def test_an_interrupted_recording_is_finished_properly(upstream, tmp_path):
    program = "import boto3, time; boto3.client('sts').get_session_token(); time.sleep(60)"
    process = start(upstream, tmp_path, sys.executable, "-c", program)
    deadline = time.monotonic() + 30
    while not list(tmp_path.glob("*/*.json")) and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 128 + signal.SIGTERM and "1 calls recorded" in errors


def test_a_silent_command_is_told_so(upstream, tmp_path):
    process = start(upstream, tmp_path / "out", sys.executable, "-c", "pass")
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 0 and "nothing was recorded" in errors and not (tmp_path / "out").exists()


@pytest.mark.parametrize(("arguments", "words"), [
    (["--proxy", "reverse", "--", "true"], "reverse needs --upstream"),
    (["--upstream", "ftp://x", "--", "true"], "names no upstream"),
    (["--", "/no/such/program"], "can't be started"),
])
def test_mistakes_are_explained(arguments, words, tmp_path):
    done = subprocess.run([sys.executable, "-m", "lab.cli", "record", "--out", str(tmp_path), *arguments],
                          env=variables(), capture_output=True, text=True, timeout=60)
    assert done.returncode == 2 and words in done.stderr
