"""kill -9 under concurrent transactions: each was done as a whole or not at all, and no acknowledged one is lost."""

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

KILLS = int(os.environ.get("PARITYLAB_KILLS", "4"))  # 20 to be sure
SECONDS = 0.5  # of load before a kill
WORKERS = 6
ACCOUNTS = 8
AUTHORIZATION = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/dynamodb/aws4_request"


class Emulator:
    """A process of its own on one data directory."""

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
        self.process.stdout.close()

    def client(self):
        """``call(operation, **input)`` over one connection."""
        connection = http.client.HTTPConnection(self.address.hostname, self.address.port, timeout=20)

        def call(operation, **given):
            headers = {"authorization": AUTHORIZATION, "content-type": "application/x-amz-json-1.0",
                       "x-amz-target": f"DynamoDB_20120810.{operation}"}  # fmt: skip
            connection.request("POST", "/", json.dumps(given).encode(), headers)
            answer = connection.getresponse()
            body = answer.read()
            assert answer.status == 200, body
            return json.loads(body)

        return call


def account(number):
    return {"pk": {"S": f"account-{number}"}}


def move(number, amount):
    return {"Update": {
        "TableName": "bank", "Key": account(number), "UpdateExpression": "ADD balance :amount",
        "ExpressionAttributeValues": {":amount": {"N": str(amount)}},
    }}  # fmt: skip


def note(name, source, target, amount):
    entry = {"source": source, "target": target, "amount": amount}
    item = {"pk": {"S": name}, **{key: {"N": str(value)} for key, value in entry.items()}}
    return {"Put": {"TableName": "bank", "Item": item, "ConditionExpression": "attribute_not_exists(pk)"}}


class Transfers:
    """Workers that move money between accounts and note it, each in one transaction, until the emulator is killed."""

    def __init__(self):
        self.tried: set[str] = set()
        self.acknowledged: set[str] = set()

    def work(self, emulator, cycle, worker, failures):
        call, source = emulator.client(), random.Random(f"{cycle}-{worker}")
        try:
            for number in itertools.count():
                name, amount = f"{cycle}-{worker}-{number}", source.randrange(1, 100)
                first, second = source.sample(range(ACCOUNTS), 2)
                self.tried.add(name)
                actions = [move(first, -amount), move(second, amount), note(name, first, second, amount)]
                call("TransactWriteItems", TransactItems=actions)
                self.acknowledged.add(name)
        except (OSError, http.client.HTTPException):
            pass  # killed
        except Exception as error:
            failures.append(error)

    def run_until_killed(self, emulator, cycle):
        failures = []
        threads = [threading.Thread(target=self.work, args=(emulator, cycle, worker, failures), daemon=True)
                   for worker in range(WORKERS)]  # fmt: skip
        for thread in threads:
            thread.start()
        time.sleep(SECONDS * random.Random(cycle).uniform(0.5, 1.5))
        emulator.kill()
        for thread in threads:
            thread.join(30)
        assert not failures, failures


def contents(emulator):
    """Every item of the table, by its key."""
    call, found, start = emulator.client(), {}, {}
    while start is not None:
        page = call("Scan", TableName="bank", **start)
        found |= {item.pop("pk")["S"]: item for item in page["Items"]}
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]} if "LastEvaluatedKey" in page else None
    return found


def check(emulator, transfers):
    """The balances are exactly what the notes say, and the notes are those that should be there."""
    found = contents(emulator)
    balances = {number: int(found.pop(f"account-{number}")["balance"]["N"]) for number in range(ACCOUNTS)}
    expected = dict.fromkeys(range(ACCOUNTS), 0)
    for entry in found.values():
        source, target, amount = (int(entry[name]["N"]) for name in ("source", "target", "amount"))
        expected[source] -= amount
        expected[target] += amount
    assert balances == expected, "half a transaction was done"
    assert transfers.acknowledged <= found.keys(), "an acknowledged transaction is lost"
    assert found.keys() <= transfers.tried


@pytest.mark.timeout(280)
def test_transactions_survive_kills_whole(tmp_path):
    emulator, transfers = Emulator(tmp_path), Transfers()
    try:
        call = emulator.client()
        call("CreateTable", TableName="bank", KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
             AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
             BillingMode="PAY_PER_REQUEST")  # fmt: skip
        for number in range(ACCOUNTS):
            call("PutItem", TableName="bank", Item={**account(number), "balance": {"N": "0"}})
        for cycle in range(KILLS):
            transfers.run_until_killed(emulator, cycle)
            emulator = Emulator(tmp_path)
            check(emulator, transfers)
        assert len(transfers.acknowledged) > KILLS * 20, "the load was too small to prove anything"
    finally:
        emulator.kill()
