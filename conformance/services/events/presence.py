"""Members that EventBridge always answers, and those that an answer repeats from the request."""

from conformance.services.events.fixtures import declared
from emulator.model import load

WHEN = ("CreationTime", "LastModifiedTime")
ARCHIVE = ("CreationTime", "EventCount", "EventSourceArn", "RetentionDays", "SizeBytes", "State")
CONNECTION = ("ConnectionArn", "ConnectionState", *WHEN)
DESTINATION = ("ApiDestinationArn", "ApiDestinationState", *WHEN)
DESTINATION_TOLD = ("ConnectionArn", "HttpMethod", "InvocationEndpoint", "InvocationRateLimitPerSecond", *DESTINATION)
ENDPOINT = ("Name", "Arn", "RoutingConfig", "ReplicationConfig.State", "EventBuses", "State")
ENDPOINT_TOLD = (*ENDPOINT, "EndpointId", "EndpointUrl", *WHEN)
REPLAY = ("EventEndTime", "EventSourceArn", "EventStartTime", "ReplayName", "ReplayStartTime", "State")
SOURCE = ("Arn", "CreatedBy", "CreationTime", "ExpirationTime", "Name", "State")
RULE = ("Name", "Arn", "EventBusName", "EventPattern", "State")


def each(place, names):
    return tuple(f"{place}.{name}" for name in names)


declared.present.update({
    "CreateApiDestination": DESTINATION, "UpdateApiDestination": DESTINATION,
    "DescribeApiDestination": ("Name", *DESTINATION_TOLD),
    "ListApiDestinations": each("ApiDestinations", ("Name", *DESTINATION_TOLD)),
    "CreateArchive": ("ArchiveArn", "CreationTime", "State"), "UpdateArchive": ("ArchiveArn", "CreationTime", "State"),
    "DescribeArchive": ("ArchiveName", "ArchiveArn", *ARCHIVE),
    "ListArchives": each("Archives", ("ArchiveName", *ARCHIVE)),
    "CreateConnection": CONNECTION, "UpdateConnection": (*CONNECTION, "LastAuthorizedTime"),
    "DeleteConnection": (*CONNECTION, "LastAuthorizedTime"),
    "DeauthorizeConnection": (*CONNECTION, "LastAuthorizedTime"),
    "DescribeConnection": (*CONNECTION, "AuthParameters.BasicAuthParameters.Username", "AuthorizationType",
                           "LastAuthorizedTime", "Name", "SecretArn"),
    "ListConnections": each("Connections", (*CONNECTION, "AuthorizationType", "LastAuthorizedTime", "Name")),
    "CreateEndpoint": ENDPOINT, "UpdateEndpoint": (*ENDPOINT, "EndpointId", "EndpointUrl"),
    "DescribeEndpoint": ENDPOINT_TOLD,
    "ListEndpoints": each("Endpoints", ENDPOINT_TOLD),
    "CreateEventBus": ("EventBusArn",), "UpdateEventBus": ("Arn", "Name"),
    "DescribeEventBus": ("Arn", "Name", *WHEN), "ListEventBuses": each("EventBuses", ("Arn", "Name", *WHEN)),
    "CreatePartnerEventSource": ("EventSourceArn",), "DescribeEventSource": SOURCE,
    "DescribePartnerEventSource": ("Arn", "Name"), "ListEventSources": each("EventSources", SOURCE),
    "ListPartnerEventSources": each("PartnerEventSources", ("Arn", "Name")),
    "ListPartnerEventSourceAccounts": each("PartnerEventSourceAccounts", (
        "Account", "CreationTime", "ExpirationTime", "State")),
    "CancelReplay": ("ReplayArn", "State"), "StartReplay": ("ReplayArn", "ReplayStartTime", "State"),
    "DescribeReplay": (*REPLAY, "ReplayArn", "Destination.Arn"), "ListReplays": each("Replays", REPLAY),
    "DescribeRule": (*RULE, "CreatedBy"), "ListRules": each("Rules", RULE),
    "PutRule": ("RuleArn",), "PutTargets": ("FailedEntryCount", "FailedEntries"),
    "RemoveTargets": ("FailedEntryCount", "FailedEntries"), "TestEventPattern": ("Result",),
    "PutEvents": ("FailedEntryCount", "Entries"), "PutPartnerEvents": ("FailedEntryCount", "Entries"),
})  # fmt: skip

#: Operations whose answer repeats what was asked for, by the member that carries the ARN there.
ECHOES = {"CreateEventBus": "EventBusArn", "UpdateEventBus": "Arn", "CreateEndpoint": "Arn", "UpdateEndpoint": "Arn"}
REPEATED = ("Name", "Description", "KmsKeyIdentifier", "DeadLetterConfig", "LogConfig", "RoutingConfig", "EventBuses",
            "ReplicationConfig", "RoleArn")  # fmt: skip


def _repeats(operation, arn):
    shown = load("events").operations[operation].output.members

    @declared.check(operation)
    def check(proof, world, given, answer):
        for name in REPEATED:
            if name in given and name in shown:
                proof.holds(name, given[name], answer.get(name))
        proof.true(arn, str(answer.get(arn, "")).endswith(f"/{given['Name']}"), "names it", answer.get(arn))


for _operation, _arn in ECHOES.items():
    _repeats(_operation, _arn)
