"""Schedules and groups."""

from conformance.probes import probe

API = "https://docs.aws.amazon.com/scheduler/latest/APIReference/"
GUIDE = "https://docs.aws.amazon.com/scheduler/latest/UserGuide/"
TARGET = {"Arn": "arn:aws:sqs:us-east-1:111122223333:q", "RoleArn": "arn:aws:iam::111122223333:role/scheduler"}
OFF = {"Mode": "OFF"}


def given(trial, **more):
    return {"Name": trial.unique("probe"), "ScheduleExpression": "rate(1 day)", "FlexibleTimeWindow": OFF,
            "Target": TARGET, **more}


def created(trial, **more):
    schedule = given(trial, **more)
    trial.ask("CreateSchedule", **schedule)
    trial.later(lambda: trial.ask("DeleteSchedule", **{
        name: schedule[name] for name in ("Name", "GroupName") if name in schedule}))
    return schedule


@probe("scheduler", "CreateSchedule", "Creating a schedule again without a token is a conflict",
       API + "API_CreateSchedule.html")
def names_are_taken(trial):
    name = created(trial)["Name"]
    trial.refused("CreateSchedule", "ConflictException", 409, **{**given(trial), "Name": name})


@probe("scheduler", "CreateSchedule", "Creating a schedule again with the same token gives the first answer",
       API + "API_CreateSchedule.html")
def tokens_make_creation_idempotent(trial):
    schedule = created(trial, ClientToken=trial.unique("token"))
    again = trial.ask("CreateSchedule", **schedule)
    assert again["ScheduleArn"].endswith(f"/{schedule['Name']}")


@probe("scheduler", "UpdateSchedule", "An update replaces the whole schedule: what is left out has its default again",
       GUIDE + "managing-schedule-update.html")
def an_update_replaces(trial):
    schedule = created(trial, Description="first", State="DISABLED")
    trial.ask("UpdateSchedule", **{name: schedule[name] for name in (
        "Name", "ScheduleExpression", "FlexibleTimeWindow", "Target")})
    found = trial.ask("GetSchedule", Name=schedule["Name"])
    assert "Description" not in found and found["State"] == "ENABLED", found


@probe("scheduler", "CreateSchedule", "A cron expression with both days given is refused",
       GUIDE + "schedule-types.html#cron-based")
def one_of_the_days_is_a_question_mark(trial):
    trial.refused("CreateSchedule", "ValidationException", 400, "Invalid Schedule Expression cron(0 1 * * * *).",
                  **given(trial, ScheduleExpression="cron(0 1 * * * *)"))


@probe("scheduler", "CreateSchedule", "A rate in seconds is refused", GUIDE + "schedule-types.html#rate-based")
def no_rate_in_seconds(trial):
    trial.refused("CreateSchedule", "ValidationException", 400, "Invalid Schedule Expression rate(10 seconds).",
                  **given(trial, ScheduleExpression="rate(10 seconds)"))


@probe("scheduler", "CreateSchedule", "The time of a one-time schedule has no time zone of its own",
       GUIDE + "schedule-types.html#one-time")
def at_has_no_zone(trial):
    trial.refused("CreateSchedule", "ValidationException", 400,
                  "Invalid Schedule Expression at(2021-12-31T23:59:59Z).",
                  **given(trial, ScheduleExpression="at(2021-12-31T23:59:59Z)"))


@probe("scheduler", "CreateSchedule", "A flexible window needs its length",
       GUIDE + "managing-schedule-flexible-time-windows.html")
def a_flexible_window_has_a_length(trial):
    trial.refused("CreateSchedule", "ValidationException", 400,
                  **given(trial, FlexibleTimeWindow={"Mode": "FLEXIBLE"}))


@probe("scheduler", "CreateSchedule", "A schedule without a state, zone or retry policy has AWS's defaults",
       API + "API_GetSchedule.html")
def defaults_are_told(trial):
    found = trial.ask("GetSchedule", Name=created(trial)["Name"])
    assert (found["State"], found["ScheduleExpressionTimezone"], found["GroupName"]) == ("ENABLED", "UTC", "default")
    assert found["Target"]["RetryPolicy"] == {"MaximumEventAgeInSeconds": 86400, "MaximumRetryAttempts": 185}, found


@probe("scheduler", "DeleteScheduleGroup", "The default group can't be deleted", GUIDE + "managing-schedule-group.html")
def the_default_group_stays(trial):
    trial.refused("DeleteScheduleGroup", "ValidationException", 400, Name="default")


@probe("scheduler", "DeleteScheduleGroup", "Deleting a group deletes its schedules",
       GUIDE + "managing-schedule-group-delete.html")
def a_group_takes_its_schedules(trial):
    group = trial.fixture("group")["Name"]
    schedule = given(trial, GroupName=group)
    trial.ask("CreateSchedule", **schedule)
    trial.ask("DeleteScheduleGroup", Name=group)
    trial.refused("CreateSchedule", "ConflictException", 409, **given(trial, GroupName=group))


@probe("scheduler", "ListSchedules", "A list of a group has that group's schedules alone",
       API + "API_ListSchedules.html")
def lists_keep_to_the_group(trial):
    group = trial.fixture("group")["Name"]
    inside, outside = created(trial, GroupName=group), created(trial)
    names = [each["Name"] for each in trial.ask("ListSchedules", GroupName=group)["Schedules"]]
    assert names == [inside["Name"]] and outside["Name"] not in names, names


@probe("scheduler", "CreateSchedule", "Parameters of another service's target are refused",
       GUIDE + "managing-targets-templated.html")
def parameters_fit_the_target(trial):
    trial.refused("CreateSchedule", "ValidationException", 400,
                  **given(trial, Target={**TARGET, "KinesisParameters": {"PartitionKey": "p"}}))


@probe("scheduler", "CreateSchedule", "A time zone that does not exist is refused",
       GUIDE + "schedule-types.html#time-zones")
def zones_exist(trial):
    trial.refused("CreateSchedule", "ValidationException", 400,
                  **given(trial, ScheduleExpressionTimezone="Mars/Olympus_Mons"))


@probe("scheduler", "GetSchedule", "A schedule is looked for in the default group unless another is named",
       API + "API_GetSchedule.html")
def groups_keep_their_schedules(trial):
    group = trial.unique("group")
    trial.ask("CreateScheduleGroup", Name=group)
    trial.later(lambda: trial.ask("DeleteScheduleGroup", Name=group))
    name = created(trial, GroupName=group)["Name"]
    trial.refused("GetSchedule", "ResourceNotFoundException", 404, Name=name)


@probe("scheduler", "CreateSchedule", "A schedule in a group that is not there is refused",
       API + "API_CreateSchedule.html")
def groups_exist(trial):
    trial.refused("CreateSchedule", "ResourceNotFoundException", 404, **given(trial, GroupName=trial.unique("none")))
