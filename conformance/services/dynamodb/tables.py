"""Tables: fixtures, and what proves that a call made, changed or told them."""

from conformance.services.declared import Error
from conformance.services.dynamodb.hints import DEFINED, GLOBAL, ITEM, LOCAL, SCHEMA, declared
from conformance.services.readback import alike, listed, tagged

NO_TABLE = Error("ResourceNotFoundException", 400, "Requested resource not found: Table: {TableName} not found")
NO_ITEMS = Error("ResourceNotFoundException", 400, "Requested resource not found")
NO_RESOURCE = Error("ResourceNotFoundException", 400)
ABOUT_ITEMS = ("PutItem", "GetItem", "DeleteItem", "UpdateItem", "Query", "Scan")


def absent(world):
    arn = f"arn:aws:dynamodb:{world.region}:{world.account}"
    name = f"absent{world.tag}"
    return {"TableName": name, "TableArn": f"{arn}:table/{name}", "GlobalTableName": name, "Bucket": name,
            "BackupArn": f"{arn}:table/{name}/backup/01489602797149-73d8d5bc",
            "ExportArn": f"{arn}:table/{name}/export/01489602797149-73d8d5bc",
            "BulkOperationArn": f"{arn}:table/{name}/bulk-operation/01489602797149-73d8d5bc",
            "ImportArn": f"{arn}:table/{name}/import/01489602797149-73d8d5bc"}


def awaited(world, name):
    """The table's description once it is there."""
    return world.wait(lambda: world.ask("DescribeTable", {"TableName": name}, "dynamodb")["Table"],
                      lambda found: found["TableStatus"] == "ACTIVE")


def drop(world, fields):
    world.ask("DeleteTable", {"TableName": fields["TableName"]})


def made_table(world, **more):
    world.unknown("DescribeTable", {"TableName": absent(world)["TableName"]})
    name, tags = world.unique("fixture"), {"k": "v", "other": world.tag}
    world.ask("CreateTable", {"TableName": name, "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": DEFINED,
                              "KeySchema": SCHEMA, "LocalSecondaryIndexes": [LOCAL],
                              "GlobalSecondaryIndexes": [GLOBAL],
                              "Tags": [{"Key": key, "Value": value} for key, value in tags.items()], **more})
    found = awaited(world, name)
    return {"TableName": name, "TableArn": found["TableArn"], "TableId": found.get("TableId"), "Tags": tags}


@declared.fixture("table", drop, absent, NO_TABLE)
def table(world):
    made = made_table(world)
    world.ask("PutItem", {"TableName": made["TableName"], "Item": ITEM})
    return made


declared.errors.update({(operation, "TableName"): NO_ITEMS for operation in ABOUT_ITEMS})
declared.errors.update({(operation, "ResourceArn"): NO_RESOURCE for operation in (
    "TagResource", "UntagResource", "ListTagsOfResource", "PutResourcePolicy")})
declared.before.update(ListTables=("table",))
listed(declared, "ListTables", "TableNames", "table", "TableName",
       token=("LastEvaluatedTableName", "ExclusiveStartTableName"))
tagged(declared, "TagResource", "UntagResource", "ListTagsOfResource", ("ResourceArn",), "table")
declared.undo["CreateTable"] = lambda world, given, answer: (awaited(world, given["TableName"]), drop(world, given))
declared.present.update({
    "CreateTable": ("TableDescription.TableId", "TableDescription.CreationDateTime", "TableDescription.TableArn"),
    "DescribeTable": ("Table.TableId", "Table.CreationDateTime", "Table.ItemCount", "Table.TableSizeBytes",
                      "Table.DeletionProtectionEnabled", "Table.WarmThroughput", "Table.ProvisionedThroughput"),
})  # fmt: skip


@declared.check("CreateTable")
def table_stands(proof, world, given, answer):
    name = given["TableName"]
    proof.true("TableStatus", answer["TableDescription"]["TableStatus"] in ("CREATING", "ACTIVE"), "CREATING or ACTIVE")
    found = awaited(world, name)
    proof.equal("TableArn", f"arn:aws:dynamodb:{world.region}:{world.account}:table/{name}", found["TableArn"])
    proof.holds("Table", {each: given[each] for each in (
        "TableName", "AttributeDefinitions", "KeySchema", "StreamSpecification", "OnDemandThroughput",
        "DeletionProtectionEnabled") if each in given}, found)
    proof.equal("BillingMode", given["BillingMode"], found.get("BillingModeSummary", {}).get("BillingMode"))
    proof.equal("TableClass", given.get("TableClass", "STANDARD"),
                found.get("TableClassSummary", {}).get("TableClass", "STANDARD"))
    proof.equal("SSEDescription", "SSESpecification" in given, "SSEDescription" in found)
    proof.equal("LatestStreamArn", "StreamSpecification" in given, "LatestStreamArn" in found)
    tags = proof.read("ListTagsOfResource", {"ResourceArn": found["TableArn"]}).get("Tags", [])
    proof.equal("Tags", plain(given.get("Tags", [])), plain(tags))


