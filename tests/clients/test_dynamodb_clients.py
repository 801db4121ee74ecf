"""How Python's programs speak to DynamoDB beside boto3's client: boto3's resource and PynamoDB."""

from decimal import Decimal

import boto3
import pytest
from boto3.dynamodb.conditions import Attr, Key

NOTHING = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": "us-east-1"}


@pytest.fixture
def resource(endpoint):
    return boto3.resource("dynamodb", endpoint_url=endpoint, **NOTHING)


@pytest.fixture
def table(resource):
    made = resource.create_table(
        TableName="table", BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        AttributeDefinitions=[
            {"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "sk", "AttributeType": "N"}
        ],
    )  # fmt: skip
    made.wait_until_exists()
    return made


def test_the_resource_speaks_python(table):
    item = {"pk": "a", "sk": 1, "n": Decimal("1.5"), "tags": {"x", "y"}, "list": [1, None, True], "map": {"k": b"\x00"}}
    table.put_item(Item=item)
    got = table.get_item(Key={"pk": "a", "sk": 1})["Item"]
    assert {**got, "map": {"k": bytes(got["map"]["k"])}} == item
    assert table.item_count == 1


def test_conditions_of_the_resource(table):
    with table.batch_writer(overwrite_by_pkeys=["pk", "sk"]) as batch:
        for number in range(60):  # more than one batch, and the last one twice
            batch.put_item(Item={"pk": "a", "sk": number, "even": number % 2 == 0})
        batch.put_item(Item={"pk": "a", "sk": 59, "even": True})
    found = table.query(
        KeyConditionExpression=Key("pk").eq("a") & Key("sk").between(10, 19), FilterExpression=Attr("even").eq(True),
        ProjectionExpression="sk", ScanIndexForward=False,
    )  # fmt: skip
    assert [each["sk"] for each in found["Items"]] == [18, 16, 14, 12, 10]
    assert table.scan(FilterExpression=Attr("even").eq(True), Select="COUNT")["Count"] == 31
    missing = table.meta.client.exceptions.ConditionalCheckFailedException
    with pytest.raises(missing):
        table.delete_item(Key={"pk": "a", "sk": 1}, ConditionExpression=Attr("even").eq(True))


@pytest.fixture
def model(endpoint):
    """A PynamoDB model whose table stands."""
    attributes, models = pytest.importorskip("pynamodb.attributes"), pytest.importorskip("pynamodb.models")
    indexes = pytest.importorskip("pynamodb.indexes")

    class ByMail(indexes.GlobalSecondaryIndex):
        class Meta:
            index_name = "by_mail"
            projection = indexes.AllProjection()

        mail = attributes.UnicodeAttribute(hash_key=True)

    class User(models.Model):
        class Meta:
            table_name = "user"
            host = endpoint
            region = "us-east-1"
            billing_mode = "PAY_PER_REQUEST"
            aws_access_key_id = "test"
            aws_secret_access_key = "test"

        name = attributes.UnicodeAttribute(hash_key=True)
        number = attributes.NumberAttribute(range_key=True)
        mail = attributes.UnicodeAttribute(null=True)
        tags = attributes.UnicodeSetAttribute(null=True)
        more = attributes.MapAttribute(null=True)
        version = attributes.VersionAttribute()
        by_mail = ByMail()

    User.create_table(wait=True)
    return User


def test_pynamodb_saves_and_finds(model):
    user = model("ann", 1, mail="a@example.org", tags={"x"}, more={"k": [1, 2]})
    user.save()
    got = model.get("ann", 1, consistent_read=True)
    assert (got.mail, got.tags, got.more.as_dict()["k"], got.version) == ("a@example.org", {"x"}, [1, 2], 1)
    assert [each.number for each in model.by_mail.query("a@example.org")] == [1]
    with pytest.raises(model.DoesNotExist):
        model.get("bob", 1)


def test_pynamodb_updates_under_conditions(model):
    exceptions = pytest.importorskip("pynamodb.exceptions")
    user, stale = model("ann", 1), None
    user.save()
    stale = model.get("ann", 1)
    user.update(actions=[model.mail.set("new"), model.tags.add({"y"})])
    assert (user.mail, user.tags, user.version) == ("new", {"y"}, 2)
    with pytest.raises(exceptions.UpdateError) as refused:
        stale.update(actions=[model.mail.remove()])
    assert refused.value.cause_response_code == "ConditionalCheckFailedException"


def test_pynamodb_batches_queries_and_transactions(model):
    with model.batch_write() as batch:
        for number in range(30):
            batch.save(model("ann", number))
    condition = model.number > 26
    assert [each.number for each in model.query("ann", condition, limit=5)] == [27, 28, 29]
    assert model.count("ann") == 30
    assert sum(1 for _ in model.scan(page_size=7)) == 30
    assert len(list(model.batch_get([("ann", 1), ("ann", 2), ("ann", 99)]))) == 2
    connection = pytest.importorskip("pynamodb.connection").Connection(host=model.Meta.host, region="us-east-1")
    transactions = pytest.importorskip("pynamodb.transactions")
    with transactions.TransactWrite(connection=connection) as transaction:
        transaction.save(model("bob", 1))
        transaction.delete(model.get("ann", 1))
    assert (model.count("bob"), model.count("ann")) == (1, 29)
