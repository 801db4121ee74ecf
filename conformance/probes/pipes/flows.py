"""Pipes from queues, streams and tables to queues."""

import json
import time

from conformance.probes import probe

API = "https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/"
GUIDE = "https://docs.aws.amazon.com/eventbridge/latest/userguide/"
ROLE = "arn:aws:iam::111122223333:role/pipes"
PATIENCE = 30.0


def until(look, what):
    """What ``look`` gives as soon as it gives something."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"{what} did not come")


class Queue:
    def __init__(self, trial, suffix="", **attributes):
        self._trial = trial
        self.url = trial.ask("CreateQueue", "sqs", QueueName=trial.unique("pipes") + suffix,
                             Attributes=attributes)["QueueUrl"]
        self.arn = trial.ask("GetQueueAttributes", "sqs", QueueUrl=self.url, AttributeNames=["QueueArn"])[
            "Attributes"]["QueueArn"]
        trial.later(lambda: trial.ask("DeleteQueue", "sqs", QueueUrl=self.url))

    def send(self, *bodies):
        for body in bodies:
            self._trial.ask("SendMessage", "sqs", QueueUrl=self.url, MessageBody=body)

    def messages(self, count=1):
        found = []

        def look():
            got = self._trial.ask("ReceiveMessage", "sqs", QueueUrl=self.url, MaxNumberOfMessages=10,
                                  WaitTimeSeconds=1, AttributeNames=["All"]).get("Messages", [])
            for each in got:
                self._trial.ask("DeleteMessage", "sqs", QueueUrl=self.url, ReceiptHandle=each["ReceiptHandle"])
            found.extend(got)
            return len(found) >= count

        until(look, f"{count} messages")
        assert len(found) == count, found
        return found

    def bodies(self, count=1):
        return [each["Body"] for each in self.messages(count)]

    def left(self):
        found = self._trial.ask("GetQueueAttributes", "sqs", QueueUrl=self.url, AttributeNames=["All"])["Attributes"]
        return int(found["ApproximateNumberOfMessages"]) + int(found["ApproximateNumberOfMessagesNotVisible"])


def pipe(trial, source, target, state="RUNNING", **members):
    """A pipe in its first lasting state; its description."""
    name = trial.unique("pipe")
    trial.ask("CreatePipe", Name=name, Source=source, Target=target, RoleArn=ROLE, **members)
    trial.later(lambda: trial.ask("DeletePipe", Name=name))
    return reached(trial, name, state)


def reached(trial, name, state):
    def look():
        found = trial.ask("DescribePipe", Name=name)
        return found if found["CurrentState"] == state else None

    return until(look, f"the state {state}")


@probe("pipes", "CreatePipe", "A message of a queue reaches the target as a record and is deleted from the source",
       GUIDE + "eb-pipes-sqs.html")
def messages_pass(trial):
    source, target = Queue(trial), Queue(trial)
    pipe(trial, source.arn, target.arn)
    source.send("hello")
    found = json.loads(target.bodies()[0])
    assert (found["body"], found["eventSource"], found["eventSourceARN"]) == ("hello", "aws:sqs", source.arn), found
    until(lambda: source.left() == 0, "the deletion")


@probe("pipes", "CreatePipe", "A filter drops messages that do not fit, from the source too",
       GUIDE + "eb-pipes-event-filtering.html")
def filters_drop(trial):
    source, target = Queue(trial), Queue(trial)
    source.send('{"n":1}', '{"n":2}')
    pipe(trial, source.arn, target.arn, SourceParameters={
        "FilterCriteria": {"Filters": [{"Pattern": '{"body":{"n":[2]}}'}]}})
    assert json.loads(target.bodies()[0])["body"] == '{"n":2}'
    until(lambda: source.left() == 0, "the deletion of both")


@probe("pipes", "CreatePipe", "An input template reads JSON inside of a message's body",
       GUIDE + "eb-pipes-input-transformation.html")
def templates_read_bodies(trial):
    source, target = Queue(trial), Queue(trial)
    source.send('{"who":"Ada"}')
    made = pipe(trial, source.arn, target.arn, TargetParameters={
        "InputTemplate": '{"hello": "<$.body.who>", "pipe": "<aws.pipes.pipe-name>"}'})
    assert json.loads(target.bodies()[0]) == {"hello": "Ada", "pipe": made["Name"]}


@probe("pipes", "CreatePipe", "A group of a FIFO target may be read from the event",
       GUIDE + "eb-pipes-event-target.html")
def groups_from_events(trial):
    source = Queue(trial)
    target = Queue(trial, ".fifo", FifoQueue="true", ContentBasedDeduplication="true")
    source.send('{"group":"g7"}')
    pipe(trial, source.arn, target.arn, TargetParameters={
        "SqsQueueParameters": {"MessageGroupId": "$.body.group"}})
    assert target.messages()[0]["Attributes"]["MessageGroupId"] == "g7"


@probe("pipes", "CreatePipe", "A batch waits for its window or its size", GUIDE + "eb-pipes-batching-concurrency.html")
def batches_wait(trial):
    source, target = Queue(trial), Queue(trial)
    pipe(trial, source.arn, target.arn, SourceParameters={
        "SqsQueueParameters": {"BatchSize": 2, "MaximumBatchingWindowInSeconds": 300}})
    source.send("one")
    time.sleep(1.5)
    assert target.left() == 0, "the batch did not wait"
    source.send("two")
    target.messages(2)


@probe("pipes", "CreatePipe", "A bus as the target gets events with the pipe's name as their source",
       API + "API_PipeTargetEventBridgeEventBusParameters.html")
def buses_as_targets(trial):
    source, target, name = Queue(trial), Queue(trial), trial.unique("rule")
    trial.ask("PutRule", "events", Name=name, EventPattern='{"source":[{"prefix":"Pipe "}]}')
    trial.ask("PutTargets", "events", Rule=name, Targets=[{"Id": "t", "Arn": target.arn}])
    trial.later(lambda: trial.ask("DeleteRule", "events", Name=name))
    trial.later(lambda: trial.ask("RemoveTargets", "events", Rule=name, Ids=["t"]))
    source.send('{"a":1}')
    bus = source.arn.replace(":sqs:", ":events:").rpartition(":")[0] + ":event-bus/default"
    made = pipe(trial, source.arn, bus, TargetParameters={"InputTemplate": "<$.body>"})
    found = json.loads(target.bodies()[0])
    assert (found["source"], found["detail-type"]) == (f"Pipe {made['Name']}", "Event from aws:sqs"), found
    assert found["detail"] == {"a": 1}, found


@probe("pipes", "StopPipe", "A stopped pipe leaves messages where they are until it is started again",
       API + "API_StopPipe.html")
def stopped_pipes_rest(trial):
    source, target = Queue(trial), Queue(trial)
    name = pipe(trial, source.arn, target.arn)["Name"]
    trial.ask("StopPipe", Name=name)
    reached(trial, name, "STOPPED")
    source.send("later")
    time.sleep(1.0)
    assert target.left() == 0, "a stopped pipe moved a message"
    trial.ask("StartPipe", Name=name)
    target.messages()


def stream(trial):
    """A Kinesis stream of one shard; its name and ARN."""
    name = trial.unique("pipes")
    trial.ask("CreateStream", "kinesis", StreamName=name, ShardCount=1)
    trial.later(lambda: trial.ask("DeleteStream", "kinesis", StreamName=name))

    def look():
        found = trial.ask("DescribeStreamSummary", "kinesis", StreamName=name)["StreamDescriptionSummary"]
        return found["StreamARN"] if found["StreamStatus"] == "ACTIVE" else None

    return name, until(look, "the stream")


def put(trial, name, *values):
    for value in values:
        trial.ask("PutRecord", "kinesis", StreamName=name, PartitionKey="k", Data=json.dumps(value).encode())


@probe("pipes", "CreatePipe", "Records of a shard come in their order, from TRIM_HORIZON with those that were there",
       GUIDE + "eb-pipes-kinesis.html")
def streams_in_order(trial):
    target = Queue(trial, ".fifo", FifoQueue="true", ContentBasedDeduplication="true")
    name, arn = stream(trial)
    put(trial, name, {"n": 1}, {"n": 2})
    pipe(trial, arn, target.arn, SourceParameters={"KinesisStreamParameters": {"StartingPosition": "TRIM_HORIZON"}},
         TargetParameters={"InputTemplate": "<$.data.n>", "SqsQueueParameters": {"MessageGroupId": "g"}})
    put(trial, name, {"n": 3})
    assert target.bodies(3) == ["1", "2", "3"]


@probe("pipes", "CreatePipe", "From LATEST a pipe reads what comes after it", GUIDE + "eb-pipes-kinesis.html")
def latest_begins_now(trial):
    target = Queue(trial)
    name, arn = stream(trial)
    put(trial, name, {"n": 1})
    pipe(trial, arn, target.arn, SourceParameters={"KinesisStreamParameters": {"StartingPosition": "LATEST"}},
         TargetParameters={"InputTemplate": "<$.data.n>"})
    put(trial, name, {"n": 2})
    assert target.bodies() == ["2"]


@probe("pipes", "CreatePipe", "Records that can not be delivered are told to the dead-letter queue by their place",
       API + "API_PipeSourceKinesisStreamParameters.html")
def streams_have_dead_letters(trial):
    target, dead = Queue(trial), Queue(trial)
    name, arn = stream(trial)
    put(trial, name, {"n": 1}, {"n": {"o": 1}}, {"n": 3})
    pipe(trial, arn, target.arn, SourceParameters={"KinesisStreamParameters": {
        "StartingPosition": "TRIM_HORIZON", "MaximumRetryAttempts": 0, "OnPartialBatchItemFailure": "AUTOMATIC_BISECT",
        "DeadLetterConfig": {"Arn": dead.arn}}}, TargetParameters={"InputTemplate": '{"n": "<$.data.n>"}'})
    info = json.loads(dead.bodies()[0])["KinesisBatchInfo"]
    assert (info["streamArn"], info["batchSize"]) == (arn, 1), info
    assert sorted(target.bodies(2)) == ['{"n": "1"}', '{"n": "3"}']


@probe("pipes", "CreatePipe", "Changes of a table pass with their images", GUIDE + "eb-pipes-dynamodb.html")
def tables_as_sources(trial):
    target, name = Queue(trial), trial.unique("pipes")
    made = trial.ask("CreateTable", "dynamodb", TableName=name, BillingMode="PAY_PER_REQUEST",
                     KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
                     AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
                     StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"})
    trial.later(lambda: trial.ask("DeleteTable", "dynamodb", TableName=name))
    until(lambda: trial.ask("DescribeTable", "dynamodb", TableName=name)["Table"]["TableStatus"] == "ACTIVE",
          "the table")
    trial.ask("PutItem", "dynamodb", TableName=name, Item={"id": {"S": "1"}})
    pipe(trial, made["TableDescription"]["LatestStreamArn"], target.arn, SourceParameters={
        "DynamoDBStreamParameters": {"StartingPosition": "TRIM_HORIZON"}})
    found = json.loads(target.bodies()[0])
    assert (found["eventName"], found["eventSource"]) == ("INSERT", "aws:dynamodb"), found
    assert found["dynamodb"]["NewImage"] == {"id": {"S": "1"}}, found


@probe("pipes", "CreatePipe", "A pipe whose source is not there fails to be created, with a reason",
       API + "API_DescribePipe.html")
def sources_must_stand(trial):
    target = Queue(trial)
    found = pipe(trial, target.arn + "-gone", target.arn, "CREATE_FAILED")
    assert found["StateReason"], found


@probe("pipes", "CreatePipe", "A stream needs its starting position",
       API + "API_PipeSourceKinesisStreamParameters.html")
def streams_need_a_start(trial):
    trial.refused("CreatePipe", "ValidationException", 400, Name=trial.unique("pipe"), RoleArn=ROLE,
                  Source="arn:aws:kinesis:us-east-1:111122223333:stream/s",
                  Target="arn:aws:sqs:us-east-1:111122223333:q")


@probe("pipes", "CreatePipe", "A name is taken once", API + "API_CreatePipe.html")
def names_are_taken(trial):
    made = trial.fixture("pipe")
    trial.refused("CreatePipe", "ConflictException", 409, **{
        name: made[name] for name in ("Name", "Source", "Target", "RoleArn")})


@probe("pipes", "UpdatePipe", "An update replaces the blocks of parameters that it gives and leaves the others",
       API + "API_UpdatePipe.html")
def updates_replace_blocks(trial):
    source, target = Queue(trial), Queue(trial)
    name = pipe(trial, source.arn, target.arn, Description="kept", SourceParameters={
        "FilterCriteria": {"Filters": [{"Pattern": '{"body":["a"]}'}]}, "SqsQueueParameters": {"BatchSize": 2}})["Name"]
    trial.ask("UpdatePipe", Name=name, RoleArn=ROLE, SourceParameters={"SqsQueueParameters": {"BatchSize": 3}})
    found = reached(trial, name, "RUNNING")
    assert found["SourceParameters"]["SqsQueueParameters"]["BatchSize"] == 3, found
    assert found["SourceParameters"]["FilterCriteria"]["Filters"] == [{"Pattern": '{"body":["a"]}'}], found
    assert found["Description"] == "kept", found
