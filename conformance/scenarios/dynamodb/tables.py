"""Tables: create, describe, tags, time to live, a change of billing, protection, and what is refused.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html
"""

from conformance.scenarios import refused

COST = "About 20 requests and a table for a minute: below 0.001 USD."


def run(aws):
    dynamodb = aws.client("dynamodb")
    table = aws.table("tables", {"id": "S"})
    refused(dynamodb.create_table, TableName=table, KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}], BillingMode="PAY_PER_REQUEST")
    arn = dynamodb.describe_table(TableName=table)["Table"]["TableArn"]
    dynamodb.tag_resource(ResourceArn=arn, Tags=[{"Key": "purpose", "Value": "parity"}])
    dynamodb.list_tags_of_resource(ResourceArn=arn)
    dynamodb.untag_resource(ResourceArn=arn, TagKeys=["purpose"])
    dynamodb.update_time_to_live(TableName=table, TimeToLiveSpecification={"Enabled": True, "AttributeName": "until"})
    dynamodb.describe_time_to_live(TableName=table)
    dynamodb.describe_continuous_backups(TableName=table)
    dynamodb.update_table(TableName=table, DeletionProtectionEnabled=True)
    dynamodb.get_waiter("table_exists").wait(TableName=table, WaiterConfig={"Delay": 2})
    refused(dynamodb.delete_table, TableName=table)
    dynamodb.update_table(TableName=table, DeletionProtectionEnabled=False)
    dynamodb.get_waiter("table_exists").wait(TableName=table, WaiterConfig={"Delay": 2})

    refused(dynamodb.create_table, TableName="no", KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}], BillingMode="PAY_PER_REQUEST")
    refused(dynamodb.create_table, TableName=aws.name("other"), KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[], BillingMode="PAY_PER_REQUEST")
    refused(dynamodb.describe_table, TableName=aws.name("absent"))
    refused(dynamodb.update_table, TableName=aws.name("absent"), BillingMode="PAY_PER_REQUEST")
