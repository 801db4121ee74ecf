"""Subscription filters: events that match go to a function, a stream, a delivery stream or a destination.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Subscriptions.html
"""

from operator import attrgetter

from emulator.engines import target_calls
from emulator.kernel.context import Context
from emulator.kernel.errors import NotImplementedByEmulator
from emulator.services.logs import named_filters, subscribers, system_fields
from emulator.services.logs.errors import denied, invalid
from emulator.services.logs.lookup import group, millis, save
from emulator.services.logs.pages import paged
from emulator.services.logs.reading import pattern_of
from emulator.services.logs.service import service
from emulator.services.logs.tables import Filter

MOST = 2  # filters of a log group


@service.operation
def put_subscription_filter(
    ctx, logGroupName, filterName, filterPattern, destinationArn, roleArn=None, distribution="ByLogStream",
    applyOnTransformedLogs=False, fieldSelectionCriteria=None, emitSystemFields=None,
):  # fmt: skip
    """Raises AccessDeniedException, InvalidParameterException, LimitExceededException, ResourceNotFoundException."""
    arn = check_destination(ctx, destinationArn, roleArn)
    found = group(ctx, logGroupName)
    pattern_of(filterPattern)
    system_fields.check(fieldSelectionCriteria)
    if emitSystemFields:
        raise NotImplementedByEmulator("A subscription filter's emitSystemFields")
    given = {
        "filterPattern": filterPattern, "destinationArn": destinationArn, "distribution": distribution,
        "applyOnTransformedLogs": applyOnTransformedLogs,
    }  # fmt: skip
    more = {"roleArn": roleArn, "fieldSelectionCriteria": fieldSelectionCriteria}
    before = next((each for each in found.subscriptions if each.name == filterName), None)
    made = Filter(filterName, before.created if before else millis(ctx), named_filters.settings(given, more))
    kept = named_filters.with_one(found.subscriptions, made, MOST)
    subscribers.greet(ctx, found, arn, roleArn)
    save(ctx, found, subscriptions=kept)


def check_destination(ctx: Context, text: str, role: str | None) -> target_calls.Arn:
    """The destination's ARN. Raises AccessDeniedException, InvalidParameterException."""
    try:
        arn = target_calls.read(text)
    except ValueError:
        raise invalid(f"Invalid destinationArn {text}") from None
    if arn.service not in subscribers.KINDS:
        raise invalid(f"destinationArn for vendor {arn.service} is not supported")
    if arn.service == "lambda":
        if arn.account != ctx.account:
            raise denied("Cross-account lambda invocation passing is not allowed. You must use DestinationPolicies "
                         "to create cross account lambda triggers.")  # fmt: skip
        if role is not None:
            raise invalid("destinationArn for vendor lambda cannot be used with roleArn")
    elif arn.service != "logs" and role is None:
        raise invalid(f"destinationArn for vendor {arn.service} cannot be used without roleArn")
    return arn


@service.operation
def delete_subscription_filter(ctx, logGroupName, filterName):
    """Raises ResourceNotFoundException."""
    found = group(ctx, logGroupName)
    save(ctx, found, subscriptions=named_filters.without(found.subscriptions, filterName, "subscription filter"))


@service.operation
def describe_subscription_filters(ctx, logGroupName, filterNamePrefix=None, nextToken=None, limit=50):
    """A group's filters by name. Raises InvalidParameterException, ResourceNotFoundException."""
    of = group(ctx, logGroupName)
    rows = [each for each in of.subscriptions if each.name.startswith(filterNamePrefix or "")]
    return paged(ctx, "subscriptionFilters", rows, attrgetter("name"), nextToken, limit, [of.arn, filterNamePrefix],
                 lambda each: {"filterName": each.name, "logGroupName": of.name, "creationTime": each.created,
                               **each.settings})  # fmt: skip
