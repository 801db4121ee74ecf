"""Change Manager: a runbook that runs when a change was approved, and not before its time.

A change request is an execution of the template's approvals, followed by the runbook.
https://docs.aws.amazon.com/systems-manager/latest/userguide/change-manager.html
"""

import json
from datetime import UTC, datetime

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.resources import idempotency
from emulator.services.ssm import automation
from emulator.services.ssm import document_content as contents
from emulator.services.ssm.change_states import RUN, WAIT
from emulator.services.ssm.common import service
from emulator.services.ssm.windows import MISMATCH

TEMPLATE, OPERATION = "Automation.ChangeTemplate", "StartChangeRequestExecution"


@service.operation
def start_change_request_execution(
    ctx: Context, DocumentName, Runbooks, ScheduledTime=None, DocumentVersion=None, Parameters=None,
    ChangeRequestName=None, ClientToken=None, AutoApprove=None, Tags=None, ScheduledEndTime=None, ChangeDetails=None,
):  # fmt: skip
    """Raises AutomationDefinitionNotFoundException, AutomationDefinitionVersionNotFoundException,
    InvalidAutomationExecutionParametersException, IdempotentParameterMismatch."""
    if ClientToken:
        answer = idempotency.replay(ctx, OPERATION, ClientToken, dict(ctx.input), MISMATCH)
        if answer is not None:
            return answer
    document, version = automation.runbook(ctx, DocumentName, DocumentVersion)
    if document.type != TEMPLATE:
        raise AwsError("AutomationDefinitionNotFoundException", f"{DocumentName} is no change template.")
    template = contents.read(version.content, version.format)
    _check(ctx, template, Runbooks[0], AutoApprove)
    content = {**template, "mainSteps": _steps(template, Runbooks[0], ScheduledTime, AutoApprove)}
    item = ctx.call("ssm", "CreateOpsItem", {
        "Title": (ChangeRequestName or f"Change request by {DocumentName}")[:1024], "Source": "Change Manager",
        "Description": (ChangeDetails or template.get("description") or DocumentName)[:2048],
        "OpsItemType": "/aws/changerequest",
    })["OpsItemId"]  # fmt: skip
    change = {"ScheduledTime": ScheduledTime, "Runbooks": Runbooks, "ChangeRequestName": ChangeRequestName,
              "OpsItemId": item}  # fmt: skip
    execution = automation.begin(ctx, DocumentName, DocumentVersion, Parameters or {}, "Auto", Tags or (),
                                 text=json.dumps(content), change=change)  # fmt: skip
    answer = {"AutomationExecutionId": execution.id}
    if ClientToken:
        idempotency.remember(ctx, OPERATION, ClientToken, dict(ctx.input), answer)
    return answer


def _check(ctx: Context, template: dict, wanted: dict, automatic: bool | None) -> None:
    """The template must name the runbook, and let itself be approved unseen."""
    automation.runbook(ctx, wanted["DocumentName"], wanted.get("DocumentVersion"))
    names = [each.get("name") for each in template.get("executableRunBooks") or ()]
    if wanted["DocumentName"] not in names:
        raise AwsError("InvalidAutomationExecutionParametersException",
                       f"The runbook {wanted['DocumentName']} is not one of the change template's.")  # fmt: skip
    if automatic and not template.get("autoApprovable"):
        raise AwsError("InvalidAutomationExecutionParametersException",
                       "The change template does not allow requests that are approved automatically.")  # fmt: skip


def _steps(template: dict, wanted: dict, due: float | None, automatic: bool | None) -> list[dict]:
    steps = [] if automatic else [_approval(each) for each in template["mainSteps"]]
    if due is not None:
        moment = datetime.fromtimestamp(due, UTC).isoformat()
        steps.append({"name": WAIT, "action": "aws:sleep", "inputs": {"Timestamp": moment}})
    inputs = {"DocumentName": wanted["DocumentName"], "RuntimeParameters": wanted.get("Parameters") or {}}
    if wanted.get("DocumentVersion"):
        inputs["DocumentVersion"] = wanted["DocumentVersion"]
    return [*steps, {"name": RUN, "action": "aws:executeAutomation", "inputs": inputs}]


def _approval(step: dict) -> dict:
    """An approval as runbooks have it: a template names its approvers one level deeper, each with a number."""
    inputs = dict(step.get("inputs") or {})
    asked = inputs.pop("EnhancedApprovals", None)
    if asked:
        approvers = asked.get("Approvers") or ()
        inputs["MinRequiredApprovals"] = sum(int(each.get("minRequiredApprovals") or 1) for each in approvers) or 1
        inputs["NotificationArn"] = asked.get("NotificationArn") or inputs.get("NotificationArn")
    return {**step, "inputs": {name: value for name, value in inputs.items() if value is not None}}
