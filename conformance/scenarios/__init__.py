"""Scenario programs: small boto3 scripts that show one behaviour of a service and leave nothing behind.

``conformance/scenarios/<service>/<name>.py`` has a docstring (its first line is the title), ``COST`` (what a run on AWS
costs, one sentence) and ``run(aws)``, where ``aws`` is an :class:`Aws`. ``lab record --scenario s3/objects`` runs one
through the recorder; ``python -m conformance.scenarios s3/objects`` runs it alone.
"""

import os
import secrets
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

    def afterwards(self, call: Callable, **parameters: Any) -> None:
        """Call this in the end, last registered first; what is gone already is no error."""
        self._cleanup.callback(refused, call, **parameters)


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
