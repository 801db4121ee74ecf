"""CloudFront's named configurations, each under its version; distributions with tags; functions; key value stores."""

from conformance.sequences.kind import Kind
from conformance.services.cloudfront.configs import KINDS as CONFIGURATIONS
from conformance.services.cloudfront.configs import distribution

ABSENT = "absent"


def elements(trial, operation, at, size=100, **given):
    """The elements on all pages of a list."""
    found, page = [], {}
    while page is not None:
        answer = trial.ask(operation, MaxItems=str(size), **given, **page)[at]
        found += answer.get("Items", [])
        page = {"Marker": answer["NextMarker"]} if "NextMarker" in answer else None
    return found


def named(fixture):
    """The kind of sequence of a configuration that has a name."""
    kind = CONFIGURATIONS[fixture]
    typed = {"Type": "custom"} if kind.listed.endswith("Policies") else {}
    values = tuple({**kind.values[0], kind.comment: each} for each in ("one", "two", "three"))

    def rows(trial, size=100):
        """(name, id) of each."""
        for each in elements(trial, kind.listed, kind.at, size, **typed):
            row = each.get(kind.name, each)
            yield row.get(kind.config, row)["Name"], row["Id"]

    def find(trial, name):
        return dict(rows(trial)).get(name, ABSENT)

    def version(trial, id):
        return (trial.call(f"Get{kind.name}", Id=id).parsed or {}).get("ETag", ABSENT)

    def read(trial, name):
        found = trial.ask(f"Get{kind.config}", Id=find(trial, name))[kind.config]
        return {each: found[each] for each in values[0]}

    def update(trial, name, value):
        id = find(trial, name)
        trial.ask(f"Update{kind.named}", Id=id, IfMatch=version(trial, id), **{kind.config: {**value, "Name": name}})

    def delete(trial, name):
        id = find(trial, name)
        trial.ask(f"Delete{kind.named}", Id=id, IfMatch=version(trial, id))

    def pages(trial, prefix, size):
        return [name for name, _ in rows(trial, size) if name.startswith(prefix)]

    return Kind(
        "cloudfront", fixture.replace("_", "-"), values, read=read, update=update, delete=delete, pages=pages,
        create=lambda trial, name, value: trial.ask(f"Create{kind.named}", **{kind.config: {**value, "Name": name}}),
        listed=lambda trial, prefix: pages(trial, prefix, 100), missing=kind.missing,
        again=f"{kind.name}AlreadyExists", sequences=6,
    )  # fmt: skip


def distributions(trial, size=100):
    """Ids by the comments that sequences give their distributions: their names."""
    return {row["Comment"].partition(" ")[0]: row["Id"]
            for row in elements(trial, "ListDistributions", "DistributionList", size)}


def find(trial, name):
    return distributions(trial).get(name, ABSENT)


def arn(trial, name):
    return trial.ask("GetDistribution", Id=find(trial, name))["Distribution"]["ARN"]


def written(name, value):
    return {**distribution(Comment=f"{name} {value}"), "CallerReference": name}


def create(trial, name, value):
    trial.ask("CreateDistributionWithTags", DistributionConfigWithTags={
        "DistributionConfig": written(name, value), "Tags": {"Items": []}})


def update(trial, name, value):
    id = find(trial, name)
    version = trial.ask("GetDistributionConfig", Id=id)["ETag"]
    trial.ask("UpdateDistribution", Id=id, IfMatch=version, DistributionConfig=written(name, value))


def delete(trial, name):
    id = find(trial, name)
    version = (trial.call("GetDistribution", Id=id).parsed or {}).get("ETag", ABSENT)
    trial.ask("DeleteDistribution", Id=id, IfMatch=version)


def tags(trial, name):
    found = trial.ask("ListTagsForResource", Resource=arn(trial, name))["Tags"].get("Items", [])
    return {each["Key"]: each["Value"] for each in found}


def stores(trial, prefix, size=100):
    rows = elements(trial, "ListKeyValueStores", "KeyValueStoreList", size)
    return [each["Name"] for each in rows if each["Name"].startswith(prefix)]


def store(trial, name):
    return trial.ask("DescribeKeyValueStore", Name=name)


CODES = tuple(f"function handler(event) {{ return {each}; }}" for each in range(3))
RUNTIME = {"Comment": "", "Runtime": "cloudfront-js-2.0"}


def functions(trial, prefix, size=100):
    rows = elements(trial, "ListFunctions", "FunctionList", size, Stage="DEVELOPMENT")
    return [each["Name"] for each in rows if each["Name"].startswith(prefix)]


def function(trial, name):
    return trial.ask("DescribeFunction", Name=name)["ETag"]


KINDS = [
    *map(named, ("cache_policy", "origin_request_policy", "response_headers_policy", "origin_access_control")),
    Kind("cloudfront", "distribution", ("one", "two"), create=create, update=update, delete=delete,
         read=lambda trial, name: trial.ask("GetDistributionConfig", Id=find(trial, name))[
             "DistributionConfig"]["Comment"].partition(" ")[2],
         missing="NoSuchDistribution", again="DistributionAlreadyExists", sequences=6,
         listed=lambda trial, prefix: [name for name in distributions(trial) if name.startswith(prefix)],
         pages=lambda trial, prefix, size: [name for name in distributions(trial, size) if name.startswith(prefix)],
         tag=lambda trial, name, given: trial.ask("TagResource", Resource=arn(trial, name), Tags={"Items": [
             {"Key": key, "Value": value} for key, value in given.items()]}),
         untag=lambda trial, name, keys: trial.ask(
             "UntagResource", Resource=arn(trial, name), TagKeys={"Items": keys}), tags=tags),
    Kind("cloudfront", "store", ("one", "two"),
         create=lambda trial, name, value: trial.ask("CreateKeyValueStore", Name=name, Comment=value),
         read=lambda trial, name: store(trial, name)["KeyValueStore"]["Comment"],
         update=lambda trial, name, value: trial.ask(
             "UpdateKeyValueStore", Name=name, Comment=value, IfMatch=store(trial, name)["ETag"]),
         delete=lambda trial, name: trial.ask("DeleteKeyValueStore", Name=name, IfMatch=store(trial, name)["ETag"]),
         missing="EntityNotFound", again="EntityAlreadyExists", pages=stores, listed=stores, sequences=6),
    Kind("cloudfront", "function", CODES,
         create=lambda trial, name, value: trial.ask(
             "CreateFunction", Name=name, FunctionConfig=RUNTIME, FunctionCode=value.encode()),
         read=lambda trial, name: trial.ask("GetFunction", Name=name)["FunctionCode"].decode(),
         update=lambda trial, name, value: trial.ask(
             "UpdateFunction", Name=name, IfMatch=function(trial, name), FunctionConfig=RUNTIME,
             FunctionCode=value.encode()),
         delete=lambda trial, name: trial.ask("DeleteFunction", Name=name, IfMatch=function(trial, name)),
         missing="NoSuchFunctionExists", again="FunctionAlreadyExists", pages=functions, listed=functions, sequences=6),
]  # fmt: skip
