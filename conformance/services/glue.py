"""AWS Glue's Data Catalog: databases, tables and their versions, partitions.

https://docs.aws.amazon.com/glue/latest/webapi/
"""

from datetime import UTC, datetime

from conformance.generator.hints import Leave, Ref, Samples, Unique
from conformance.services.declared import Declared, Error
from conformance.services.readback import gone, listed, tagged, told

COLUMNS = [{"Name": "a", "Type": "int"}, {"Name": "b", "Type": "string"}]
KEYS = [{"Name": "day", "Type": "string"}]
STORAGE = {"Columns": COLUMNS, "Location": "s3://amzn-s3-demo-bucket/x/", "InputFormat": "in", "OutputFormat": "out",
           "SerdeInfo": {"SerializationLibrary": "org.openx.data.jsonserde.JsonSerDe", "Parameters": {"a": "b"}}}
TABLE = {"Description": "of the suite", "Owner": "me", "Retention": 3, "StorageDescriptor": STORAGE,
         "PartitionKeys": KEYS, "TableType": "EXTERNAL_TABLE", "Parameters": {"classification": "json"},
         "ViewOriginalText": "original", "ViewExpandedText": "expanded"}
ELSEWHERE = Leave("of open table formats, views or governed tables")
ENTITY = "EntityNotFoundException"

declared = Declared("glue", {
    "CatalogId": Leave("the account's own is meant without it"),
    "DatabaseName": Ref("table", "DatabaseName"),
    "CreateTable.DatabaseName": Ref("database", "Name"), "GetTables.DatabaseName": Ref("table", "DatabaseName"),
    "TableName": Ref("table", "TableName"),
    "GetDatabase.Name": Ref("database", "Name"), "DeleteDatabase.Name": Ref("database", "Name"),
    "UpdateDatabase.Name": Ref("database", "Name"),
    "CreateDatabase.DatabaseInput.Name": Unique("database"),
    "UpdateDatabase.DatabaseInput.Name": Ref("database", "Name", must=False),
    "LastAccessTime": Samples(datetime(2030, 1, 1, tzinfo=UTC)),  # Glue keeps whole seconds
    "LastAnalyzedTime": Samples(datetime(2031, 1, 1, tzinfo=UTC)),
    "DatabaseInput.TargetDatabase": Leave("a link to another account's"),
    "DatabaseInput.FederatedDatabase": Leave("a link to another catalog"),
    "CreateTable.TableInput.Name": Unique("table"), "UpdateTable.TableInput.Name": Ref("table", "TableName"),
    "TableInput.TargetTable": Leave("a link to another catalog"), "TableInput.FederatedTable": ELSEWHERE,
    "TableInput.ViewDefinition": ELSEWHERE,
    "CreateTable.Name": Leave("the table's input names it"), "CreateTable.OpenTableFormatInput": ELSEWHERE,
    "CreateTable.TransactionId": ELSEWHERE, "CreateTable.PartitionIndexes": ELSEWHERE,
    "UpdateTable.Name": Leave("the table's input names it"), "UpdateTable.TransactionId": ELSEWHERE,
    "UpdateTable.ViewUpdateAction": ELSEWHERE, "UpdateTable.UpdateOpenTableFormatInput": ELSEWHERE,
    "UpdateTable.VersionId": Leave("whatever it is by then"), "UpdateTable.Force": ELSEWHERE,
    "GetTable.Name": Ref("table", "TableName"), "DeleteTable.Name": Ref("table", "TableName"),
    "TransactionId": ELSEWHERE, "QueryAsOfTime": ELSEWHERE, "IncludeStatusDetails": ELSEWHERE,
    "QuerySessionContext": ELSEWHERE, "AuditContext": ELSEWHERE,
    "TablesToDelete": Samples(["spare"], ["spare", "absent"]),
    "VersionId": Ref("table", "VersionId"), "VersionIds": Samples(["0"], ["0", "77"]),
    "GetTableVersion.VersionId": Ref("table", "VersionId"),
    "DeleteTableVersion.VersionId": Ref("table", "OldVersionId"),
    "PartitionInput": Samples({"Values": ["new"]}, {"Values": ["new"], "Parameters": {"a": "b"}},
                              {"Values": ["new"], "StorageDescriptor": STORAGE}),
    "PartitionInputList": Samples([{"Values": ["new"]}], [{"Values": ["new"], "Parameters": {"a": "b"}}]),
    "PartitionValues": Samples(["one"]), "PartitionValueList": Samples(["one"]),
    "PartitionsToGet": Samples([{"Values": ["one"]}], [{"Values": ["one"]}, {"Values": ["two"]}]),
    "PartitionsToDelete": Samples([{"Values": ["one"]}]),
    "Entries": Samples([{"PartitionValueList": ["one"], "PartitionInput": {"Values": ["one"], "Parameters": {
        "a": "b"}}}]),
    "GetPartitions.Expression": Samples("day = 'one'", "day in ('one', 'two')"),
    "GetPartitions.Segment": Samples({"SegmentNumber": 0, "TotalSegments": 1}),
    "GetTables.Expression": Samples("table.*"), "GetTables.AttributesToGet": Samples(["NAME"]),
    "GetDatabases.AttributesToGet": Samples(["NAME"]), "ResourceShareType": Samples("ALL"),
    "ResourceArn": Ref("database", "Arn"), "TagsToAdd": Samples({"a": "1"}, {"k": "2", "b": "x"}),
    "TagsToRemove": Samples(["k"], ["k", "unknown"]), "CreateDatabase.Tags": Samples({"a": "1"}, {}),
    "NextToken": Leave("a token comes from an answer; sequences follow pages"),
})  # fmt: skip
STANDING = (
    "BatchCreatePartition", "BatchDeletePartition", "BatchDeleteTable", "BatchDeleteTableVersion", "BatchGetPartition",
    "BatchUpdatePartition", "CreateDatabase", "CreatePartition", "CreateTable", "DeleteDatabase", "DeletePartition",
    "DeleteTable", "DeleteTableVersion", "GetDatabase", "GetDatabases", "GetPartition", "GetPartitions", "GetTable",
    "GetTableVersion", "GetTableVersions", "GetTables", "GetTags", "TagResource", "UntagResource", "UpdateDatabase",
    "UpdatePartition", "UpdateTable",
)  # fmt: skip
declared.before.update(GetDatabases=("database",))


