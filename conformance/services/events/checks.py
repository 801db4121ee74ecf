"""How what was written to EventBridge is read back."""

import json

from conformance.services.events.fixtures import declared
from conformance.services.readback import gone, listed, tagged, told, written

LIMITED = ("NextToken", "NextToken")
AT = ("Name", "EventBusName")

written(declared, "CreateEventBus", "UpdateEventBus", read="DescribeEventBus", by=("Name",))
written(declared, "PutRule", read="DescribeRule", by=AT)
written(declared, "CreateArchive", "UpdateArchive", read="DescribeArchive", by=("ArchiveName",))
written(declared, "StartReplay", read="DescribeReplay", by=("ReplayName",))
written(declared, "CreateConnection", "UpdateConnection", read="DescribeConnection", by=("Name",),
        leave=("AuthParameters",))
written(declared, "CreateApiDestination", "UpdateApiDestination", read="DescribeApiDestination", by=("Name",))
written(declared, "CreateEndpoint", "UpdateEndpoint", read="DescribeEndpoint", by=("Name",))
written(declared, "CreatePartnerEventSource", read="DescribePartnerEventSource", by=("Name",))

told(declared, "DescribeEventBus", fixture="bus", names=("Name", "Arn", "Description"))
told(declared, "DescribeRule", fixture="rule",
     names=("Name", "Arn", "EventBusName", "EventPattern", "Description", "State"))
told(declared, "DescribeArchive", fixture="archive",
     names=("ArchiveName", "ArchiveArn", "Description", "RetentionDays", "EventSourceArn"))
told(declared, "DescribeReplay", "CancelReplay", fixture="replay", names=("ReplayArn",))
told(declared, "DescribeConnection", fixture="connection",
     names=("Name", "ConnectionArn", "Description", "AuthorizationType"))
told(declared, "DescribeApiDestination", fixture="destination",
     names=("Name", "ApiDestinationArn", "ConnectionArn", "HttpMethod", "InvocationEndpoint", "Description"))
told(declared, "DescribeEndpoint", fixture="endpoint",
     names=("Name", "Arn", "RoutingConfig", "EventBuses", "ReplicationConfig", "Description"))
told(declared, "DescribeEventSource", "DescribePartnerEventSource", fixture="source", names=("Name", "Arn"))
told(declared, "DeleteConnection", "DeauthorizeConnection", fixture="connection", names=("ConnectionArn",))

listed(declared, "ListEventBuses", "EventBuses", "bus", "Arn", "Arn", LIMITED)
listed(declared, "ListRules", "Rules", "rule", "Arn", "Arn", LIMITED)
listed(declared, "ListRuleNamesByTarget", "RuleNames", "rule", "Name")
listed(declared, "ListTargetsByRule", "Targets", "rule", "TargetArn", "Arn", LIMITED)
listed(declared, "ListApiDestinations", "ApiDestinations", "destination", "Name", "Name", LIMITED)
listed(declared, "ListEndpoints", "Endpoints", "endpoint", "Arn", "Arn", LIMITED)
listed(declared, "ListEventSources", "EventSources", "source", "Arn", "Arn", LIMITED)
listed(declared, "ListPartnerEventSources", "PartnerEventSources", "source", "Arn", "Arn", LIMITED)
listed(declared, "ListPartnerEventSourceAccounts", "PartnerEventSourceAccounts", "source", "Account", "Account",
       LIMITED)

def _described(operation, at, fixture):
    """The fixture's row tells its description, too."""

    @declared.check(operation)
    def check(proof, world, given, answer):
        made = world.fixture(fixture)
        found = next((each for each in answer[at] if each["Arn"] == made["Arn"]), None)
        if found is not None:
            proof.equal("Description", made["Description"], found.get("Description"))


for _operation, _place in {"ListEndpoints": ("Endpoints", "endpoint"), "ListEventBuses": ("EventBuses", "bus"),
                           "ListRules": ("Rules", "rule")}.items():
    _described(_operation, *_place)

#: Lists that can be asked for one state: where they stand, the fixture and its name, the state's name.
BY_STATE = {
    "ListArchives": ("Archives", "archive", "ArchiveName", "State"),
    "ListReplays": ("Replays", "replay", "ReplayName", "State"),
    "ListConnections": ("Connections", "connection", "ConnectionArn", "ConnectionState"),
}  # fmt: skip


@declared.rule("ListArchives", "ListReplays")
def one_filter(given):
    """AWS takes one filter at most."""
    named = [name for name in ("NamePrefix", "EventSourceArn", "State") if name in given]
    return {name: value for name, value in given.items() if name not in named[1:]}


