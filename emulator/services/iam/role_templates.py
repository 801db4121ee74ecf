"""Roles made from templates. AWS's own templates are not published: the setting ``iam.role-templates`` names a file.

The file is a JSON list of template versions with the members that GetRoleTemplateVersion answers.
https://docs.aws.amazon.com/IAM/latest/APIReference/API_AcquireRole.html
"""

import json

from emulator.auth import templates
from emulator.auth.identities import ROLE
from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.services.iam import attached, boundaries, entities, grammar, roles
from emulator.services.iam.common import tags_of
from emulator.services.iam.errors import invalid, missing
from emulator.services.iam.service import service


def find(ctx: Context, arn: str, minor: int | None) -> dict:
    """A version of a template, the default one unless named. Raises NoSuchEntity."""
    file = ctx.setting("iam.role-templates")
    versions = [each for each in (templates.read(file) if file else ()) if each["TemplateArn"] == arn]
    if not versions:
        raise missing("role template", arn)
    wanted = versions[0].get("DefaultMinorVersion", 0) if minor is None else minor
    found = next((each for each in versions if each.get("MinorVersion", 0) == wanted), None)
    if found is None:
        raise missing("role template", f"{arn} version {wanted}")
    return found


@service.operation
def get_role_template_version(ctx, TemplateArn, MinorVersion=None):
    """Raises NoSuchEntity."""
    return {"RoleTemplateVersion": find(ctx, TemplateArn, MinorVersion)}


@service.operation
def acquire_role(ctx, TemplateArn, TemplateMinorVersion=None, ReplacementValues=None):
    """Make the role that a template describes. Raises NoSuchEntity, RoleTemplateDisabled, InvalidInput,
    EntityAlreadyExists, MalformedPolicyDocument, LimitExceeded."""
    template = find(ctx, TemplateArn, TemplateMinorVersion)
    if not (template.get("Enabled", True) and template.get("VersionEnabled", True)):
        raise AwsError("RoleTemplateDisabled", f"Role template {TemplateArn} is disabled.")
    values = _values(template, {name: each["Values"] for name, each in (ReplacementValues or {}).items()})

    def made(name: str):
        return templates.filled(template[name], values) if template.get(name) is not None else None

    trust = json.dumps(templates.filled(json.loads(template["AssumeRolePolicyDocumentTemplate"]), values))
    details = {
        "AssumeRolePolicyDocument": roles.trusting(ctx, trust),
        "MaxSessionDuration": template.get("MaxSessionDuration", roles.HOUR),
        "SourceRoleTemplate": {"TemplateArn": TemplateArn, "TemplateMinorVersion": template.get("MinorVersion", 0)},
    }
    if template.get("RoleDescriptionPattern"):
        details["Description"] = made("RoleDescriptionPattern")
    inline = {each["PolicyName"]: json.dumps(templates.filled(json.loads(each["PolicyDocument"]), values))
              for each in template.get("InlinePolicyTemplates", ())}  # fmt: skip
    for document in inline.values():
        grammar.check_identity(document)
    boundary = boundaries.checked(ctx, made("PermissionBoundaryArn"))
    role = entities.create(
        ctx, ROLE, made("RoleNamePattern"), made("RolePathPattern"), details=details, inline=inline,
        boundary=boundary, tags=tags_of(made("RoleTagsTemplate")),
    )  # fmt: skip
    for arn in made("ManagedPolicyArns") or ():
        attached.attach(ctx, role, arn)
    return {"Role": entities.view(ctx, role, "new")}


def _values(template: dict, given: dict[str, list[str]]) -> dict[str, list[str]]:
    """Every parameter's values. Raises InvalidInput for unknown and missing ones."""
    declared = {each["Name"]: each for each in template.get("ParametersDefinition", ())}
    unknown = sorted(given.keys() - declared.keys())
    if unknown:
        raise invalid(f"The template has no parameter {unknown[0]}.")
    found = dict(given)
    for name, each in declared.items():
        if name in found:
            if len(found[name]) > 1 and not each["Type"].endswith("List"):
                raise invalid(f"The parameter {name} takes one value.")
        elif "DefaultValue" in each:
            found[name] = [each["DefaultValue"]]
        elif each.get("IsRequired"):
            raise invalid(f"The parameter {name} needs a value.")
    return found
