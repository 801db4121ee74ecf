"""EventBridge Scheduler's groups and schedules."""

import time

from conformance.sequences.kind import Kind, follow

TARGET = {"Arn": "arn:aws:sqs:us-east-1:111122223333:q", "RoleArn": "arn:aws:iam::111122223333:role/scheduler",
          "RetryPolicy": {"MaximumEventAgeInSeconds": 86400, "MaximumRetryAttempts": 185}}
OFF = {"Mode": "OFF"}
VALUES = tuple({"ScheduleExpression": expression, "State": state, "FlexibleTimeWindow": window, "Target": TARGET}
               for expression, state, window in (("rate(7 days)", "ENABLED", OFF), ("rate(9 days)", "DISABLED", OFF), (
                   "rate(8 days)", "ENABLED", {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 5})))


def arn(trial, name):
    return trial.ask("GetScheduleGroup", Name=name)["Arn"]


def tags(trial, name):
    found = trial.ask("ListTagsForResource", ResourceArn=arn(trial, name)).get("Tags", [])
    return {each["Key"]: each["Value"] for each in found}


def read(trial, name):
    found = trial.ask("GetSchedule", Name=name)
    return {key: found[key] for key in VALUES[0]}


def pages(operation, member):
    return lambda trial, prefix, size: follow(trial, operation, {"NamePrefix": prefix, "MaxResults": size}, member,
                                              ("NextToken", "NextToken"), "Name")


def settle(trial, name):
    """Wait for a group that is being deleted to be gone."""
    for _ in range(60):
        if trial.call("GetScheduleGroup", Name=name).code == "ResourceNotFoundException":
            return
        time.sleep(0.1)


KINDS = [
    Kind("scheduler", "schedule", VALUES,
         create=lambda trial, name, value: trial.ask("CreateSchedule", Name=name, **value),
         read=read,
         update=lambda trial, name, value: trial.ask("UpdateSchedule", Name=name, **value),
         delete=lambda trial, name: trial.ask("DeleteSchedule", Name=name),
         missing="ResourceNotFoundException", again="ConflictException",
         retry=lambda trial, name, value, token: trial.ask("CreateSchedule", Name=name, ClientToken=token, **value),
         listed=lambda trial, prefix: pages("ListSchedules", "Schedules")(trial, prefix, 100),
         pages=pages("ListSchedules", "Schedules")),
    Kind("scheduler", "group", ("ACTIVE",),
         create=lambda trial, name, value: trial.ask("CreateScheduleGroup", Name=name),
         read=lambda trial, name: trial.ask("GetScheduleGroup", Name=name)["State"],
         delete=lambda trial, name: (trial.ask("DeleteScheduleGroup", Name=name), settle(trial, name)),
         missing="ResourceNotFoundException", again="ConflictException",
         retry=lambda trial, name, value, token: trial.ask("CreateScheduleGroup", Name=name, ClientToken=token),
         listed=lambda trial, prefix: pages("ListScheduleGroups", "ScheduleGroups")(trial, prefix, 100),
         pages=pages("ListScheduleGroups", "ScheduleGroups"),
         tag=lambda trial, name, given: trial.ask("TagResource", ResourceArn=arn(trial, name), Tags=[
             {"Key": key, "Value": value} for key, value in given.items()]),
         untag=lambda trial, name, keys: trial.ask("UntagResource", ResourceArn=arn(trial, name), TagKeys=keys),
         tags=tags, sequences=4),
]  # fmt: skip

