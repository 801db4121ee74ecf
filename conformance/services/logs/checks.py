"""What proves that a call did its work: groups, streams and events as they are told afterwards."""

from conformance.services.logs.fixtures import MESSAGES, NOT_FOUND
from conformance.services.logs.hints import NOW, declared
from conformance.services.readback import gone

NEXT = ("nextToken", "nextToken")


def shown(proof, name):
    """What DescribeLogGroups tells of a group."""
    found = proof.read("DescribeLogGroups", {"logGroupNamePrefix": name}).get("logGroups", [])
    return next((each for each in found if each["logGroupName"] == name), {})


# Groups


@declared.check("CreateLogGroup")
def group_stands(proof, world, given, answer):
    found, name = shown(proof, given["logGroupName"]), given["logGroupName"]
    arn = f"arn:aws:logs:{world.region}:{world.account}:log-group:{name}"
    proof.holds("DescribeLogGroups", {
        "logGroupName": name, "arn": f"{arn}:*", "logGroupArn": arn, "storedBytes": 0, "metricFilterCount": 0,
        "logGroupClass": given.get("logGroupClass", "STANDARD"), "deletionProtectionEnabled": False}, found)
    proof.equal("kmsKeyId", given.get("kmsKeyId"), found.get("kmsKeyId"))
    proof.true("creationTime", abs(found.get("creationTime", 0) - NOW) < 3_600_000, "now", found.get("creationTime"))
    proof.equal("retentionInDays", 2 if given.get("logGroupClass") == "DELIVERY" else None,
                found.get("retentionInDays"))
    tags = proof.read("ListTagsForResource", {"resourceArn": arn}).get("tags", {})
    proof.equal("tags", given.get("tags", {}), tags)


declared.undo["CreateLogGroup"] = lambda world, given, answer: world.ask(
    "DeleteLogGroup", {"logGroupName": given["logGroupName"]})
gone(declared, "DeleteLogGroup", read="ListTagsLogGroup", by=("logGroupName",), code=NOT_FOUND)


@declared.check("DescribeLogGroups", "ListLogGroups")
def groups_listed(proof, world, given, answer):
    made = world.fixture("group")
    if "limit" in given:
        proof.pages(proof_of(answer, given), given, "logGroups", NEXT, "logGroupName")
        return
    wanted = given.get("logGroupClass", "STANDARD") == "STANDARD" and not {
        "fieldIndexNames", "dataSources"} & given.keys()
    rows = {each["logGroupName"]: each for each in answer["logGroups"]}
    proof.equal("logGroups", wanted, made["Name"] in rows)
    if wanted:
        row = rows[made["Name"]]
        proof.holds("logGroups[0]", {"logGroupArn": made["Arn"], "logGroupClass": "STANDARD"}, row)
        if "creationTime" in row:
            proof.holds("logGroups[0]", {"arn": f"{made['Arn']}:*", "metricFilterCount": 0}, row)
            proof.true("creationTime", abs(row["creationTime"] - NOW) < 3_600_000, "now", row["creationTime"])
            proof.equal("storedBytes", "logGroupNamePattern" not in given, "storedBytes" in row)
            proof.equal("deletionProtectionEnabled", None if "logGroupNamePattern" in given else False,
                        row.get("deletionProtectionEnabled"))


def proof_of(answer, given):
    """Which of the two operations answered: only one tells when a group was made."""
    return "DescribeLogGroups" if any("creationTime" in each for each in answer["logGroups"]) else "ListLogGroups"


@declared.check("PutRetentionPolicy", "DeleteRetentionPolicy")
def retention_stands(proof, world, given, answer):
    found = shown(proof, given["logGroupName"])
    proof.equal("retentionInDays", given.get("retentionInDays"), found.get("retentionInDays"))


@declared.check("AssociateKmsKey", "DisassociateKmsKey")
def key_stands(proof, world, given, answer):
    name = given.get("logGroupName") or given["resourceIdentifier"].rpartition(":")[2]
    proof.equal("kmsKeyId", given.get("kmsKeyId"), shown(proof, name).get("kmsKeyId"))


@declared.check("PutLogGroupDeletionProtection")
def protection_stands(proof, world, given, answer):
    found = shown(proof, given["logGroupIdentifier"])
    proof.equal("deletionProtectionEnabled", given["deletionProtectionEnabled"],
                found.get("deletionProtectionEnabled"))


declared.undo["PutLogGroupDeletionProtection"] = lambda world, given, answer: world.ask(
    "PutLogGroupDeletionProtection", {**given, "deletionProtectionEnabled": False})


@declared.check("PutBearerTokenAuthentication")
def bearer_stands(proof, world, given, answer):
    found = shown(proof, given["logGroupIdentifier"])
    proof.equal("bearerTokenAuthenticationEnabled", given["bearerTokenAuthenticationEnabled"],
                found.get("bearerTokenAuthenticationEnabled", False))


@declared.check("TagResource", "UntagResource", "ListTagsForResource", "TagLogGroup", "UntagLogGroup",
                "ListTagsLogGroup")
def tags_stand(proof, world, given, answer):
    made = world.fixture("group")
    added = given.get("tags", {})
    wanted = made["Tags"] | (added if isinstance(added, dict) else {})
    for key in (*given.get("tagKeys", ()), *(added if isinstance(added, list) else ())):
        wanted.pop(key, None)
    for operation, by in (("ListTagsForResource", {"resourceArn": made["Arn"]}),
                          ("ListTagsLogGroup", {"logGroupName": made["Name"]})):
        proof.equal(f"{operation} tags", wanted, proof.read(operation, by).get("tags"))
    if not added and "tagKeys" not in given:
        proof.equal("tags", wanted, answer.get("tags"))


