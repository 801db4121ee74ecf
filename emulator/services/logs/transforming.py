"""Transformers of log groups: what they make of events, and TestTransformer.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch-Logs-Transformation.html
"""

from collections.abc import Callable

import orjson

from emulator.engines import log_transformers
from emulator.kernel.context import Context
from emulator.kernel.errors import NotImplementedByEmulator
from emulator.services.logs import account_rules
from emulator.services.logs.errors import invalid
from emulator.services.logs.group_policies import renewed, standard
from emulator.services.logs.lookup import group, save
from emulator.services.logs.service import service
from emulator.services.logs.tables import Event, Group

KIND = "TRANSFORMER_POLICY"


def check(processors: list[dict]) -> None:
    """Raises InvalidParameterException for what is no transformer."""
    try:
        log_transformers.check(processors)
    except log_transformers.TransformerError as error:
        raise invalid(str(error)) from None
    except log_transformers.Unsupported as error:
        raise NotImplementedByEmulator(str(error)) from None


def of(ctx: Context, found: Group) -> Callable[[Event], str]:
    """What gives an event's message as the group's transformer makes it, or as it is.

    A transformer works on the events that come while it holds.
    """
    if found.transformer is not None:
        processors, since = found.transformer.document, found.transformer.created
    else:
        policy = next(account_rules.holding(ctx, found, KIND), None)
        if policy is None:
            return lambda event: event.message
        processors, since = orjson.loads(policy.document), policy.modified

    def message(event: Event) -> str:
        if event.ingested < since:
            return event.message
        made = log_transformers.transform(processors, event.message)
        return event.message if made is None else made

    return message


@service.operation
def put_transformer(ctx, logGroupIdentifier, transformerConfig):
    """Raises InvalidParameterException, ResourceNotFoundException."""
    found = standard(ctx, logGroupIdentifier, "transformers")
    check(transformerConfig)
    save(ctx, found, transformer=renewed(ctx, found.transformer, transformerConfig))


@service.operation
def get_transformer(ctx, logGroupIdentifier):
    """The group's own transformer; nothing where it has none. Raises ResourceNotFoundException."""
    found = group(ctx, logGroupIdentifier)
    if found.transformer is None:
        return {}
    own = found.transformer
    return {"logGroupIdentifier": found.arn, "creationTime": own.created, "lastModifiedTime": own.modified,
            "transformerConfig": own.document}  # fmt: skip


@service.operation
def delete_transformer(ctx, logGroupIdentifier):
    """Raises ResourceNotFoundException."""
    save(ctx, group(ctx, logGroupIdentifier), transformer=None)


@service.operation
def test_transformer(ctx, transformerConfig, logEventMessages):
    """What a transformer makes of messages; one that it can't read has nothing. Raises InvalidParameterException."""
    check(transformerConfig)
    rows = []
    for at, message in enumerate(logEventMessages, 1):
        made = log_transformers.transform(transformerConfig, message)
        rows.append({"eventNumber": at, "eventMessage": message}
                    | ({} if made is None else {"transformedEventMessage": made}))  # fmt: skip
    return {"transformedLogs": rows}
