"""DescribeLimits and DescribeEndpoints.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
"""

from emulator.services.dynamodb.service import service

ACCOUNT_UNITS = 80_000  # read and write capacity units of all tables of a region
TABLE_UNITS = 40_000
CACHED = 1440  # minutes for which an endpoint is good


@service.operation
def describe_limits(ctx):
    """The capacity that the account may provision in this region."""
    return {
        "AccountMaxReadCapacityUnits": ACCOUNT_UNITS,
        "AccountMaxWriteCapacityUnits": ACCOUNT_UNITS,
        "TableMaxReadCapacityUnits": TABLE_UNITS,
        "TableMaxWriteCapacityUnits": TABLE_UNITS,
    }


@service.operation
def describe_endpoints(ctx):
    """Where the service is: the host that the client has reached already."""
    return {
        "Endpoints": [
            {"Address": ctx.client_host or f"dynamodb.{ctx.region}.amazonaws.com", "CachePeriodInMinutes": CACHED}
        ]
    }
