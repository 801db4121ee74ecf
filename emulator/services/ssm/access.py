"""What IAM asks of Systems Manager: the parameters and resources that a call acts on, and their tags."""

from emulator.kernel.context import Context
from emulator.services.ssm import parameter_names as names
from emulator.services.ssm import tags
from emulator.services.ssm.common import service
from emulator.services.ssm.tables import parameters

PARAMETER = frozenset((
    "PutParameter", "GetParameter", "GetParameterHistory", "DeleteParameter", "LabelParameterVersion",
    "UnlabelParameterVersion",
))  # fmt: skip
# The part of an ARN under which the resources of a tag operation stand.
KINDS = {
    "Document": "document/", "MaintenanceWindow": "maintenancewindow/", "ManagedInstance": "managed-instance/",
    "PatchBaseline": "patchbaseline/", "OpsItem": "opsitem/", "Association": "association/",
    "Automation": "automation-execution/",
}  # fmt: skip


def resource_of(ctx: Context) -> str | None:
    """The ARN of the parameter, or of what is tagged; None where the data tells."""
    given = ctx.input
    if ctx.operation in PARAMETER:
        named = names.named(given["Name"])
        return given["Name"].removesuffix(named.selector) if named.account else names.arn_of(ctx, named.name)
    kind = given.get("ResourceType")
    if kind == "Parameter" and "ResourceId" in given:
        return names.arn_of(ctx, names.canonical(given["ResourceId"]))
    if kind in KINDS and "ResourceId" in given:
        return f"arn:aws:ssm:{ctx.region}:{ctx.account}:{KINDS[kind]}{given['ResourceId']}"
    return None


def resource_tags(ctx: Context, arn: str) -> dict[str, str]:
    """The tags of a resource by its ARN."""
    rest = arn.split(":", 5)[-1]
    if rest.startswith("parameter/"):
        found = ctx.rows(parameters).get(names.canonical(rest.removeprefix("parameter")))
        return found.tags if found is not None else {}
    for kind, prefix in KINDS.items():
        if rest.startswith(prefix) and kind in tags.types:
            return tags.types[kind].find(ctx, rest.removeprefix(prefix)) or {}
    return {}


service.resource_of, service.resource_tags = resource_of, resource_tags