# Streams and events


@declared.check("CreateLogStream")
def stream_stands(proof, world, given, answer):
    by = {"logGroupName": given["logGroupName"], "logStreamNamePrefix": given["logStreamName"]}
    found = proof.read("DescribeLogStreams", by).get("logStreams", [{}])[0]
    arn = f"{world.fixture('group')['Arn']}:log-stream:{given['logStreamName']}"
    proof.holds("DescribeLogStreams", {"logStreamName": given["logStreamName"], "arn": arn, "storedBytes": 0}, found)
    proof.true("lastEventTimestamp", "lastEventTimestamp" not in found, "absent", found)


gone(declared, "DeleteLogStream", read="GetLogEvents", by=("logGroupName", "logStreamName"), code=NOT_FOUND)


@declared.check("DescribeLogStreams")
def streams_listed(proof, world, given, answer):
    made = world.fixture("stream")
    if "limit" in given:
        proof.pages("DescribeLogStreams", given, "logStreams", NEXT, "logStreamName")
        return
    row = next((each for each in answer["logStreams"] if each["logStreamName"] == made["Stream"]), {})
    proof.holds("logStreams[0]", {
        "logStreamName": made["Stream"], "arn": made["Arn"], "firstEventTimestamp": NOW,
        "lastEventTimestamp": NOW + len(MESSAGES) - 1, "storedBytes": 0}, row)
    for name in ("creationTime", "lastIngestionTime", "uploadSequenceToken"):
        proof.true(name, row.get(name), "told", row.get(name))


@declared.rule("DescribeLogStreams")
def no_prefix_with_times(given):
    given = {name: value for name, value in given.items()
             if name != "logGroupName" or "logGroupIdentifier" not in given}
    if given.get("orderBy") == "LastEventTime":
        given.pop("logStreamNamePrefix", None)
    return given


@declared.check("PutLogEvents")
def events_stand(proof, world, given, answer):
    proof.true("nextSequenceToken", answer.get("nextSequenceToken"), "told")
    proof.equal("rejectedLogEventsInfo", None, answer.get("rejectedLogEventsInfo"))
    found = proof.read("GetLogEvents", {
        "logGroupName": given["logGroupName"], "logStreamName": given["logStreamName"], "startFromHead": True})
    rows = [(each["timestamp"], each["message"]) for each in found.get("events", [])]
    missing = [each for each in given["logEvents"] if (each["timestamp"], each["message"]) not in rows]
    proof.equal("events that are not read", [], missing[:3])
    proof.true("ingestionTime", all(each.get("ingestionTime") for each in found.get("events", [])), "told")


@declared.check("GetLogEvents")
def events_read(proof, world, given, answer):
    rows = [each["message"] for each in answer["events"]]
    wanted = list(MESSAGES)
    if given.get("limit") == 1:
        wanted = wanted[:1] if given.get("startFromHead") else wanted[-1:]
    proof.equal("events", wanted, rows)
    proof.true("ingestionTime", all(abs(each["ingestionTime"] - NOW) < 3_600_000 for each in answer["events"]), "now")
    proof.true("timestamp", all(0 <= each["timestamp"] - NOW < 3 for each in answer["events"]), "as put")
    for name in ("nextForwardToken", "nextBackwardToken"):
        more = proof.read("GetLogEvents", {**given, "nextToken": answer[name], "limit": 10_000}).get("events", [])
        here = [each["message"] for each in more]
        before = MESSAGES.index(wanted[0])
        proof.equal(name, list(MESSAGES[:before] if name == "nextBackwardToken" else
                               MESSAGES[before + len(wanted):]), here)


@declared.check("FilterLogEvents")
def events_found(proof, world, given, answer):
    pattern = given.get("filterPattern", "")
    wanted = [each for each in MESSAGES if pattern == "" or each in pattern.replace("?", "").split()]
    if pattern == "first -nothing":
        wanted = ["first"]
    if given.get("startFromHead") is False:
        wanted.reverse()
    if "limit" in given:
        wanted = wanted[: given["limit"]]
        proof.pages("FilterLogEvents", given, "events", NEXT, "eventId")
    proof.equal("events", wanted, [each["message"] for each in answer["events"]])
    for each in answer["events"]:
        proof.equal("logStreamName", world.fixture("stream")["Stream"], each["logStreamName"])
        proof.true("timestamp", 0 <= each["timestamp"] - NOW < 3, "as put", each["timestamp"])
        proof.true("ingestionTime", abs(each["ingestionTime"] - NOW) < 3_600_000, "now", each["ingestionTime"])
        proof.true("eventId", each["eventId"].isdigit() and len(each["eventId"]) == 56, "56 digits", each["eventId"])
    proof.equal("searchedLogStreams", [], answer.get("searchedLogStreams"))


@declared.check("GetLogGroupFields")
def fields_told(proof, world, given, answer):
    found = {each["name"]: each["percent"] for each in answer["logGroupFields"]}
    proof.holds("logGroupFields", {"@message": 100, "@timestamp": 100, "user.name": 33, "a": 33}, found)


@declared.check("GetLogRecord")
def record_told(proof, world, given, answer):
    group, stream = world.fixture("group"), world.fixture("stream")
    proof.holds("logRecord", {"@message": MESSAGES[1], "@logStream": stream["Stream"], "a": "b", "user.name": "ann",
                              "@timestamp": str(NOW + 1), "@log": f"{world.account}:{group['Name']}",
                              "@ptr": given["logRecordPointer"]}, answer["logRecord"])
