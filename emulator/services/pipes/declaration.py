"""Pipes as resources: their operations, and the states that they pass through.

https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/Welcome.html
"""

from emulator.resources import Lifecycle, Listing, Resource, Tags, after, equal, prefix
from emulator.services.pipes.service import service

RUNNING, STOPPED = "RUNNING", "STOPPED"
TAKES = 1  # seconds that a change of state takes

Pipe = Resource(
    "Pipe", service, id="Name", arn="arn:{partition}:pipes:{region}:{account}:pipe/{Name}",
    create="CreatePipe", read="DescribePipe", update="UpdatePipe", delete="DeletePipe",
    list=Listing("ListPipes", {
        "NamePrefix": prefix("Name"), "DesiredState": equal("DesiredState"), "CurrentState": equal("CurrentState"),
        "SourcePrefix": prefix("Source"), "TargetPrefix": prefix("Target")}),
    missing=("NotFoundException", "Pipe {Name} does not exist."),
    exists=("ConflictException", "Pipe {Name} already exists."),
    defaults={"DesiredState": RUNNING}, created="CreationTime", modified="LastModifiedTime",
    tags=Tags(member="Tags", too_many=("ValidationException", "A pipe can have at most {maximum} tags.")),
    names={"tags": "Tags"},
    states=Lifecycle(
        "CREATING", after(TAKES), RUNNING, update=("UPDATING", after(TAKES), RUNNING),
        delete=("DELETING", after(TAKES)), start=("STARTING", after(TAKES), RUNNING),
        stop=("STOPPING", after(TAKES), STOPPED), member="CurrentState"),
    cloudformation="AWS::Pipes::Pipe",
)  # fmt: skip