# Fixtures


def absent(world):
    name = f"absent{world.tag}"
    return {"Name": name, "DatabaseName": name, "TableName": name, "VersionId": "9999", "OldVersionId": "9999",
            "Arn": f"arn:aws:glue:{world.region}:{world.account}:database/{name}"}


def make_database(world):
    name = world.unique("fixture")
    world.ask("CreateDatabase", {"DatabaseInput": {"Name": name, "Description": world.tag}, "Tags": {
        "k": "v", "other": world.tag}})
    return name


@declared.fixture("database", lambda world, fields: world.ask("DeleteDatabase", {"Name": fields["Name"]}), absent,
                  Error(ENTITY, 400, "Database {Name} not found."))
def database(world):
    world.unknown("GetDatabase", {"Name": absent(world)["Name"]})
    name = make_database(world)
    return {"Name": name, "Tags": {"k": "v", "other": world.tag}, "Description": world.tag,
            "Arn": f"arn:aws:glue:{world.region}:{world.account}:database/{name}"}


@declared.fixture("table", lambda world, fields: world.ask("DeleteDatabase", {"Name": fields["DatabaseName"]}), absent,
                  Error(ENTITY, 400))
def table(world):
    world.unknown("GetTable", {"DatabaseName": absent(world)["Name"], "Name": absent(world)["Name"]})
    database, name = make_database(world), world.unique("table")
    world.ask("CreateTable", {"DatabaseName": database, "TableInput": {"Name": name, **TABLE, "Owner": "before"}})
    world.ask("UpdateTable", {"DatabaseName": database, "TableInput": {"Name": name, **TABLE}})
    world.ask("CreateTable", {"DatabaseName": database, "TableInput": {"Name": "spare"}})
    for value in ("one", "two"):
        world.ask("CreatePartition", {"DatabaseName": database, "TableName": name, "PartitionInput": {
            "Values": [value], "Parameters": {"made": world.tag}, "StorageDescriptor": STORAGE}})
    return {"DatabaseName": database, "TableName": name, "VersionId": "1", "OldVersionId": "0"}


