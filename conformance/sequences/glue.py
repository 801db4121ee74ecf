"""Databases and tables of Glue's Data Catalog."""

from conformance.sequences.kind import Kind, follow

VALUES = tuple({"Description": text, "Parameters": {"a": text}} for text in ("one", "two", "three"))
DATABASE = "sequences"


def arn(trial, name):
    account = trial.ask("GetDatabase", Name=name)["Database"]["CatalogId"]
    return f"arn:aws:glue:us-east-1:{account}:database/{name}"


def told(found):
    return {key: found.get(key) for key in VALUES[0]}


def in_database(trial):
    """The database that the tables of a trial stand in, made by whoever comes first."""
    trial.call("CreateDatabase", DatabaseInput={"Name": DATABASE})
    return DATABASE


def table(trial, name, value):
    return {"DatabaseName": in_database(trial), "TableInput": {"Name": name, **value}}


def databases(trial, prefix, size):
    found = follow(trial, "GetDatabases", {"MaxResults": size}, "DatabaseList", ("NextToken", "NextToken"), "Name")
    return [name for name in found if name.startswith(prefix.lower())]


def tables(trial, prefix, size):
    given = {"DatabaseName": in_database(trial), "Expression": f"{prefix.lower()}.*", "MaxResults": size}
    return follow(trial, "GetTables", given, "TableList", ("NextToken", "NextToken"), "Name")


KINDS = [
    Kind("glue", "database", VALUES,
         create=lambda trial, name, value: trial.ask("CreateDatabase", DatabaseInput={"Name": name, **value}),
         read=lambda trial, name: told(trial.ask("GetDatabase", Name=name)["Database"]),
         update=lambda trial, name, value: trial.ask("UpdateDatabase", Name=name, DatabaseInput={
             "Name": name, **value}),
         delete=lambda trial, name: trial.ask("DeleteDatabase", Name=name),
         missing="EntityNotFoundException", again="AlreadyExistsException",
         listed=lambda trial, prefix: databases(trial, prefix, 100), pages=databases,
         tag=lambda trial, name, given: trial.ask("TagResource", ResourceArn=arn(trial, name), TagsToAdd=given),
         untag=lambda trial, name, keys: trial.ask("UntagResource", ResourceArn=arn(trial, name), TagsToRemove=keys),
         tags=lambda trial, name: trial.ask("GetTags", ResourceArn=arn(trial, name)).get("Tags", {})),
    Kind("glue", "table", VALUES,
         create=lambda trial, name, value: trial.ask("CreateTable", **table(trial, name, value)),
         read=lambda trial, name: told(trial.ask("GetTable", DatabaseName=in_database(trial), Name=name)["Table"]),
         update=lambda trial, name, value: trial.ask("UpdateTable", **table(trial, name, value)),
         delete=lambda trial, name: trial.ask("DeleteTable", DatabaseName=in_database(trial), Name=name),
         missing="EntityNotFoundException", again="AlreadyExistsException",
         listed=lambda trial, prefix: tables(trial, prefix, 100), pages=tables),
]  # fmt: skip
