"""Schedule groups. ``default`` is always there; the deletion of another takes its schedules along, a moment later."""

from emulator.resources import Lifecycle, Listing, Resource, Tags, after, prefix
from emulator.services.scheduler.common import service

Group = Resource(
    "ScheduleGroup", service, id="Name", arn="arn:{partition}:scheduler:{region}:{account}:schedule-group/{Name}",
    create="CreateScheduleGroup", read="GetScheduleGroup", delete="DeleteScheduleGroup",
    list=Listing("ListScheduleGroups", {"NamePrefix": prefix("Name")}), tags=Tags(), names={"ScheduleGroupArn": "Arn"},
    missing=("ResourceNotFoundException", "Schedule group {Name} does not exist."),
    exists=("ConflictException", "Schedule group {Name} already exists."),
    states=Lifecycle("ACTIVE", delete=("DELETING", after(1)), member="State", busy=(
        "ConflictException", "Schedule group {Name} is in the process of being deleted.")),
    seeds=({"Name": "default"},), protected=("ValidationException", "Default schedule group can not be deleted."),
    cloudformation="AWS::Scheduler::ScheduleGroup",
)  # fmt: skip