# Which of the two is missed first where neither is there is AWS's to choose: the code is the same.
NO_DATABASE = Error(ENTITY, 400, "Database {DatabaseName} not found.")
declared.errors.update({(operation, "DatabaseName"): NO_DATABASE for operation in STANDING})
declared.errors.update({("CreateTable", "DatabaseName"): Error(ENTITY, 400, "Database {Name} not found.")})


declared.hints.always.update(CreateTable=("TableInput",), UpdateTable=("TableInput",))
# Checks: what was written is read back


DATABASE = {"Name": "Name", "Description": "Description", "LocationUri": "LocationUri", "Parameters": "Parameters"}


@declared.check("CreateDatabase", "UpdateDatabase")
def database_stands(proof, world, given, answer):
    sent = given["DatabaseInput"]
    found = proof.read("GetDatabase", {"Name": given.get("Name", sent["Name"])})["Database"]
    proof.holds("Database", {name: sent[name] for name in DATABASE if name in sent and name != "Name"}, found)
    proof.equal("Name", sent["Name"].lower(), found["Name"])
    proof.equal("CatalogId", world.account, found.get("CatalogId"))
    proof.true("CreateTime", "CreateTime" in found, "told", found)
    for name in DATABASE.keys() - sent.keys():
        proof.equal(name, None, found.get(name))


@declared.check("CreateDatabase")
def database_is_tagged(proof, world, given, answer):
    arn = f"arn:aws:glue:{world.region}:{world.account}:database/{given['DatabaseInput']['Name'].lower()}"
    proof.equal("Tags", given.get("Tags", {}), proof.read("GetTags", {"ResourceArn": arn}).get("Tags", {}))


declared.undo["CreateDatabase"] = lambda world, given, answer: world.ask(
    "DeleteDatabase", {"Name": given["DatabaseInput"]["Name"]})
told(declared, "GetDatabase", fixture="database", names=("Name", "Description"), at="Database")
declared.tells("GetDatabase", "CreateTime", "CatalogId", "CreateTableDefaultPermissions", at="Database")
gone(declared, "DeleteDatabase", read="GetDatabase", by=("Name",), code=ENTITY)
listed(declared, "GetDatabases", "DatabaseList", "database", "Name", "Name", ("NextToken", "NextToken"))
tagged(declared, "TagResource", "UntagResource", "GetTags", ("ResourceArn",), "database", tags="TagsToAdd",
       keys="TagsToRemove")


@declared.check("CreateTable", "UpdateTable")
def table_stands(proof, world, given, answer):
    sent = given["TableInput"]
    found = proof.read("GetTable", {"DatabaseName": given["DatabaseName"], "Name": sent["Name"]})["Table"]
    wanted = {**sent, "Name": sent["Name"].lower(), "DatabaseName": given["DatabaseName"], "CatalogId": world.account}
    proof.holds("Table", wanted, found)
    for name in ("Owner", "Description", "TableType", "Parameters"):
        if name not in sent:
            proof.equal(name, None, found.get(name))
    versions = proof.read("GetTableVersions", {"DatabaseName": given["DatabaseName"], "TableName": sent["Name"]})
    proof.equal("VersionId", found["VersionId"], versions["TableVersions"][0]["VersionId"])
    proof.equal("Table of the version", found, versions["TableVersions"][0]["Table"])


declared.undo["CreateTable"] = lambda world, given, answer: world.ask(
    "DeleteTable", {"DatabaseName": given["DatabaseName"], "Name": given["TableInput"]["Name"]})
declared.undo["UpdateTable"] = lambda world, given, answer: world.ask("UpdateTable", {
    "DatabaseName": given["DatabaseName"], "TableInput": {"Name": given["TableInput"]["Name"], **TABLE}})
FIXED = {name: TABLE[name] for name in (
    "Owner", "StorageDescriptor", "PartitionKeys", "Parameters", "Retention", "TableType", "Description",
    "ViewOriginalText", "ViewExpandedText")}  # fmt: skip


