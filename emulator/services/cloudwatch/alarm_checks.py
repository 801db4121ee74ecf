"""What alarms are refused for, beyond the model's constraints. All raise ValidationError.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
"""

import re

import orjson

from emulator.engines import alarm_rules
from emulator.engines.alarm_states import COMPARISONS
from emulator.engines.schedules import Rate, parse
from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.services.cloudwatch import queries
from emulator.services.cloudwatch.errors import refused
from emulator.services.cloudwatch.tables import alarms

DAY = 86400
LONG_PERIOD = 3600  # from which on a week may be looked at
MISSING = ("breaching", "notBreaching", "ignore", "missing")
BANDS = ("LessThanLowerOrGreaterThanUpperThreshold", "LessThanLowerThreshold", "GreaterThanUpperThreshold")
_ARN = re.compile(r"arn:[^:]+:[^:]+:[^:]*:[^:]*:.+")


def check_actions(given: dict) -> None:
    for name in ("OKActions", "AlarmActions", "InsufficientDataActions"):
        for action in given.get(name) or ():
            if not _ARN.fullmatch(action):
                raise refused(f"Invalid arn syntax: {action}")


def check_metric_alarm(given: dict) -> None:
    check_actions(given)
    single, several = given.get("MetricName"), given.get("Metrics")
    if single and several:
        raise refused("The parameters MetricName and Metrics are mutually exclusive and you have specified both.")
    if not single and not several:
        raise refused("Either MetricName or Metrics must be specified.")
    needed = given.get("EvaluationPeriods")
    if needed is None:
        raise refused("The parameter EvaluationPeriods is required.")
    if (given.get("DatapointsToAlarm") or 1) > needed:
        raise refused("DatapointsToAlarm must be less than or equal to EvaluationPeriods.")
    if given.get("TreatMissingData") not in (None, *MISSING):
        raise refused(f"Option {given['TreatMissingData']} is invalid for TreatMissingData, valid options are: "
                      f"[{', '.join(MISSING)}]")  # fmt: skip
    low = given.get("EvaluateLowSampleCountPercentile")
    if low not in (None, "evaluate", "ignore"):
        raise refused(f"Option {low} is not supported. Supported options for parameter "
                      "EvaluateLowSampleCountPercentile are evaluate and ignore.")  # fmt: skip
    _check_threshold(given)
    period = _check_single(given) if single else _check_several(given)
    most = 7 * DAY if period >= LONG_PERIOD else DAY
    if period * needed > most:
        span = "a week" if most > DAY else "a day"
        raise refused(f"Metrics cannot be checked across more than {span} (EvaluationPeriods * Period must be <= "
                      f"{most}).")  # fmt: skip


def _check_threshold(given: dict) -> None:
    comparison, band = given.get("ComparisonOperator"), given.get("ThresholdMetricId")
    if comparison is None:
        raise refused("The parameter ComparisonOperator is required.")
    if (comparison in BANDS) != (band is not None):
        raise refused(f"ComparisonOperator {comparison} "
                      + ("requires ThresholdMetricId." if band is None else "does not support ThresholdMetricId."))
    if band is None and given.get("Threshold") is None:
        raise refused("The parameter Threshold is required.")
    if band is not None and band not in {query["Id"] for query in given.get("Metrics") or ()}:
        raise refused("ThresholdMetricId must be the id of one of the Metrics.")


def _check_single(given: dict) -> int:
    statistic, extended = given.get("Statistic"), given.get("ExtendedStatistic")
    if not given.get("Namespace"):
        raise refused("The parameter Namespace is required.")
    if bool(statistic) == bool(extended):
        raise refused("Exactly one of Statistic and ExtendedStatistic must be specified.")
    if extended:
        queries.check_statistic(extended, "ExtendedStatistic")
    period = given.get("Period")
    if period is None:
        raise refused("The parameter Period is required.")
    if period not in (10, 20, 30) and period % 60:
        raise refused("Period must be 10, 20, 30 or a multiple of 60.")
    return period


def _check_several(given: dict) -> int:
    metrics = given["Metrics"]
    queries.check(metrics, "Metrics")
    returned = [query for query in metrics if query.get("ReturnData") is not False]
    band = given.get("ThresholdMetricId")
    if len([query for query in returned if query["Id"] != band]) != 1:
        raise refused("Exactly one element of the metrics list should return data.")
    periods = [query["MetricStat"]["Period"] for query in metrics if query.get("MetricStat")]
    return max(periods, default=max((query.get("Period") or 0 for query in metrics), default=0) or 60)


def check_composite_alarm(ctx: Context, name: str, given: dict) -> None:
    check_actions(given)
    rule = given["AlarmRule"]
    try:
        named = alarm_rules.names(rule)
    except alarm_rules.RuleError as error:
        raise refused(f"AlarmRule is invalid: {error}") from None
    missing = [each for each in named if alarm_name(each) not in ctx.rows(alarms) and alarm_name(each) != name]
    if missing:
        raise refused(f"Could not save the composite alarm as alarms [{', '.join(missing)}] in the alarm rule do not "
                      "exist")  # fmt: skip
    suppressor = given.get("ActionsSuppressor")
    waits = [given.get(f"ActionsSuppressor{kind}Period") for kind in ("Wait", "Extension")]
    if suppressor is None and any(each is not None for each in waits):
        raise refused("ActionsSuppressorWaitPeriod and ActionsSuppressorExtensionPeriod require ActionsSuppressor.")
    if suppressor is not None:
        if None in waits:
            raise refused("ActionsSuppressor requires ActionsSuppressorWaitPeriod and "
                          "ActionsSuppressorExtensionPeriod.")  # fmt: skip
        if alarm_name(suppressor) not in ctx.rows(alarms):
            raise refused(f"The alarm {suppressor} in ActionsSuppressor does not exist.")


def alarm_name(text: str) -> str:
    """The name of an alarm that is given by name or ARN."""
    return text.partition(":alarm:")[2] if text.startswith("arn:") else text


def check_log_alarm(given: dict) -> None:
    check_actions(given)
    if given["QueryResultsToAlarm"] > given["QueryResultsToEvaluate"]:
        raise refused("QueryResultsToAlarm must be less than or equal to QueryResultsToEvaluate.")
    if given["ComparisonOperator"] not in COMPARISONS:
        raise refused(f"ComparisonOperator {given['ComparisonOperator']} is not supported for log alarms.")
    if given.get("TreatMissingData") not in (None, *MISSING):
        raise refused(f"Option {given['TreatMissingData']} is invalid for TreatMissingData, valid options are: "
                      f"[{', '.join(MISSING)}]")  # fmt: skip
    if given.get("ActionLogLineCount") and not given.get("ActionLogLineRoleArn"):
        raise refused("ActionLogLineRoleArn is required when ActionLogLineCount is greater than 0.")
    schedule = given["ScheduledQueryConfiguration"]["ScheduleConfiguration"]
    try:
        rate = parse(schedule["ScheduleExpression"])
    except ValueError:
        rate = None
    if not isinstance(rate, Rate):
        raise refused(f"The schedule expression {schedule['ScheduleExpression']} is not a valid rate expression.")
    if (schedule.get("EndTimeOffset") or 0) >= schedule["StartTimeOffset"]:
        raise refused("EndTimeOffset must be less than StartTimeOffset.")


def check_reason_data(text: str | None) -> None:
    """Raises InvalidFormat for what is no JSON."""
    if text:
        try:
            orjson.loads(text)
        except orjson.JSONDecodeError:
            raise AwsError("InvalidFormat", "StateReasonData is not valid JSON.") from None
