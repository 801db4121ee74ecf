"""Queries and scans: key conditions, filters, projections, pages, both directions, an index, PartiQL.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.html
"""

from conformance.scenarios import refused

COST = "About 20 requests on demand: below 0.001 USD."


def run(aws):
    dynamodb = aws.client("dynamodb")
    table = aws.table("queries", {"owner": "S", "number": "N"}, index={"colour": "S", "number": "N"})
    for number in range(6):
        dynamodb.put_item(TableName=table, Item={
            "owner": {"S": "o"}, "number": {"N": str(number)}, "colour": {"S": "red" if number % 2 else "blue"},
            "note": {"S": "x" * number}})
    of_owner = {"TableName": table, "KeyConditionExpression": "#o = :o", "ExpressionAttributeNames": {"#o": "owner"}}
    values = {":o": {"S": "o"}}
    dynamodb.query(**of_owner, ExpressionAttributeValues=values, ScanIndexForward=False, Limit=2)
    first = dynamodb.query(**of_owner, ExpressionAttributeValues=values, Limit=4, ConsistentRead=True)
    dynamodb.query(**of_owner, ExpressionAttributeValues=values, ExclusiveStartKey=first["LastEvaluatedKey"])
    dynamodb.query(**of_owner, ExpressionAttributeValues=values, Select="COUNT")
    dynamodb.query(**of_owner, ExpressionAttributeValues={**values, ":n": {"N": "3"}},
                   FilterExpression="size(note) >= :n", ReturnConsumedCapacity="INDEXES")
    dynamodb.query(TableName=table, IndexName="by-colour",
                   KeyConditionExpression="colour = :c AND #n BETWEEN :a AND :b",
                   ExpressionAttributeNames={"#n": "number"},
                   ExpressionAttributeValues={":c": {"S": "red"}, ":a": {"N": "1"}, ":b": {"N": "3"}})
    dynamodb.scan(TableName=table, FilterExpression="begins_with(colour, :c)", ProjectionExpression="colour",
                  ExpressionAttributeValues={":c": {"S": "bl"}})
    dynamodb.scan(TableName=table, Select="COUNT", TotalSegments=2, Segment=0)
    dynamodb.execute_statement(Statement=f'SELECT note FROM "{table}" WHERE owner = ? AND "number" = ?',
                               Parameters=[{"S": "o"}, {"N": "2"}])
    refused(dynamodb.query, TableName=table, KeyConditionExpression="colour = :c",
            ExpressionAttributeValues={":c": {"S": "red"}})
    refused(dynamodb.query, TableName=table, IndexName="absent", KeyConditionExpression="colour = :c",
            ExpressionAttributeValues={":c": {"S": "red"}})
    refused(dynamodb.query, **of_owner, ExpressionAttributeValues={":unused": {"S": "o"}})
    refused(dynamodb.execute_statement, Statement="SELECT FROM nothing")
