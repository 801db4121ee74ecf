"""Dashboards: documents that are kept as they are, once they are found to be ones.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html
"""

import re

from emulator.kernel.context import Context, arn
from emulator.kernel.errors import AwsError
from emulator.resources.pagination import page
from emulator.services.cloudwatch import dashboard_bodies
from emulator.services.cloudwatch.errors import invalid_value
from emulator.services.cloudwatch.service import service
from emulator.services.cloudwatch.tables import Named, dashboards

PAGE = 1000
LONGEST_NAME = 255
_NAME = re.compile(r"[A-Za-z0-9_-]+")
BAD_TOKEN = ("InvalidParameterValue", "The value for field NextToken is not valid.")


@service.operation
def put_dashboard(ctx, DashboardName, DashboardBody, Tags=()):
    """Make or replace a dashboard. Raises DashboardInvalidInputError with every fault, InvalidParameterValue."""
    _check_name(DashboardName)
    errors, warnings = dashboard_bodies.check(DashboardBody)
    if errors:
        plural = "s" if len(errors) > 1 else ""
        raise AwsError(
            "InvalidParameterInput", f"The dashboard body is invalid, there are {len(errors)} validation error{plural}"
            f": [{', '.join(each['Message'] for each in errors)}]", dashboardValidationMessages=errors,
        )  # fmt: skip
    rows = ctx.rows(dashboards)
    before = rows.get(DashboardName)
    tags = before.tags if before is not None else {tag["Key"]: tag["Value"] for tag in Tags or ()}
    rows.put(Named(DashboardName, {"DashboardBody": DashboardBody}, ctx.now, ctx.now, tags))
    return {"DashboardValidationMessages": warnings}


def _check_name(name: str) -> None:
    """Raises InvalidParameterValue in AWS's words, as recorded: they end in a line break."""
    if not _NAME.fullmatch(name):
        raise invalid_value("The value for field DashboardName contains invalid characters. It can only contain "
                            "alphanumerics, dash (-) and underscore (_).\n")  # fmt: skip
    if len(name) > LONGEST_NAME:
        raise invalid_value(f"The value for field DashboardName is longer than {LONGEST_NAME} characters.\n")


def _arn(ctx: Context, name: str) -> str:
    return arn(ctx, "cloudwatch", f"dashboard/{name}", region="")


def _missing(name: str) -> AwsError:
    return AwsError("ResourceNotFound", f"Dashboard {name} does not exist")


@service.operation
def get_dashboard(ctx, DashboardName):
    """Raises DashboardNotFoundError."""
    found = ctx.rows(dashboards).get(DashboardName)
    if found is None:
        raise _missing(DashboardName)
    return {"DashboardArn": _arn(ctx, DashboardName), "DashboardName": DashboardName, **found.config}


@service.operation
def list_dashboards(ctx, DashboardNamePrefix="", NextToken=None):
    """By name. Raises InvalidParameterValue."""
    found = [each for each in ctx.rows(dashboards) if each.name.startswith(DashboardNamePrefix or "")]
    listed, token = page(ctx, found, lambda each: each.name, NextToken, PAGE, query=DashboardNamePrefix,
                         invalid=BAD_TOKEN)  # fmt: skip
    answer = {"DashboardEntries": [
        {"DashboardName": each.name, "DashboardArn": _arn(ctx, each.name), "LastModified": each.updated,
         "Size": len(each.config["DashboardBody"].encode())}
        for each in listed
    ]}  # fmt: skip
    return answer | ({"NextToken": token} if token else {})


@service.operation
def delete_dashboards(ctx, DashboardNames):
    """Delete all or, where one is not there, none. Raises DashboardNotFoundError."""
    rows = ctx.rows(dashboards)
    missing = [name for name in DashboardNames if name not in rows]
    if missing:
        raise _missing(missing[0])
    for name in dict.fromkeys(DashboardNames):
        rows.delete(name)
    return {}


