"""What people point at S3 beside SDKs: smart_open, s3fs, rclone. Each is skipped where it is not installed.

s3fs asks for another botocore, so it gets an environment of its own, which is made once and kept in pytest's cache.
"""

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

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


@pytest.fixture(scope="session")
def python_with_s3fs(request) -> Path:
    """An interpreter beside which s3fs is installed."""
    place = Path(request.config.cache.mkdir("s3fs")) / f"python{sys.version_info.major}.{sys.version_info.minor}"
    python = place / "bin" / "python"
    if not (place / "complete").exists():
        try:
            venv.create(place, with_pip=True, clear=True)
            done = subprocess.run([python, "-m", "pip", "install", "-q", "s3fs"], capture_output=True, timeout=200)
        except (OSError, subprocess.SubprocessError) as error:
            pytest.skip(f"no environment for s3fs could be made: {error}")
        if done.returncode != 0:
            pytest.skip("s3fs can't be installed into an environment of its own here")
        (place / "complete").touch()
    return python


def test_s3fs_is_a_file_system(bucket, emulator, python_with_s3fs, tmp_path):
    script = Path(__file__).with_name("s3fs_session.py")
    done = subprocess.run(
        [python_with_s3fs, script, emulator.url], capture_output=True, text=True, timeout=120, cwd=tmp_path,
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "done\n"), done.stderr


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
