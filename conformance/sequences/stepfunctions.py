"""Step Functions' state machines and activities."""

from conformance.sequences.kind import Kind, follow
from conformance.services.stepfunctions.fixtures import FAIL, PASS, ROLE, WAIT

VALUES = tuple({"definition": definition, "roleArn": ROLE, "tracingConfiguration": {"enabled": traced}}
               for definition, traced in ((PASS, False), (WAIT, True), (FAIL, False)))


def arn(trial, kind, name):
    return f"arn:aws:states:{trial.world.region}:{trial.world.account}:{kind}:{name}"


def machine(trial, name):
    return arn(trial, "stateMachine", name)


def read(trial, name):
    found = trial.ask("DescribeStateMachine", stateMachineArn=machine(trial, name))
    return {key: found[key] for key in VALUES[0]}


def pages(operation, member):
    def listed(trial, prefix, size):
        names = follow(trial, operation, {"maxResults": size}, member, ("nextToken", "nextToken"), "name")
        return [name for name in names if name.startswith(prefix)]

    return listed


def tagging(kind):
    return {
        "tag": lambda trial, name, given: trial.ask("TagResource", resourceArn=arn(trial, kind, name), tags=[
            {"key": key, "value": value} for key, value in given.items()]),
        "untag": lambda trial, name, keys: trial.ask(
            "UntagResource", resourceArn=arn(trial, kind, name), tagKeys=keys),
        "tags": lambda trial, name: {each["key"]: each["value"] for each in trial.ask(
            "ListTagsForResource", resourceArn=arn(trial, kind, name)).get("tags", [])},
    }  # fmt: skip


KINDS = [
    Kind("stepfunctions", "state machine", VALUES,
         create=lambda trial, name, value: trial.ask("CreateStateMachine", name=name, **value),
         read=read,
         update=lambda trial, name, value: trial.ask(
             "UpdateStateMachine", stateMachineArn=machine(trial, name), **value),
         delete=lambda trial, name: trial.ask("DeleteStateMachine", stateMachineArn=machine(trial, name)),
         missing="StateMachineDoesNotExist", winners=2,  # the same machine again is accepted
         listed=lambda trial, prefix: pages("ListStateMachines", "stateMachines")(trial, prefix, 100),
         pages=pages("ListStateMachines", "stateMachines"), **tagging("stateMachine")),
    Kind("stepfunctions", "activity", ("AWS_OWNED_KEY",),
         create=lambda trial, name, value: trial.ask("CreateActivity", name=name),
         read=lambda trial, name: trial.ask(
             "DescribeActivity", activityArn=arn(trial, "activity", name))["encryptionConfiguration"]["type"],
         delete=lambda trial, name: trial.ask("DeleteActivity", activityArn=arn(trial, "activity", name)),
         missing="ActivityDoesNotExist", winners=0,
         listed=lambda trial, prefix: pages("ListActivities", "activities")(trial, prefix, 100),
         pages=pages("ListActivities", "activities"), **tagging("activity")),
]  # fmt: skip
