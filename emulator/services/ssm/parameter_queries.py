"""Lists of parameters: below a path, by filters, and one parameter's history.

https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParametersByPath.html and its siblings
"""

from itertools import chain

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.resources import page
from emulator.services.ssm import parameter_filters as filters
from emulator.services.ssm import parameter_labels as labels
from emulator.services.ssm import parameter_names as names
from emulator.services.ssm import parameter_values as values
from emulator.services.ssm.common import INVALID_TOKEN, invalid, service
from emulator.services.ssm.parameters import each, find, output, version_of, versions
from emulator.services.ssm.tables import Parameter, ParameterVersion

PAGE, PAGE_BY_PATH = 50, 10


@service.operation
def get_parameters_by_path(ctx: Context, Path, Recursive=None, ParameterFilters=None, WithDecryption=None,
                           MaxResults=None, NextToken=None):  # fmt: skip
    """Parameters below a path, at one level or at all. Raises InvalidFilterKey, InvalidNextToken, InvalidKeyId."""
    names.check_path(Path)
    tests = filters.tests(ParameterFilters, filters.BY_PATH)
    labelled = any(given["Key"] == "Label" for given in ParameterFilters or ())

    def candidates(parameter: Parameter):
        """With a filter on labels any version may be found, otherwise the newest."""
        return versions(ctx, parameter) if labelled else (version_of(ctx, parameter),)

    def walk(after):
        first = after or (None if Path == "/" else Path.rstrip("/") + "/")
        for parameter in chain(each(ctx, first)):
            if parameter.name > Path.rstrip("/") + "0" and Path != "/":  # "0" follows the slash
                return
            if names.is_below(parameter.name, Path, bool(Recursive)):
                for version in candidates(parameter):
                    if all(test(parameter, version) for test in tests):
                        yield parameter, version
                        break

    found, following = page(
        ctx, walk, lambda pair: pair[0].name, NextToken, MaxResults or PAGE_BY_PATH, invalid=INVALID_TOKEN,
        query=(Path, bool(Recursive), ParameterFilters),
    )  # fmt: skip
    decrypt = bool(WithDecryption)
    return {"Parameters": [output(ctx, *pair, decrypt) for pair in found], "NextToken": following}


@service.operation
def describe_parameters(ctx: Context, Filters=None, ParameterFilters=None, MaxResults=None, NextToken=None,
                        Shared=None):  # fmt: skip
    """What there is, without the values. Raises InvalidFilterKey, InvalidFilterOption, InvalidFilterValue."""
    if Filters and ParameterFilters:
        raise invalid("You can use either Filters or ParameterFilters in a single request.")
    tests = filters.tests(ParameterFilters or filters.older(Filters), filters.DESCRIBING)

    def walk(after):
        if Shared:
            return  # nobody shares parameters with this account: that takes Resource Access Manager
        for parameter in each(ctx, after):
            version = version_of(ctx, parameter)
            if all(test(parameter, version) for test in tests):
                yield parameter, version

    found, following = page(
        ctx, walk, lambda pair: pair[0].name, NextToken, MaxResults or PAGE, invalid=INVALID_TOKEN,
        query=(Filters, ParameterFilters, Shared),
    )  # fmt: skip
    described = [{"ARN": parameter.arn, **_described(parameter, version)} for parameter, version in found]
    return {"Parameters": described, "NextToken": following}


def _described(parameter: Parameter, version: ParameterVersion) -> dict:
    """The members that DescribeParameters and GetParameterHistory share."""
    return {
        "Name": parameter.name, "Type": version.type, "KeyId": version.key_id, "LastModifiedDate": version.modified,
        "LastModifiedUser": version.modified_by, "Description": version.description,
        "AllowedPattern": version.allowed_pattern, "Version": version.version, "Tier": version.tier,
        "Policies": [{"PolicyText": policy.text, "PolicyType": policy.type, "PolicyStatus": policy.status}
                     for policy in (parameter if version.version == parameter.version else version).policies],
        "DataType": version.data_type,
    }  # fmt: skip


@service.operation
def get_parameter_history(ctx: Context, Name, WithDecryption=None, MaxResults=None, NextToken=None):
    """All versions that are left, oldest first. Raises ParameterNotFound, InvalidKeyId, InvalidNextToken."""
    name = names.named(Name)
    if name.selector:
        raise AwsError("ParameterNotFound")
    parameter = find(ctx, name)
    rows = versions(ctx, parameter)
    found, following = page(
        ctx, lambda after: rows.range(after, after=after is not None), lambda version: version.version, NextToken,
        MaxResults or PAGE, invalid=INVALID_TOKEN, query=Name,
    )  # fmt: skip
    return {
        "Parameters": [{
            **_described(parameter, version), "Value": values.shown(ctx, parameter, version, bool(WithDecryption)),
            "Labels": labels.of_version(parameter, version.version),
        } for version in found],
        "NextToken": following,
    }  # fmt: skip