def plain(tags):
    return {each["Key"]: each["Value"] for each in tags}


@declared.check("DescribeTable")
def table_told(proof, world, given, answer):
    made = world.fixture("table")
    proof.holds("Table", {"TableName": made["TableName"], "TableArn": made["TableArn"], "TableStatus": "ACTIVE",
                          "TableId": made["TableId"], "KeySchema": SCHEMA}, answer["Table"])
    proof.equal("AttributeDefinitions", sorted(map(str, DEFINED)),
                sorted(map(str, answer["Table"]["AttributeDefinitions"])))
    for member, wanted in (("LocalSecondaryIndexes", LOCAL), ("GlobalSecondaryIndexes", GLOBAL)):
        proof.holds(member, [wanted], answer["Table"].get(member))


@declared.check("UpdateTable")
def table_changed(proof, world, given, answer):
    found = awaited(world, given["TableName"])
    proof.holds("Table", {each: given[each] for each in (
        "DeletionProtectionEnabled", "StreamSpecification", "OnDemandThroughput") if each in given}, found)
    changed = answer["TableDescription"]
    proof.holds("TableDescription", {name: given[name] for name in (
        "StreamSpecification", "WarmThroughput") if name in given}, changed)
    for name, wanted in {"TableClassSummary": "TableClass", "SSEDescription": "SSESpecification",
                         "LatestStreamArn": "StreamSpecification", "LatestStreamLabel": "StreamSpecification"}.items():
        proof.true(name, name in changed or wanted not in given, "told", changed)
    if "TableClass" in given:
        proof.equal("TableClass", given["TableClass"], found.get("TableClassSummary", {}).get("TableClass", "STANDARD"))
    if "SSESpecification" in given:
        proof.equal("SSEDescription.SSEType", "KMS", found.get("SSEDescription", {}).get("SSEType"))


@declared.check("DeleteTable")
def table_gone(proof, world, given, answer):
    proof.equal("TableStatus", "DELETING", answer["TableDescription"]["TableStatus"])
    found = world.caller().call("DescribeTable", {"TableName": given["TableName"]})
    told = (found.parsed or {}).get("Table", {}).get("TableStatus")
    state = "gone" if found.code == "ResourceNotFoundException" else told
    proof.true("TableStatus", state in ("gone", "DELETING"), "DELETING or gone", state)


alike(declared, "CreateTable", read="DescribeTable", by=("TableName",), at="TableDescription", read_at="Table",
      leave=("WarmThroughput", "BillingModeSummary"))
alike(declared, "UpdateTable", read="DescribeTable", by=("TableName",), at="TableDescription", read_at="Table",
      leave=("SSEDescription", "TableClassSummary", "LatestStreamArn", "LatestStreamLabel", "StreamSpecification",
             "OnDemandThroughput", "WarmThroughput"))
declared.present["DeleteTable"] = tuple(f"TableDescription.{name}" for name in (
    "TableArn", "ItemCount", "TableSizeBytes", "DeletionProtectionEnabled", "TableStatus", "TableId", "TableName",
    "ProvisionedThroughput"))
declared.tells("DescribeTable", "BillingModeSummary", at="Table")


@declared.check("CreateTable")
def billing_told(proof, world, given, answer):
    """With on-demand billing at once; what a stream is called too."""
    found = answer["TableDescription"]
    proof.equal("BillingModeSummary", given["BillingMode"], found.get("BillingModeSummary", {}).get("BillingMode"))
    for name in ("LatestStreamArn", "LatestStreamLabel", "StreamSpecification"):
        proof.equal(f"{name} told", "StreamSpecification" in given, name in found)


@declared.check("DescribeLimits")
def limits_told(proof, world, given, answer):
    """The account's are above a table's."""
    for kind in ("Read", "Write"):
        proof.true(f"AccountMax{kind}CapacityUnits", answer[f"AccountMax{kind}CapacityUnits"]
                   >= answer[f"TableMax{kind}CapacityUnits"] >= 40_000, "40,000 at least a table")
