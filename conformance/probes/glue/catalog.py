"""The Data Catalog."""

from conformance.probes import probe

API = "https://docs.aws.amazon.com/glue/latest/webapi/"
GUIDE = "https://docs.aws.amazon.com/glue/latest/dg/"
KEYS = [{"Name": "day", "Type": "string"}, {"Name": "n", "Type": "int"}]


def database(trial):
    name = trial.unique("probe").lower()
    trial.ask("CreateDatabase", DatabaseInput={"Name": name})
    trial.later(lambda: trial.ask("DeleteDatabase", Name=name))
    return name


def table(trial, **more):
    place = {"DatabaseName": database(trial), "TableName": "t"}
    trial.ask("CreateTable", DatabaseName=place["DatabaseName"], TableInput={"Name": "t", **more})
    return place


@probe("glue", "CreateDatabase", "The names of databases are kept in lower case, however they are written",
       API + "API_DatabaseInput.html")
def names_are_folded(trial):
    name = database(trial)
    assert trial.ask("GetDatabase", Name=name.upper())["Database"]["Name"] == name
    trial.refused("CreateDatabase", "AlreadyExistsException", 400, DatabaseInput={"Name": name.upper()})


@probe("glue", "CreateDatabase", "A database that says nothing of permissions lets IAM decide for its tables",
       GUIDE + "aws-glue-api-catalog-databases.html")
def default_permissions(trial):
    found = trial.ask("GetDatabase", Name=database(trial))["Database"]["CreateTableDefaultPermissions"]
    assert found == [{"Principal": {"DataLakePrincipalIdentifier": "IAM_ALLOWED_PRINCIPALS"}, "Permissions": ["ALL"]}]


@probe("glue", "DeleteDatabase", "The tables of a database that is deleted are gone", API + "API_DeleteDatabase.html")
def tables_go_along(trial):
    name = trial.unique("probe").lower()
    for _ in range(2):
        trial.ask("CreateDatabase", DatabaseInput={"Name": name})
        assert trial.ask("GetTables", DatabaseName=name)["TableList"] == []
        trial.ask("CreateTable", DatabaseName=name, TableInput={"Name": "t"})
        trial.ask("DeleteDatabase", Name=name)


@probe("glue", "UpdateTable", "An update keeps the version before it", API + "API_UpdateTable.html")
def updates_are_archived(trial):
    place = table(trial, Owner="first")
    trial.ask("UpdateTable", DatabaseName=place["DatabaseName"], TableInput={"Name": "t", "Owner": "second"})
    versions = trial.ask("GetTableVersions", **place)["TableVersions"]
    assert [each["Table"]["Owner"] for each in versions] == ["second", "first"]


@probe("glue", "UpdateTable", "With SkipArchive the version before is not kept", API + "API_UpdateTable.html")
def archives_are_skipped(trial):
    place = table(trial, Owner="first")
    trial.ask("UpdateTable", DatabaseName=place["DatabaseName"], SkipArchive=True, TableInput={"Name": "t"})
    assert len(trial.ask("GetTableVersions", **place)["TableVersions"]) == 1


@probe("glue", "UpdateTable", "An update replaces the table: what is left out is gone", API + "API_TableInput.html")
def updates_replace(trial):
    place = table(trial, Owner="first", Parameters={"a": "b"})
    trial.ask("UpdateTable", DatabaseName=place["DatabaseName"], TableInput={"Name": "t"})
    found = trial.ask("GetTable", DatabaseName=place["DatabaseName"], Name="t")["Table"]
    assert "Owner" not in found and "Parameters" not in found, found


@probe("glue", "CreatePartition", "A partition has as many values as its table has keys",
       API + "API_PartitionInput.html")
def values_fit_the_keys(trial):
    place = table(trial, PartitionKeys=KEYS)
    trial.refused("CreatePartition", "InvalidInputException", 400, **place, PartitionInput={"Values": ["only one"]})


@probe("glue", "CreatePartition", "Values that a partition has can't be had by another",
       API + "API_CreatePartition.html")
def values_are_taken(trial):
    place = table(trial, PartitionKeys=KEYS)
    trial.ask("CreatePartition", **place, PartitionInput={"Values": ["a", "1"]})
    trial.refused("CreatePartition", "AlreadyExistsException", 400, **place, PartitionInput={"Values": ["a", "1"]})


@probe("glue", "GetPartitions", "Numbers among partition keys are compared as numbers, texts as texts",
       API + "API_GetPartitions.html")
def keys_have_types(trial):
    place = table(trial, PartitionKeys=KEYS)
    trial.ask("BatchCreatePartition", **place, PartitionInputList=[{"Values": ["2", "2"]}, {"Values": ["10", "10"]}])

    def found(expression):
        return [each["Values"][0] for each in trial.ask("GetPartitions", **place, Expression=expression)["Partitions"]]

    assert found("n > 9") == ["10"] and found("day > '10'") == ["2"]


@probe("glue", "GetPartitions", "The segments of a table's partitions hold each of them once",
       API + "API_Segment.html")
def segments_are_apart(trial):
    place = table(trial, PartitionKeys=KEYS[:1])
    trial.ask("BatchCreatePartition", **place, PartitionInputList=[{"Values": [str(each)]} for each in range(20)])
    found = [each["Values"][0] for number in range(3) for each in trial.ask(
        "GetPartitions", **place, Segment={"SegmentNumber": number, "TotalSegments": 3})["Partitions"]]
    assert sorted(found) == sorted(str(each) for each in range(20))


@probe("glue", "BatchCreatePartition", "A batch makes what it can and tells of the rest",
       API + "API_BatchCreatePartition.html")
def batches_tell_of_what_failed(trial):
    place = table(trial, PartitionKeys=KEYS[:1])
    given = [{"Values": ["a"]}, {"Values": ["a"]}, {"Values": ["b"]}]
    errors = trial.ask("BatchCreatePartition", **place, PartitionInputList=given)["Errors"]
    assert [each["ErrorDetail"]["ErrorCode"] for each in errors] == ["AlreadyExistsException"]
    assert len(trial.ask("GetPartitions", **place)["Partitions"]) == 2
