"""Parameter Store: putting, getting and deleting parameters.

https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html and its siblings
"""

import json
from collections.abc import Iterable

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.resources.tags import check as checked_tags
from emulator.services.ssm import parameter_names as names
from emulator.services.ssm import parameter_policies as policies
from emulator.services.ssm import parameter_values as values
from emulator.services.ssm.common import invalid, service, tell
from emulator.services.ssm.tables import Parameter, ParameterVersion, parameter_versions, parameters
from emulator.services.ssm.tags import RULES

MAX_VERSIONS = 100


# Finding


def find(ctx: Context, name: names.Named) -> Parameter:
    """Raises ParameterNotFound; AWS gives it no message."""
    found = ctx.rows(parameters, account=name.account, region=name.region).get(name.name)
    if found is None:
        raise AwsError("ParameterNotFound")
    return found


def versions(ctx: Context, parameter: Parameter):
    """The rows of a parameter's versions, wherever it is."""
    _, _, _, region, account, _ = parameter.arn.split(":", 5)
    return ctx.rows(parameter_versions, parameter.name, account=account, region=region)


def version_of(ctx: Context, parameter: Parameter, selector: str = "") -> ParameterVersion:
    """The version that ``:3`` or ``:label`` selects, without one the newest. Raises ParameterVersionNotFound."""
    wanted = selector[1:]
    number = int(wanted) if wanted.isdigit() else parameter.labels.get(wanted) if wanted else parameter.version
    found = versions(ctx, parameter).get(number) if number is not None else None
    if found is None:
        raise no_such_version(parameter.name, wanted)
    return found


def no_such_version(name: str, version) -> AwsError:
    return AwsError("ParameterVersionNotFound", f"Systems Manager could not find version {version} of {name}. Verify "
                    "the version and try again.")  # fmt: skip


# Writing


@service.operation
def put_parameter(ctx: Context, Name, Value, Description=None, Type=None, KeyId=None, Overwrite=None,
                  AllowedPattern=None, Tags=None, Tier=None, Policies=None, DataType=None):  # fmt: skip
    """Make a parameter, or with ``Overwrite`` a new version of it.

    Raises ParameterAlreadyExists, ParameterPatternMismatchException, HierarchyLevelLimitExceededException,
    InvalidKeyId, ParameterMaxVersionLimitExceeded, ValidationException.
    """
    name = names.named(Name).name
    current = ctx.rows(parameters).get(name)
    before = version_of(ctx, current) if current is not None else None
    if Overwrite and Tags:
        raise invalid("Invalid request: tags and overwrite can't be used together. To create a parameter with tags, "
                      "please remove overwrite flag. To update tags for an existing parameter, please use "
                      "AddTagsToResource or RemoveTagsFromResource.")  # fmt: skip
    if current is not None and not Overwrite:
        raise AwsError("ParameterAlreadyExists", "The parameter already exists. To overwrite this value, set the "
                       "overwrite option in the request to true.")  # fmt: skip
    if current is None:
        names.check(Name)
    kind = Type or (before.type if before is not None else None)
    if kind is None:
        raise invalid("A parameter type is required when you create a parameter.")
    if before is not None and kind != before.type and values.SECURE in (kind, before.type):
        raise AwsError("HierarchyTypeMismatchException", f"The parameter {name} is of type {before.type}.")
    if KeyId is not None and kind != values.SECURE:
        raise invalid("KeyId is required for SecureString type parameter only.")
    pattern = AllowedPattern if AllowedPattern is not None or before is None else before.allowed_pattern
    data_type = DataType or (before.data_type if before is not None else "text")
    values.check(Value, pattern, data_type)
    arn = names.arn_of(ctx, name)
    accepted = policies.read(Policies) if Policies is not None else current.policies if current is not None else ()
    tier = values.tier_of(Tier, Value, current.tier if current is not None else None, accepted)
    parameter = replace(current, version=current.version + 1) if current is not None else Parameter(
        name, arn, ctx.now, 1, tags=checked_tags({}, {tag["Key"]: tag["Value"] for tag in Tags or ()}, RULES)
    )  # fmt: skip
    _make_room(ctx, parameter)
    key_id = (KeyId or (before.key_id if before is not None else None) or values.DEFAULT_KEY) if (
        kind == values.SECURE) else None  # fmt: skip
    value, data_key = values.encrypted(ctx, arn, Value, key_id) if key_id else (Value, b"")
    description = Description if Description is not None or before is None else before.description
    versions(ctx, parameter).put(ParameterVersion(
        parameter.version, kind, value, ctx.now, ctx.principal.arn, tier, data_type, description, pattern or None,
        key_id, data_key, accepted,
    ))  # fmt: skip
    parameter = ctx.rows(parameters).put(replace(parameter, tier=tier, policies=accepted))
    policies.arm(ctx, parameter)
    announce(ctx, parameter, kind, "Create" if current is None else "Update")
    return {"Version": parameter.version, "Tier": tier}


