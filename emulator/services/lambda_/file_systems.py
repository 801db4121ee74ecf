"""File systems that functions mount: access points of Amazon EFS, as directories in the emulator's data directory.

Functions that mount the same access point share its directory. An access point is there as soon as a function names it.
https://docs.aws.amazon.com/lambda/latest/dg/configuration-filesystem.html
"""

from pathlib import Path

from emulator.kernel.context import Context
from emulator.kernel.errors import NotImplementedByEmulator
from emulator.services.lambda_.errors import invalid

SERVICE = "elasticfilesystem"


def check(given: dict, config: dict) -> None:
    """Raises InvalidParameterValueException for a file system without a network; ``config``: as it is going to be."""
    for each in config.get("FileSystemConfigs", ()):
        if each["Arn"].split(":")[2] != SERVICE:
            raise NotImplementedByEmulator("An access point of Amazon S3 Files")
        if config.get("VpcConfig", {}).get("SubnetIds"):
            continue
        if "FileSystemConfigs" in given:
            raise invalid(f"Function must be configured to execute in a VPC to reference access point {each['Arn']}.")
        raise invalid(f"Function VPC configuration cannot be removed with access point {each['Arn']} referenced.")


def mounts(ctx: Context, config: dict) -> dict[str, Path]:
    """The directories of a function's file systems, by the paths where it mounts them."""
    found = {}
    for each in config.get("FileSystemConfigs", ()):
        *_, region, account, resource = each["Arn"].split(":")
        directory = ctx.directory(account, region, resource.rpartition("/")[2])
        directory.chmod(0o777)  # a container's user is another than the emulator's
        found[each["LocalMountPath"]] = directory
    return found
