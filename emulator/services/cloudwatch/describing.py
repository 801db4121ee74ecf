"""DescribeAlarms and its kin.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
"""

from typing import Any

from emulator.kernel.context import Context
from emulator.resources.pagination import page
from emulator.services.cloudwatch import composites
from emulator.services.cloudwatch.errors import INVALID_TOKEN, not_found, refused
from emulator.services.cloudwatch.service import service
from emulator.services.cloudwatch.tables import Alarm, alarms, dimensions_of

PAGE = 50
LISTS = {"CompositeAlarm": "CompositeAlarms", "MetricAlarm": "MetricAlarms", "LogAlarm": "LogAlarms"}


def shown(alarm: Alarm) -> dict[str, Any]:
    found = {
        "AlarmName": alarm.name, "AlarmArn": alarm.arn, "AlarmConfigurationUpdatedTimestamp": alarm.configured,
        "StateValue": alarm.state, "StateReason": alarm.reason, "StateUpdatedTimestamp": alarm.updated,
        "StateTransitionedTimestamp": alarm.transitioned, **alarm.config,
    }  # fmt: skip
    if alarm.data:
        found["StateReasonData"] = alarm.data
    more = {"EvaluationState": "evaluation", "ActionsSuppressedBy": "suppressed_by",
            "ActionsSuppressedReason": "suppressed_reason"}  # fmt: skip
    return found | {name: alarm.more[key] for name, key in more.items() if alarm.more.get(key)}


@service.operation
def describe_alarms(
    ctx, AlarmNames=None, AlarmNamePrefix=None, AlarmTypes=None, ChildrenOfAlarmName=None, ParentsOfAlarmName=None,
    StateValue=None, ActionPrefix=None, MaxRecords=PAGE, NextToken=None,
):  # fmt: skip
    """Alarms by name; metric alarms alone, unless types are given. Raises InvalidNextToken, ValidationError."""
    _check_relatives(AlarmNames, AlarmNamePrefix, AlarmTypes, ChildrenOfAlarmName, ParentsOfAlarmName, StateValue)
    if AlarmNames and AlarmNamePrefix:
        raise refused("AlarmNamePrefix and AlarmNames are mutually exclusive.")
    types = AlarmTypes or ("MetricAlarm",)
    chosen: list[Alarm]
    if ChildrenOfAlarmName or ParentsOfAlarmName:
        chosen, types = _relatives(ctx, ChildrenOfAlarmName, ParentsOfAlarmName), tuple(LISTS)
    else:
        chosen = list(ctx.rows(alarms))

    def wanted(alarm: Alarm) -> bool:
        return (
            alarm.kind in types and (not AlarmNames or alarm.name in AlarmNames)
            and alarm.name.startswith(AlarmNamePrefix or "") and StateValue in (None, alarm.state)
            and (not ActionPrefix or any(each.startswith(ActionPrefix) for each in _actions(alarm)))
        )  # fmt: skip

    query = (AlarmNames, AlarmNamePrefix, AlarmTypes, ChildrenOfAlarmName, ParentsOfAlarmName, StateValue, ActionPrefix)
    found, token = page(ctx, filter(wanted, chosen), lambda alarm: alarm.name, NextToken, MaxRecords, query=query,
                        invalid=INVALID_TOKEN)  # fmt: skip
    related = bool(ChildrenOfAlarmName or ParentsOfAlarmName)
    answer: dict[str, Any] = {"CompositeAlarms": [], "MetricAlarms": []}
    if AlarmTypes and "LogAlarm" in AlarmTypes:
        answer["LogAlarms"] = []
    for alarm in found:
        answer.setdefault(LISTS[alarm.kind], []).append(_related(alarm) if related else shown(alarm))
    return answer | ({"NextToken": token} if token else {})


def _check_relatives(names, prefix, types, children, parents, state) -> None:
    if children and parents:
        raise refused("ChildrenOfAlarmName and ParentsOfAlarmName are mutually exclusive.")
    if (children or parents) and any((names, prefix, types, state)):
        which = "ChildrenOfAlarmName" if children else "ParentsOfAlarmName"
        raise refused(f"{which} can only be combined with MaxRecords and NextToken.")


def _actions(alarm: Alarm) -> list[str]:
    return [each for name in ("OKActions", "AlarmActions", "InsufficientDataActions") for each in alarm.config[name]]


def _relatives(ctx: Context, children_of: str | None, parents_of: str | None) -> list[Alarm]:
    rows = ctx.rows(alarms)
    if parents_of:
        return composites.parents(ctx, parents_of)
    parent = rows.get(children_of)
    if parent is None or parent.kind != "CompositeAlarm":
        return []
    return sorted(filter(None, map(rows.get, composites.children(parent))), key=lambda alarm: alarm.name)


def _related(alarm: Alarm) -> dict[str, Any]:
    """Of children and parents AWS tells name, ARN and state alone."""
    return {"AlarmName": alarm.name, "AlarmArn": alarm.arn, "StateValue": alarm.state,
            "StateUpdatedTimestamp": alarm.updated}  # fmt: skip


@service.operation
def describe_alarms_for_metric(
    ctx, MetricName, Namespace, Statistic=None, ExtendedStatistic=None, Dimensions=None, Period=None, Unit=None
):
    """The alarms on one metric; dimensions must be all the same."""
    dimensions = dimensions_of(Dimensions)
    same = {"Statistic": Statistic, "ExtendedStatistic": ExtendedStatistic, "Period": Period, "Unit": Unit}

    def wanted(config: dict[str, Any]) -> bool:
        return (
            config.get("MetricName") == MetricName and config.get("Namespace") == Namespace
            and dimensions_of(config.get("Dimensions")) == dimensions
            and all(value is None or config.get(name) == value for name, value in same.items())
        )  # fmt: skip

    return {"MetricAlarms": [shown(alarm) for alarm in ctx.rows(alarms) if wanted(alarm.config)]}


@service.operation
def describe_alarm_contributors(ctx, AlarmName, NextToken=None):
    """The series in ALARM of an alarm on a query of several. Raises InvalidNextToken, ResourceNotFoundException."""
    alarm = ctx.rows(alarms).get(AlarmName)
    if alarm is None:
        raise not_found(f"Alarm {AlarmName} does not exist")
    found, token = page(ctx, sorted(alarm.more.get("contributors", {}).items()), lambda each: each[0], NextToken, PAGE,
                        query=AlarmName, invalid=INVALID_TOKEN)  # fmt: skip
    answer = {"AlarmContributors": [
        {"ContributorId": id, "ContributorAttributes": each["attributes"], "StateReason": each["reason"],
         "StateTransitionedTimestamp": each["since"]}
        for id, each in found
    ]}  # fmt: skip
    return answer | ({"NextToken": token} if token else {})
