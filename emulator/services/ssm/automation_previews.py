"""Previews of Automation: how many steps of a runbook would change something, as far as a look at them can tell.

https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_AutomationExecutionPreview.html
"""

from collections import Counter
from operator import attrgetter

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError, NotImplementedByEmulator
from emulator.kernel.store import Record, Table
from emulator.services.ssm import document_content as contents
from emulator.services.ssm.automation import NOT_YET, runbook, values_of
from emulator.services.ssm.common import invalid, service

READING = ("describe", "list", "get")  # how the names of calls begin that change nothing
# Steps that wait, choose or look.
HARMLESS = frozenset((
    "aws:sleep", "aws:pause", "aws:approve", "aws:branch", "aws:updateVariable", "aws:assertAwsResourceProperty",
    "aws:waitForAwsResourceProperty",
))  # fmt: skip
# Steps that hand over to something whose doings Automation does not know.
HANDED_OVER = frozenset((
    "aws:runCommand", "aws:invokeLambdaFunction", "aws:executeStateMachine", "aws:executeAutomation",
    "aws:executeScript", "aws:invokeWebhook", "aws:loop",
))  # fmt: skip


class Preview(Record):
    """What was found when it was asked for. ``impacts`` counts steps."""

    id: str
    ended: float  # epoch seconds
    impacts: dict[str, int]


previews = Table("ssm.automation_preview", Preview, key=attrgetter("id"))


def impact(step: dict, values: dict) -> str:
    """Mutating, NonMutating or Undetermined."""
    action = step["action"]
    if action in HANDED_OVER:
        return "Undetermined"
    if action == "aws:executeAwsApi":
        called = contents.resolved((step.get("inputs") or {}).get("Api"), values)
        return "NonMutating" if str(called).lower().startswith(READING) else "Mutating"
    return "NonMutating" if action in HARMLESS else "Mutating"


@service.operation
def start_execution_preview(ctx: Context, DocumentName, DocumentVersion=None, ExecutionInputs=None):
    """Look at the steps of a runbook. Raises ValidationException; several targets are not implemented."""
    given = (ExecutionInputs or {}).get("Automation") or {}
    for name in (*NOT_YET, "TargetParameterName"):
        if given.get(name):
            raise NotImplementedByEmulator(f"StartExecutionPreview with {name}")
    try:
        _, version = runbook(ctx, DocumentName, DocumentVersion)
        content = contents.read(version.content, version.format)
        values = values_of(content, given.get("Parameters") or {})
    except AwsError as error:
        raise invalid(error.message) from None
    impacts = Counter(impact(step, values) for step in content["mainSteps"])
    return {"ExecutionPreviewId": ctx.rows(previews).put(Preview(ctx.ids.uuid(), ctx.now, dict(impacts))).id}


@service.operation
def get_execution_preview(ctx: Context, ExecutionPreviewId):
    """Raises ResourceNotFoundException."""
    found = ctx.rows(previews).get(ExecutionPreviewId)
    if found is None:
        raise AwsError("ResourceNotFoundException", f"The execution preview {ExecutionPreviewId} does not exist.")
    return {
        "ExecutionPreviewId": found.id, "EndedAt": found.ended, "Status": "Success",
        "ExecutionPreview": {"Automation": {
            "StepPreviews": found.impacts, "Regions": [ctx.region], "TargetPreviews": [], "TotalAccounts": 1}},
    }  # fmt: skip
