"""Data sources of S3 Table integrations: which belong to one, and that none of their events reach its tables here.

The integrations themselves are CloudWatch's (``observabilityadmin``), which is taken at its ARNs' word.
https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_AssociateSourceToS3TableIntegration.html
"""

import re
from operator import attrgetter

from emulator.kernel.context import Context
from emulator.kernel.store import Record, Table
from emulator.services.logs.errors import not_found, refused
from emulator.services.logs.lookup import millis, owner
from emulator.services.logs.pages import paged
from emulator.services.logs.service import service

PAGE = 100
ARN = re.compile(r"arn:aws[a-z-]*:observabilityadmin:[a-z0-9-]+:\d{12}:.+")
BAD_TOKEN = ("ValidationException", "The specified nextToken is invalid.", 400)
UNREACHED = "Events are not written to the tables of the integration: there are no table buckets."


class Source(Record):
    """A data source of an integration. ``type`` is "" where it was not given."""

    identifier: str
    integration: str
    name: str
    type: str
    created: int


sources = Table("logs.table_source", Source, key=attrgetter("identifier"), ordered=True)


def _integration(ctx: Context, arn: str) -> str:
    """Raises ResourceNotFoundException, ValidationException."""
    if not ARN.fullmatch(arn):
        raise refused("The specified ARN is not the ARN of an S3 Table integration.")
    if owner(arn) != {"account": ctx.account, "region": ctx.region}:
        raise not_found("The specified S3 Table integration does not exist.")
    return arn


@service.operation
def associate_source_to_s3_table_integration(ctx, integrationArn, dataSource):
    """The same data source again is the same association. Raises ResourceNotFoundException, ValidationException."""
    place = _integration(ctx, integrationArn), dataSource["name"], dataSource.get("type", "")
    rows = ctx.rows(sources)
    known = next((each for each in rows if (each.integration, each.name, each.type) == place), None)
    made = known or rows.put(Source(ctx.ids.uuid(), *place, millis(ctx)))
    return {"identifier": made.identifier}


@service.operation
def disassociate_source_from_s3_table_integration(ctx, identifier):
    """Raises ResourceNotFoundException."""
    if ctx.rows(sources).delete(identifier) is None:
        raise not_found("The specified association does not exist.")
    return {"identifier": identifier}


@service.operation
def list_sources_for_s3_table_integration(ctx, integrationArn, maxResults=PAGE, nextToken=None):
    """Raises ResourceNotFoundException, ValidationException."""
    arn = _integration(ctx, integrationArn)
    rows = [each for each in ctx.rows(sources) if each.integration == arn]
    return paged(ctx, "sources", rows, attrgetter("identifier"), nextToken, maxResults, arn, _told, BAD_TOKEN)


def _told(each: Source) -> dict:
    source = {"name": each.name} | ({"type": each.type} if each.type else {})
    return {"identifier": each.identifier, "dataSource": source, "status": "UNHEALTHY", "statusReason": UNREACHED,
            "createdTimeStamp": each.created}  # fmt: skip
