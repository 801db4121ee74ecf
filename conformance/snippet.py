"""A failing variant as a program: boto3 with validation off, runnable as it stands."""

import pprint

from botocore import xform_name

from conformance.generator.paths import dotted
from conformance.generator.variant import Variant

PROGRAM = """\
import datetime

import boto3
from botocore.config import Config

client = boto3.client("{service}", endpoint_url="{endpoint}", region_name="{region}",
                      aws_access_key_id="{account}", aws_secret_access_key="test",
                      config=Config(parameter_validation=False, retries={{"total_max_attempts": 1}}{s3}))
"""


def snippet(variant: Variant, given: dict, setup: list[tuple[str, str, dict]], endpoint: str, account: str,
            region: str) -> str:
    """``setup``: the calls (service, operation, input) that built what the variant needs, in order."""
    s3 = ', s3={"addressing_style": "path"}' if variant.service == "s3" else ""
    lines = [PROGRAM.format(service=variant.service, endpoint=endpoint, region=region, account=account, s3=s3)]
    lines += [_call(operation, its_input) for service, operation, its_input in setup if service == variant.service]
    if variant.wire is not None:
        how, what = variant.wire
        told = {"set": lambda: f"{dotted(what[0])} = {what[1]!r}", "body": lambda: f"body = {what!r}",
                "sign": lambda: f"signature {what}", "add": lambda: f"{dotted(what)} added",
                "ask": lambda: f"query parameter {what} added"}[how]()
        lines.append(f"# on the wire altered: {told}")
    lines.append(f"print({_call(variant.operation, given)})")
    return "\n".join(lines)


def _call(operation: str, given: dict) -> str:
    shown = ", ".join(f"{name}={pprint.pformat(value, width=100, compact=True)}" for name, value in given.items())
    return f"client.{xform_name(operation)}({shown})"
