"""Destinations: their kinds, the defaults that AWS fills in, what is told of them, how an update changes them.

https://docs.aws.amazon.com/firehose/latest/APIReference/API_CreateDeliveryStream.html
"""

from typing import Any, NamedTuple

from emulator.model import Shape, load
from emulator.services.firehose.errors import invalid

LOGGING = {"Enabled": False}
S3 = {
    "BufferingHints": {"SizeInMBs": 5, "IntervalInSeconds": 300}, "CompressionFormat": "UNCOMPRESSED",
    "EncryptionConfiguration": {"NoEncryptionConfig": "NoEncryption"}, "CloudWatchLoggingOptions": LOGGING,
}  # fmt: skip
HINTS = {"IntervalInSeconds": 300, "SizeInMBs": 5}
SEARCH = {
    "BufferingHints": HINTS, "RetryOptions": {"DurationInSeconds": 300}, "S3BackupMode": "FailedDocumentsOnly",
    "CloudWatchLoggingOptions": LOGGING,
}  # fmt: skip


class Kind(NamedTuple):
    """A kind of destination: which module delivers to it, the defaults, the backup mode that keeps every record."""

    sender: str
    defaults: dict[str, Any]
    everything: str = ""


KINDS = {
    "S3": Kind("s3", S3),
    "ExtendedS3": Kind("s3", S3 | {"S3BackupMode": "Disabled"}, "Enabled"),
    "HttpEndpoint": Kind("http", {
        "BufferingHints": HINTS, "RetryOptions": {"DurationInSeconds": 300}, "S3BackupMode": "FailedDataOnly",
        "RequestConfiguration": {"ContentEncoding": "NONE"}, "CloudWatchLoggingOptions": LOGGING,
    }, "AllData"),
    "Splunk": Kind("splunk", {
        "BufferingHints": {"IntervalInSeconds": 60, "SizeInMBs": 5}, "RetryOptions": {"DurationInSeconds": 300},
        "S3BackupMode": "FailedEventsOnly", "HECAcknowledgmentTimeoutInSeconds": 180,
        "CloudWatchLoggingOptions": LOGGING,
    }, "AllEvents"),
    "Elasticsearch": Kind("search", SEARCH | {"IndexRotationPeriod": "OneDay"}, "AllDocuments"),
    "Amazonopensearchservice": Kind("search", SEARCH | {"IndexRotationPeriod": "OneDay"}, "AllDocuments"),
    "AmazonOpenSearchServerless": Kind("search", SEARCH, "AllDocuments"),
    "Redshift": Kind("redshift", {
        "RetryOptions": {"DurationInSeconds": 3600}, "S3BackupMode": "Disabled", "CloudWatchLoggingOptions": LOGGING,
    }, "Enabled"),
    "Snowflake": Kind("absent", {
        "BufferingHints": {"SizeInMBs": 1, "IntervalInSeconds": 0}, "RetryOptions": {"DurationInSeconds": 60},
        "S3BackupMode": "FailedDataOnly", "DataLoadingOption": "JSON_MAPPING", "CloudWatchLoggingOptions": LOGGING,
    }, "AllData"),
    "Iceberg": Kind("absent", {
        "BufferingHints": HINTS, "RetryOptions": {"DurationInSeconds": 300}, "S3BackupMode": "FailedDataOnly",
        "CloudWatchLoggingOptions": LOGGING,
    }, "AllData"),
}  # fmt: skip
SUFFIX = "DestinationConfiguration"
# A configuration's structure that stands under another name in the description, and in the update.
RENAMED = {
    "S3Configuration": "S3DestinationDescription", "S3BackupConfiguration": "S3BackupDescription",
    "VpcConfiguration": "VpcConfigurationDescription",
}  # fmt: skip
UPDATES = {"S3Update": "S3Configuration", "S3BackupUpdate": "S3BackupConfiguration"}


def chosen(given: dict, suffix: str = SUFFIX) -> tuple[str, dict]:
    """The one destination in a request, by its kind. Raises InvalidArgumentException."""
    found = [(kind, given[kind + suffix]) for kind in KINDS if given.get(kind + suffix) is not None]
    if len(found) != 1:
        raise invalid("Exactly one destination configuration is supported for a Firehose")
    return found[0]


def completed(kind: str, given: dict) -> dict:
    """A configuration with AWS's defaults for what it leaves out."""
    whole = _filled(KINDS[kind].defaults, given)
    for name in ("S3Configuration", "S3BackupConfiguration"):
        if name in whole:
            whole[name] = _filled(S3, whole[name])
    if kind == "ExtendedS3" and (converts(whole) or partitions(whole)) and "BufferingHints" not in given:
        whole["BufferingHints"] = {"SizeInMBs": 128, "IntervalInSeconds": 300}
    return whole


def _filled(defaults: dict, given: dict) -> dict:
    whole = defaults | given
    if "BufferingHints" in given and "BufferingHints" in defaults:
        whole["BufferingHints"] = defaults["BufferingHints"] | given["BufferingHints"]
    return whole


def converts(config: dict) -> bool:
    """Whether records become columns."""
    conversion = config.get("DataFormatConversionConfiguration")
    return conversion is not None and conversion.get("Enabled", True)


def partitions(config: dict) -> bool:
    """Whether records are partitioned by what they hold."""
    return config.get("DynamicPartitioningConfiguration", {}).get("Enabled", False)


def changed(before: dict, update: dict) -> dict:
    """A configuration after an update: what the update leaves out stays."""
    after = dict(before)
    for name, value in update.items():
        target = UPDATES.get(name)
        if target is not None:
            after[target] = _filled(S3, before.get(target, {}) | value)
        elif name == "BufferingHints":
            after[name] = before.get(name, {}) | value
        else:
            after[name] = value
    return after


def described(kind: str, config: dict) -> dict:
    """What DescribeDeliveryStream tells: no secrets. An extended S3 destination is told in both forms."""
    told = load("firehose").operations["DescribeDeliveryStream"].output.members["DeliveryStreamDescription"]
    members = told.members["Destinations"].member.members
    if kind in ("S3", "ExtendedS3"):
        names = ("S3DestinationDescription", "ExtendedS3DestinationDescription")
        extended = config if kind == "ExtendedS3" else config | {"S3BackupMode": "Disabled"}
        return {names[0]: _projected(members[names[0]], config), names[1]: _projected(members[names[1]], extended)}
    name = f"{kind}DestinationDescription"
    return {name: _projected(members[name], config)}


def _projected(shape: Shape, value: Any) -> Any:
    """The members of a value that a shape has, those of its structures included, under the shape's names."""
    if shape.type != "structure" or not isinstance(value, dict):
        return value
    named = {RENAMED.get(name, name) if name not in shape.members else name: each for name, each in value.items()}
    return {name: _projected(shape.members[name], each) for name, each in named.items() if name in shape.members}


def s3_of(kind: str, config: dict) -> dict:
    """The S3 configuration behind a destination: its own, or where what failed and backups go."""
    return config if kind in ("S3", "ExtendedS3") else config["S3Configuration"]


def hints(kind: str, config: dict) -> dict:
    """The buffering that holds for a destination."""
    return config.get("BufferingHints") or s3_of(kind, config)["BufferingHints"]
