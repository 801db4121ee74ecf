"""Labels of parameter versions, and the tags of parameters.

https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-labels.html
"""

import re

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.services.ssm import parameter_names as names
from emulator.services.ssm import tags
from emulator.services.ssm.common import service
from emulator.services.ssm.parameters import find, no_such_version, versions
from emulator.services.ssm.tables import Parameter, parameters

LABEL = re.compile(r"(?!aws|ssm)[a-zA-Z_.-][a-zA-Z0-9_.-]{0,99}", re.IGNORECASE)
MAX_LABELS = 10  # of one version


def of_version(parameter: Parameter, version: int) -> list[str]:
    return [label for label, number in parameter.labels.items() if number == version]


def _target(ctx: Context, name: str, version: int | None) -> tuple[Parameter, int]:
    parameter = find(ctx, names.named(name))
    number = parameter.version if version is None else version
    if versions(ctx, parameter).get(number) is None:
        raise no_such_version(parameter.name, number)
    return parameter, number


@service.operation
def label_parameter_version(ctx: Context, Name, Labels, ParameterVersion=None):
    """Give a version labels; a label moves here from the version that had it.

    Raises ParameterNotFound, ParameterVersionNotFound, ParameterVersionLabelLimitExceeded.
    """
    parameter, number = _target(ctx, Name, ParameterVersion)
    valid = [label for label in Labels if LABEL.fullmatch(label)]
    if len({*of_version(parameter, number), *valid}) > MAX_LABELS:
        raise AwsError("ParameterVersionLabelLimitExceeded", "An error occurred (ParameterVersionLabelLimitExceeded) "
                       f"when calling the LabelParameterVersion operation: A parameter version can have maximum "
                       f"{MAX_LABELS} labels.Move one or more labels to another version and try again.")  # fmt: skip
    ctx.rows(parameters).put(replace(parameter, labels={**parameter.labels, **dict.fromkeys(valid, number)}))
    return {"InvalidLabels": [label for label in Labels if label not in valid], "ParameterVersion": number}


@service.operation
def unlabel_parameter_version(ctx: Context, Name, ParameterVersion, Labels):
    """Take labels off a version; those that it does not have are listed apart."""
    parameter, number = _target(ctx, Name, ParameterVersion)
    removed = [label for label in Labels if parameter.labels.get(label) == number]
    kept = {label: each for label, each in parameter.labels.items() if label not in removed}
    ctx.rows(parameters).put(replace(parameter, labels=kept))
    return {"RemovedLabels": removed, "InvalidLabels": [label for label in Labels if label not in removed]}


def _tags(ctx: Context, name: str) -> dict[str, str] | None:
    found = ctx.rows(parameters).get(names.canonical(name))
    return found.tags if found is not None else None


def _retag(ctx: Context, name: str, found: dict[str, str]) -> None:
    rows = ctx.rows(parameters)
    rows.put(replace(rows[names.canonical(name)], tags=found))


tags.types["Parameter"] = tags.Tagged(_tags, _retag)
