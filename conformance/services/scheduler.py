"""EventBridge Scheduler: groups, schedules, tags. https://docs.aws.amazon.com/scheduler/latest/APIReference/"""

from datetime import UTC, datetime, timedelta

from conformance.generator.hints import Leave, Ref, Samples, Unique
from conformance.services.declared import Declared, Error

ROLE = "arn:aws:iam::111122223333:role/scheduler"


def arn(service, resource):
    return f"arn:aws:{service}:us-east-1:111122223333:{resource}"


def target(arn_, **more):
    return {"Arn": arn_, "RoleArn": ROLE, **more}


TARGETS = (
    target(arn("lambda", "function:f")), target(arn("sqs", "q"), Input="text"),
    target(arn("sqs", "q.fifo"), SqsParameters={"MessageGroupId": "g"}), target(arn("sns", "t"), Input="hello"),
    target(arn("states", "stateMachine:s"), Input='{"a": 1}', RetryPolicy={"MaximumRetryAttempts": 0}),
    target(arn("events", "event-bus/b"), EventBridgeParameters={"DetailType": "t", "Source": "mine"}),
    target(arn("kinesis", "stream/s"), KinesisParameters={"PartitionKey": "p"},
           DeadLetterConfig={"Arn": arn("sqs", "d")}),
    target(arn("ecs", "cluster/c"), EcsParameters={"TaskDefinitionArn": arn("ecs", "task-definition/t:1")}),
    target("arn:aws:scheduler:::aws-sdk:sqs:sendMessage", Input='{"QueueUrl": "u", "MessageBody": "b"}'),
    target(arn("lambda", "function:f"), RetryPolicy={"MaximumEventAgeInSeconds": 60, "MaximumRetryAttempts": 185}),
)
SOON = datetime.now(UTC).replace(microsecond=0) + timedelta(days=30)

declared = Declared("scheduler", {
    "CreateScheduleGroup.Name": Unique("group"),
    "DeleteScheduleGroup.Name": Ref("group", "Name"),
    "GetScheduleGroup.Name": Ref("group", "Name"),
    "GroupName": Ref("group", "Name"),
    "GetSchedule.GroupName": Ref("schedule", "GroupName"),
    "DeleteSchedule.GroupName": Ref("schedule", "GroupName"),
    "UpdateSchedule.GroupName": Ref("schedule", "GroupName"),
    "ListSchedules.GroupName": Ref("schedule", "GroupName", must=False),
    "CreateSchedule.Name": Unique("schedule"),
    "UpdateSchedule.Name": Ref("schedule", "Name"),
    "GetSchedule.Name": Ref("schedule", "Name"),
    "DeleteSchedule.Name": Ref("schedule", "Name"),
    "ListSchedules.NamePrefix": Ref("schedule", "Name", must=False),
    "ListScheduleGroups.NamePrefix": Ref("group", "Name", must=False),
    "ScheduleExpression": Samples("rate(5 minutes)", "rate(1 hour)", "rate(2 days)", "cron(15 10 ? * 6L 2030-2031)",
                                  "at(2031-01-01T10:00:00)", "cron(0/5 * * * ? *)"),
    "ScheduleExpressionTimezone": Samples("UTC", "America/New_York", "Europe/Berlin", "Asia/Kolkata"),
    "FlexibleTimeWindow": Samples({"Mode": "OFF"}, {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 1},
                                  {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 1440}),
    "Target": Samples(*TARGETS),
    "StartDate": Samples(SOON), "EndDate": Samples(SOON + timedelta(days=1)),
    "KmsKeyArn": arn("kms", "key/1234abcd-12ab-34cd-56ef-1234567890ab"),
    "ResourceArn": Ref("group", "ScheduleGroupArn"),
    "UntagResource.TagKeys": Samples(["k"], ["k", "unknown"]),
    "TagResource.Tags": Samples([{"Key": "a", "Value": "1"}], [{"Key": "k", "Value": "2"}, {"Key": "b", "Value": "x"}]),
    "CreateScheduleGroup.Tags": Samples([{"Key": "a", "Value": "1"}], []),
    "NextToken": Leave("a token comes from an answer; sequences follow pages"),
    "ClientToken": Unique("token"),
})  # fmt: skip
declared.before.update(ListScheduleGroups=("group",), ListSchedules=("schedule",))

