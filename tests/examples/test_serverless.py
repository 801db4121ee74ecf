"""The example of a small serverless app does what it says, from the upload to the topic."""

import importlib.util
import time
from pathlib import Path

import pytest
from botocore.config import Config

APP = Path(__file__).parents[2] / "examples" / "serverless" / "app.py"


@pytest.fixture
def app(client):
    spec = importlib.util.spec_from_file_location("serverless_app", APP)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    clients: dict = {}

    def shared(service):
        return clients.setdefault(service, client(service, config=Config(read_timeout=30)))

    return module.App(shared)


def test_orders_go_their_way(app):
    app.deploy()
    url = app.listen()
    app.order("small", pen=2, book=1)
    app.order("large", book=10)
    app.order("unknown", elephant=1)
    heard = sorted(app.heard(url, 2, seconds=20), key=lambda each: each["cents"])
    assert heard == [
        {"id": "small", "cents": 1500, "state": "accepted"}, {"id": "large", "cents": 12000, "state": "held"}]
    machines = app.clients("stepfunctions")
    for _ in range(200):
        failed = machines.list_executions(stateMachineArn=app.machine, statusFilter="FAILED")["executions"]
        if failed:
            break
        time.sleep(0.05)
    assert len(failed) == 1
    app.remove()
    assert app.clients("lambda").list_functions()["Functions"] == []
