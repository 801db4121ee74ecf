"""Pipes as resources: states on the clock, updates, lists, tags, refusals."""

import pytest

ROLE = "arn:aws:iam::000000000000:role/pipe"


@pytest.fixture
def ends(queue):
    return queue("in").arn, queue("out").arn


def test_states_follow_the_clock(pipes, ends, emulator, refused):
    made = pipes.create_pipe(Name="p", Source=ends[0], Target=ends[1], RoleArn=ROLE)
    assert (made["CurrentState"], made["DesiredState"]) == ("CREATING", "RUNNING")
    assert made["Arn"] == "arn:aws:pipes:us-east-1:000000000000:pipe/p"
    emulator.advance(1)
    assert pipes.describe_pipe(Name="p")["CurrentState"] == "RUNNING"
    assert pipes.stop_pipe(Name="p")["CurrentState"] == "STOPPING"
    assert refused(pipes.start_pipe, Name="p") == "ConflictException"
    emulator.advance(1)
    found = pipes.describe_pipe(Name="p")
    assert (found["CurrentState"], found["DesiredState"]) == ("STOPPED", "STOPPED")
    assert pipes.start_pipe(Name="p")["CurrentState"] == "STARTING"
    emulator.advance(1)
    assert pipes.describe_pipe(Name="p")["CurrentState"] == "RUNNING"
    assert pipes.delete_pipe(Name="p")["CurrentState"] == "DELETING"
    emulator.advance(1)
    assert refused(pipes.describe_pipe, Name="p") == "NotFoundException"


def test_a_pipe_may_begin_at_rest(pipe, ends):
    assert pipe(*ends, DesiredState="STOPPED")["CurrentState"] == "STOPPED"


def test_a_source_that_is_not_there_fails_the_creation(pipe, ends):
    found = pipe("arn:aws:sqs:us-east-1:000000000000:gone", ends[1])
    assert found["CurrentState"] == "CREATE_FAILED" and found["StateReason"]


def test_an_update_replaces_blocks(pipe, pipes, ends, emulator):
    pipe(*ends, Description="d", SourceParameters={
        "FilterCriteria": {"Filters": [{"Pattern": '{"body":["a"]}'}]}, "SqsQueueParameters": {"BatchSize": 2},
    }, TargetParameters={"InputTemplate": "<$.body>"})  # fmt: skip
    pipes.update_pipe(Name="p", RoleArn=ROLE, SourceParameters={
        "SqsQueueParameters": {"MaximumBatchingWindowInSeconds": 1}})  # fmt: skip
    assert pipes.describe_pipe(Name="p")["CurrentState"] == "UPDATING"
    emulator.advance(1)
    found = pipes.describe_pipe(Name="p")
    assert (found["CurrentState"], found["Description"]) == ("RUNNING", "d")
    assert found["SourceParameters"]["SqsQueueParameters"] == {"MaximumBatchingWindowInSeconds": 1}
    assert found["SourceParameters"]["FilterCriteria"] == {"Filters": [{"Pattern": '{"body":["a"]}'}]}
    assert found["TargetParameters"] == {"InputTemplate": "<$.body>"}


def test_lists_and_tags(pipe, pipes, ends):
    arn = pipe(*ends, "a1", Tags={"k": "v"})["Arn"]
    pipe(*ends, "b1", DesiredState="STOPPED")
    assert [each["Name"] for each in pipes.list_pipes()["Pipes"]] == ["a1", "b1"]
    assert [each["Name"] for each in pipes.list_pipes(NamePrefix="b")["Pipes"]] == ["b1"]
    assert [each["Name"] for each in pipes.list_pipes(CurrentState="RUNNING")["Pipes"]] == ["a1"]
    assert pipes.list_pipes(SourcePrefix="arn:aws:kinesis")["Pipes"] == []
    pipes.tag_resource(resourceArn=arn, tags={"l": "w"})
    pipes.untag_resource(resourceArn=arn, tagKeys=["k"])
    assert pipes.list_tags_for_resource(resourceArn=arn)["tags"] == {"l": "w"}
    assert pipes.describe_pipe(Name="a1")["Tags"] == {"l": "w"}


@pytest.mark.parametrize("members", [
    {"Source": "arn:aws:s3:::b"}, {"Target": "arn:aws:s3:::b"},
    {"Source": "arn:aws:kinesis:us-east-1:000000000000:stream/s"},
    {"Source": "arn:aws:sqs:eu-west-1:000000000000:q"},
    {"SourceParameters": {"FilterCriteria": {"Filters": [{"Pattern": "{"}]}}},
    {"SourceParameters": {"KinesisStreamParameters": {"StartingPosition": "LATEST"}}},
])  # fmt: skip
def test_refusals(pipes, ends, refused, members):
    given = {"Name": "p", "Source": ends[0], "Target": ends[1], "RoleArn": ROLE, **members}
    assert refused(pipes.create_pipe, **given) == "ValidationException"


def test_names_are_taken(pipe, pipes, ends, refused):
    pipe(*ends)
    assert refused(pipes.create_pipe, Name="p", Source=ends[0], Target=ends[1], RoleArn=ROLE) == "ConflictException"
