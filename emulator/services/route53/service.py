"""The service object, what all of Route 53 shares, and its errors.

https://docs.aws.amazon.com/Route53/latest/APIReference/
"""

from emulator.kernel.errors import AwsError
from emulator.kernel.service import Service

service = Service("route53")

ENDPOINT = "https://route53.amazonaws.com/2013-04-01"
MOST = 100  # what a page holds unless fewer are asked for


def invalid(message: str) -> AwsError:
    return AwsError("InvalidInput", message)


def location(kind: str):
    """The hook that tells the address of what is made: ``Location``."""
    return lambda ctx, record: {"Location": f"{ENDPOINT}/{kind}/{'/'.join(record.id)}"}


def page_size(asked: str | None, most: int = MOST) -> int:
    """How many a page holds. Raises InvalidInput for what is no number above zero."""
    if asked is None:
        return MOST
    if not asked.isdigit() or int(asked) < 1:
        raise invalid("The maxItems parameter must be a number from 1 on.")
    return min(int(asked), most)


def bare(id: str) -> str:
    """An id without the path that may stand before it (``/hostedzone/Z…``)."""
    return id.rpartition("/")[2]
