"""Tables for probes, and values written short. No probes are here."""

import time

GUIDE = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/"
API = "https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/"
INVALID = "ValidationException"


def schema(keys: str) -> list[dict]:
    names = [each.split(":")[0] for each in keys.split()]
    return [{"AttributeName": name, "KeyType": kind} for name, kind in zip(names, ("HASH", "RANGE"))]


def index(name: str, keys: str, projection: str = "ALL", include: tuple[str, ...] = ()) -> dict:
    held = {"ProjectionType": projection} | ({"NonKeyAttributes": list(include)} if include else {})
    return {"IndexName": name, "KeySchema": schema(keys), "Projection": held}


def table(trial, keys: str = "pk:S sk:S", types: str = "", service: str = "dynamodb", **more) -> str:
    """A new table's name, once it is active; ``types`` are those of attributes in its indexes' keys."""
    name = trial.unique("table")
    definitions = dict(each.split(":") for each in f"{keys} {types}".split())
    given = {
        "TableName": name, "KeySchema": schema(keys),
        "AttributeDefinitions": [{"AttributeName": each, "AttributeType": kind} for each, kind in definitions.items()],
        **({} if "ProvisionedThroughput" in more else {"BillingMode": "PAY_PER_REQUEST"}), **more,
    }  # fmt: skip
    trial.ask("CreateTable", service, **given)
    trial.later(lambda: trial.call("DeleteTable", service, TableName=name))
    settled(trial, name, service)
    return name


def settled(trial, name: str, service: str = "dynamodb") -> dict:
    """The table's description once it is active."""
    for _ in range(120):
        found = trial.ask("DescribeTable", service, TableName=name)["Table"]
        if found["TableStatus"] == "ACTIVE":
            return found
        time.sleep(0.5)
    raise AssertionError(f"{name} is {found['TableStatus']} after a minute")


def value(plain) -> dict:
    """A number, text, truth, list or dictionary as an attribute value; a value stays as it is."""
    if isinstance(plain, bool):
        return {"BOOL": plain}
    if isinstance(plain, int):
        return {"N": str(plain)}
    if isinstance(plain, str):
        return {"S": plain}
    if isinstance(plain, list):
        return {"L": [value(each) for each in plain]}
    return plain


def item(pk="a", sk="1", **attributes) -> dict:
    return {name: value(each) for name, each in {"pk": pk, "sk": sk, **attributes}.items()}


def put(trial, name: str, pk="a", sk="1", service: str = "dynamodb", **attributes) -> None:
    trial.ask("PutItem", service, TableName=name, Item=item(pk, sk, **attributes))


def get(trial, name: str, pk="a", sk="1") -> dict | None:
    return trial.ask("GetItem", TableName=name, Key=item(pk, sk), ConsistentRead=True).get("Item")


def values(**given) -> dict:
    return {f":{name}": value(each) for name, each in given.items()}


def update(trial, name: str, expression: str, **given) -> dict:
    more = {"ExpressionAttributeValues": values(**given)} if given else {}
    return trial.ask(
        "UpdateItem", TableName=name, Key=item(), UpdateExpression=expression, ReturnValues="ALL_NEW", **more
    )["Attributes"]


def query(trial, name: str, condition: str = "pk = :p", given: dict | None = None, **more) -> dict:
    return trial.ask("Query", TableName=name, KeyConditionExpression=condition,
                     ExpressionAttributeValues=values(**(given or {"p": "a"})), **more)  # fmt: skip


def sort_keys(answer: dict) -> list[str]:
    return [next(iter(each["sk"].values())) for each in answer["Items"]]
