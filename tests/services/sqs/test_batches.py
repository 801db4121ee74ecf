"""Batch operations: what refuses the whole request, and what a single entry."""

import pytest


def entries(count, **more):
    return [{"Id": str(number), "MessageBody": f"body-{number}", **more} for number in range(count)]


def test_results_are_in_the_order_of_the_entries(sqs, make_queue, bodies):
    url = make_queue()
    answer = sqs.send_message_batch(QueueUrl=url, Entries=entries(10))
    assert [each["Id"] for each in answer["Successful"]] == [str(number) for number in range(10)]
    assert "Failed" not in answer
    assert bodies(url, MaxNumberOfMessages=10) == [f"body-{number}" for number in range(10)]


@pytest.fixture(params=["SendMessageBatch", "DeleteMessageBatch", "ChangeMessageVisibilityBatch"])
def batch(request, sqs, make_queue):
    """(operation name, function of the ids of the entries)"""
    url = make_queue()
    operation, more = {
        "SendMessageBatch": (sqs.send_message_batch, {"MessageBody": "b"}),
        "DeleteMessageBatch": (sqs.delete_message_batch, {"ReceiptHandle": "h"}),
        "ChangeMessageVisibilityBatch": (
            sqs.change_message_visibility_batch, {"ReceiptHandle": "h", "VisibilityTimeout": 1},
        ),
    }[request.param]  # fmt: skip
    return request.param, lambda ids: operation(QueueUrl=url, Entries=[{"Id": each, **more} for each in ids])


def test_requests_refused_as_a_whole(batch, refused):
    name, call = batch
    prefix = "AWS.SimpleQueueService."
    assert refused(call, ids=[]) == (
        prefix + "EmptyBatchRequest", f"There should be at least one {name}RequestEntry in the request.",
    )  # fmt: skip
    assert refused(call, ids=[str(number) for number in range(20)]) == (
        prefix + "TooManyEntriesInBatchRequest", "Maximum number of entries per request are 10. You have sent 20.",
    )  # fmt: skip
    for bad in ("", "invalid:id", "testLongId" * 9):
        assert refused(call, ids=["ok", bad]) == (
            prefix + "InvalidBatchEntryId",
            "A batch entry id can only contain alphanumeric characters, hyphens and underscores. "
            "It can be at most 80 letters long.",
        )
    assert refused(call, ids=["a", "b", "a"]) == (prefix + "BatchEntryIdsNotDistinct", "Id a repeated.")


def test_total_length(sqs, make_queue, refused):
    url = make_queue()
    attribute = {"k": {"DataType": "String", "StringValue": "x"}}
    first = {"Id": "1", "MessageBody": "a" * 1_048_568, "MessageAttributes": attribute}
    assert refused(sqs.send_message_batch, QueueUrl=url, Entries=[first, {"Id": "2", "MessageBody": "a"}]) == (
        "AWS.SimpleQueueService.BatchRequestTooLong",
        "Batch requests cannot be longer than 1048576 bytes. You have sent 1048577 bytes.",
    )


def test_entries_refused_alone(sqs, make_queue, bodies):
    url = make_queue(MaximumMessageSize="1024")
    answer = sqs.send_message_batch(
        QueueUrl=url,
        Entries=[
            {"Id": "good", "MessageBody": "a" * 1024},
            {"Id": "long", "MessageBody": "a" * 1025},
            {"Id": "bad", "MessageBody": "\x01"},
            {"Id": "late", "MessageBody": "x", "DelaySeconds": 901},
            {"Id": "odd", "MessageBody": "x", "MessageAttributes": {"a": {"DataType": "String"}}},
        ],
    )
    assert [each["Id"] for each in answer["Successful"]] == ["good"]
    failed = {each["Id"]: each for each in answer["Failed"]}
    assert failed["long"] == {
        "Id": "long", "SenderFault": True, "Code": "InvalidParameterValue",
        "Message": "One or more parameters cannot be validated. Reason: Message must be shorter than 1024 bytes.",
    }  # fmt: skip
    assert failed["bad"]["Code"] == "InvalidMessageContents"
    assert failed["late"]["Code"] == failed["odd"]["Code"] == "InvalidParameterValue"
    assert bodies(url, MaxNumberOfMessages=10) == ["a" * 1024]


def test_delete_and_change_visibility(sqs, make_queue, attribute, bodies):
    url = make_queue()
    sqs.send_message_batch(QueueUrl=url, Entries=entries(3))
    handles = [m["ReceiptHandle"] for m in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=3)["Messages"]]
    answer = sqs.delete_message_batch(
        QueueUrl=url,
        Entries=[{"Id": "gone", "ReceiptHandle": handles[0]}, {"Id": "bad", "ReceiptHandle": "garbage"}],
    )
    assert [each["Id"] for each in answer["Successful"]] == ["gone"]
    assert answer["Failed"] == [
        {"Id": "bad", "SenderFault": True, "Code": "ReceiptHandleIsInvalid",
         "Message": 'The input receipt handle "garbage" is not a valid receipt handle.'}
    ]  # fmt: skip
    changes = [{"Id": str(n), "ReceiptHandle": handle, "VisibilityTimeout": 0} for n, handle in enumerate(handles)]
    answer = sqs.change_message_visibility_batch(QueueUrl=url, Entries=changes)
    assert [each["Id"] for each in answer["Successful"]] == ["1", "2"]
    assert answer["Failed"] == [
        {"Id": "0", "SenderFault": True, "Code": "ReceiptHandleIsInvalid",
         "Message": "Message does not exist or is not available for visibility timeout change"}
    ]  # fmt: skip
    assert sorted(bodies(url, MaxNumberOfMessages=10)) == ["body-1", "body-2"]


def test_all_entries_failed(sqs, make_queue):
    answer = sqs.delete_message_batch(QueueUrl=make_queue(), Entries=[{"Id": "1", "ReceiptHandle": "x"}])
    assert "Successful" not in answer
    assert answer["Failed"][0]["Id"] == "1"
