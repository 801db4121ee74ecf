"""Pipes from queues: records, filters, templates, batches, targets."""

import json

ROLE = "arn:aws:iam::000000000000:role/pipe"


def test_a_message_passes_and_is_deleted(pipe, queue, until):
    source, target = queue("in"), queue("out")
    pipe(source.arn, target.arn)
    source.send("hello", MessageAttributes={"a": {"DataType": "String", "StringValue": "1"}})
    (found,) = until(target.documents)
    assert (found["body"], found["eventSource"], found["eventSourceARN"]) == ("hello", "aws:sqs", source.arn)
    assert found["messageAttributes"]["a"]["stringValue"] == "1" and found["attributes"]["ApproximateReceiveCount"]
    assert source.empty()


def test_what_waited_before_the_pipe_goes_too(pipe, queue):
    source, target = queue("in"), queue("out")
    source.send(*(str(number) for number in range(25)))
    pipe(source.arn, target.arn, TargetParameters={"InputTemplate": "<$.body>"})
    assert sorted(map(int, target.bodies())) == list(range(25)) and source.empty()


def test_filters_drop_what_does_not_fit(pipe, queue):
    source, target = queue("in"), queue("out")
    source.send('{"kind":"a","n":1}', '{"kind":"b","n":2}', "no json")
    pipe(source.arn, target.arn, SourceParameters={
        "FilterCriteria": {"Filters": [{"Pattern": '{"body":{"kind":["b"]}}'}]},
    }, TargetParameters={"InputTemplate": '{"n": <$.body.n>, "pipe": "<aws.pipes.pipe-name>"}'})  # fmt: skip
    assert target.bodies() == ['{"n": 2, "pipe": "p"}'] and source.empty()


def test_a_batching_window_gathers(pipe, queue, emulator, until):
    source, target = queue("in"), queue("out")
    pipe(source.arn, target.arn, SourceParameters={
        "SqsQueueParameters": {"BatchSize": 3, "MaximumBatchingWindowInSeconds": 20}})  # fmt: skip
    source.send("1")
    emulator.advance(10)
    assert target.messages() == []
    source.send("2", "3")
    assert len(until(target.messages)) == 3
    source.send("4")
    emulator.advance(40)
    assert len(until(target.messages)) == 1


def test_paths_in_the_targets_parameters(pipe, queue):
    source = queue("in")
    target = queue("out.fifo", FifoQueue="true", ContentBasedDeduplication="true")
    source.send('{"group":"g7"}')
    pipe(source.arn, target.arn, TargetParameters={"SqsQueueParameters": {"MessageGroupId": "$.body.group"}})
    assert [each["Attributes"]["MessageGroupId"] for each in target.messages()] == ["g7"]


def test_a_bus_as_the_target(pipe, queue, client):
    source, target, events = queue("in"), queue("out"), client("events")
    events.put_rule(Name="r", EventPattern=json.dumps({"source": ["Pipe p"]}))
    events.put_targets(Rule="r", Targets=[{"Id": "t", "Arn": target.arn}])
    source.send('{"a":1}')
    pipe(source.arn, "arn:aws:events:us-east-1:000000000000:event-bus/default",
         TargetParameters={"InputTemplate": "<$.body>"})  # fmt: skip
    (found,) = target.documents()
    assert (found["detail-type"], found["detail"]) == ("Event from aws:sqs", {"a": 1})


def test_a_target_that_fails_leaves_the_message(pipe, queue, client, emulator):
    dead, target = queue("dead"), queue("out")
    source = queue("in", VisibilityTimeout="10", RedrivePolicy=json.dumps({
        "deadLetterTargetArn": dead.arn, "maxReceiveCount": 2}))  # fmt: skip
    client("sqs").delete_queue(QueueUrl=target.url)
    source.send("x")
    pipe(source.arn, target.arn)
    emulator.advance(60)
    assert dead.bodies() == ["x"]


def test_a_stopped_pipe_rests(pipe, pipes, queue, emulator):
    source, target = queue("in"), queue("out")
    pipe(source.arn, target.arn)
    pipes.stop_pipe(Name="p")
    emulator.advance(1)
    source.send("x")
    emulator.advance(60)
    assert target.messages() == []
    pipes.start_pipe(Name="p")
    emulator.advance(1)
    assert len(target.messages()) == 1
