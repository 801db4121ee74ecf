"""Types and values of a definition's fields, those of objects inside a state included.

What a payload template holds is no field, and neither is a part of the machine inside a state: both are left alone.
https://states-language.net/spec.html
"""

from collections.abc import Iterator
from typing import Any

from emulator.engines.asl import choices, expressions, fields

Fault = tuple[str, str]  # what is wrong, and where: a path beneath the object

# By the name of the type as diagnostics tell it.
PYTHON: dict[str, Any] = {
    "String": str, "Boolean": bool, "Integer": int, "Number": (int, float), "Array": list, "Object": dict,
}  # fmt: skip
TYPED: dict[str, tuple[str, ...]] = {
    "String": ("Type", "QueryLanguage", "Comment", "Version", "StartAt", "Next", "Default", "Resource", "Label",
               "Timestamp", "Error", "Cause", "StringMatches", "ItemsPointer", *fields.PATHS),
    "Boolean": ("End", "IsPresent", *choices.KINDS),
    "Integer": ("TimeoutSeconds", "HeartbeatSeconds", "Seconds", "MaxConcurrency", "ToleratedFailureCount",
                "IntervalSeconds", "MaxAttempts", "MaxDelaySeconds", "MaxItems", "MaxItemsPerBatch",
                "MaxInputBytesPerBatch"),
    "Number": ("BackoffRate", "ToleratedFailurePercentage"),
    "Array": ("Choices", "Catch", "Retry", "Branches", "ErrorEquals", "CSVHeaders", "And", "Or"),
    "Object": ("States", "ItemProcessor", "Iterator", "ItemReader", "ReaderConfig", "ResultWriter", "WriterConfig",
               "ItemBatcher", "ProcessorConfig", "Credentials", "Assign", "Not"),
}  # fmt: skip
OPERANDS = {"Boolean": "Boolean", "Numeric": "Number", "String": "String", "Timestamp": "String"}  # of comparisons
TYPE_OF = {
    **{name: kind for kind, names in TYPED.items() for name in names},
    **{f"{kind}{relation}": operand for kind, operand in OPERANDS.items() for relation in choices.RELATIONS},
    **{f"{name}Path": "String" for name in choices.COMPARISONS},
}
ELEMENTS = {
    **dict.fromkeys(("ErrorEquals", "CSVHeaders"), "String"),
    **dict.fromkeys(("Choices", "Catch", "Retry", "Branches", "And", "Or"), "Object"),
}
NULLABLE = frozenset(("InputPath", "OutputPath", "ResultPath"))
# What an expression of JSONata may stand for.
QUERIED = frozenset((*TYPED["Integer"], *TYPED["Number"])) - frozenset((
    "IntervalSeconds", "MaxAttempts", "MaxDelaySeconds", "BackoffRate"))  # fmt: skip
LEAST = {"TimeoutSeconds": 1, "HeartbeatSeconds": 1, "Seconds": 0, "MaxConcurrency": 0, "ToleratedFailureCount": 0,
         "ToleratedFailurePercentage": 0, "IntervalSeconds": 1, "MaxAttempts": 0, "MaxDelaySeconds": 1,
         "BackoffRate": 1, "MaxItems": 0, "MaxItemsPerBatch": 1, "MaxInputBytesPerBatch": 1}  # fmt: skip
MOST = {"TimeoutSeconds": 99_999_999, "HeartbeatSeconds": 99_999_999, "Seconds": 99_999_999,
        "MaxAttempts": 99_999_999, "MaxDelaySeconds": 31_622_400, "MaxItems": 100_000_000,
        "ToleratedFailurePercentage": 100}  # fmt: skip
VALUES: dict[str, tuple[str, ...]] = {
    "QueryLanguage": ("JSONPath", "JSONata"), "JitterStrategy": ("FULL", "NONE"), "Mode": ("INLINE", "DISTRIBUTED"),
    "ExecutionType": ("STANDARD", "EXPRESS"), "InputType": ("CSV", "JSON", "JSONL", "PARQUET", "MANIFEST"),
    "ManifestType": ("ATHENA_DATA", "S3_INVENTORY"), "CSVHeaderLocation": ("FIRST_ROW", "GIVEN"),
    "CSVDelimiter": ("COMMA", "PIPE", "SEMICOLON", "SPACE", "TAB"), "OutputType": ("JSON", "JSONL"),
    "Transformation": ("NONE", "COMPACT", "FLATTEN", "LOAD_AND_FLATTEN"),
}  # fmt: skip
NESTED = frozenset((
    "Choices", "Catch", "Retry", "ItemReader", "ReaderConfig", "ResultWriter", "WriterConfig", "ItemBatcher", "And",
    "Or", "Not", "ProcessorConfig",
))  # fmt: skip


def faults(holder: dict[str, Any], jsonata: bool, location: str) -> Iterator[Fault]:
    """What is wrong with the fields of a machine, a state or an object inside it."""
    for name, value in holder.items():
        place = f"{location}/{name}"
        found = list(_fault(name, value, jsonata))
        yield from ((message, place) for message in found)
        if found or value is None:
            continue
        if name in ELEMENTS:
            yield from _elements(name, value, jsonata, place)
        elif name in NESTED:
            yield from faults(value, jsonata, place)


def _fault(name: str, value: Any, jsonata: bool) -> Iterator[str]:
    if (value is None and name in NULLABLE) or (jsonata and name in QUERIED and expressions.source_of(value)):
        return
    kind = TYPE_OF.get(name)
    if kind is not None and not _is(value, kind):
        yield f"Expected value of type {kind}"
    elif name in VALUES and value not in VALUES[name]:
        yield one_of(name, VALUES[name])
    elif name in LEAST and value < LEAST[name]:
        yield f"The value for the field '{name}' must be greater than or equal to {LEAST[name]}"
    elif name in MOST and value > MOST[name]:
        yield f"The value for the field '{name}' must be less than or equal to {MOST[name]}"


def _is(value: Any, kind: str) -> bool:
    return isinstance(value, PYTHON[kind]) and (kind == "Boolean" or not isinstance(value, bool))


def _elements(name: str, values: list[Any], jsonata: bool, location: str) -> Iterator[Fault]:
    kind = ELEMENTS[name]
    for index, each in enumerate(values):
        place = f"{location}[{index}]"
        if not _is(each, kind):
            yield f"Expected value of type {kind}", place
        elif name in NESTED:
            yield from faults(each, jsonata, place)


def one_of(field: str, values: tuple[str, ...]) -> str:
    return f"The field '{field}' should have one of these values: [{', '.join(values)}]"
