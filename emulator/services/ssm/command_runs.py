"""Running a command on its nodes: as many at once as it allows, step by step, until too many have failed.

https://docs.aws.amazon.com/systems-manager/latest/userguide/send-commands-multiple.html
"""

import json
from datetime import UTC, datetime

from emulator.backends import shell
from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.services.ssm import document_content as contents
from emulator.services.ssm.command_tables import Command, Invocation, Step, commands, invocations
from emulator.services.ssm.common import SSM, service, tell
from emulator.services.ssm.node_tables import nodes

OVER = frozenset(("Success", "Cancelled", "TimedOut", "Failed"))
DEFAULT_TIMEOUT = 3600.0  # seconds of one step
LONGEST = 24000  # characters of an output that are kept


def of_command(ctx: Context, command_id: str) -> list[Invocation]:
    found = []
    for each in ctx.rows(invocations).range((command_id,)):
        if each.command_id != command_id:
            break
        found.append(each)
    return found


def summary(ctx: Context, command: Command) -> dict:
    """Status and counts of a command, from its invocations."""
    each = of_command(ctx, command.id)
    over = [one for one in each if one.status in OVER]
    failed = [one for one in each if one.status in ("Failed", "TimedOut")]
    if len(over) < len(each):
        status = "Cancelling" if command.cancelled else "InProgress" if any(
            one.status != "Pending" for one in each) else "Pending"  # fmt: skip
    elif command.cancelled or (each and all(one.status == "Cancelled" for one in each)):
        status = "Cancelled"
    else:
        status = "Failed" if failed else "Success"
    return {
        "Status": status, "StatusDetails": status if each else "NoInstancesInTag", "TargetCount": len(each),
        "CompletedCount": len(over), "ErrorCount": len(failed), "DeliveryTimedOutCount": 0,
    }  # fmt: skip


@service.job
def begin_invocations(ctx: Context, command_id: str) -> None:
    """Begin on as many more nodes as the command allows; on none any more once too many have failed."""
    command = ctx.rows(commands).get(command_id)
    if command is None:
        return
    each = of_command(ctx, command_id)
    failed = sum(one.status in ("Failed", "TimedOut") for one in each)
    running = sum(one.status == "InProgress" for one in each)
    for one in each:
        if one.status != "Pending":
            continue
        if command.cancelled or failed > command.errors:
            _change(ctx, command, replace(one, status="Cancelled", ended=ctx.now,
                                          details="Cancelled" if command.cancelled else "Terminated"))  # fmt: skip
        elif running < command.limit:
            running += 1
            _change(ctx, command, replace(one, status="InProgress", details="InProgress", started=ctx.now))
            ctx.after(0, "run_invocation", job_id=f"invocation/{command_id}/{one.node_id}", command_id=command_id,
                      node_id=one.node_id)  # fmt: skip


@service.job
def run_invocation(ctx: Context, command_id: str, node_id: str):
    return _run(ctx, command_id, node_id)


async def _run(ctx: Context, command_id: str, node_id: str) -> None:
    command = ctx.rows(commands).get(command_id)
    node = ctx.rows(nodes).get(node_id)
    steps: list[Step] = []
    status = "Success" if node is not None else "Failed"
    for name, action, inputs, _ in contents.plugins(contents.read(command.content, command.format)):
        if status != "Success":
            break
        began = ctx.now
        outcome = await ctx.in_thread(_step, command, node_id, name, action, inputs)
        status = "TimedOut" if outcome.timed_out else "Success" if outcome.code == 0 else "Failed"
        steps.append(Step(
            name, status, outcome.code, began, ctx.now, _text(outcome.stdout), _text(outcome.stderr)
        ))  # fmt: skip
    current = ctx.rows(invocations).get((command_id, node_id))
    if current is None or current.status in OVER:
        return
    command = ctx.rows(commands)[command_id]
    if command.cancelled and status != "Success":
        status = "Cancelled"
    done = replace(current, status=status, ended=ctx.now, steps=tuple(steps),
                   details={"TimedOut": "Execution Timed Out"}.get(status, status))  # fmt: skip
    _change(ctx, command, done)
    _keep_output(ctx, command, done)
    begin_invocations(ctx, command_id)


def _step(command: Command, node_id: str, name: str, action: str, inputs: dict) -> shell.Outcome:
    """One plugin, in a worker thread: no state is touched here."""
    if action != contents.SHELL:
        text = f"The plugin {action} is not supported by nodes of this emulator."
        return shell.Outcome(1, b"", text.encode())
    given = contents.resolved(inputs, command.parameters)
    lines = given.get("runCommand") or []
    lines = lines if isinstance(lines, list) else [str(lines)]
    home = shell.home(node_id)
    directory = home / given["workingDirectory"] if given.get("workingDirectory") else home
    try:
        seconds = float(given.get("timeoutSeconds") or DEFAULT_TIMEOUT)
        environment = {"AWS_SSM_INSTANCE_ID": node_id, "AWS_SSM_COMMAND_ID": command.id, "AWS_SSM_STEP_NAME": name}
        return shell.run(f"{command.id}/{node_id}", [str(line) for line in lines], directory, seconds, environment)
    except (OSError, ValueError) as error:
        return shell.Outcome(1, b"", str(error).encode())


