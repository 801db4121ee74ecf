"""The Data Catalog through boto3: databases, tables with their versions, partitions and their filters."""

import pytest
from botocore.exceptions import ClientError

KEYS = [{"Name": "day", "Type": "string"}, {"Name": "n", "Type": "int"}]
COLUMNS = [{"Name": "a", "Type": "int"}]


@pytest.fixture
def glue(client):
    made = client("glue")
    made.create_database(DatabaseInput={"Name": "Sales", "Description": "first"}, Tags={"k": "v"})
    return made


@pytest.fixture
def table(glue):
    glue.create_table(DatabaseName="sales", TableInput={
        "Name": "Orders", "StorageDescriptor": {"Columns": COLUMNS}, "PartitionKeys": KEYS})  # fmt: skip
    return {"DatabaseName": "sales", "TableName": "orders"}


def refused(call, **given):
    with pytest.raises(ClientError) as caught:
        call(**given)
    return caught.value.response["Error"]["Code"], caught.value.response["Error"]["Message"]


def test_databases_are_folded_to_lower_case_replaced_and_gone(glue):
    found = glue.get_database(Name="SALES")["Database"]
    assert found["Name"] == "sales" and found["Description"] == "first" and found["CatalogId"] == "000000000000"
    assert found["CreateTableDefaultPermissions"][0]["Permissions"] == ["ALL"]
    glue.update_database(Name="sales", DatabaseInput={"Name": "sales", "LocationUri": "s3://x"})
    found = glue.get_database(Name="sales")["Database"]
    assert found["LocationUri"] == "s3://x" and "Description" not in found
    assert glue.get_tags(ResourceArn="arn:aws:glue:us-east-1:000000000000:database/sales")["Tags"] == {"k": "v"}
    assert refused(glue.create_database, DatabaseInput={"Name": "sales"}) == (
        "AlreadyExistsException", "Database already exists.")
    assert glue.get_databases(AttributesToGet=["NAME"])["DatabaseList"] == [{"Name": "sales"}]
    glue.delete_database(Name="Sales")
    assert refused(glue.get_database, Name="sales") == ("EntityNotFoundException", "Database sales not found.")


def test_every_update_of_a_table_is_a_version(glue, table):
    at = {"DatabaseName": "sales", "Name": "ORDERS"}
    found = glue.get_table(**at)["Table"]
    assert (found["Name"], found["VersionId"], found["Retention"]) == ("orders", "0", 0)
    assert found["StorageDescriptor"]["Columns"] == COLUMNS and found["StorageDescriptor"]["NumberOfBuckets"] == 0
    glue.update_table(DatabaseName="sales", TableInput={"Name": "orders", "Description": "second"})
    assert glue.get_table_version(**table, VersionId="0")["TableVersion"]["Table"]["PartitionKeys"] == KEYS
    assert [each["VersionId"] for each in glue.get_table_versions(**table)["TableVersions"]] == ["1", "0"]
    changed = {"DatabaseName": "sales", "TableInput": {"Name": "orders"}}
    assert refused(glue.update_table, **changed, VersionId="0")[0] == "ConcurrentModificationException"
    glue.update_table(**changed, SkipArchive=True)
    assert [each["VersionId"] for each in glue.get_table_versions(**table)["TableVersions"]] == ["2", "0"]
    glue.batch_delete_table_version(**table, VersionIds=["0"])
    assert refused(glue.get_table_version, **table, VersionId="0")[0] == "EntityNotFoundException"
    assert refused(glue.delete_table_version, **table, VersionId="2")[0] == "InvalidInputException"


def test_tables_are_listed_by_a_pattern_and_go_with_their_database(glue, table):
    glue.create_table(DatabaseName="sales", TableInput={"Name": "other"})
    names = [each["Name"] for each in glue.get_tables(DatabaseName="sales", Expression="or.*")["TableList"]]
    assert names == ["orders"]
    assert refused(glue.get_tables, DatabaseName="sales", Expression="(")[0] == "InvalidInputException"
    errors = glue.batch_delete_table(DatabaseName="sales", TablesToDelete=["other", "none"])["Errors"]
    assert [(each["TableName"], each["ErrorDetail"]["ErrorCode"]) for each in errors] == [
        ("none", "EntityNotFoundException")]
    glue.create_partition(**table, PartitionInput={"Values": ["a", "1"]})
    glue.delete_database(Name="sales")
    glue.create_database(DatabaseInput={"Name": "sales"})
    glue.create_table(DatabaseName="sales", TableInput={"Name": "orders", "PartitionKeys": KEYS})
    assert glue.get_partitions(**table)["Partitions"] == []


