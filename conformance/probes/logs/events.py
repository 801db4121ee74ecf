"""Events: their order, their times, their limits; how they are read, searched, hidden and sealed."""

import json
import time

from conformance.probes import probe
from conformance.services.logs.hints import protection

API = "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/"
GUIDE = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/"
DAY = 86_400_000


def now():
    return int(time.time() * 1000)


def group(trial, **more):
    """A log group with a stream ``s``; returns its name."""
    name = trial.unique("/probe/")
    trial.ask("CreateLogGroup", logGroupName=name, **more)
    trial.later(lambda: trial.ask("DeleteLogGroup", logGroupName=name))
    trial.ask("CreateLogStream", logGroupName=name, logStreamName="s")
    return name


def put(trial, name, *events, stream="s"):
    """Put (time, message) pairs, or messages a millisecond apart."""
    at = now()
    pairs = [each if isinstance(each, tuple) else (at + number, each) for number, each in enumerate(events)]
    return trial.ask("PutLogEvents", logGroupName=name, logStreamName=stream, logEvents=[
        {"timestamp": moment, "message": message} for moment, message in pairs])


def messages(answer):
    return [event["message"] for event in answer["events"]]


def read(trial, name, **more):
    return trial.ask("GetLogEvents", logGroupName=name, logStreamName="s", **more)


def found(trial, name, pattern, **more):
    return messages(trial.ask("FilterLogEvents", logGroupName=name, filterPattern=pattern, **more))


def refused(trial, name, *pairs):
    trial.refused("PutLogEvents", "InvalidParameterException", 400, logGroupName=name, logStreamName="s", logEvents=[
        {"timestamp": moment, "message": message} for moment, message in pairs])
    assert read(trial, name)["events"] == []


@probe("logs", "PutLogEvents", "The events of a batch must be in chronological order", API + "API_PutLogEvents.html")
def batches_are_in_order(trial):
    refused(trial, group(trial), (now(), "later"), (now() - 1000, "earlier"))


@probe("logs", "PutLogEvents", "A batch can not span more than 24 hours", API + "API_PutLogEvents.html")
def batches_span_a_day(trial):
    name = group(trial)
    refused(trial, name, (now() - DAY - 1000, "a"), (now(), "b"))
    put(trial, name, (now() - DAY + 60_000, "a"), (now(), "b"))
    assert messages(read(trial, name)) == ["a", "b"]


@probe("logs", "PutLogEvents", "A batch holds at most 1,048,576 bytes, where each event counts 26 bytes more",
       API + "API_PutLogEvents.html")
def batches_have_a_largest_size(trial):
    name, half = group(trial), 1_048_576 // 2 - 26
    refused(trial, name, (now(), "x" * half), (now(), "y" * (half + 1)))
    put(trial, name, (now(), "x" * half), (now(), "y" * half))


@probe("logs", "PutLogEvents", "Events older than 14 days or more than 2 hours ahead are left out, and told of",
       API + "API_PutLogEvents.html")
def events_out_of_time_are_told(trial):
    name = group(trial)
    old = put(trial, name, (now() - 15 * DAY, "old"))
    assert old["rejectedLogEventsInfo"]["tooOldLogEventEndIndex"] == 1, old
    new = put(trial, name, (now(), "fine"), (now() + 3 * 3_600_000, "new"))
    assert new["rejectedLogEventsInfo"]["tooNewLogEventStartIndex"] == 1, new
    assert messages(read(trial, name)) == ["fine"]


@probe("logs", "PutLogEvents", "Events older than the group's retention are left out, and told of",
       API + "API_PutLogEvents.html")
def expired_events_are_told(trial):
    name = group(trial)
    trial.ask("PutRetentionPolicy", logGroupName=name, retentionInDays=1)
    answer = put(trial, name, (now() - 2 * DAY, "expired"))
    assert answer["rejectedLogEventsInfo"]["expiredLogEventEndIndex"] == 1, answer
    assert read(trial, name)["events"] == []


@probe("logs", "GetLogEvents", "At the end of a stream, the token that was given is returned",
       API + "API_GetLogEvents.html")