def _text(output: bytes) -> str:
    return output.decode("utf-8", "replace")[:LONGEST]


def _change(ctx: Context, command: Command, invocation: Invocation) -> None:
    """Keep a new state of an invocation, and tell those who asked."""
    ctx.rows(invocations).put(invocation)
    moment = datetime.fromtimestamp(ctx.now, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    detail = {"command-id": command.id, "document-name": command.document, "instance-id": invocation.node_id,
              "requested-date-time": moment, "status": invocation.status}  # fmt: skip
    tell(ctx, "EC2 Command Invocation Status-change Notification",
         f"arn:aws:ssm:{ctx.region}:{ctx.account}:managed-instance/{invocation.node_id}", detail)  # fmt: skip
    whole = summary(ctx, command)
    if invocation.status in OVER and whole["Status"] in OVER:
        del detail["instance-id"]
        tell(ctx, "EC2 Command Status-change Notification",
             f"arn:aws:ssm:{ctx.region}:{ctx.account}:document/{command.document}",
             {**detail, "status": whole["Status"]})  # fmt: skip
    _notify(ctx, command, invocation, whole)


def _notify(ctx: Context, command: Command, invocation: Invocation, whole: dict) -> None:
    """Publish to the topic that the command names.

    https://docs.aws.amazon.com/systems-manager/latest/userguide/monitoring-sns-examples.html
    """
    wanted = command.given.get("NotificationConfig") or {}
    topic, kinds = wanted.get("NotificationArn"), wanted.get("NotificationEvents") or ["All"]
    by_node = wanted.get("NotificationType") == "Invocation"
    status = invocation.status if by_node else whole["Status"]
    if not topic or not ({"All", status} & set(kinds)) or (not by_node and status not in OVER):
        return
    message = {
        "commandId": command.id, "documentName": command.document, "eventTime": datetime.fromtimestamp(
            ctx.now, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"), "status": status,
    }  # fmt: skip
    message |= {"instanceId": invocation.node_id, "detailedStatus": invocation.details} if by_node else {
        "instanceIds": list(command.nodes)}  # fmt: skip
    try:
        ctx.call("sns", "Publish", {"TopicArn": topic, "Message": json.dumps(message),
                                    "Subject": f"EC2 Run Command Notification {ctx.region}"}, as_=SSM)  # fmt: skip
    except AwsError:
        return  # as on AWS, a notification that fails does not fail the command


def output_key(command: Command, invocation: Invocation, step: Step, stream: str) -> str:
    prefix = command.given.get("OutputS3KeyPrefix")
    parts = [prefix] if prefix else []
    return "/".join([*parts, command.id, invocation.node_id, "awsrunShellScript", step.name, stream])


def _keep_output(ctx: Context, command: Command, invocation: Invocation) -> None:
    """Write the outputs into the bucket that the command names, and into CloudWatch Logs where it wants that."""
    bucket, logs = command.given.get("OutputS3BucketName"), command.given.get("CloudWatchOutputConfig") or {}
    for step in invocation.steps:
        for stream, text in (("stdout", step.stdout), ("stderr", step.stderr)):
            if bucket and text:
                given = {"Bucket": bucket, "Key": output_key(command, invocation, step, stream), "Body": text.encode()}
                _try(ctx, "s3", "PutObject", given)
            if logs.get("CloudWatchOutputEnabled") and text:
                _log(ctx, command, invocation, step, stream, text, logs)


def _log(ctx: Context, command: Command, invocation: Invocation, step: Step, stream: str, text: str, logs) -> None:
    group = logs.get("CloudWatchLogGroupName") or f"/aws/ssm/{command.document}"
    name = f"{command.id}/{invocation.node_id}/{step.name.replace(':', '-')}/{stream}"
    _try(ctx, "logs", "CreateLogGroup", {"logGroupName": group})
    _try(ctx, "logs", "CreateLogStream", {"logGroupName": group, "logStreamName": name})
    _try(ctx, "logs", "PutLogEvents", {"logGroupName": group, "logStreamName": name, "logEvents": [
        {"timestamp": int(ctx.now * 1000), "message": text}]})  # fmt: skip


def _try(ctx: Context, service_name: str, operation: str, given: dict) -> None:
    """As the node's own role. A copy of an output that cannot be written does not fail the command."""
    try:
        ctx.call(service_name, operation, given)
    except AwsError:
        return


@service.start
def give_up_what_a_restart_broke_off(ctx: Context) -> None:
    """Processes end with the emulator: what ran then has failed."""
    for rows in ctx.partitions(invocations):
        for each in list(rows):
            if each.status == "InProgress":
                rows.put(replace(each, status="Failed", details="Failed", ended=ctx.now))
