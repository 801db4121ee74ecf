"""AWS Lambda: functions that really run, as processes of this machine or containers of its engine.

https://docs.aws.amazon.com/lambda/latest/api/
"""

from emulator.services.lambda_ import (
    aliases,
    capacity,
    concurrency,
    durable,
    event_invoke,
    functions,
    invoking,
    layer_permissions,
    layers,
    management,
    mappings,
    permissions,
    polling,
    provisioned,
    signing,
    tags,
    url_calls,
    urls,
    versions,
)
from emulator.services.lambda_.service import service

__all__ = [
    "aliases", "capacity", "concurrency", "durable", "event_invoke", "functions", "invoking", "layer_permissions",
    "layers", "management", "mappings", "permissions", "polling", "provisioned", "service", "signing", "tags",
    "url_calls", "urls", "versions",
]  # fmt: skip
