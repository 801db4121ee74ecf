"""Bulk puts from S3."""

import gzip
import json
import time

import pytest

OUTPUT = {"OutputType": ["ERROR"]}


@pytest.fixture
def s3(client):
    made = client("s3")
    made.create_bucket(Bucket="bucket")
    return made


@pytest.fixture
def start(dynamodb, table):
    def start(**more):
        source = {"S3Bucket": "bucket", "S3KeyPrefix": "in/", "InputFormat": "DYNAMODB_JSON", **more.pop("source", {})}
        given = {"TableName": table, "InputS3Configuration": source, "OutputS3Configuration": OUTPUT, **more}
        return dynamodb.start_bulk_put_items(**given)["BulkOperationDescription"]

    return start


@pytest.fixture
def ended(dynamodb):
    """The description of an operation once it has ended."""

    def ended(arn):
        for _ in range(100):
            found = dynamodb.describe_bulk_operation(BulkOperationArn=arn)["BulkOperationDescription"]
            if "EndTime" in found:
                break
            time.sleep(0.01)
        return found

    return ended


def lines(*keys, **beside):
    records = [{"Item": {"pk": {"S": key}, "sk": {"S": "s"}}, **beside} for key in keys]
    return "".join(json.dumps(each) + "\n" for each in records).encode()


def test_the_objects_under_a_prefix_are_put(dynamodb, table, s3, start, ended):
    dynamodb.put_item(TableName=table, Item={"pk": {"S": "a"}, "sk": {"S": "s"}, "old": {"BOOL": True}})
    s3.put_object(Bucket="bucket", Key="in/1", Body=lines("a", "b"))
    s3.put_object(Bucket="bucket", Key="in/2", Body=lines("c"))
    s3.put_object(Bucket="bucket", Key="out/3", Body=lines("d"))
    begun = start(MaxWriteRequestUnits=1024)
    assert (begun["BulkOperationStatus"], begun["PerformanceTier"]) == ("IN_PROGRESS", "STANDARD")
    found = ended(begun["BulkOperationArn"])
    assert (found["BulkOperationStatus"], found["ProcessedItemCount"], found["FailedItemCount"]) == ("COMPLETED", 3, 0)
    assert found["ProcessedInputBytes"] == found["TotalInputBytes"] == len(lines("a", "b", "c"))
    assert found["BulkOperationUsage"][0]["Table"] == {"BulkPutBytes": 3 * 6}
    items = dynamodb.scan(TableName=table)["Items"]
    assert sorted(each["pk"]["S"] for each in items) == ["a", "b", "c"]
    assert not any("old" in each for each in items)


def test_compressed_objects(dynamodb, table, s3, start, ended):
    s3.put_object(Bucket="bucket", Key="in/1.gz", Body=gzip.compress(lines("a")))
    begun = start(source={"InputCompressionType": "GZIP"})
    assert ended(begun["BulkOperationArn"])["BulkOperationStatus"] == "COMPLETED"
    assert dynamodb.scan(TableName=table)["Count"] == 1


def test_a_token_starts_one_operation(dynamodb, s3, start, refused, table):
    first = start(ClientToken="token")
    assert start(ClientToken="token")["BulkOperationArn"] == first["BulkOperationArn"]
    other = {"S3Bucket": "other", "InputFormat": "DYNAMODB_JSON"}
    given = {"TableName": table, "InputS3Configuration": other, "OutputS3Configuration": OUTPUT, "ClientToken": "token"}
    assert refused(dynamodb.start_bulk_put_items, **given)[0] == "IdempotentParameterMismatchException"
    assert refused(dynamodb.start_bulk_put_items, **given | {"TableName": "none"})[0] == "ResourceNotFoundException"


def test_a_missing_bucket_fails_the_operation(start, ended):
    found = ended(start(source={"S3Bucket": "none"})["BulkOperationArn"])
    assert (found["BulkOperationStatus"], found["FailureCode"]) == ("FAILED", "S3NoSuchBucket")


@pytest.mark.parametrize("body", [b"no json\n", lines("a", ConditionExpression="attribute_not_exists(pk)")])
def test_what_is_not_known_fails_openly(s3, start, ended, body):
    s3.put_object(Bucket="bucket", Key="in/1", Body=body)
    found = ended(start()["BulkOperationArn"])
    assert (found["BulkOperationStatus"], found["FailureCode"]) == ("FAILED", "NotImplemented")


def test_listing_and_cancelling(dynamodb, s3, start, ended, refused, emulator):
    arns = []
    for number in range(3):
        emulator.freeze(1_700_000_000 + number)
        arns.append(start()["BulkOperationArn"])
    first = dynamodb.list_bulk_operations(MaxResults=2)
    second = dynamodb.list_bulk_operations(MaxResults=2, NextToken=first["NextToken"])
    told = first["BulkOperationsSummaryList"] + second["BulkOperationsSummaryList"]
    assert [each["BulkOperationArn"] for each in told] == arns[::-1]
    assert "NextToken" not in second
    ended(arns[0])
    assert refused(dynamodb.cancel_bulk_operation, BulkOperationArn=arns[0])[0] == "ValidationException"
    unknown = arns[0][:-1] + "x"
    assert refused(dynamodb.describe_bulk_operation, BulkOperationArn=unknown)[0] == "ResourceNotFoundException"


def test_a_cancelled_operation_puts_nothing_more(dynamodb, table, s3, start, ended, emulator, setting):
    setting("dynamodb.table-seconds", 60)
    s3.put_object(Bucket="bucket", Key="in/1", Body=lines("a"))
    arn = start()["BulkOperationArn"]
    assert dynamodb.cancel_bulk_operation(BulkOperationArn=arn)["BulkOperationStatus"] == "CANCELLING"
    emulator.advance(60)
    assert ended(arn)["BulkOperationStatus"] == "CANCELLED"
    assert dynamodb.scan(TableName=table)["Count"] == 0
