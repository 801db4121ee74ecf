"""Log alarms: a query of CloudWatch Logs runs on a schedule, and its results are judged.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutLogAlarm.html
"""

from emulator.engines import alarm_states
from emulator.engines.schedules import parse
from emulator.kernel.context import Context, Principal
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.services.cloudwatch import evaluating
from emulator.services.cloudwatch.evaluating import Point
from emulator.services.cloudwatch.service import service
from emulator.services.cloudwatch.tables import Alarm, alarms

ALARMS = Principal("Service", "", "alarms.cloudwatch.amazonaws.com", "alarms.cloudwatch.amazonaws.com")
ANSWERED = 1  # seconds until a query's results are fetched


def arm(ctx: Context, alarm: Alarm) -> None:
    """Let the query run when its rate says so."""
    schedule = alarm.config["ScheduledQueryConfiguration"]["ScheduleConfiguration"]
    seconds = parse(schedule["ScheduleExpression"]).seconds
    ctx.after(seconds, "run_query", evaluating.job_of(alarm.name), name=alarm.name)


@service.job
def run_query(ctx, name):
    alarm = ctx.rows(alarms).get(name)
    if alarm is None or alarm.kind != "LogAlarm":
        return
    arm(ctx, alarm)
    query = alarm.config["ScheduledQueryConfiguration"]
    schedule = query["ScheduleConfiguration"]
    text = " | ".join(filter(None, (query["QueryString"], f"stats {query['AggregationExpression']}")))
    given = {
        "queryString": text, "startTime": int(ctx.now - schedule["StartTimeOffset"]),
        "endTime": int(ctx.now - (schedule.get("EndTimeOffset") or 0)),
        "logGroupIdentifiers": query.get("LogGroupIdentifiers") or [],
    }  # fmt: skip
    try:
        id = ctx.call("logs", "StartQuery", given, as_=ALARMS)["queryId"]
    except AwsError as error:
        _failed(ctx, alarm, error)
        return
    ctx.after(ANSWERED, "take_results", name=name, query=id, at=int(ctx.now))


@service.job
def take_results(ctx, name, query, at):
    """Keep the aggregated value of a query that has run, and judge the newest ones."""
    alarm = ctx.rows(alarms).get(name)
    if alarm is None or alarm.kind != "LogAlarm":
        return
    try:
        answer = ctx.call("logs", "GetQueryResults", {"queryId": query}, as_=ALARMS)
    except AwsError as error:
        _failed(ctx, alarm, error)
        return
    if answer["status"] in ("Scheduled", "Running"):
        ctx.after(ANSWERED, "take_results", name=name, query=query, at=at)
        return
    keep = alarm.config["QueryResultsToEvaluate"] + alarm_states.MORE
    results = [[at, _value(answer.get("results") or [])], *alarm.more.get("results", [])][:keep]
    alarm = ctx.rows(alarms).put(replace(alarm, more=alarm.more | {"results": results, "evaluation": ""}))
    bounds = (alarm.config["Threshold"],)
    points = [Point(when, value, None, bounds) for when, value in results]
    points += [Point(at)] * (keep - len(points))
    evaluating.judge(ctx, alarm, points)


def _value(results: list) -> float | None:
    """The first number of the first row; of several rows (a ``by``) the highest."""
    numbers = []
    for row in results:
        for field in row:
            try:
                numbers.append(float(field["value"]))
                break
            except (ValueError, KeyError):
                continue
    return max(numbers, default=None)


def _failed(ctx: Context, alarm: Alarm, error: AwsError) -> None:
    more = alarm.more | {"evaluation": "EVALUATION_FAILURE", "why": str(error)}
    ctx.rows(alarms).put(replace(alarm, more=more))
