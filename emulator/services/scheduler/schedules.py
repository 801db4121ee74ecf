"""Schedules: stored whole, replaced whole by an update, checked as AWS checks them, and armed on the clock."""

from emulator.resources import Listing, Parent, Resource, equal, prefix
from emulator.services.scheduler import timing, validation
from emulator.services.scheduler.common import service
from emulator.services.scheduler.groups import Group

Schedule = Resource(
    "Schedule", service, id="Name", arn="arn:{partition}:scheduler:{region}:{account}:schedule/{GroupName}/{Name}",
    create="CreateSchedule", read="GetSchedule", update="UpdateSchedule", delete="DeleteSchedule", replaces=True,
    list=Listing("ListSchedules", {"NamePrefix": prefix("Name"), "State": equal("State")}),
    names={"ScheduleArn": "Arn"},
    missing=("ResourceNotFoundException", "Schedule {Name} does not exist."),
    exists=("ConflictException", "Schedule {Name} already exists."),
    parent=Parent(Group, "GroupName", default="default", closed=(
        "ConflictException", "Schedule group {Name} is in the process of being deleted.")),
    defaults={
        "State": "ENABLED", "ScheduleExpressionTimezone": "UTC", "ActionAfterCompletion": "NONE",
        "Target.RetryPolicy.MaximumEventAgeInSeconds": 86400, "Target.RetryPolicy.MaximumRetryAttempts": 185,
    },
    cloudformation="AWS::Scheduler::Schedule",
)  # fmt: skip

Schedule.on_validate(validation.check)


@Schedule.on_create
def created(ctx, record):
    timing.arm(ctx, record, timing.first(record, ctx.now))


@Schedule.on_update
def updated(ctx, record, before):
    timing.arm(ctx, record, timing.resumed(record, before, ctx.now))


@Schedule.on_delete
def deleted(ctx, record):
    timing.disarm(ctx, record)
