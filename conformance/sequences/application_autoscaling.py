"""Application Auto Scaling's scheduled actions of a target."""

from conformance.sequences.kind import Kind, follow

VALUES = tuple({"Schedule": schedule, "ScalableTargetAction": action} for schedule, action in (
    ("rate(1 day)", {"MinCapacity": 2}), ("cron(0 12 * * ? *)", {"MinCapacity": 1, "MaxCapacity": 3}),
    ("at(2031-01-01T00:00:00)", {"MinCapacity": 4})))  # fmt: skip


def service(trial):
    """A service of ECS, as a target."""
    where = {"ServiceNamespace": "ecs", "ResourceId": f"service/c/{trial.unique('s')}",
             "ScalableDimension": "ecs:service:DesiredCount"}
    trial.ask("RegisterScalableTarget", **where, MinCapacity=1, MaxCapacity=9)
    trial.later(lambda: trial.ask("DeregisterScalableTarget", **where))
    return where


def put(trial, name, value):
    trial.ask("PutScheduledAction", **trial.place, ScheduledActionName=name, **value)


def read(trial, name):
    """Nothing reads one alone; deleting it would refuse what is not there."""
    found = trial.ask("DescribeScheduledActions", ServiceNamespace="ecs", ScheduledActionNames=[name],
                      ResourceId=trial.place["ResourceId"])["ScheduledActions"]
    if not found:
        trial.ask("DeleteScheduledAction", **trial.place, ScheduledActionName=name)
    return {key: found[0][key] for key in VALUES[0]}


def pages(trial, prefix, size):
    given = {"ServiceNamespace": "ecs", "ResourceId": trial.place["ResourceId"], "MaxResults": size}
    found = follow(trial, "DescribeScheduledActions", given, "ScheduledActions", ("NextToken", "NextToken"),
                   "ScheduledActionName")
    return [name for name in found if name.startswith(prefix)]


KINDS = [
    Kind("application-autoscaling", "scheduled action", VALUES, create=put, update=put, read=read, place=service,
         delete=lambda trial, name: trial.ask("DeleteScheduledAction", **trial.place, ScheduledActionName=name),
         missing="ObjectNotFoundException", winners=0,
         listed=lambda trial, prefix: pages(trial, prefix, 50), pages=pages),
]  # fmt: skip
