"""Code signing: configurations, and which functions they bind.

No signatures are made on this machine, so all code is unsigned: an enforcing configuration refuses it, as AWS does.
https://docs.aws.amazon.com/lambda/latest/dg/configuration-codesigning.html
"""

from emulator.kernel.context import Context, arn
from emulator.kernel.store import replace
from emulator.resources.pagination import page
from emulator.services.lambda_ import configuration, names
from emulator.services.lambda_.errors import conflict, missing, refusal
from emulator.services.lambda_.service import service
from emulator.services.lambda_.tables import Signing, commons, signings

MEMBERS = ("Description", "AllowedPublishers", "CodeSigningPolicies")
ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"


def _arn(ctx: Context, record: Signing) -> str:
    return arn(ctx, "lambda", f"code-signing-config:{record.id}")


def lookup(ctx: Context, text: str) -> Signing | None:
    record = ctx.rows(signings).get(text.rpartition(":")[2])
    return record if record is not None and _arn(ctx, record) == text else None


def find(ctx: Context, text: str) -> Signing:
    """Raises CodeSigningConfigNotFoundException."""
    record = lookup(ctx, text)
    if record is None:
        raise refusal("CodeSigningConfigNotFoundException", (
            f"The code signing configuration cannot be found. Check that the provided configuration is not deleted: "
            f"{text}."))  # fmt: skip
    return record


def _there(ctx: Context, text: str) -> Signing:
    record = lookup(ctx, text)
    if record is None:
        raise missing(f"The Lambda code signing configuration {text} can not be found.")
    return record


def check(record: Signing) -> None:
    """Refuse code without a signature, where that is enforced. Raises CodeVerificationFailedException."""
    if record.document["CodeSigningPolicies"]["UntrustedArtifactOnDeployment"] == "Enforce":
        raise refusal("CodeVerificationFailedException", (
            "Lambda cannot deploy the function. The function or layer might be signed using a signature that the "
            "client is not configured to accept. Check the provided signature for unsigned."))  # fmt: skip


def _shown(ctx: Context, record: Signing) -> dict:
    return {
        **record.document, "CodeSigningConfigId": record.id, "CodeSigningConfigArn": _arn(ctx, record),
        "LastModified": configuration.stamp(record.modified),
    }  # fmt: skip


@service.operation
def create_code_signing_config(ctx, AllowedPublishers, Description="", CodeSigningPolicies=None, Tags=None):
    document = {
        "Description": Description, "AllowedPublishers": AllowedPublishers,
        "CodeSigningPolicies": {"UntrustedArtifactOnDeployment": "Warn", **(CodeSigningPolicies or {})},
    }  # fmt: skip
    record = Signing(f"csc-{ctx.ids.text(17, ALPHABET)}", document, ctx.now, Tags or {})
    return {"CodeSigningConfig": _shown(ctx, ctx.rows(signings).put(record))}


@service.operation
def get_code_signing_config(ctx, CodeSigningConfigArn):
    return {"CodeSigningConfig": _shown(ctx, _there(ctx, CodeSigningConfigArn))}


@service.operation
def update_code_signing_config(ctx, CodeSigningConfigArn):
    record = _there(ctx, CodeSigningConfigArn)
    given = {name: ctx.input[name] for name in MEMBERS if name in ctx.input}
    if "CodeSigningPolicies" in given:
        given["CodeSigningPolicies"] = {**record.document["CodeSigningPolicies"], **given["CodeSigningPolicies"]}
    record = ctx.rows(signings).put(replace(record, document={**record.document, **given}, modified=ctx.now))
    return {"CodeSigningConfig": _shown(ctx, record)}


def _bound(ctx: Context, text: str) -> list[str]:
    """Names of the functions that a configuration binds, in order."""
    return [each.name for each in ctx.rows(commons) if each.signing == text]


@service.operation
def delete_code_signing_config(ctx, CodeSigningConfigArn):
    record = _there(ctx, CodeSigningConfigArn)
    if _bound(ctx, CodeSigningConfigArn):
        raise conflict("You cannot delete the code signing configuration, because it is used by other functions")
    ctx.rows(signings).delete(record.id)
    return {}


@service.operation
def list_code_signing_configs(ctx, Marker=None, MaxItems=50):
    found, marker = page(ctx, ctx.rows(signings), lambda each: each.id, Marker, MaxItems)
    answer = {"CodeSigningConfigs": [_shown(ctx, each) for each in found]}
    return {**answer, "NextMarker": marker} if marker else answer


@service.operation
def list_functions_by_code_signing_config(ctx, CodeSigningConfigArn, Marker=None, MaxItems=50):
    _there(ctx, CodeSigningConfigArn)
    found, marker = page(ctx, _bound(ctx, CodeSigningConfigArn), str, Marker, MaxItems, query=CodeSigningConfigArn)
    answer = {"FunctionArns": [arn(ctx, "lambda", f"function:{each}") for each in found]}
    return {**answer, "NextMarker": marker} if marker else answer


# Of functions


def _common(ctx: Context, text: str):
    return names.common(ctx, names.read(ctx, text)._replace(qualifier=""))


@service.operation
def put_function_code_signing_config(ctx, FunctionName, CodeSigningConfigArn):
    shared = _common(ctx, FunctionName)
    find(ctx, CodeSigningConfigArn)
    ctx.rows(commons).put(replace(shared, signing=CodeSigningConfigArn))
    return {"CodeSigningConfigArn": CodeSigningConfigArn, "FunctionName": shared.name}


@service.operation
def get_function_code_signing_config(ctx, FunctionName):
    """A function without one is told so by an answer without an ARN."""
    shared = _common(ctx, FunctionName)
    return {"CodeSigningConfigArn": shared.signing, "FunctionName": shared.name}


@service.operation
def delete_function_code_signing_config(ctx, FunctionName):
    shared = _common(ctx, FunctionName)
    ctx.rows(commons).put(replace(shared, signing=""))
    return {}
