"""kill -9 in the middle of a concurrent load: what was acknowledged is there, what was not is whole or absent."""

import hashlib
import http.client
import itertools
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
import urllib.parse

import pytest

CYCLES = 20
SECONDS = 0.5  # of load before the kill
SIZES = (10, 1000, 70_000, 300_000)  # inline and in files


class Emulator:
    """A separate process on one data directory."""

    def __init__(self, directory):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "emulator.cli", "start", "--port", "0", "--data-dir", str(directory)],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        for line in self.process.stdout:
            if line.startswith("Listening on "):
                self.address = urllib.parse.urlsplit(line.split()[-1])
            if line.startswith("Ready."):
                return
        raise RuntimeError("the emulator did not start")

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def connect(self):
        return Connection(self.address)


class Connection:
    """Plain requests over one keep-alive connection."""

    def __init__(self, address):
        self._http = http.client.HTTPConnection(address.hostname, address.port, timeout=20)

    def __call__(self, service, method, path, body=b"", **headers):
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        headers["authorization"] = f"AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/{service}/aws4_request"
        self._http.request(method, path, body, headers)
        answer = self._http.getresponse()
        return answer.status, answer.read()

    def sqs(self, operation, **data):
        status, body = self(
            "sqs", "POST", "/", json.dumps(data).encode(), x_amz_target=f"AmazonSQS.{operation}",
            content_type="application/x-amz-json-1.0",
        )  # fmt: skip
        assert status == 200, body
        return json.loads(body or b"{}")  # some operations have no output


class Load:
    """Workers that note what they try and what was acknowledged, until the connection breaks."""

    def __init__(self, emulator, cycle):
        self.emulator, self.cycle = emulator, cycle
        self.tried_puts: dict[str, bytes] = {}
        self.puts: set[str] = set()
        self.tried_sends: set[str] = set()
        self.sends: set[str] = set()
        self.tried_deletes: set[str] = set()
        self.deletes: set[str] = set()
        self.queue = emulator.connect().sqs("CreateQueue", QueueName=f"crash-{cycle}")["QueueUrl"]

    def put(self, worker):
        call, source = self.emulator.connect(), random.Random(f"{self.cycle}-{worker}")
        for number in itertools.count():
            key, body = f"/crash/{self.cycle}/{worker}/{number}", source.randbytes(source.choice(SIZES))
            self.tried_puts[key] = body
            status, answer = call("s3", "PUT", key, body)
            assert status == 200, answer
            self.puts.add(key)

    def send(self, worker):
        call = self.emulator.connect()
        for number in itertools.count():
            body = f"{worker}-{number}"
            self.tried_sends.add(body)
            call.sqs("SendMessage", QueueUrl=self.queue, MessageBody=body)
            self.sends.add(body)

    def delete(self, worker):
        call = self.emulator.connect()
        while True:
            for message in call.sqs("ReceiveMessage", QueueUrl=self.queue, WaitTimeSeconds=1).get("Messages", ()):
                self.tried_deletes.add(message["Body"])
                call.sqs("DeleteMessage", QueueUrl=self.queue, ReceiptHandle=message["ReceiptHandle"])
                self.deletes.add(message["Body"])

    def run_until_killed(self, seconds):
        failures = []

        def work(function, number):
            try:
                function(number)
            except (OSError, http.client.HTTPException):
                pass  # killed
            except Exception as error:
                failures.append(error)

        workers = [(self.put, 1), (self.put, 2), (self.send, 3), (self.send, 4), (self.delete, 5)]
        threads = [threading.Thread(target=work, args=each, daemon=True) for each in workers]
        for thread in threads:
            thread.start()
        time.sleep(seconds)
        self.emulator.kill()
        for thread in threads:
            thread.join(30)
        assert not failures, failures

    def check(self, emulator):
        call = emulator.connect()
        for key, body in self.tried_puts.items():
            status, found = call("s3", "GET", key)
            assert status == 200 or key not in self.puts, f"{key} was acknowledged and is gone"
            assert status == 404 or found == body, f"{key} is not what was put"
        call("", "POST", "/_emulator/clock", json.dumps({"advance": 60}).encode())
        self.found = found = set()
        while messages := call.sqs(
            "ReceiveMessage", QueueUrl=self.queue, MaxNumberOfMessages=10, VisibilityTimeout=3600
        ).get("Messages"):
            for message in messages:
                assert message["MD5OfBody"] == hashlib.md5(message["Body"].encode()).hexdigest()
                assert message["Body"] not in found, f"{message['Body']} is there twice"
                found.add(message["Body"])
        assert self.sends - self.tried_deletes <= found, "an acknowledged message is gone"
        assert not self.deletes & found, "a deleted message is back"
        assert found <= self.tried_sends


@pytest.mark.timeout(280)
def test_nothing_acknowledged_is_lost(tmp_path):
    emulator = Emulator(tmp_path)
    try:
        assert emulator.connect()("s3", "PUT", "/crash")[0] == 200
        done = 0
        for cycle in range(CYCLES):
            load = Load(emulator, cycle)
            load.run_until_killed(SECONDS * random.Random(cycle).uniform(0.5, 1.5))
            emulator = Emulator(tmp_path)
            load.check(emulator)
            assert not os.listdir(tmp_path / "staging") if (tmp_path / "staging").exists() else True
            done += len(load.puts) + len(load.sends) + len(load.deletes)
        assert done > CYCLES * 20, "the load was too small to prove anything"
    finally:
        emulator.kill()
