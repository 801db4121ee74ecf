"""What AWS refuses in a destination beyond what its model says.

https://docs.aws.amazon.com/firehose/latest/dev/s3-prefixes.html and
https://docs.aws.amazon.com/firehose/latest/dev/dynamic-partitioning.html
"""

from emulator.engines import columnar
from emulator.kernel.errors import NotImplementedByEmulator
from emulator.services.firehose import destinations, prefixes
from emulator.services.firehose.errors import invalid

PREFIXES = "Ths supplied prefix(es) do not satisfy the following constraint: "  # AWS's own spelling
LEAST_BUFFER = 64  # MiB, where records are partitioned or converted


def check(kind: str, config: dict) -> None:
    """Raises InvalidArgumentException."""
    _prefixes(config if kind in ("S3", "ExtendedS3") else config["S3Configuration"])
    if "S3BackupConfiguration" in config:
        _prefixes(config["S3BackupConfiguration"])
    if kind == "ExtendedS3":
        _extended(config)


def _prefixes(config: dict) -> None:
    prefix, errors = config.get("Prefix") or "", config.get("ErrorOutputPrefix") or ""
    expressions = list(prefixes.expressions(prefix))
    if expressions and not errors:
        raise invalid(PREFIXES + "ErrorOutputPrefix cannot be null or empty when Prefix contains expressions")
    if ("firehose", "error-output-type") in expressions:
        raise invalid(PREFIXES + "Prefix cannot contain !{firehose:error-output-type}")
    for namespace, _ in [*expressions, *prefixes.expressions(errors)]:
        if namespace not in prefixes.NAMESPACES:
            raise invalid(PREFIXES + f"{namespace} is not a valid namespace")
    dynamic = [each for each in expressions if each[0].startswith("partitionKey")]
    if dynamic and not destinations.partitions(config):
        raise invalid(PREFIXES + "Prefix can contain partition keys only when dynamic partitioning is enabled")
    if destinations.partitions(config) and not dynamic:
        raise invalid(PREFIXES + "Prefix must contain partition keys when dynamic partitioning is enabled")


def _extended(config: dict) -> None:
    size = config["BufferingHints"]["SizeInMBs"]
    if destinations.converts(config):
        if not columnar.available():
            raise NotImplementedByEmulator("firehose conversion without pyarrow (pip install paritylab[engines])")
        if size < LEAST_BUFFER:
            raise invalid("BufferingHints.SizeInMBs must be at least 64 when data format conversion is enabled.")
        if config["CompressionFormat"] != "UNCOMPRESSED":
            raise invalid("CompressionFormat must be UNCOMPRESSED when data format conversion is enabled.")
        if "SchemaConfiguration" not in config["DataFormatConversionConfiguration"]:
            raise invalid("SchemaConfiguration is required when data format conversion is enabled.")
    if destinations.partitions(config) and size < LEAST_BUFFER:
        raise invalid("BufferingHints.SizeInMBs must be at least 64 when dynamic partitioning is enabled.")
    if config["S3BackupMode"] == "Enabled" and "S3BackupConfiguration" not in config:
        raise invalid("S3BackupConfiguration must be specified when S3BackupMode is Enabled.")
