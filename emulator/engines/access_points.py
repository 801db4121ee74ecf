"""Access points of S3: what S3 Control keeps of them, and how a request names one instead of a bucket.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points.html,
https://docs.aws.amazon.com/AmazonS3/latest/userguide/MultiRegionAccessPoints.html and
https://docs.aws.amazon.com/AmazonS3/latest/userguide/transforming-objects.html
"""

import re
from operator import attrgetter
from typing import Any, NamedTuple

from emulator.kernel.context import PARTITION, Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import GLOBAL, Record, Table

ARN = re.compile(
    r"arn:aws[a-z-]*:(?P<service>s3|s3-object-lambda):(?P<region>[a-z0-9-]*):(?P<account>\d{12})?:"
    r"accesspoint[:/](?P<name>[a-z0-9.-]+)"
)
NAME_AND_ACCOUNT = re.compile(r"(?P<name>[a-z0-9][a-z0-9-]+)-(?P<account>\d{12})")  # as hosts have it
OBJECT_LAMBDA = "s3-object-lambda"
ACTIVE = 100  # the dial of a region to which traffic goes


class AccessPoint(Record):
    """``block`` is the public access block. ``vpc`` is empty for one that is reached from the internet."""

    account: str
    region: str
    name: str
    bucket: str
    bucket_account: str
    alias: str
    created: float
    block: dict[str, bool]
    vpc: str = ""
    policy: str | None = None
    scope: dict[str, Any] = {}
    tags: dict[str, str] = {}

    @property
    def arn(self) -> str:
        return f"arn:{PARTITION}:s3:{self.region}:{self.account}:accesspoint/{self.name}"


class Region(Record):
    """A bucket of a Multi-Region Access Point. ``dial`` is 100 where traffic goes, else 0."""

    region: str
    bucket: str
    bucket_account: str
    dial: int = ACTIVE


class MultiRegionAccessPoint(Record):
    """``status`` is CREATING, READY or DELETING; ``proposed`` a policy that is not established yet."""

    account: str
    name: str
    alias: str
    created: float
    block: dict[str, bool]
    regions: tuple[Region, ...]
    status: str = "CREATING"
    policy: str | None = None
    proposed: str | None = None

    @property
    def arn(self) -> str:
        return f"arn:{PARTITION}:s3::{self.account}:accesspoint/{self.alias}"


class ObjectLambda(Record):
    """An Object Lambda access point; ``configuration`` is as the request gave it."""

    account: str
    region: str
    name: str
    alias: str
    created: float
    configuration: dict[str, Any]
    policy: str | None = None

    @property
    def arn(self) -> str:
        return f"arn:{PARTITION}:{OBJECT_LAMBDA}:{self.region}:{self.account}:accesspoint/{self.name}"


def _place(record: AccessPoint | ObjectLambda) -> tuple[str, str, str]:
    return record.account, record.region, record.name


access_points = Table("s3control.access_point", AccessPoint, key=_place, scope=GLOBAL, ordered=True,
                      indexes={"alias": attrgetter("alias")})  # fmt: skip
object_lambdas = Table("s3control.object_lambda", ObjectLambda, key=_place, scope=GLOBAL, ordered=True,
                       indexes={"alias": attrgetter("alias")})  # fmt: skip
multi_regions = Table("s3control.multi_region", MultiRegionAccessPoint, key=attrgetter("account", "name"), scope=GLOBAL,
                      ordered=True, indexes={"alias": attrgetter("alias")})  # fmt: skip

class AccountBlock(Record):
    """The public access block of a whole account, which counts beside those of its buckets."""

    account: str
    block: dict[str, bool]


account_blocks = Table("s3control.account_block", AccountBlock, key=attrgetter("account"), scope=GLOBAL)

Point = AccessPoint | MultiRegionAccessPoint | ObjectLambda


class Way(NamedTuple):
    """How a request came to a bucket: through which point, and, given a reference by alias, that it was one."""

    point: Point
    bucket: str
    by_alias: bool = False


def missing(name: str) -> AwsError:
    return AwsError("NoSuchAccessPoint", "The specified accesspoint does not exist", 404, AccessPointName=name)


def find(ctx: Context, reference: str) -> tuple[Point | None, bool]:
    """(the access point that stands in a bucket's place, whether by its alias); None for what names no such thing.

    ``reference`` is an ARN (also with colons for slashes), an alias, or a name and account as in a host. Raises
    NoSuchAccessPoint for an ARN of none.
    """
    table = _table_of_alias(reference)
    if table is not None:
        return next(ctx.rows(table).by("alias", reference, reference), None), table is not multi_regions
    match = ARN.fullmatch(reference)
    if match is None:
        named = NAME_AND_ACCOUNT.fullmatch(reference)
        key = (named["account"], ctx.region, named["name"]) if named is not None else None
        return (ctx.rows(access_points).get(key) or ctx.rows(object_lambdas).get(key)) if key else None, False
    if match["name"].endswith(".mrap"):
        found: Point | None = next(ctx.rows(multi_regions).by("alias", match["name"], match["name"]), None)
    else:
        table = object_lambdas if match["service"] == OBJECT_LAMBDA else access_points
        found = ctx.rows(table).get((match["account"], match["region"], match["name"]))
    if found is None:
        raise missing(match["name"])
    return found, False


def _table_of_alias(reference: str) -> Table | None:
    if reference.startswith("arn:"):
        return None
    suffixes = (("-s3alias", access_points), (".mrap", multi_regions), ("--ol-s3", object_lambdas))
    return next((table for suffix, table in suffixes if reference.endswith(suffix)), None)


def resolve(ctx: Context, reference: str) -> Way | None:
    """The way to the bucket behind a reference; None when it names no access point."""
    point, by_alias = find(ctx, reference)
    if point is None:
        return None
    if isinstance(point, MultiRegionAccessPoint):
        return Way(point, nearest(ctx, point).bucket)
    if isinstance(point, ObjectLambda):
        return Way(point, supporting(ctx, point).bucket, by_alias)
    return Way(point, point.bucket, by_alias)


def nearest(ctx: Context, point: MultiRegionAccessPoint) -> Region:
    """Where a request goes: to the caller's own region when it is active, else to the first active one.

    AWS goes by the network's latency. Raises NoSuchAccessPoint while it is not ready.
    """
    if point.status != "READY":
        raise missing(point.alias)
    active = [each for each in point.regions if each.dial == ACTIVE]
    return next((each for each in active if each.region == ctx.region), active[0])


def supporting(ctx: Context, point: ObjectLambda) -> AccessPoint:
    """The access point behind an Object Lambda access point. Raises NoSuchAccessPoint."""
    return find(ctx, point.configuration["SupportingAccessPoint"])[0]  # type: ignore[return-value]
