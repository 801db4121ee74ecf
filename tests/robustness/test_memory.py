"""Bodies stream in both directions: a 1 GiB object never sits in memory."""

import http.client
import subprocess
import sys
import threading
import time
import urllib.parse
from pathlib import Path

import pytest

GIB = 1024**3
PIECE = bytes(range(256)) * 4096  # 1 MiB
HEADERS = {
    "authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request",
    "x-amz-content-sha256": "UNSIGNED-PAYLOAD",
}


@pytest.fixture
def server():
    process = subprocess.Popen(
        [sys.executable, "-m", "emulator.cli", "start", "--port", "0"], stdout=subprocess.PIPE, text=True
    )
    url = next(line.split()[-1] for line in process.stdout if line.startswith("Listening"))
    assert process.stdout.readline().startswith("Ready.")
    yield process.pid, urllib.parse.urlsplit(url)
    process.terminate()
    process.wait(20)


def resident_mib(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024


class Peak(threading.Thread):
    """The largest resident set of a process while the block runs."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid, self.mib, self.running = pid, 0.0, True

    def __enter__(self):
        self.start()
        return self

    def run(self):
        while self.running:
            self.mib = max(self.mib, resident_mib(self.pid))
            time.sleep(0.02)

    def __exit__(self, *_):
        self.running = False
        self.join()


def ask(address, method, path, body=None, length=0):
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=120)
    connection.request(method, path, body, {**HEADERS, "content-length": str(length)})
    return connection.getresponse()


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads the resident set from /proc")
def test_a_gibibyte_streams_in_and_out(server):
    pid, address = server
    assert ask(address, "PUT", "/memory").status == 200
    assert ask(address, "GET", "/").status == 200
    before = resident_mib(pid)
    assert before < 80, "idle memory"
    with Peak(pid) as peak:
        put = ask(address, "PUT", "/memory/large", (PIECE for _ in range(GIB // len(PIECE))), GIB)
        assert put.status == 200, put.read()
        got = ask(address, "GET", "/memory/large")
        assert got.status == 200 and got.headers["content-length"] == str(GIB)
        total = 0
        while piece := got.read(len(PIECE)):
            assert piece == PIECE
            total += len(piece)
    assert total == GIB
    assert peak.mib - before < 64, f"memory grew by {peak.mib - before:.0f} MiB"