def _by_state(operation, at, fixture, name, state):
    @declared.check(operation)
    def check(proof, world, given, answer):
        if state in given:
            proof.equal(state, {given[state]} if answer[at] else set(), {each[state] for each in answer[at]})
            every = proof.read(operation, {key: value for key, value in given.items() if key not in (state, "Limit")})
            stands = {each[name]: each[state] for each in every.get(at, [])}
            shown = world.fixture(fixture)[name] in [each[name] for each in answer[at]]
            proof.equal(at, stands.get(world.fixture(fixture)[name]) == given[state], shown)
        elif "Limit" in given:
            proof.pages(operation, given, at, LIMITED, name)
        else:
            found = [each[name] for each in answer[at]]
            proof.true(at, world.fixture(fixture)[name] in found, world.fixture(fixture)[name], found)


for _operation, _place in BY_STATE.items():
    _by_state(_operation, *_place)

tagged(declared, "TagResource", "UntagResource", "ListTagsForResource", ("ResourceARN",), "bus")

NOT_FOUND = "ResourceNotFoundException"
gone(declared, "DeleteEventBus", read="DescribeEventBus", by=("Name",), code=NOT_FOUND)
gone(declared, "DeleteRule", read="DescribeRule", by=AT, code=NOT_FOUND)
gone(declared, "DeleteArchive", read="DescribeArchive", by=("ArchiveName",), code=NOT_FOUND)
gone(declared, "DeleteApiDestination", read="DescribeApiDestination", by=("Name",), code=NOT_FOUND)
gone(declared, "DeletePartnerEventSource", read="DescribePartnerEventSource", by=("Name",), code=NOT_FOUND)


@declared.check("EnableRule", "DisableRule")
def rule_switched(proof, world, given, answer):
    before = proof.read("DescribeRule", {name: given[name] for name in AT if name in given})
    proof.true("State", before.get("State") in ("ENABLED", "DISABLED"), "a state", before.get("State"))
    world.ask("DisableRule", given)
    proof.equal("State", "DISABLED", proof.read("DescribeRule", given).get("State"))
    world.ask("EnableRule", given)
    proof.equal("State", "ENABLED", proof.read("DescribeRule", given).get("State"))


@declared.check("PutTargets")
def targets_stand(proof, world, given, answer):
    proof.equal("FailedEntryCount", 0, answer["FailedEntryCount"])
    found = proof.read("ListTargetsByRule", {"Rule": given["Rule"], "EventBusName": given["EventBusName"]})
    stands = {each["Id"]: each for each in found.get("Targets", [])}
    for target in given["Targets"]:
        proof.equal("Targets", target, stands.get(target["Id"]))


@declared.check("RemoveTargets")
def targets_gone(proof, world, given, answer):
    unknown = [each for each in given["Ids"] if each == "unknown"]
    proof.equal("FailedEntries", unknown, [each["TargetId"] for each in answer["FailedEntries"]])
    proof.equal("FailedEntries", [["ErrorCode", "ErrorMessage", "TargetId"]] * len(unknown),
                [sorted(each) for each in answer["FailedEntries"]])
    found = proof.read("ListTargetsByRule", {"Rule": given["Rule"], "EventBusName": given["EventBusName"]})
    left = [each["Id"] for each in found.get("Targets", [])]
    proof.equal("Targets", [] if "only" in given["Ids"] else ["only"], left)


@declared.check("PutEvents")
def entries_answered(proof, world, given, answer):
    whole = [all(entry.get(name) for name in ("Source", "DetailType", "Detail")) for entry in given["Entries"]]
    proof.equal("Entries", [["EventId"] if each else ["ErrorCode", "ErrorMessage"] for each in whole],
                [sorted(each) for each in answer["Entries"]])
    proof.equal("FailedEntryCount", whole.count(False), answer["FailedEntryCount"])
    ids = [each["EventId"] for each in answer["Entries"] if "EventId" in each]
    proof.equal("ids", len(ids), len(set(ids)))
    proof.equal("sent", sorted(ids), sorted(_sent(proof, world, len(ids))))


def _sent(proof, world, count):
    """The ids of the events in the queue that listens."""
    url, found = world.fixture("listening")["QueueUrl"], set()

    def look():
        got = proof.read("ReceiveMessage", {"QueueUrl": url, "MaxNumberOfMessages": 10}, "sqs").get("Messages", [])
        found.update(json.loads(each["Body"])["id"] for each in got)
        return found

    return world.wait(look, lambda seen: len(seen) >= count)


