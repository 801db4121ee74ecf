"""A client, tables of the usual kinds, and the refusals of AWS."""

import pytest


@pytest.fixture
def dynamodb(client):
    return client("dynamodb")


@pytest.fixture
def make_table(dynamodb):
    """``make_table("pk:S sk:N", lsi={"by_x": "pk:S x:S"}, gsi={"by_y": "y:S"}, projection=…)``: a new table's name."""

    def schema(keys: str) -> list[dict]:
        names = [each.split(":")[0] for each in keys.split()]
        return [{"AttributeName": name, "KeyType": kind} for name, kind in zip(names, ("HASH", "RANGE"))]

    def index(name: str, keys: str, projection: dict) -> dict:
        return {"IndexName": name, "KeySchema": schema(keys), "Projection": projection}

    def make(keys="pk:S sk:S", lsi=None, gsi=None, projection=None, name="table", **more) -> str:
        projection = projection or {"ProjectionType": "ALL"}
        all_keys = " ".join([keys, *(lsi or {}).values(), *(gsi or {}).values()])
        types = dict(each.split(":") for each in all_keys.split())
        indexes = {
            member: [index(each, its_keys, projection) for each, its_keys in given.items()]
            for member, given in (("LocalSecondaryIndexes", lsi), ("GlobalSecondaryIndexes", gsi))
            if given
        }
        dynamodb.create_table(
            TableName=name, KeySchema=schema(keys), BillingMode="PAY_PER_REQUEST", **indexes, **more,
            AttributeDefinitions=[{"AttributeName": each, "AttributeType": kind} for each, kind in types.items()],
        )  # fmt: skip
        return name

    return make


@pytest.fixture
def table(make_table):
    """The name of a table with partition key ``pk`` and sort key ``sk``, both strings."""
    return make_table()


@pytest.fixture
def setting(emulator):
    """``setting(name, value)`` holds until the test's end."""
    settings = emulator.settings
    before = dict(settings)
    yield settings.__setitem__
    settings.clear()
    settings.update(before)
