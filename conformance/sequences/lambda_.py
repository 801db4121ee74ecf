"""Lambda's functions and aliases: what they are after any order of calls."""

from conformance.sequences.kind import Kind, follow
from conformance.services.lambda_.hints import CODE, ROLE

VALUES = tuple({"Timeout": timeout, "MemorySize": memory, "Description": text, "Environment": {"Variables": variables}}
               for timeout, memory, text, variables in ((3, 128, "one", {"ONE": "1"}), (900, 1024, "two", {}), (
                   30, 3008, "", {"ONE": "2", "TWO": "3"})))
PAGES = ("NextMarker", "Marker")


def arn(trial, name):
    return trial.ask("GetFunctionConfiguration", FunctionName=name)["FunctionArn"]


def read(trial, name):
    found = trial.ask("GetFunctionConfiguration", FunctionName=name)
    return {key: found[key] for key in VALUES[0]}


def settled(trial, name):
    trial.world.wait(lambda: trial.ask("GetFunctionConfiguration", FunctionName=name),
                     lambda found: found.get("LastUpdateStatus") == "Successful")


def make(trial, name, value):
    trial.ask("CreateFunction", FunctionName=name, Role=ROLE, Runtime="python3.12", Handler="index.handler",
              Code={"ZipFile": CODE}, **value)
    settled(trial, name)


def change(trial, name, value):
    trial.ask("UpdateFunctionConfiguration", FunctionName=name, **value)
    settled(trial, name)


def starting(names, prefix):
    return [each for each in names if each.startswith(prefix)]


def pages(trial, prefix, size):
    return starting(follow(trial, "ListFunctions", {"MaxItems": size}, "Functions", PAGES, "FunctionName"), prefix)


def function(trial):
    """The function that the aliases of a sequence belong to."""
    name = trial.unique("sequence")
    make(trial, name, VALUES[0])
    trial.ask("PublishVersion", FunctionName=name)
    trial.later(lambda: trial.ask("DeleteFunction", FunctionName=name))
    return name


def alias(trial, name):
    found = trial.ask("GetAlias", FunctionName=trial.place, Name=name)
    return found["FunctionVersion"], found["Description"]


def alias_pages(trial, prefix, size):
    given = {"FunctionName": trial.place, "MaxItems": size}
    return starting(follow(trial, "ListAliases", given, "Aliases", PAGES, "Name"), prefix)


def written(operation):
    return lambda trial, name, value: trial.ask(operation, FunctionName=trial.place, Name=name,
                                                FunctionVersion=value[0], Description=value[1])


KINDS = [
    Kind("lambda", "function", VALUES, create=make, read=read, update=change,
         delete=lambda trial, name: trial.ask("DeleteFunction", FunctionName=name),
         missing="ResourceNotFoundException", again="ResourceConflictException",
         listed=lambda trial, prefix: pages(trial, prefix, 50), pages=pages,
         tag=lambda trial, name, tags: trial.ask("TagResource", Resource=arn(trial, name), Tags=tags),
         untag=lambda trial, name, keys: trial.ask("UntagResource", Resource=arn(trial, name), TagKeys=keys),
         tags=lambda trial, name: trial.ask("ListTags", Resource=arn(trial, name)).get("Tags", {}), sequences=8),
    Kind("lambda", "alias", (("1", "first"), ("$LATEST", "")), create=written("CreateAlias"), read=alias,
         update=written("UpdateAlias"), place=function,
         delete=lambda trial, name: trial.ask("DeleteAlias", FunctionName=trial.place, Name=name),
         missing="ResourceNotFoundException", again="ResourceConflictException",
         listed=lambda trial, prefix: alias_pages(trial, prefix, 50), pages=alias_pages, sequences=8),
]  # fmt: skip
