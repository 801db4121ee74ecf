"""Filters of parameters: a key, an option and values, for DescribeParameters and GetParametersByPath.

https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ParameterStringFilter.html
"""

from collections.abc import Callable, Iterable

from emulator.kernel.errors import AwsError
from emulator.services.ssm.parameter_names import is_below
from emulator.services.ssm.tables import Parameter, ParameterVersion

Test = Callable[[Parameter, ParameterVersion], bool]
TEXTS = {
    "Equals": lambda found, value: found == value,
    "BeginsWith": lambda found, value: found.startswith(value),
    "Contains": lambda found, value: value in found,
}
# What a key compares with, and the options it knows; the first is the default.
FIELDS: dict[str, tuple[Callable[[Parameter, ParameterVersion], Iterable[str]], tuple[str, ...]]] = {
    "Name": (lambda parameter, version: (parameter.name,), ("Equals", "BeginsWith", "Contains")),
    "Type": (lambda parameter, version: (version.type,), ("Equals", "BeginsWith")),
    "KeyId": (lambda parameter, version: (version.key_id or "",), ("Equals", "BeginsWith")),
    "Tier": (lambda parameter, version: (version.tier,), ("Equals",)),
    "DataType": (lambda parameter, version: (version.data_type,), ("Equals", "BeginsWith")),
    "Label": (lambda parameter, version: [label for label, number in parameter.labels.items()
                                          if number == version.version], ("Equals", "BeginsWith")),
}  # fmt: skip
DESCRIBING = frozenset(("Name", "Type", "KeyId", "Path", "Tier", "DataType"))
BY_PATH = frozenset(("Type", "KeyId", "Label"))


def tests(filters: list[dict] | None, allowed: frozenset[str]) -> list[Test]:
    """The conditions of a request. Raises InvalidFilterKey, InvalidFilterOption, InvalidFilterValue."""
    keys = [each["Key"] for each in filters or ()]
    if len(set(keys)) != len(keys):
        raise AwsError("InvalidFilterKey", "The following filters are duplicated in the request: "
                       f"{[key for key in dict.fromkeys(keys) if keys.count(key) > 1]}. A request can contain only one "
                       "instance of a specific filter.")  # fmt: skip
    return [_test(each, allowed) for each in filters or ()]


def _test(given: dict, allowed: frozenset[str]) -> Test:
    key, option, wanted = given["Key"], given.get("Option"), given.get("Values") or ()
    if key.startswith("tag:") and "Name" in allowed:
        name = key.removeprefix("tag:")
        return lambda parameter, version: name in parameter.tags and (not wanted or parameter.tags[name] in wanted)
    if key not in allowed:
        raise AwsError("InvalidFilterKey", f"The following filter key is not valid: {key}. Valid filter keys include: "
                       f"[{', '.join(sorted(allowed))}].")  # fmt: skip
    if not wanted:
        raise AwsError("InvalidFilterValue", "The following filter values are missing : null for filter key " + key)
    if key == "Path":
        return _path_test(option or "OneLevel", wanted)
    read, options = FIELDS[key]
    option = option or options[0]
    if option not in options:
        raise _invalid_option(option, options)
    compare = TEXTS[option]
    return lambda parameter, version: any(compare(found, value) for found in read(parameter, version)
                                          for value in wanted)  # fmt: skip


def _path_test(option: str, wanted: list[str]) -> Test:
    options = ("OneLevel", "Recursive")
    if option not in options:
        raise _invalid_option(option, options)
    for path in wanted:
        if not path.startswith("/"):
            raise AwsError("InvalidFilterValue", f"The parameter path {path} must begin with a slash.")
    return lambda parameter, version: any(is_below(parameter.name, path, option == "Recursive") for path in wanted)


def _invalid_option(option: str, options: Iterable[str]) -> AwsError:
    return AwsError("InvalidFilterOption", f"The following filter option is not valid: {option}. Valid options "
                    f"include: [{', '.join(options)}].")  # fmt: skip


def older(filters: list[dict] | None) -> list[dict]:
    """The first form of filters, which only knew beginnings, as the second."""
    return [{"Key": each["Key"], "Option": "BeginsWith", "Values": each["Values"]} for each in filters or ()]
