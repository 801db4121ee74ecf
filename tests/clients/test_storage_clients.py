"""What people point at S3 beside SDKs: smart_open, s3fs, rclone. Each is skipped where it is not installed.

s3fs asks for a botocore of its own, so it is not among the test dependencies.
"""

import os
import shutil
import subprocess

import pytest


@pytest.fixture
def bucket(emulator, client):
    client("s3").create_bucket(Bucket="files", ObjectOwnership="ObjectWriter")  # rclone sends an ACL with every object
    with emulator.environment():
        yield "files"


def test_smart_open_streams_in_both_directions(bucket, client):
    smart_open = pytest.importorskip("smart_open")
    large = os.urandom(6 * 1024 * 1024)
    with smart_open.open("s3://files/large.bin", "wb", transport_params={"client": client("s3")}) as file:
        for at in range(0, len(large), 100_000):
            file.write(large[at : at + 100_000])
    with smart_open.open("s3://files/large.bin", "rb", transport_params={"client": client("s3")}) as file:
        file.seek(5_000_000)
        assert file.read(10) == large[5_000_000:5_000_010]
        file.seek(0)
        assert file.read() == large
    with smart_open.open("s3://files/t.txt.gz", "w", transport_params={"client": client("s3")}) as file:
        file.write("héllo")
    with smart_open.open("s3://files/t.txt.gz", transport_params={"client": client("s3")}) as file:
        assert file.read() == "héllo"


def test_s3fs_is_a_file_system(bucket, emulator):
    s3fs = pytest.importorskip("s3fs")
    system = s3fs.S3FileSystem(key="test", secret="test", endpoint_url=emulator.url, skip_instance_cache=True)
    large = os.urandom(6 * 1024 * 1024)
    with system.open("files/deep/er/large.bin", "wb", block_size=5 * 1024 * 1024) as file:
        file.write(large)
    system.pipe("files/deep/small", b"small")
    assert system.cat("files/deep/small") == b"small"
    assert system.find("files") == ["files/deep/er/large.bin", "files/deep/small"]
    assert [each["name"] for each in system.ls("files/deep", detail=True)] == ["files/deep/er", "files/deep/small"]
    with system.open("files/deep/er/large.bin") as file:
        file.seek(5_500_000)
        assert file.read(7) == large[5_500_000:5_500_007]
    system.mv("files/deep/small", "files/moved")
    system.rm("files/deep", recursive=True)
    system.invalidate_cache()
    assert system.find("files") == ["files/moved"]


def test_rclone_copies_checks_and_purges(bucket, emulator, tmp_path):
    rclone = shutil.which("rclone")
    if rclone is None:
        pytest.skip("rclone is not installed")
    source = tmp_path / "source"
    (source / "deep").mkdir(parents=True)
    (source / "a.txt").write_text("first")
    (source / "deep" / "b ü+.txt").write_text("second")
    (source / "large.bin").write_bytes(os.urandom(6 * 1024 * 1024))
    # A bundle for AWS's own endpoints has no use here, and some releases can't load one.
    environment = {name: value for name, value in os.environ.items() if name != "AWS_CA_BUNDLE"}
    settings = "provider=Other,env_auth=false,access_key_id=test,secret_access_key=test,region=us-east-1"
    remote = f":s3,{settings},endpoint='{emulator.url}':files/tree"

    def run(*arguments) -> str:
        done = subprocess.run(
            [rclone, "--config", str(tmp_path / "none"), "--retries", "1", "--s3-upload-cutoff", "5Mi", *arguments],
            capture_output=True, text=True, timeout=120, env=environment,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    run("sync", str(source), remote)
    assert sorted(run("lsf", "-R", "--files-only", remote).split("\n"))[1:] == ["a.txt", "deep/b ü+.txt", "large.bin"]
    run("check", "--download", str(source), remote)
    run("moveto", f"{remote}/a.txt", f"{remote}/moved.txt")
    assert run("cat", f"{remote}/moved.txt") == "first"
    run("purge", remote)
    assert run("lsf", "-R", remote) == ""