@pytest.mark.parametrize(("expression", "wanted"), [
    ("n > 9", "10,11"), ("day >= '2026-11-11' and n < 11", "10"), ("n in (1, 2) or day like '%-12'", "1,2,11"),
    ("not (n between 1 and 10)", "0,11"), ("DAY = '2026-11-03' AND (n = 2)", "2"), ("3 <> n AND n <= 4", "0,1,2,4"),
])  # fmt: skip
def test_partitions_are_filtered_by_their_keys(glue, table, expression, wanted):
    entries = [{"Values": [f"2026-11-{number + 1:02}", str(number)]} for number in range(12)]
    assert glue.batch_create_partition(**table, PartitionInputList=entries)["Errors"] == []
    found = glue.get_paginator("get_partitions").paginate(**table, Expression=expression, MaxResults=1)
    numbers = {each["Values"][1] for page in found for each in page["Partitions"]}
    assert numbers == set(wanted.split(","))


@pytest.mark.parametrize("expression", ["other = 1", "n >", "drop table x", "n = day", "n = 'x'", "(" * 500])
def test_conditions_that_can_not_be_read_are_refused(glue, table, expression):
    assert refused(glue.get_partitions, **table, Expression=expression)[0] == "InvalidInputException"


def test_partitions_are_read_changed_and_deleted_by_their_values(glue, table):
    storage = {"Columns": COLUMNS, "Location": "s3://x"}
    glue.create_partition(**table, PartitionInput={"Values": ["a", "1"], "StorageDescriptor": storage})
    assert refused(glue.create_partition, **table, PartitionInput={"Values": ["a", "1"]}) == (
        "AlreadyExistsException", "Partition already exists.")
    assert refused(glue.create_partition, **table, PartitionInput={"Values": ["a"]})[0] == "InvalidInputException"
    found = glue.get_partition(**table, PartitionValues=["a", "1"])["Partition"]
    assert found["StorageDescriptor"]["Location"] == "s3://x" and found["TableName"] == "orders"
    without = glue.get_partitions(**table, ExcludeColumnSchema=True)["Partitions"][0]["StorageDescriptor"]
    assert without == {"Location": "s3://x"}
    glue.update_partition(**table, PartitionValueList=["a", "1"], PartitionInput={"Values": ["a", "2"]})
    assert refused(glue.get_partition, **table, PartitionValues=["a", "1"]) == (
        "EntityNotFoundException", "Cannot find partition.")
    batch = [{"PartitionValueList": ["no", "1"], "PartitionInput": {}}]
    errors = glue.batch_update_partition(**table, Entries=batch)["Errors"]
    assert errors[0]["PartitionValueList"] == ["no", "1"]
    asked = [{"Values": ["a", "2"]}, {"Values": ["no", "1"]}]
    assert [each["Values"] for each in glue.batch_get_partition(**table, PartitionsToGet=asked)["Partitions"]] == [
        ["a", "2"]]
    shares = [glue.get_partitions(**table, Segment={"SegmentNumber": number, "TotalSegments": 2})["Partitions"]
              for number in (0, 1)]  # fmt: skip
    assert sum(map(len, shares)) == 1
    errors = glue.batch_delete_partition(**table, PartitionsToDelete=asked)["Errors"]
    assert [each["PartitionValues"] for each in errors] == [["no", "1"]]


def test_the_catalog_of_another_account_is_its_own(glue):
    code, message = refused(glue.get_database, CatalogId="111122223333", Name="sales")
    assert code == "AccessDeniedException" and "arn:aws:glue:us-east-1:111122223333:catalog" in message
