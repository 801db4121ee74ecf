"""The keys under which contents lie on disk."""

from emulator.kernel.context import Context
from emulator.services.s3.tables import Bucket, Version


def moved(ctx: Context, source: Bucket, version: Version, target: Bucket, to: Version) -> Version:
    return to
