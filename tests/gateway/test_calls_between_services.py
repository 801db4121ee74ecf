"""A call from one service to another ends as a call of a client's does, whatever goes wrong in it."""

import pytest

from emulator.gateway import registry
from emulator.gateway.emulator import Emulator
from emulator.kernel.context import Context, root
from emulator.kernel.errors import AwsError
from emulator.model import load


@pytest.fixture
def emulator():
    return Emulator()


def call(emulator, operation, params):
    context = Context(emulator.runtime, "events", "PutEvents", "111122223333", "us-east-1", root("111122223333"))
    with emulator.runtime.store.transaction():
        return context.call("sqs", operation, params)


def test_what_aws_would_refuse_is_refused(emulator):
    with pytest.raises(AwsError) as caught:
        call(emulator, "GetQueueUrl", {"QueueName": "none"})
    assert caught.value.code == "AWS.SimpleQueueService.NonExistentQueue"
    assert emulator.request_log.rows()[0]["error"]["code"] == "AWS.SimpleQueueService.NonExistentQueue"


def test_a_defect_is_an_internal_failure_and_leaves_nothing(emulator, monkeypatch, caplog):
    entry = registry.entry(load("sqs").operations["CreateQueue"])
    create = entry.run

    def broken(context, given):
        create(context, given)
        raise ZeroDivisionError

    monkeypatch.setattr(entry, "run", broken)
    with pytest.raises(AwsError) as caught:
        call(emulator, "CreateQueue", {"QueueName": "half"})
    assert (caught.value.code, caught.value.status) == ("InternalFailure", 500)
    assert "ZeroDivisionError" in caplog.text
    assert emulator.request_log.rows()[0]["status"] == 500
    assert call(emulator, "ListQueues", {}) == {}
