"""Systems Manager's parameters and documents."""

import json

from conformance.sequences.kind import Kind, follow

TOKEN = ("NextToken", "NextToken")


def content(trial, value):
    """A document's content with a description; no two are alike, because AWS refuses a version like another."""
    return json.dumps({"schemaVersion": "2.2", "description": value, "mainSteps": [
        {"name": "run", "action": "aws:runShellScript", "inputs": {"runCommand": [trial.unique("echo ")]}}]})


def put(trial, name, value, overwrite=False):
    trial.ask("PutParameter", Name=name, Value=value, Type="String", Overwrite=overwrite)


def tags_of(kind, identify):
    """How the tags of resources of a kind are written, taken away and read."""

    def tag(trial, name, given):
        trial.ask("AddTagsToResource", ResourceType=kind, ResourceId=identify(trial, name),
                  Tags=[{"Key": key, "Value": value} for key, value in given.items()])

    def untag(trial, name, keys):
        trial.ask("RemoveTagsFromResource", ResourceType=kind, ResourceId=identify(trial, name), TagKeys=keys)

    def tags(trial, name):
        found = trial.ask("ListTagsForResource", ResourceType=kind, ResourceId=identify(trial, name))
        return {each["Key"]: each["Value"] for each in found["TagList"]}

    return {"tag": tag, "untag": untag, "tags": tags}


def parameters(trial, prefix, size):
    return follow(trial, "DescribeParameters", {"MaxResults": size, "ParameterFilters": [
        {"Key": "Name", "Option": "BeginsWith", "Values": [prefix]}]}, "Parameters", TOKEN, "Name")


def documents(trial, prefix, size):
    return follow(trial, "ListDocuments", {"MaxResults": size, "Filters": [{"Key": "Name", "Values": [prefix]}]},
                  "DocumentIdentifiers", TOKEN, "Name")


def change(trial, name, value):
    made = trial.ask("UpdateDocument", Name=name, Content=content(trial, value), DocumentVersion="$LATEST")
    version = made["DocumentDescription"]["DocumentVersion"]
    trial.ask("UpdateDocumentDefaultVersion", Name=name, DocumentVersion=version)


KINDS = [
    Kind("ssm", "parameter", ("a", "b", "c" * 4096), create=put,
         read=lambda trial, name: trial.ask("GetParameter", Name=name)["Parameter"]["Value"],
         update=lambda trial, name, value: put(trial, name, value, overwrite=True),
         delete=lambda trial, name: trial.ask("DeleteParameter", Name=name),
         missing="ParameterNotFound", again="ParameterAlreadyExists",
         listed=lambda trial, prefix: parameters(trial, prefix, 50), pages=parameters,
         **tags_of("Parameter", lambda trial, name: name)),
    Kind("ssm", "document", ("one", "two", "three"), update=change,
         create=lambda trial, name, value: trial.ask("CreateDocument", Name=name, Content=content(trial, value)),
         read=lambda trial, name: json.loads(trial.ask("GetDocument", Name=name)["Content"])["description"],
         delete=lambda trial, name: trial.ask("DeleteDocument", Name=name),
         missing="InvalidDocument", again="DocumentAlreadyExists",
         listed=lambda trial, prefix: documents(trial, prefix, 50), pages=documents,
         **tags_of("Document", lambda trial, name: name)),
]  # fmt: skip