@declared.check("GetTable")
def table_told(proof, world, given, answer):
    made = world.fixture("table")
    proof.holds("Table", {**FIXED, "Name": made["TableName"], "DatabaseName": made["DatabaseName"],
                          "VersionId": made["VersionId"], "CatalogId": world.account}, answer["Table"])


declared.tells("GetTable", "CreateTime", "UpdateTime", "CreatedBy", "IsRegisteredWithLakeFormation", at="Table")


@declared.check("GetTables", "GetDatabases")
def lists_tell_all(proof, world, given, answer):
    if "AttributesToGet" in given:
        return
    if "DatabaseName" in given:
        proof.present(*(f"TableList.{name}" for name in (
            "CreateTime", "UpdateTime", "CreatedBy", "VersionId", "DatabaseName", "CatalogId")))
    else:
        proof.present(*(f"DatabaseList.{name}" for name in (
            "CatalogId", "CreateTime", "CreateTableDefaultPermissions")))


declared.tells("GetPartitions", "CreationTime", at="Partitions")
declared.tells("BatchGetPartition", "UnprocessedKeys")
declared.tells("BatchGetPartition", "CreationTime", at="Partitions")
declared.looking.add("BatchGetPartition")
gone(declared, "DeleteTable", read="GetTable", by=("DatabaseName", "Name"), code=ENTITY)


@declared.check("GetTables")
def tables_listed(proof, world, given, answer):
    rows = {each["Name"]: each for each in answer["TableList"]}
    row = rows.get(world.fixture("table")["TableName"])
    if "MaxResults" in given:
        proof.pages("GetTables", given, "TableList", ("NextToken", "NextToken"), "Name")
        return
    proof.true("TableList", row is not None, "the table", sorted(rows))
    if row is not None:
        proof.holds("TableList[0]", {"Name": row["Name"]} if "AttributesToGet" in given else FIXED, row)


@declared.check("BatchDeleteTable")
def tables_gone(proof, world, given, answer):
    proof.equal("Errors", [("absent", ENTITY)] if "absent" in given["TablesToDelete"] else [],
                [(each["TableName"], each["ErrorDetail"]["ErrorCode"]) for each in answer["Errors"]])
    proof.refused("GetTable", {"DatabaseName": given["DatabaseName"], "Name": "spare"}, ENTITY)


def at_table(given):
    return {name: given[name] for name in ("DatabaseName", "TableName")}


@declared.check("GetTableVersion")
def version_told(proof, world, given, answer):
    found = answer["TableVersion"]
    made = world.fixture("table")
    proof.equal("VersionId", given.get("VersionId", made["VersionId"]), found["VersionId"])
    proof.holds("Table", {**FIXED, "Name": made["TableName"]}, found["Table"])


@declared.check("GetTableVersions")
def versions_told(proof, world, given, answer):
    wanted = ["1", "0"][:given.get("MaxResults", 2)]
    proof.equal("TableVersions", wanted, [each["VersionId"] for each in answer["TableVersions"]])
    if "MaxResults" in given:
        proof.pages("GetTableVersions", given, "TableVersions", ("NextToken", "NextToken"), "VersionId")
    proof.holds("TableVersions[0].Table", FIXED, answer["TableVersions"][0]["Table"])


gone(declared, "DeleteTableVersion", read="GetTableVersion", by=("DatabaseName", "TableName", "VersionId"), code=ENTITY)


@declared.check("BatchDeleteTableVersion")
def versions_gone(proof, world, given, answer):
    name = world.fixture("table")["TableName"]
    proof.equal("Errors", [(name, "77", ENTITY)] if "77" in given["VersionIds"] else [],
                [(each["TableName"], each["VersionId"], each["ErrorDetail"]["ErrorCode"]) for each in answer["Errors"]])
    proof.refused("GetTableVersion", {**at_table(given), "VersionId": "0"}, ENTITY)


# Partitions


def read_partition(proof, given, values):
    return proof.read("GetPartition", {**at_table(given), "PartitionValues": values})["Partition"]


