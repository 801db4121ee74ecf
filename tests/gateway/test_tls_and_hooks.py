"""HTTPS with a certificate of the local CA, and init hooks."""

import json
import os
import subprocess
import sys
import urllib.request

import boto3
import pytest


@pytest.fixture
def started(tmp_path):
    """Start the command with options and environment; yields its URL."""
    processes = []

    def start(*options, **environment):
        process = subprocess.Popen(
            [sys.executable, "-m", "emulator.cli", "start", "--port", "0", *options],
            stdout=subprocess.PIPE, text=True, env={**os.environ, "XDG_CACHE_HOME": str(tmp_path), **environment},
        )  # fmt: skip
        processes.append(process)
        url = ""
        for line in process.stdout:
            if line.startswith("Listening"):
                url = line.split()[-1]
            if line.startswith("Ready."):
                return url
        raise AssertionError("it did not start")

    yield start
    for process in processes:
        process.terminate()
        process.wait(20)


def free_port() -> int:
    import socket

    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def test_https_with_the_local_ca(started, tmp_path):
    port = free_port()
    started("--tls-port", str(port))
    client = boto3.client(
        "s3", endpoint_url=f"https://localhost:{port}", region_name="us-east-1", aws_access_key_id="a",
        aws_secret_access_key="b", verify=str(tmp_path / "paritylab" / "tls" / "ca.pem"),
    )  # fmt: skip
    client.create_bucket(Bucket="over-tls")
    client.put_object(Bucket="over-tls", Key="k", Body=b"x" * 300_000)
    assert client.get_object(Bucket="over-tls", Key="k")["Body"].read() == b"x" * 300_000


def test_ready_scripts_run_before_ready_is_said(started, tmp_path):
    scripts = tmp_path / "init" / "ready.d"
    scripts.mkdir(parents=True)
    (scripts / "1.py").write_text("import boto3; boto3.client('sqs').create_queue(QueueName='made-by-hook')")
    (scripts / "2.sh").write_text("exit 3")
    (scripts / "readme.txt").write_text("not run")
    url = started(PARITYLAB_INIT=str(tmp_path / "init"))
    sqs = boto3.client("sqs", endpoint_url=url, region_name="us-east-1", aws_access_key_id="a",
                       aws_secret_access_key="b")  # fmt: skip
    assert sqs.list_queues()["QueueUrls"][0].endswith("/made-by-hook")
    with urllib.request.urlopen(f"{url}/_localstack/init/ready") as answer:
        state = json.load(answer)
    assert state["completed"]["READY"] is True
    assert [(each["name"], each["state"]) for each in state["scripts"]] == [("1.py", "SUCCESSFUL"), ("2.sh", "ERROR")]


def test_a_taken_port_and_a_bad_service_are_said_plainly(started):
    url = started()
    done = subprocess.run(
        [sys.executable, "-m", "emulator.cli", "start", "--port", url.rsplit(":", 1)[1]], capture_output=True, text=True
    )
    assert done.returncode == 1 and "cannot listen" in done.stderr and "Traceback" not in done.stderr
    done = subprocess.run(
        [sys.executable, "-m", "emulator.cli", "start", "--services", "s4"], capture_output=True, text=True
    )
    assert done.returncode == 2 and "s4" in done.stderr
