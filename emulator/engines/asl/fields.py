"""The fields of each type of state.

https://states-language.net/spec.html and https://docs.aws.amazon.com/step-functions/latest/dg/statemachine-structure.html
"""

import re

TYPES = ("Task", "Wait", "Pass", "Succeed", "Fail", "Choice", "Parallel", "Map")
PARTS = frozenset(("Branches", "ItemProcessor", "Iterator"))  # machines inside a state
PATHS = frozenset((
    "InputPath", "OutputPath", "ResultPath", "ItemsPath", "SecondsPath", "TimestampPath", "TimeoutSecondsPath",
    "HeartbeatSecondsPath", "MaxConcurrencyPath", "ToleratedFailureCountPath", "ToleratedFailurePercentagePath",
    "MaxItemsPath", "MaxItemsPerBatchPath", "MaxInputBytesPerBatchPath", "ErrorPath", "CausePath", "Variable",
))  # fmt: skip
LONGEST_LABEL = 40
NOT_IN_LABELS = re.compile(r"[\s<>{}\[\]?*\"#%\\^|~`$&,;:/\x00-\x1f\x7f-\x9f]")

COMMON = {"Type", "Comment", "QueryLanguage"}
GOING = {"Next", "End"}
RECOVERING = {"Retry", "Catch"}
# What states of both query languages have, of JSONPath alone, and of JSONata alone.
BOTH: dict[str, set[str]] = {
    "Task": {*GOING, *RECOVERING, "Resource", "TimeoutSeconds", "HeartbeatSeconds", "Credentials", "Assign"},
    "Wait": {*GOING, "Seconds", "Timestamp", "Assign"},
    "Pass": {*GOING, "Assign"},
    "Succeed": set(),
    "Fail": {"Error", "Cause"},
    "Choice": {"Choices", "Default", "Assign"},
    "Parallel": {*GOING, *RECOVERING, "Branches", "Assign"},
    "Map": {
        *GOING, *RECOVERING, "ItemProcessor", "Iterator", "ItemReader", "ItemSelector", "ItemBatcher", "ResultWriter",
        "MaxConcurrency", "ToleratedFailurePercentage", "ToleratedFailureCount", "Label", "Assign",
    },
}  # fmt: skip
JSONPATH: dict[str, set[str]] = {
    "Task": {"InputPath", "OutputPath", "ResultPath", "ResultSelector", "Parameters", "TimeoutSecondsPath",
             "HeartbeatSecondsPath"},
    "Wait": {"InputPath", "OutputPath", "SecondsPath", "TimestampPath"},
    "Pass": {"InputPath", "OutputPath", "ResultPath", "Parameters", "Result"},
    "Succeed": {"InputPath", "OutputPath"},
    "Fail": {"ErrorPath", "CausePath"},
    "Choice": {"InputPath", "OutputPath"},
    "Parallel": {"InputPath", "OutputPath", "ResultPath", "ResultSelector", "Parameters"},
    "Map": {"InputPath", "OutputPath", "ResultPath", "ResultSelector", "Parameters", "ItemsPath",
            "MaxConcurrencyPath", "ToleratedFailurePercentagePath", "ToleratedFailureCountPath"},
}  # fmt: skip
JSONATA: dict[str, set[str]] = {
    "Task": {"Arguments", "Output"}, "Wait": {"Output"}, "Pass": {"Output"}, "Succeed": {"Output"}, "Fail": set(),
    "Choice": {"Output"}, "Parallel": {"Arguments", "Output"}, "Map": {"Items", "Output"},
}  # fmt: skip


def of(kind: str, jsonata: bool) -> set[str]:
    """The fields that a state of a type may have."""
    return COMMON | BOTH[kind] | (JSONATA if jsonata else JSONPATH)[kind]
