"""The AWS CLI against a running emulator, as its users type it."""

import json
import os
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

AWS = shutil.which("aws", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")


@pytest.fixture
def aws(emulator, tmp_path):
    """``aws("s3", "ls")``: the CLI's standard output; ``code`` is the exit code that is expected."""
    if AWS is None:
        pytest.skip("the AWS CLI is not installed (the extra 'test' brings it)")
    environment = {**os.environ, "AWS_CONFIG_FILE": str(tmp_path / "none"), "AWS_PAGER": "", "HOME": str(tmp_path)}

    def run(*arguments, code=0, text=True, **kwargs):
        # Named on the command line: for SQS the CLI's first generation doesn't look at AWS_ENDPOINT_URL.
        command = [AWS, "--endpoint-url", emulator.url, *arguments]
        done = subprocess.run(command, capture_output=True, env=environment, text=text, timeout=120, **kwargs)
        assert done.returncode == code, done.stderr
        return done.stdout if code == 0 else done.stderr

    return run


def test_s3_high_level_commands(aws, tmp_path):
    aws("s3", "mb", "s3://cli")
    source = tmp_path / "source"
    (source / "deep").mkdir(parents=True)
    (source / "a.txt").write_text("first")
    (source / "deep" / "b ü+.txt").write_text("second")
    large = os.urandom(9 * 1024 * 1024)
    (source / "large.bin").write_bytes(large)
    for file in source.rglob("*.*"):
        os.utime(file, (1_700_000_000, 1_700_000_000))  # S3 tells whole seconds: what is as new as its copy looks newer
    aws("s3", "sync", str(source), "s3://cli/tree")
    listing = aws("s3", "ls", "s3://cli", "--recursive")
    assert [line.split(None, 3)[3] for line in listing.splitlines()] == [
        "tree/a.txt", "tree/deep/b ü+.txt", "tree/large.bin"
    ]  # fmt: skip
    assert "upload" not in aws("s3", "sync", str(source), "s3://cli/tree")
    aws("s3", "cp", "s3://cli/tree/large.bin", str(tmp_path / "back.bin"))
    assert (tmp_path / "back.bin").read_bytes() == large
    aws("s3", "mv", "s3://cli/tree/a.txt", "s3://cli/moved.txt")
    assert aws("s3", "cp", "s3://cli/moved.txt", "-") == "first"
    assert "404" in aws("s3", "cp", "s3://cli/tree/a.txt", "-", code=1)
    assert "BucketNotEmpty" in aws("s3", "rb", "s3://cli", code=1)
    aws("s3", "rm", "s3://cli", "--recursive")
    aws("s3", "rb", "s3://cli")
    assert aws("s3", "ls") == ""


def test_presigned_urls_are_good_for_everybody(aws, tmp_path):
    aws("s3", "mb", "s3://cli")
    (tmp_path / "a b+ü.txt").write_text("signed")
    aws("s3", "cp", str(tmp_path / "a b+ü.txt"), "s3://cli/deep/")
    url = aws("s3", "presign", "s3://cli/deep/a b+ü.txt", "--expires-in", "60").strip()
    with urllib.request.urlopen(url) as answer:
        assert answer.read() == b"signed"
    aws("s3", "rm", "s3://cli", "--recursive", "--exclude", "*", "--include", "deep/*")
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(url)
    assert caught.value.code == 404


def test_s3_moves_and_syncs_between_buckets(aws, tmp_path):
    for name in ("one", "two"):
        aws("s3", "mb", f"s3://cli-{name}")
    (tmp_path / "large.bin").write_bytes(os.urandom(20 * 1024 * 1024))
    (tmp_path / "gone.txt").write_text("gone")
    aws("s3", "mv", str(tmp_path / "large.bin"), "s3://cli-one/")
    aws("s3", "cp", str(tmp_path / "gone.txt"), "s3://cli-two/gone.txt")
    aws("s3", "sync", "s3://cli-one", "s3://cli-two", "--delete")
    assert [line.split()[2:] for line in aws("s3", "ls", "s3://cli-two").splitlines()] == [["20971520", "large.bin"]]
    aws("s3", "mv", "s3://cli-two/large.bin", "s3://cli-one/moved.bin", "--storage-class", "STANDARD_IA")
    head = json.loads(aws("s3api", "head-object", "--bucket", "cli-one", "--key", "moved.bin"))
    assert (head["StorageClass"], head["ContentLength"], head["ETag"][-3:]) == ("STANDARD_IA", 20971520, '-3"')
    assert aws("s3", "ls", "s3://cli-two") == ""


def test_s3api_shows_what_the_model_says(aws):
    aws("s3api", "create-bucket", "--bucket", "api")
    put = json.loads(aws("s3api", "put-object", "--bucket", "api", "--key", "k", "--metadata", "a=b"))
    head = json.loads(aws("s3api", "head-object", "--bucket", "api", "--key", "k"))
    assert head["ETag"] == put["ETag"] and head["Metadata"] == {"a": "b"} and head["ContentLength"] == 0
    refused = aws("s3api", "get-bucket-policy", "--bucket", "api", code=254 if _second_generation(aws) else 255)
    assert "NoSuchBucketPolicy" in refused


def _second_generation(aws) -> bool:
    return "aws-cli/2" in aws("--version")


def test_sqs(aws):
    url = json.loads(aws("sqs", "create-queue", "--queue-name", "cli"))["QueueUrl"]
    sent = json.loads(aws("sqs", "send-message", "--queue-url", url, "--message-body", "héllo"))
    received = json.loads(aws("sqs", "receive-message", "--queue-url", url))["Messages"]
    assert [(each["MessageId"], each["Body"]) for each in received] == [(sent["MessageId"], "héllo")]
    aws("sqs", "delete-message", "--queue-url", url, "--receipt-handle", received[0]["ReceiptHandle"])
    assert aws("sqs", "receive-message", "--queue-url", url) == ""
    aws("sqs", "delete-queue", "--queue-url", url)


def test_sts(aws):
    assert json.loads(aws("sts", "get-caller-identity")) == {
        "UserId": "000000000000", "Account": "000000000000", "Arn": "arn:aws:iam::000000000000:root"
    }  # fmt: skip
