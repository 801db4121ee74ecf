"""Replays: the events of an archive between two moments come to their bus again, under the name of the replay.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-replay-archived-event.html
"""

from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.resources import Lifecycle, Listing, Resource, after, equal, prefix
from emulator.services.events import archives
from emulator.services.events.archives import Archive
from emulator.services.events.buses import find
from emulator.services.events.errors import invalid, limit_exceeded
from emulator.services.events.routing import publish
from emulator.services.events.service import service

MOST_ACTIVE = 10
ACTIVE = ("STARTING", "RUNNING")

Replay = Resource(
    "Replay", service, id="ReplayName", arn="arn:{partition}:events:{region}:{account}:replay/{ReplayName}",
    create="StartReplay", read="DescribeReplay",
    list=Listing("ListReplays", {
        "NamePrefix": prefix("ReplayName"), "State": equal("State"), "EventSourceArn": equal("EventSourceArn")}),
    missing=("ResourceNotFoundException", "Replay {ReplayName} does not exist."),
    exists=("ResourceAlreadyExistsException", "Replay {ReplayName} already exists."),
    names={"ReplayArn": "Arn"}, created="ReplayStartTime",
    states=Lifecycle("STARTING", after(1), "RUNNING", after(1), "COMPLETED", member="State"),
)  # fmt: skip


@Replay.on_validate
def check(ctx, document, before):
    bus = find(ctx, document["Destination"]["Arn"])[0]
    archive = Archive.find_arn(ctx, document["EventSourceArn"])
    if archive is None:
        name = document["EventSourceArn"].rpartition("/")[2]
        raise invalid(f"Parameter EventSourceArn is not valid. Reason: Archive {name} does not exist.")
    if archive.document["EventSourceArn"] != bus.arn:
        raise invalid("Parameter Destination.Arn is not valid. Reason: Cross event bus replay is not permitted.")
    if document["EventEndTime"] <= document["EventStartTime"]:
        raise invalid("Parameter EventEndTime is not valid. Reason: EventStartTime must be before EventEndTime.")


@Replay.on_create
def started(ctx, record):
    if sum(each.state in ACTIVE for each in Replay.rows(ctx)) >= MOST_ACTIVE:
        raise limit_exceeded()


@Replay.on_state
def moved(ctx, record):
    """Running, it sends all its events; then it is done."""
    if record.state == "RUNNING":
        return _run(ctx, record)
    if record.state == "COMPLETED":
        return replace(record, document={**record.document, "ReplayEndTime": ctx.now})
    return None


def _run(ctx, record):
    document = record.document
    archive = Archive.find_arn(ctx, document["EventSourceArn"])
    if archive is None:
        return record
    at = find(ctx, document["Destination"]["Arn"])[1]
    only = tuple(document["Destination"].get("FilterArns") or ())
    wanted = [
        each for each in archives.trimmed(ctx, archive)
        if document["EventStartTime"] <= each.at < document["EventEndTime"]
    ]  # fmt: skip
    for each in sorted(wanted, key=lambda kept: kept.at):
        publish(ctx, at, {**each.event, "replay-name": document["ReplayName"]}, only=only)
    if not wanted:
        return record
    return replace(record, document={**document, "EventLastReplayedTime": max(each.at for each in wanted)})


@service.operation
def cancel_replay(ctx, ReplayName):
    """Raises ResourceNotFoundException, IllegalStatusException once it is over."""
    record = Replay.get(ctx, {"ReplayName": ReplayName})
    if record.state not in ACTIVE:
        raise AwsError("IllegalStatusException", f"Replay {ReplayName} is not in a valid state for this operation.")
    ctx.cancel(f"{Replay.kind}/{ReplayName}")
    ctx.after(1, "replay_cancelled", name=ReplayName, created=record.created)
    record = Replay.put(ctx, replace(record, state="CANCELLING"))
    return {"ReplayArn": record.arn, "State": record.state}


@service.job
def replay_cancelled(ctx, name, created):
    record = Replay.rows(ctx).get((name,))
    if record is not None and record.created == created:
        Replay.put(ctx, replace(record, state="CANCELLED", document={**record.document, "ReplayEndTime": ctx.now}))


_list = service.functions["list_replays"]


@service.operation
def list_replays(ctx, **given):
    """In the order of their names, by one filter at most. Raises ValidationException."""
    archives.one_filter("ListReplays", given)
    return _list(ctx, **given)
