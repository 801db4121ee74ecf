"""Acting as the role that a stream was given."""

from emulator.kernel.context import PARTITION, Principal


def role(arn: str) -> Principal:
    """The session in which Firehose uses a role."""
    account, name = arn.split(":")[4], arn.rpartition("/")[2]
    return Principal(
        "AssumedRole", account, f"arn:{PARTITION}:sts::{account}:assumed-role/{name}/firehose", f"{name}:firehose"
    )