def the_last_token_repeats(trial):
    name = group(trial)
    put(trial, name, "a", "b", "c")
    head = read(trial, name, startFromHead=True, limit=2)
    assert messages(head) == ["a", "b"], head
    rest = read(trial, name, startFromHead=True, nextToken=head["nextForwardToken"])
    assert messages(rest) == ["c"], rest
    end = read(trial, name, startFromHead=True, nextToken=rest["nextForwardToken"])
    assert (end["events"], end["nextForwardToken"]) == ([], rest["nextForwardToken"]), end
    back = read(trial, name, nextToken=head["nextBackwardToken"])
    assert back["events"] == [], back


@probe("logs", "GetLogEvents", "Events are read in the order of their times, whenever they came",
       API + "API_GetLogEvents.html")
def late_events_find_their_place(trial):
    name, at = group(trial), now()
    for moment, message in ((at, "c"), (at - 2000, "a"), (at - 1000, "b")):
        put(trial, name, (moment, message))
    assert messages(read(trial, name)) == ["a", "b", "c"]
    assert messages(read(trial, name, startTime=at - 1000, endTime=at)) == ["b"]


@probe("logs", "FilterLogEvents", "The events of several streams are interleaved by their times",
       API + "API_FilterLogEvents.html")
def streams_interleave(trial):
    name, at = group(trial), now()
    trial.ask("CreateLogStream", logGroupName=name, logStreamName="t")
    put(trial, name, (at - 3, "one"), (at - 1, "three"))
    put(trial, name, (at - 2, "two"), (at, "four"), stream="t")
    assert found(trial, name, "") == ["one", "two", "three", "four"]
    assert found(trial, name, "", logStreamNames=["t"]) == ["two", "four"]


@probe("logs", "FilterLogEvents", "Terms must all be there, those after a minus not; of optional ones, one must be",
       GUIDE + "FilterAndPatternSyntax.html")
def terms_are_matched(trial):
    name = group(trial)
    put(trial, name, "ERROR disk full", "ERROR network", "WARN disk", "error disk full")
    assert found(trial, name, "ERROR disk") == ["ERROR disk full"]
    assert found(trial, name, "ERROR -network") == ["ERROR disk full"]
    assert found(trial, name, "?network ?WARN") == ["ERROR network", "WARN disk"]
    assert found(trial, name, '"disk full"') == ["ERROR disk full", "error disk full"]
    assert found(trial, name, "%(?i)error d%") == ["ERROR disk full", "error disk full"]


@probe("logs", "FilterLogEvents", "JSON patterns compare numbers, texts with wildcards, null and what does not exist",
       GUIDE + "FilterAndPatternSyntax.html")
def json_is_matched(trial):
    name = group(trial)
    first = '{"status":500,"user":{"id":"u-1"},"tags":["a","b"],"end":null}'
    second = '{"status":404,"user":{"id":"v-2"}}'
    put(trial, name, first, second, "no JSON")
    for pattern, wanted in (
        ("{ $.status >= 500 }", [first]), ('{ $.user.id = "v*" }', [second]), ("{ $.end IS NULL }", [first]),
        ("{ $.end NOT EXISTS }", [second]), ('{ $.tags[1] = "b" }', [first]),
        ('{ ($.status = 404 || $.status = 403) && $.user.id != "u-1" }', [second]), ("{ $.status = 4* }", [second]),
    ):  # fmt: skip
        assert found(trial, name, pattern) == wanted, pattern


@probe("logs", "FilterLogEvents", "Space-delimited patterns name fields, and an ellipsis stands for any number of them",
       GUIDE + "FilterAndPatternSyntax.html")
def fields_are_matched(trial):
    name = group(trial)
    lines = ['127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] "GET /a HTTP/1.0" 404 1534',
             '127.0.0.1 - - [10/Oct/2000:13:35:22 -0700] "GET /b HTTP/1.0" 500 5324']  # fmt: skip
    put(trial, name, *lines)
    assert found(trial, name, "[..., status = 4*, bytes]") == lines[:1]
    assert found(trial, name, "[ip, id, user, time, request = *b*, status, bytes > 2000]") == lines[1:]
    assert found(trial, name, "[ip, status]") == []


