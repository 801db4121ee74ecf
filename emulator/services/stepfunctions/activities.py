"""Activities: work that somebody outside does.

https://docs.aws.amazon.com/step-functions/latest/dg/concepts-activities.html
"""

from emulator.kernel.context import Context
from emulator.services.stepfunctions import arns, configurations, tags
from emulator.services.stepfunctions.errors import no_activity
from emulator.services.stepfunctions.paging import paged
from emulator.services.stepfunctions.service import service
from emulator.services.stepfunctions.tables import Activity, activities


def find(ctx: Context, text: str) -> Activity:
    """Raises ActivityDoesNotExist, InvalidArn."""
    arn = arns.read(text, "activity")
    activity = ctx.rows(activities, **arn.where).get(arn.name)
    if activity is None:
        raise no_activity(text)
    return activity


@service.operation
def create_activity(ctx, name, tags_=None, encryptionConfiguration=None):
    """Make an activity; one of the name that is there is answered. Raises InvalidName, TooManyTags."""
    arns.check_name(name)
    encryption = configurations.encryption(ctx, encryptionConfiguration)
    arn = arns.make(ctx, "activity", name)
    activity = ctx.rows(activities).get(name) or ctx.rows(activities).put(
        Activity(name, arn, ctx.now, encryption, tags.merged(arn, tags_)))
    return {"activityArn": arn, "creationDate": activity.created}


@service.operation
def delete_activity(ctx, activityArn):
    """Raises InvalidArn."""
    arn = arns.read(activityArn, "activity")
    ctx.rows(activities, **arn.where).delete(arn.name)
    ctx.notify(("stepfunctions.activity", activityArn))
    return {}


@service.operation
def describe_activity(ctx, activityArn):
    """Raises ActivityDoesNotExist."""
    activity = find(ctx, activityArn)
    return {**_listed(activity), "encryptionConfiguration": activity.encryption}


def _listed(activity: Activity) -> dict:
    return {"activityArn": activity.arn, "name": activity.name, "creationDate": activity.created}


@service.operation
def list_activities(ctx):
    """Raises InvalidToken."""
    found = sorted(ctx.rows(activities), key=lambda each: (each.created, each.name))
    return paged(ctx, "activities", found, lambda each: (each.created, each.name), _listed)
