"""DynamoDB's tables and items."""

from conformance.sequences.kind import Kind, follow
from conformance.services.dynamodb.tables import awaited, made_table

ITEMS = ({"a": {"S": "x"}}, {"n": {"N": "1"}, "l": {"L": [{"NULL": True}]}}, {"b": {"B": b"\x00"}})
TABLE = {"BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
         "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}]}


def key(prefixed):
    return {"pk": {"S": "p"}, "sk": {"S": prefixed}}


def read(trial, name):
    """An item without its key. A table tells of what is gone by telling nothing."""
    found = trial.ask("GetItem", TableName=trial.place, Key=key(name), ConsistentRead=True).get("Item")
    if found is None:
        trial.ask("UpdateItem", TableName=trial.place, Key=key(name), ConditionExpression="attribute_exists(pk)")
    return {each: value for each, value in found.items() if each not in ("pk", "sk")}


def pages(trial, prefix, size):
    found = follow(trial, "Query", {
        "TableName": trial.place, "Limit": size, "KeyConditionExpression": "pk = :p AND begins_with(sk, :s)",
        "ExpressionAttributeValues": {":p": {"S": "p"}, ":s": {"S": prefix}}}, "Items",
        ("LastEvaluatedKey", "ExclusiveStartKey"), "sk")
    return [each["S"] for each in found]


def put(trial, name, value, **more):
    return trial.ask("PutItem", TableName=trial.place, Item={**key(name), **value}, **more)


def transacted(trial, name, value, token):
    """Made by a transaction that says of itself that it is the same one."""
    return trial.ask("TransactWriteItems", ClientRequestToken=token, TransactItems=[
        {"Put": {"TableName": trial.place, "Item": {**key(name), **value},
                 "ConditionExpression": "attribute_not_exists(pk)"}}])


def create_table(trial, name, value):
    trial.ask("CreateTable", TableName=name, DeletionProtectionEnabled=value, **TABLE)
    awaited(trial.world, name)


def drop_table(trial, name):
    trial.ask("UpdateTable", TableName=name, DeletionProtectionEnabled=False)
    trial.ask("DeleteTable", TableName=name)
    trial.world.wait(lambda: {"code": trial.call("DescribeTable", TableName=name).code}, lambda found: found["code"])


def update_table(trial, name, value):
    trial.ask("UpdateTable", TableName=name, DeletionProtectionEnabled=value)
    awaited(trial.world, name)


def tables(trial, prefix, size):
    found = follow(trial, "ListTables", {"Limit": size}, "TableNames",
                   ("LastEvaluatedTableName", "ExclusiveStartTableName"), "")
    return [each for each in found if each.startswith(prefix)]


def tags(trial, name):
    found = trial.ask("ListTagsOfResource", ResourceArn=arn(trial, name)).get("Tags", [])
    return {each["Key"]: each["Value"] for each in found}


def arn(trial, name):
    return f"arn:aws:dynamodb:{trial.world.region}:{trial.world.account}:table/{name}"


KINDS = [
    Kind("dynamodb", "item", ITEMS, place=lambda trial: made_table(trial.world)["TableName"],
         create=lambda trial, name, value: put(trial, name, value, ConditionExpression="attribute_not_exists(pk)"),
         again="ConditionalCheckFailedException", missing="ConditionalCheckFailedException",
         read=read, update=put, retry=transacted,
         delete=lambda trial, name: trial.ask("DeleteItem", TableName=trial.place, Key=key(name)),
         listed=lambda trial, prefix: pages(trial, prefix, 1000), pages=pages),
    Kind("dynamodb", "table", (False, True), create=create_table, update=update_table, delete=drop_table,
         again="ResourceInUseException", missing="ResourceNotFoundException",
         read=lambda trial, name: trial.ask("DescribeTable", TableName=name)["Table"]["DeletionProtectionEnabled"],
         listed=lambda trial, prefix: tables(trial, prefix, 100), pages=tables,
         tag=lambda trial, name, given: trial.ask("TagResource", ResourceArn=arn(trial, name), Tags=[
             {"Key": key, "Value": value} for key, value in given.items()]),
         untag=lambda trial, name, keys: trial.ask("UntagResource", ResourceArn=arn(trial, name), TagKeys=keys),
         tags=tags, sequences=3),
]  # fmt: skip
