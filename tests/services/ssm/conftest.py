"""Nodes that register with an activation, as the agent does."""

import json
import time
import urllib.request

import pytest


@pytest.fixture
def ssm(client):
    return client("ssm")


@pytest.fixture
def admit(endpoint):
    """Register a node with an activation; its id. Raises OSError when it is refused."""

    def register(activation: dict) -> str:
        body = {name: activation[name] for name in ("ActivationId", "ActivationCode")}
        request = urllib.request.Request(endpoint, json.dumps(body).encode(), {
            "x-amz-target": "AmazonSSM.RegisterManagedInstance", "content-type": "application/x-amz-json-1.1"})
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)["InstanceId"]

    return register


@pytest.fixture
def register(ssm, admit):
    """Make nodes, with one activation for each call."""

    def make(count: int = 1, tags: dict | None = None, name: str = "node") -> list[str]:
        given = [{"Key": key, "Value": value} for key, value in (tags or {}).items()]
        activation = ssm.create_activation(
            IamRole="nodes", RegistrationLimit=count, DefaultInstanceName=name, Tags=given)
        return [admit(activation) for _ in range(count)]

    return make


@pytest.fixture
def node(register):
    return register()[0]


@pytest.fixture
def until():
    """Ask until the answer is wanted."""

    def ask(question, wanted, moving=None):
        for _ in range(200):
            found = question()
            if wanted(found):
                return found
            if moving is not None:
                moving()
            time.sleep(0.03)
        raise AssertionError(f"it does not come: {found}")

    return ask