@declared.check("PutPartnerEvents")
def partners_answered(proof, world, given, answer):
    wanted = [_partner_answer(world, entry) for entry in given["Entries"]]
    failed = len(wanted) - wanted.count("EventId")
    proof.equal("FailedEntryCount", failed, answer["FailedEntryCount"])
    proof.equal("members", [["EventId"] if each == "EventId" else ["ErrorCode", "ErrorMessage"] for each in wanted],
                [sorted(each) for each in answer["Entries"]])
    proof.equal("Entries", wanted, [each.get("ErrorCode", "EventId") for each in answer["Entries"]])


def _partner_answer(world, entry):
    if not entry.get("DetailType") or not entry.get("Detail"):
        return "InvalidArgument"
    known = entry.get("Source") == world.fixture("source")["Name"]
    return "EventId" if known else "NotAuthorizedForSource"


@declared.check("TestEventPattern")
def pattern_tested(proof, world, given, answer):
    """The event fits all samples."""
    proof.equal("Result", True, answer["Result"])
    other = proof.read("TestEventPattern", {"EventPattern": '{"source":["other"]}', "Event": given["Event"]})
    proof.equal("Result for another source", False, other.get("Result"))


@declared.check("PutPermission")
def permission_stands(proof, world, given, answer):
    policy = json.loads(proof.read("DescribeEventBus", {"Name": given["EventBusName"]}).get("Policy", "{}"))
    found = {each["Sid"]: each for each in policy.get("Statement", [])}.get(given["StatementId"], {})
    principal = "*" if given["Principal"] == "*" else {"AWS": f"arn:aws:iam::{given['Principal']}:root"}
    proof.equal("Principal", principal, found.get("Principal"))
    if "Condition" in given:
        asked = given["Condition"]
        proof.equal("Condition", {asked["Type"]: {asked["Key"]: asked["Value"]}}, found.get("Condition"))


@declared.check("RemovePermission")
def permission_gone(proof, world, given, answer):
    policy = json.loads(proof.read("DescribeEventBus", {"Name": given["EventBusName"]}).get("Policy", "{}"))
    proof.true("Policy", given.get("StatementId") not in {each["Sid"] for each in policy.get("Statement", [])},
               "the statement is gone", policy)


@declared.check("ActivateEventSource", "DeactivateEventSource")
def source_switched(proof, world, given, answer):
    world.ask("ActivateEventSource", given)
    proof.equal("State", "ACTIVE", proof.read("DescribeEventSource", given).get("State"))
    world.ask("DeactivateEventSource", given)
    proof.equal("State", "PENDING", proof.read("DescribeEventSource", given).get("State"))


def _in_state(operation, read, named, member, *states):
    """The thing is in one of the states, or gone where that is one of them."""

    @declared.check(operation)
    def check(proof, world, given, answer):
        found = world.caller().call(read, {named: given[named]})
        state = "gone" if found.code == NOT_FOUND else (found.parsed or {}).get(member)
        proof.true(member, state in states, " or ".join(states), state)
        proof.true(member, answer.get(member) in states, " or ".join(states), answer.get(member))


_in_state("DeleteConnection", "DescribeConnection", "Name", "ConnectionState", "DELETING", "gone")
_in_state("DeauthorizeConnection", "DescribeConnection", "Name", "ConnectionState", "DEAUTHORIZING", "DEAUTHORIZED")
_in_state("CancelReplay", "DescribeReplay", "ReplayName", "State", "CANCELLING", "CANCELLED")


@declared.check("DeleteEndpoint")
def endpoint_gone(proof, world, given, answer):
    found = world.caller().call("DescribeEndpoint", {"Name": given["Name"]})
    state = "gone" if found.code == NOT_FOUND else (found.parsed or {}).get("State")
    proof.true("State", state in ("gone", "DELETING"), "DELETING or gone", state)


#: What undoes an accepted creation: the operation, and its member in the input.
UNDO = {
    "CreateEventBus": ("DeleteEventBus", ("Name",)), "PutRule": ("DeleteRule", AT),
    "CreateArchive": ("DeleteArchive", ("ArchiveName",)), "CreateConnection": ("DeleteConnection", ("Name",)),
    "CreateApiDestination": ("DeleteApiDestination", ("Name",)), "CreateEndpoint": ("DeleteEndpoint", ("Name",)),
    "CreatePartnerEventSource": ("DeletePartnerEventSource", ("Name", "Account")),
}  # fmt: skip
for _create, (_delete, _names) in UNDO.items():
    declared.undo[_create] = lambda world, given, answer, delete=_delete, names=_names: world.ask(
        delete, {name: given[name] for name in names if name in given})