NO_GROUP = Error("ResourceNotFoundException", 404, "Schedule group {Name} does not exist.")
NO_SCHEDULE = Error("ResourceNotFoundException", 404, "Schedule {Name} does not exist.")


def absent(world):
    name = f"absent{world.tag}"
    return {"Name": name, "GroupName": name,
            "ScheduleGroupArn": f"arn:aws:scheduler:{world.region}:{world.account}:schedule-group/{name}"}


@declared.fixture("group", lambda world, fields: world.ask("DeleteScheduleGroup", {"Name": fields["Name"]}),
                  absent, NO_GROUP)
def group(world):
    world.unknown("GetScheduleGroup", {"Name": absent(world)["Name"]})
    name = world.unique("fixture")
    made = world.ask("CreateScheduleGroup", {"Name": name, "Tags": [
        {"Key": "k", "Value": "v"}, {"Key": "other", "Value": world.tag}]})
    return {"Name": name, "ScheduleGroupArn": made["ScheduleGroupArn"]}


@declared.fixture("schedule", lambda world, fields: world.ask("DeleteSchedule", {"Name": fields["Name"]}),
                  absent, NO_SCHEDULE)
def schedule(world):
    world.unknown("GetSchedule", {"Name": absent(world)["Name"]})
    name = world.unique("fixture")
    made = world.ask("CreateSchedule", {
        "Name": name, "ScheduleExpression": "rate(7 days)", "FlexibleTimeWindow": {"Mode": "OFF"},
        "Target": TARGETS[0], "Description": world.tag})
    return {"Name": name, "GroupName": "default", "ScheduleArn": made["ScheduleArn"]}


# What an absent group is answered where a schedule is looked for is not known.
declared.errors.update({(operation, "GroupName"): None for operation in (
    "GetSchedule", "DeleteSchedule", "UpdateSchedule")})
declared.errors["CreateSchedule", "GroupName"] = Error("ResourceNotFoundException", 404,
                                                       "Schedule group {GroupName} does not exist.")

WRITTEN = ("Name", "ScheduleExpression", "FlexibleTimeWindow", "Target", "Description", "StartDate", "EndDate",
           "ScheduleExpressionTimezone", "State", "KmsKeyArn", "ActionAfterCompletion")


@declared.check("CreateSchedule", "UpdateSchedule")
def schedule_stands(proof, world, given, answer):
    group_name = given.get("GroupName", "default")
    proof.true("ScheduleArn", answer["ScheduleArn"].endswith(f":schedule/{group_name}/{given['Name']}"),
               "names group and schedule", answer["ScheduleArn"])
    found = proof.read("GetSchedule", {"Name": given["Name"], "GroupName": group_name})
    wanted = {"State": "ENABLED", "ScheduleExpressionTimezone": "UTC", "ActionAfterCompletion": "NONE"}
    proof.holds("GetSchedule", wanted | {name: given[name] for name in WRITTEN if name in given}, found)
    if "Description" not in given:
        proof.equal("Description", None, found.get("Description"))


declared.undo["CreateSchedule"] = lambda world, given, answer: world.ask(
    "DeleteSchedule", {name: given[name] for name in ("Name", "GroupName") if name in given})
declared.undo["CreateScheduleGroup"] = lambda world, given, answer: world.ask(
    "DeleteScheduleGroup", {"Name": given["Name"]})


@declared.check("GetSchedule")
def schedule_told(proof, world, given, answer):
    made = world.fixture("schedule")
    proof.holds("answer", {"Arn": made["ScheduleArn"], "Name": made["Name"], "Description": world.tag,
                           "GroupName": "default", "ScheduleExpression": "rate(7 days)", "Target": TARGETS[0],
                           "FlexibleTimeWindow": {"Mode": "OFF"}, "State": "ENABLED",
                           "ScheduleExpressionTimezone": "UTC", "ActionAfterCompletion": "NONE"}, answer)
    proof.equal("RetryPolicy", {"MaximumEventAgeInSeconds": 86400, "MaximumRetryAttempts": 185},
                answer["Target"].get("RetryPolicy"))
    proof.present("CreationDate", "LastModificationDate")


