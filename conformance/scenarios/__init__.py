"""Scenario programs: small boto3 scripts that show one behaviour of a service and leave nothing behind.

``conformance/scenarios/<service>/<name>.py`` has a docstring (its first line is the title), ``COST`` (what a run on AWS
costs, one sentence) and ``run(aws)``, where ``aws`` is an :class:`Aws`. ``lab record --scenario s3/objects`` runs one
through the recorder; ``python -m conformance.scenarios s3/objects`` runs it alone.
"""

import os
import secrets
import time
from collections.abc import Callable
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

FOLDER = Path(__file__).parent

#: Every thing that a scenario makes is named with this, so that what an aborted run left can be found.
PREFIX = "paritylab"


class Scenario(NamedTuple):
    """``name`` is ``service/program``; ``cost`` says what a run on AWS costs."""

    name: str
    title: str
    cost: str
    run: Callable[["Aws"], None]

    @property
    def service(self) -> str:
        return self.name.partition("/")[0]


class Aws:
    """What a scenario works with: clients, names that nobody else has, and what is cleaned up in the end."""

    def __init__(self, region: str = "us-east-1"):
        self.region = region
        self.suffix = os.environ.get("PARITYLAB_SUFFIX") or secrets.token_hex(4)
        self._cleanup = ExitStack()

    def __enter__(self) -> "Aws":
        return self

    def __exit__(self, *exception: object) -> None:
        self._cleanup.close()

    def client(self, service: str, region: str | None = None, **options: Any):
        """A client that tries once (a retry would be a step of its own) and leaves refusing to AWS."""
        return boto3.client(service, region_name=region or self.region, **options,
                            config=Config(retries={"total_max_attempts": 1}, parameter_validation=False,
                                          s3={"addressing_style": "virtual"}))

    def name(self, what: str) -> str:
        return f"{PREFIX}-{what}-{self.suffix}"

    def settle(self, seconds: float) -> None:
        """Wait for what AWS makes known everywhere only after a while; PARITYLAB_PATIENCE limits the seconds."""
        time.sleep(min(seconds, float(os.environ.get("PARITYLAB_PATIENCE", "inf"))))

    def table(self, what: str, keys: dict[str, str], index: dict[str, str] | None = None, **options: Any) -> str:
        """Make a DynamoDB table on demand, wait for it, delete it in the end; its name.

        ``keys``: attributes and their types, the partition key first; ``index``: those of an index ``by-<attribute>``.
        """
        dynamodb = self.client("dynamodb")
        name = self.name(what)
        if index:
            options["GlobalSecondaryIndexes"] = [{"IndexName": f"by-{next(iter(index))}", "KeySchema": schema(index),
                                                  "Projection": {"ProjectionType": "ALL"}}]
        types = [{"AttributeName": key, "AttributeType": kind} for key, kind in {**keys, **(index or {})}.items()]
        dynamodb.create_table(TableName=name, KeySchema=schema(keys), AttributeDefinitions=types,
                              BillingMode="PAY_PER_REQUEST", **options)
        self.afterwards(dynamodb.delete_table, TableName=name)
        dynamodb.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 2})
        return name

    def afterwards(self, call: Callable, **parameters: Any) -> None:
        """Call this in the end, last registered first; what is gone already is no error."""
        self._cleanup.callback(refused, call, **parameters)


def schema(keys: dict[str, str]) -> list[dict]:
    return [{"AttributeName": key, "KeyType": kind} for key, kind in zip(keys, ("HASH", "RANGE"))]


def refused(call: Callable, **parameters: Any) -> str | None:
    """Make a call that may fail; returns the error's code, None on success."""
    try:
        call(**parameters)
    except ClientError as error:
        return error.response["Error"]["Code"]
    return None


def names() -> list[str]:
    """Every scenario's name, sorted."""
    return sorted(f"{path.parent.name}/{path.stem}" for path in FOLDER.glob("*/*.py") if path.stem != "__init__")


def load(name: str) -> Scenario:
    """A scenario by name. Raises KeyError when there is none."""
    if name not in names():
        raise KeyError(name)
    module = import_module(f"conformance.scenarios.{name.replace('/', '.')}")
    return Scenario(name, module.__doc__.strip().splitlines()[0].rstrip("."), module.COST, module.run)


def play(name: str, region: str = "us-east-1") -> None:
    """Run one scenario with the credentials and the endpoint of the environment, and clean up after it."""
    with Aws(region) as aws:
        load(name).run(aws)
