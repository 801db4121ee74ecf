"""The refusals of Kinesis in AWS's words."""

from emulator.kernel.errors import AwsError
from emulator.services.kinesis.tables import Stream


def invalid(message: str) -> AwsError:
    return AwsError("InvalidArgumentException", message)


def not_found(message: str) -> AwsError:
    return AwsError("ResourceNotFoundException", message)


def in_use(message: str) -> AwsError:
    return AwsError("ResourceInUseException", message)


def limited(message: str) -> AwsError:
    return AwsError("LimitExceededException", message)


def refused(message: str) -> AwsError:
    return AwsError("ValidationException", message)


def dry_run() -> AwsError:
    """The answer to a call that would have succeeded.

    https://docs.aws.amazon.com/streams/latest/dev/kds-dryrun-validation.html
    """
    return AwsError(
        "DryRunOperationException", "The request would have succeeded, but the DryRun parameter was specified."
    )


def too_fast(stream: Stream, shard: str) -> AwsError:
    return AwsError("ProvisionedThroughputExceededException", rate_exceeded(stream, shard))


def rate_exceeded(stream: Stream, shard: str) -> str:
    return f"Rate exceeded for shard {shard} in stream {stream.name} under account {stream.account}."


def not_active(stream: Stream) -> AwsError:
    return in_use(f"Stream {stream.name} under account {stream.account} not ACTIVE, instead in state {stream.status}")


def no_shard(stream: Stream, shard: str) -> AwsError:
    return not_found(f"Could not find shard {shard} in stream {stream.name} under account {stream.account}.")