@declared.check("DeleteSchedule")
def schedule_gone(proof, world, given, answer):
    proof.refused("GetSchedule", {"Name": given["Name"]}, "ResourceNotFoundException")


@declared.check("ListSchedules")
def schedules_listed(proof, world, given, answer):
    made = world.fixture("schedule")
    rows = {row["Name"]: row for row in answer["Schedules"]}
    if given.get("State") == "DISABLED":
        proof.equal("Schedules", [], sorted(rows))
        return
    row = rows.get(made["Name"])
    proof.holds("Schedules[0]", {"Name": made["Name"], "Arn": made["ScheduleArn"], "GroupName": "default",
                                 "State": "ENABLED", "Target": {"Arn": TARGETS[0]["Arn"]}}, row)
    proof.true("Schedules[0].LastModificationDate", row["LastModificationDate"] == row["CreationDate"],
               "as the creation's", row)


@declared.check("CreateScheduleGroup")
def group_stands(proof, world, given, answer):
    proof.true("ScheduleGroupArn", answer["ScheduleGroupArn"].endswith(f":schedule-group/{given['Name']}"),
               "names the group", answer["ScheduleGroupArn"])
    found = proof.read("GetScheduleGroup", {"Name": given["Name"]})
    proof.holds("GetScheduleGroup", {"Name": given["Name"], "Arn": answer["ScheduleGroupArn"], "State": "ACTIVE"},
                found)
    tags = proof.read("ListTagsForResource", {"ResourceArn": answer["ScheduleGroupArn"]})
    proof.equal("Tags", given.get("Tags", []), tags.get("Tags", []))


@declared.check("GetScheduleGroup")
def group_told(proof, world, given, answer):
    made = world.fixture("group")
    proof.holds("answer", {"Name": made["Name"], "Arn": made["ScheduleGroupArn"], "State": "ACTIVE"}, answer)
    proof.present("CreationDate", "LastModificationDate")


@declared.check("DeleteScheduleGroup")
def group_gone(proof, world, given, answer):
    answer = world.caller().call("GetScheduleGroup", {"Name": given["Name"]})
    state = "gone" if answer.code == "ResourceNotFoundException" else (answer.parsed or {}).get("State")
    proof.true("State", state in ("gone", "DELETING"), "DELETING or gone", state)


@declared.check("ListScheduleGroups")
def groups_listed(proof, world, given, answer):
    made = world.fixture("group")
    rows = {row["Name"]: row for row in answer["ScheduleGroups"]}
    proof.present("ScheduleGroups.CreationDate", "ScheduleGroups.LastModificationDate")
    if "MaxResults" in given:
        proof.pages("ListScheduleGroups", given, "ScheduleGroups", ("NextToken", "NextToken"), "Name")
    if "NamePrefix" not in given:
        proof.equal("default group", "ACTIVE", rows.get("default", {}).get("State"))
    if given.get("MaxResults") == 1 and "NamePrefix" not in given:
        proof.equal("ScheduleGroups", 1, len(rows))
        return
    proof.holds("ScheduleGroups", {"Name": made["Name"], "Arn": made["ScheduleGroupArn"], "State": "ACTIVE"},
                rows.get(made["Name"]))


@declared.check("TagResource", "UntagResource", "ListTagsForResource")
def tags_stand(proof, world, given, answer):
    found = proof.read("ListTagsForResource", {"ResourceArn": given["ResourceArn"]})
    wanted = {"k": "v", "other": world.tag} | {tag["Key"]: tag["Value"] for tag in given.get("Tags", [])}
    for key in given.get("TagKeys", []):
        wanted.pop(key, None)
    proof.equal("Tags", wanted, {tag["Key"]: tag["Value"] for tag in found.get("Tags", [])})
    if "Tags" not in given and "TagKeys" not in given:
        proof.equal("Tags", wanted, {tag["Key"]: tag["Value"] for tag in answer.get("Tags", [])})

