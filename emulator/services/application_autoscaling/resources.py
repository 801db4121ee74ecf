"""The resources behind targets: what their capacity is, and how it is set, as far as their services stand.

https://docs.aws.amazon.com/autoscaling/application/userguide/integrated-services-list.html
"""

from collections.abc import Callable
from typing import NamedTuple

from emulator.kernel.context import Context, Principal
from emulator.kernel.errors import AwsError, NotImplementedByEmulator
from emulator.services.application_autoscaling.tables import Place


class Scaler(NamedTuple):
    """How a dimension is read and set: ``(ctx, place, principal)`` and ``(ctx, place, principal, capacity)``."""

    read: Callable[[Context, Place, Principal], int]
    write: Callable[[Context, Place, Principal, int], None]


def principal_of(role: str) -> Principal:
    account, name = role.split(":")[4], role.rpartition("/")[2]
    session = f"{name}/application-autoscaling"
    return Principal("AssumedRole", account, f"arn:aws:sts::{account}:assumed-role/{session}", session)


def _table(ctx: Context, place: Place, principal: Principal) -> tuple[str, str, dict]:
    """The table's and the index's name ("" for the table), and the throughput that is provisioned there."""
    _, table, *index = place.resource.split("/")
    described = ctx.call("dynamodb", "DescribeTable", {"TableName": table}, as_=principal)["Table"]
    if not index:
        return table, "", described["ProvisionedThroughput"]
    for each in described.get("GlobalSecondaryIndexes", ()):
        if each["IndexName"] == index[1]:
            return table, index[1], each["ProvisionedThroughput"]
    raise AwsError("ResourceNotFoundException", f"Requested resource not found: {place.resource}", 400)


def _read_throughput(ctx: Context, place: Place, principal: Principal) -> int:
    return _table(ctx, place, principal)[2][place.dimension.rpartition(":")[2]]


def _write_throughput(ctx: Context, place: Place, principal: Principal, capacity: int) -> None:
    table, index, now = _table(ctx, place, principal)
    units = ("ReadCapacityUnits", "WriteCapacityUnits")
    wanted = {name: now[name] for name in units} | {place.dimension.rpartition(":")[2]: capacity}
    change = {"ProvisionedThroughput": wanted}
    if index:
        change = {"GlobalSecondaryIndexUpdates": [{"Update": {"IndexName": index, **change}}]}
    ctx.call("dynamodb", "UpdateTable", {"TableName": table, **change}, as_=principal)


def _alias(place: Place) -> dict[str, str]:
    _, name, alias = place.resource.split(":")
    return {"FunctionName": name, "Qualifier": alias}


def _read_concurrency(ctx: Context, place: Place, principal: Principal) -> int:
    try:
        found = ctx.call("lambda", "GetProvisionedConcurrencyConfig", _alias(place), as_=principal)
    except AwsError as error:
        if error.code != "ProvisionedConcurrencyConfigNotFoundException":
            raise
        return 0
    return found["RequestedProvisionedConcurrentExecutions"]


def _write_concurrency(ctx: Context, place: Place, principal: Principal, capacity: int) -> None:
    if capacity == 0:
        ctx.call("lambda", "DeleteProvisionedConcurrencyConfig", _alias(place), as_=principal)
        return
    given = {**_alias(place), "ProvisionedConcurrentExecutions": capacity}
    ctx.call("lambda", "PutProvisionedConcurrencyConfig", given, as_=principal)


def _service(place: Place) -> tuple[str, str]:
    _, cluster, name = place.resource.split("/")
    return cluster, name


def _read_count(ctx: Context, place: Place, principal: Principal) -> int:
    cluster, name = _service(place)
    found = ctx.call("ecs", "DescribeServices", {"cluster": cluster, "services": [name]}, as_=principal)["services"]
    if not found:
        raise AwsError("ServiceNotFoundException", f"ECS service doesn't exist: {place.resource}", 400)
    return found[0]["desiredCount"]


def _write_count(ctx: Context, place: Place, principal: Principal, capacity: int) -> None:
    cluster, name = _service(place)
    ctx.call("ecs", "UpdateService", {"cluster": cluster, "service": name, "desiredCount": capacity}, as_=principal)


_THROUGHPUT = Scaler(_read_throughput, _write_throughput)
SCALERS: dict[str, Scaler] = {
    "dynamodb:table:ReadCapacityUnits": _THROUGHPUT, "dynamodb:table:WriteCapacityUnits": _THROUGHPUT,
    "dynamodb:index:ReadCapacityUnits": _THROUGHPUT, "dynamodb:index:WriteCapacityUnits": _THROUGHPUT,
    "lambda:function:ProvisionedConcurrency": Scaler(_read_concurrency, _write_concurrency),
    "ecs:service:DesiredCount": Scaler(_read_count, _write_count),
}  # fmt: skip

# What AWS says where a resource is not there, by its namespace.
ABSENT = {
    "dynamodb": "DynamoDB table does not exist: {}", "ecs": "ECS service doesn't exist: {}",
    "lambda": "Lambda function does not exist: {}",
}  # fmt: skip


def capacity(ctx: Context, place: Place, role: str) -> int:
    """Raises AwsError, NotImplemented for what has no service here."""
    scaler = SCALERS.get(place.dimension)
    if scaler is None:
        raise NotImplementedByEmulator(f"Scaling {place.dimension}")
    return scaler.read(ctx, place, principal_of(role))


def scale(ctx: Context, place: Place, role: str, wanted: int) -> None:
    """Raises AwsError."""
    SCALERS[place.dimension].write(ctx, place, principal_of(role), wanted)