def _make_room(ctx: Context, parameter: Parameter) -> None:
    """Forget the oldest version beyond the limit. Raises ParameterMaxVersionLimitExceeded when it is labelled."""
    rows = versions(ctx, parameter)
    if len(rows) < MAX_VERSIONS:
        return
    oldest = next(iter(rows)).version
    if oldest in parameter.labels.values():
        raise AwsError("ParameterMaxVersionLimitExceeded",
                       f"You attempted to create a new version of {parameter.name} by calling the PutParameter API "
                       f"with the overwrite flag. Version {oldest}, the oldest version, can't be deleted because it "
                       "has a label associated with it. Move the label to another version of the parameter, and try "
                       "again.")  # fmt: skip
    rows.delete(oldest)


def announce(ctx: Context, parameter: Parameter, kind: str, operation: str) -> None:
    """https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-cwe.html"""
    detail = {"name": parameter.name, "type": kind, "operation": operation}
    tell(ctx, "Parameter Store Change", parameter.arn, detail)


# Reading


def output(ctx: Context, parameter: Parameter, version: ParameterVersion, decrypt: bool, selector: str = "") -> dict:
    """The ``Parameter`` structure of answers."""
    return {
        "Name": parameter.name, "Type": version.type, "Value": values.shown(ctx, parameter, version, decrypt),
        "Version": version.version, "Selector": selector or None, "LastModifiedDate": version.modified,
        "ARN": parameter.arn, "DataType": version.data_type,
    }  # fmt: skip


def _get(ctx: Context, text: str, decrypt: bool) -> dict:
    name = names.named(text)
    if name.name.startswith(names.SECRET):
        return _secret(ctx, name.name, decrypt)
    parameter = find(ctx, name)
    return output(ctx, parameter, version_of(ctx, parameter, name.selector), decrypt, name.selector)


def _secret(ctx: Context, name: str, decrypt: bool) -> dict:
    """A secret of Secrets Manager, under the name that stands for it here.

    https://docs.aws.amazon.com/systems-manager/latest/userguide/integration-ps-secretsmanager.html
    """
    if not decrypt:
        raise invalid("WithDecryption flag must be True for retrieving a Secret Manager secret.")
    secret_id = name.removeprefix(names.SECRET)
    try:
        secret = ctx.call("secretsmanager", "GetSecretValue", {"SecretId": secret_id})
    except AwsError as error:
        if error.code != "ResourceNotFoundException":
            raise
        raise AwsError("ParameterNotFound", "An error occurred (ParameterNotFound) when referencing Secrets Manager: "
                       f"Secret {name} not found.") from None  # fmt: skip
    source = {
        "aRN": secret["ARN"], "name": secret["Name"], "versionId": secret["VersionId"],
        "secretString": secret.get("SecretString"), "versionStages": secret["VersionStages"],
        "createdDate": secret["CreatedDate"],
    }  # fmt: skip
    return {
        "Name": name, "Type": values.SECURE, "Value": secret.get("SecretString", ""), "Version": 0,
        "SourceResult": json.dumps(source), "LastModifiedDate": secret["CreatedDate"], "ARN": secret["ARN"],
        "DataType": "text",
    }  # fmt: skip


@service.operation
def get_parameter(ctx: Context, Name, WithDecryption=None):
    """One parameter by name or ARN. Raises ParameterNotFound, ParameterVersionNotFound, InvalidKeyId."""
    return {"Parameter": _get(ctx, Name, bool(WithDecryption))}


@service.operation
def get_parameters(ctx: Context, Names, WithDecryption=None):
    """Up to ten parameters; names that nothing answers to are listed apart."""
    if len(set(Names)) != len(Names):
        raise invalid("Duplicate parameter names are not allowed.")
    found, missing = [], []
    for name in Names:
        try:
            found.append(_get(ctx, name, bool(WithDecryption)))
        except AwsError as error:
            if error.code not in ("ParameterNotFound", "ParameterVersionNotFound"):
                raise
            missing.append(name)
    return {"Parameters": found, "InvalidParameters": missing}


# Deleting


def remove(ctx: Context, parameter: Parameter) -> None:
    kind = version_of(ctx, parameter).type
    versions(ctx, parameter).clear()
    ctx.rows(parameters).delete(parameter.name)
    policies.disarm(ctx, parameter)
    announce(ctx, parameter, kind, "Delete")


@service.operation
def delete_parameter(ctx: Context, Name):
    """Delete a parameter with all its versions. Raises ParameterNotFound."""
    remove(ctx, find(ctx, names.named(Name)))
    return {}


@service.operation
def delete_parameters(ctx: Context, Names):
    """Delete up to ten parameters; those that are not there are listed apart."""
    deleted: list[str] = []
    missing: list[str] = []
    for name in dict.fromkeys(Names):
        parameter = ctx.rows(parameters).get(names.canonical(name))
        if parameter is None:
            missing.append(name)
        else:
            remove(ctx, parameter)
            deleted.append(name)
    return {"DeletedParameters": deleted, "InvalidParameters": missing}


def each(ctx: Context, after: str | None = None) -> Iterable[Parameter]:
    """The caller's parameters in the order of their names, beyond ``after``."""
    return ctx.rows(parameters).range(after, after=after is not None)