@probe("logs", "TestMetricFilter", "Fields without a name are told by their place", API + "API_TestMetricFilter.html")
def fields_are_told(trial):
    answer = trial.ask("TestMetricFilter", filterPattern="[..., bytes]", logEventMessages=["a b 5"])
    assert answer["matches"][0]["extractedValues"] == {"$1": "a", "$2": "b", "$bytes": "5"}, answer


@probe("logs", "GetLogEvents", "Data that a policy protects is masked, unless the reader asks for it unmasked",
       GUIDE + "mask-sensitive-log-data.html")
def sensitive_data_is_masked(trial):
    name = group(trial)
    trial.ask("PutDataProtectionPolicy", logGroupIdentifier=name, policyDocument=protection("p"))
    put(trial, name, "mail jane@example.com now")
    masked = messages(read(trial, name))[0]
    assert "jane" not in masked and masked.startswith("mail *") and masked.endswith("* now"), masked
    assert messages(read(trial, name, unmask=True)) == ["mail jane@example.com now"]


@probe("logs", "AssociateKmsKey", "Events under a key that is disabled can not be read",
       GUIDE + "encrypt-log-data-kms.html")
def sealed_events_need_their_key(trial):
    key = trial.fixture("key")
    name = group(trial, kmsKeyId=key["Arn"])
    put(trial, name, "secret")
    assert messages(read(trial, name)) == ["secret"]
    trial.ask("DisableKey", "kms", KeyId=key["KeyId"])
    answer = trial.call("GetLogEvents", logGroupName=name, logStreamName="s")
    trial.ask("EnableKey", "kms", KeyId=key["KeyId"])
    assert not answer.ok, answer.parsed
    assert messages(read(trial, name)) == ["secret"]


@probe("logs", "DeleteLogGroup", "A group that is protected can not be deleted",
       API + "API_PutLogGroupDeletionProtection.html")
def protected_groups_stay(trial):
    name = group(trial, deletionProtectionEnabled=True)
    answer = trial.call("DeleteLogGroup", logGroupName=name)
    trial.ask("PutLogGroupDeletionProtection", logGroupIdentifier=name, deletionProtectionEnabled=False)
    assert not answer.ok, "the group was deleted"


@probe("logs", "DescribeLogStreams", "Streams are ordered by their last event, the latest first on request",
       API + "API_DescribeLogStreams.html")
def streams_by_their_last_event(trial):
    name, at = group(trial), now()
    trial.ask("CreateLogStream", logGroupName=name, logStreamName="a")
    put(trial, name, (at, "x"))
    put(trial, name, (at - 1000, "x"), stream="a")
    given = {"logGroupName": name, "orderBy": "LastEventTime"}
    rows = trial.ask("DescribeLogStreams", **given, descending=True)["logStreams"]
    assert [each["logStreamName"] for each in rows] == ["s", "a"], rows
    trial.refused("DescribeLogStreams", "InvalidParameterException", 400, **given, logStreamNamePrefix="a")


@probe("logs", "PutTransformer", "A transformer makes documents of events; their messages stay as they were",
       GUIDE + "CloudWatch-Logs-Transformation.html")
def transformers_transform(trial):
    config = [{"grok": {"match": "%{IP:client} %{WORD:verb} %{NUMBER:took:int}"}},
              {"renameKeys": {"entries": [{"key": "verb", "renameTo": "method"}]}},
              {"lowerCaseString": {"withKeys": ["method"]}}]  # fmt: skip
    answer = trial.ask("TestTransformer", transformerConfig=config, logEventMessages=["10.0.0.1 GET 5"])
    made = json.loads(answer["transformedLogs"][0]["transformedEventMessage"])
    assert made == {"client": "10.0.0.1", "took": 5, "method": "get"}, made
    name = group(trial)
    trial.ask("PutTransformer", logGroupIdentifier=name, transformerConfig=config)
    put(trial, name, "10.0.0.1 GET 5")
    assert messages(read(trial, name)) == ["10.0.0.1 GET 5"]