@declared.check("CreatePartition", "UpdatePartition")
def partition_stands(proof, world, given, answer):
    sent = given["PartitionInput"]
    proof.holds("Partition", {**sent, **at_table(given), "CatalogId": world.account},
                read_partition(proof, given, sent["Values"]))


@declared.check("BatchCreatePartition")
def partitions_stand(proof, world, given, answer):
    proof.equal("Errors", [], answer["Errors"])
    for each in given["PartitionInputList"]:
        proof.holds("Partition", each, read_partition(proof, given, each["Values"]))


@declared.check("BatchUpdatePartition")
def partitions_changed(proof, world, given, answer):
    proof.equal("Errors", [], answer["Errors"])
    for each in given["Entries"]:
        values = each["PartitionInput"].get("Values", each["PartitionValueList"])
        proof.holds("Partition", each["PartitionInput"], read_partition(proof, given, values))


def drop_partition(world, given, values):
    world.ask("DeletePartition", {**at_table(given), "PartitionValues": values})


def restore_partition(world, given, *sets):
    """The fixture's partitions as they were made."""
    for values in sets:
        world.caller().call("DeletePartition", {**at_table(given), "PartitionValues": values})
    world.ask("CreatePartition", {**at_table(given), "PartitionInput": {
        "Values": ["one"], "Parameters": {"made": world.tag}, "StorageDescriptor": STORAGE}})


declared.undo.update({
    "CreatePartition": lambda world, given, answer: drop_partition(world, given, given["PartitionInput"]["Values"]),
    "BatchCreatePartition": lambda world, given, answer: [
        drop_partition(world, given, each["Values"]) for each in given["PartitionInputList"]],
    "UpdatePartition": lambda world, given, answer: restore_partition(world, given, given["PartitionInput"]["Values"]),
    "BatchUpdatePartition": lambda world, given, answer: restore_partition(world, given, ["one"], ["new"]),
    "DeletePartition": lambda world, given, answer: restore_partition(world, given),
    "BatchDeletePartition": lambda world, given, answer: restore_partition(world, given),
})


def partition_made(world):
    made = world.fixture("table")
    return {"DatabaseName": made["DatabaseName"], "TableName": made["TableName"], "CatalogId": world.account,
            "Parameters": {"made": world.tag}, "StorageDescriptor": STORAGE}


@declared.check("GetPartition")
def partition_told(proof, world, given, answer):
    proof.holds("Partition", {**partition_made(world), "Values": ["one"]}, answer["Partition"])


declared.tells("GetPartition", "CreationTime", at="Partition")


@declared.check("BatchGetPartition")
def partitions_found(proof, world, given, answer):
    proof.equal("Partitions", [each["Values"] for each in given["PartitionsToGet"]],
                [each["Values"] for each in answer["Partitions"]])
    for each in answer["Partitions"]:
        proof.holds("Partition", partition_made(world), each)


@declared.check("GetPartitions")
def partitions_listed(proof, world, given, answer):
    wanted = [["one"]] if given.get("Expression") == "day = 'one'" else [["one"], ["two"]]
    proof.equal("Partitions", wanted[:given.get("MaxResults", 2)], [each["Values"] for each in answer["Partitions"]])
    if "MaxResults" in given:
        proof.pages("GetPartitions", given, "Partitions", ("NextToken", "NextToken"), "Values")
    storage = {name: value for name, value in STORAGE.items() if name != "Columns"} \
        if given.get("ExcludeColumnSchema") else STORAGE
    for each in answer["Partitions"]:
        proof.holds("Partition", {**partition_made(world), "StorageDescriptor": storage}, each)
        proof.equal("Columns", given.get("ExcludeColumnSchema", False), "Columns" not in each["StorageDescriptor"])


@declared.check("DeletePartition")
def partition_gone(proof, world, given, answer):
    proof.refused("GetPartition", {**at_table(given), "PartitionValues": ["one"]}, ENTITY)


@declared.check("BatchDeletePartition")
def partitions_gone(proof, world, given, answer):
    proof.equal("Errors", [], answer["Errors"])
    proof.refused("GetPartition", {**at_table(given), "PartitionValues": ["one"]}, ENTITY)
