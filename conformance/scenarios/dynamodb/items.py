"""Items: put, get, update, delete, conditions, return values, batches, transactions.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/WorkingWithItems.html
"""

from conformance.scenarios import refused

COST = "About 25 requests on demand: below 0.001 USD."


def run(aws):
    dynamodb = aws.client("dynamodb")
    table = aws.table("items", {"id": "S"})
    dynamodb.put_item(TableName=table, Item={"id": {"S": "a"}, "count": {"N": "1"}, "tags": {"SS": ["x", "y"]},
                                             "raw": {"B": b"\x00\x90\xff"}, "nothing": {"NULL": True}})
    dynamodb.get_item(TableName=table, Key={"id": {"S": "a"}}, ConsistentRead=True, ReturnConsumedCapacity="TOTAL")
    dynamodb.get_item(TableName=table, Key={"id": {"S": "absent"}})
    dynamodb.update_item(TableName=table, Key={"id": {"S": "a"}}, ReturnValues="UPDATED_NEW",
                         UpdateExpression="SET #c = #c + :one, colour = :green REMOVE nothing ADD tags :z",
                         ExpressionAttributeNames={"#c": "count"},
                         ExpressionAttributeValues={":one": {"N": "1"}, ":green": {"S": "green"}, ":z": {"SS": ["z"]}})
    refused(dynamodb.put_item, TableName=table, Item={"id": {"S": "a"}}, ConditionExpression="attribute_not_exists(id)",
            ReturnValuesOnConditionCheckFailure="ALL_OLD")
    refused(dynamodb.update_item, TableName=table, Key={"id": {"S": "a"}}, UpdateExpression="SET colour = colour +")
    refused(dynamodb.put_item, TableName=table, Item={"id": {"N": "1"}})
    refused(dynamodb.get_item, TableName=table, Key={"other": {"S": "a"}})
    refused(dynamodb.get_item, TableName=aws.name("absent"), Key={"id": {"S": "a"}})

    dynamodb.batch_write_item(RequestItems={table: [
        {"PutRequest": {"Item": {"id": {"S": each}, "count": {"N": "0"}}}} for each in ("b", "c")]})
    dynamodb.batch_get_item(RequestItems={table: {"Keys": [{"id": {"S": each}} for each in ("b", "c")],
                                                  "ProjectionExpression": "id"}})
    dynamodb.transact_write_items(TransactItems=[
        {"Update": {"TableName": table, "Key": {"id": {"S": "b"}}, "UpdateExpression": "SET #c = :one",
                    "ExpressionAttributeNames": {"#c": "count"}, "ExpressionAttributeValues": {":one": {"N": "1"}}}},
        {"Delete": {"TableName": table, "Key": {"id": {"S": "c"}}}}])
    refused(dynamodb.transact_write_items, TransactItems=[
        {"Put": {"TableName": table, "Item": {"id": {"S": "d"}}}},
        {"ConditionCheck": {"TableName": table, "Key": {"id": {"S": "c"}},
                            "ConditionExpression": "attribute_exists(id)"}}])
    dynamodb.transact_get_items(TransactItems=[{"Get": {"TableName": table, "Key": {"id": {"S": "b"}}}}])
    dynamodb.delete_item(TableName=table, Key={"id": {"S": "a"}}, ReturnValues="ALL_OLD")
    dynamodb.delete_item(TableName=table, Key={"id": {"S": "a"}}, ReturnValues="ALL_OLD")
