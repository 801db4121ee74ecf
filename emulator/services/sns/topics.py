"""Topics: create, find, list, describe, change, delete.

https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html
"""

import re

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.resources.pagination import page
from emulator.services.sns import arns, data_protection, topic_attributes
from emulator.services.sns.errors import invalid, not_found
from emulator.services.sns.service import service
from emulator.services.sns.tables import Topic, archived, deduplications, sequences, subscriptions, topics

NAME = re.compile(r"[A-Za-z0-9_-]{1,256}")
PAGE = 100
BAD_TOKEN = ("InvalidParameter", "Invalid parameter: NextToken")
MOST_TAGS = 50


def find_topic(ctx: Context, text: str, parameter: str = "TopicArn") -> Topic:
    """The topic of an ARN, in the caller's region. Raises InvalidParameter, NotFound."""
    arn = arns.read(text, parameter)
    if arn.region != ctx.region and ctx.principal.kind != "Anonymous":
        raise invalid(parameter)
    topic = ctx.rows(topics, **arn.place).get(arn.resource)
    if topic is None:
        raise not_found("Topic")
    return topic


def store(ctx: Context, topic: Topic) -> None:
    ctx.rows(topics, **topic.place).put(topic)


@service.operation
def create_topic(ctx, Name, Attributes=None, Tags=None, DataProtectionPolicy=None):
    """Make a topic, or find the one of this name when all given attributes and tags agree with it.

    Raises InvalidParameter, TagLimitExceeded.
    """
    given = Attributes or {}
    fifo = given.get("FifoTopic", "").lower() == "true"
    if not NAME.fullmatch(Name.removesuffix(".fifo") if fifo else Name) or (fifo and not Name.endswith(".fifo")):
        raise invalid("Topic Name")
    prefix = "Attributes Reason: "
    attributes = {
        name: topic_attributes.checked(name, value, fifo, prefix)
        for name, value in given.items()
        if name != "FifoTopic"
    }
    tags = checked_tags({}, Tags or [])
    rows = ctx.rows(topics)
    existing = rows.get(Name)
    if existing is not None:
        _check_same(existing, attributes, tags)
        return {"TopicArn": existing.arn}
    if DataProtectionPolicy:
        data_protection.check(DataProtectionPolicy)
    topic = Topic(
        name=Name, account=ctx.account, region=ctx.region, created=ctx.now, tags=tags,
        attributes={name: value for name, value in attributes.items() if value},
        data_protection=DataProtectionPolicy or "",
        archived_since=ctx.now if attributes.get("ArchivePolicy") else 0.0,
    )  # fmt: skip
    rows.put(topic)
    return {"TopicArn": topic.arn}


def _check_same(topic: Topic, attributes: dict[str, str], tags: dict[str, str]) -> None:
    for name, value in attributes.items():
        current = topic_attributes.policy_of(topic) if name == "Policy" else topic.attributes.get(name, "")
        if value != (current or topic_attributes.DEFAULTS.get(name, "")):
            raise invalid("Attributes", "Topic already exists with different attributes")
    if any(topic.tags.get(key) != value for key, value in tags.items()):
        raise invalid("Tags", "Topic already exists with different tags")


def checked_tags(existing: dict[str, str], added: list[dict]) -> dict[str, str]:
    """The tags with some added. Raises TagLimitExceeded, InvalidParameter."""
    for tag in added:
        if tag["Key"].lower().startswith("aws:"):
            raise invalid("Tags", "aws: prefixed tag key names are not allowed for external use.")
    tags = {**existing, **{tag["Key"]: tag["Value"] for tag in added}}
    if len(tags) > MOST_TAGS:
        raise AwsError("TagLimitExceeded", "Could not complete request: tag quota of per resource exceeded")
    return tags


@service.operation
def delete_topic(ctx, TopicArn):
    """Delete a topic and its subscriptions; one that is not there is deleted already. Raises InvalidParameter."""
    arn = arns.read(TopicArn, "TopicArn")
    if arn.region != ctx.region:
        raise invalid("TopicArn")
    topic = ctx.rows(topics, **arn.place).delete(arn.resource)
    if topic is None:
        return {}
    rows = ctx.rows(subscriptions, **topic.place)
    for subscription in topic_attributes.of_topic(ctx, topic):
        rows.delete(subscription.id)
    ctx.rows(sequences, **topic.place).delete(topic.name)
    for table in (deduplications, archived):
        ctx.rows(table, topic.name, **topic.place).clear()
    return {}


@service.operation
def list_topics(ctx, NextToken=None):
    """The caller's topics by name, 100 a page. Raises InvalidParameter."""
    rows = ctx.rows(topics)
    found, following = page(
        ctx, lambda after: rows.range(after, after=after is not None), lambda topic: topic.name, NextToken, PAGE,
        invalid=BAD_TOKEN,
    )  # fmt: skip
    answer = {"Topics": [{"TopicArn": topic.arn} for topic in found]}
    return answer | ({"NextToken": following} if following else {})


@service.operation
def get_topic_attributes(ctx, TopicArn):
    """Raises InvalidParameter, NotFound."""
    return {"Attributes": topic_attributes.read(ctx, find_topic(ctx, TopicArn))}


@service.operation
def set_topic_attributes(ctx, TopicArn, AttributeName, AttributeValue=None):
    """Set one attribute; an empty value removes it. Raises InvalidParameter, NotFound."""
    topic = find_topic(ctx, TopicArn)
    value = topic_attributes.checked(AttributeName, AttributeValue or "", topic.fifo)
    attributes = {name: each for name, each in topic.attributes.items() if name != AttributeName}
    if value:
        attributes[AttributeName] = value
    since = topic.archived_since
    if AttributeName == "ArchivePolicy":
        since = (since or ctx.now) if value else 0.0
        if not value:
            ctx.rows(archived, topic.name, **topic.place).clear()
    changed = replace(topic, attributes=attributes, archived_since=since)
    topic_attributes.check_large(ctx, changed)
    store(ctx, changed)
    return {}
