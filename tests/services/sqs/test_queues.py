"""Queues: create, find, list, purge, delete."""

import pytest

NOT_THERE = ("AWS.SimpleQueueService.NonExistentQueue", "The specified queue does not exist.")


def test_a_queue_url_has_the_host_account_and_name(sqs, endpoint):
    url = sqs.create_queue(QueueName="one")["QueueUrl"]
    assert url == f"{endpoint}/000000000000/one"
    assert sqs.get_queue_url(QueueName="one")["QueueUrl"] == url


@pytest.mark.parametrize(
    "form",
    ["https://sqs.us-east-1.amazonaws.com/000000000000/one", "http://us-east-1.queue.amazonaws.com/000000000000/one",
     "http://localhost:4566/queue/us-east-1/000000000000/one", "one"],
)  # fmt: skip
def test_any_url_that_ends_with_account_and_name_is_good(sqs, make_queue, attribute, form):
    make_queue("one")
    assert attribute(form, "QueueArn") == "arn:aws:sqs:us-east-1:000000000000:one"


def test_queues_belong_to_an_account_and_a_region(client, sqs, refused):
    sqs.create_queue(QueueName="one")
    stranger, elsewhere = client("sqs", access_key="111111111111"), client("sqs", region="eu-west-1")
    assert refused(stranger.get_queue_url, QueueName="one") == NOT_THERE
    assert refused(elsewhere.get_queue_url, QueueName="one") == NOT_THERE
    url = stranger.get_queue_url(QueueName="one", QueueOwnerAWSAccountId="000000000000")["QueueUrl"]
    stranger.send_message(QueueUrl=url, MessageBody="across")
    received = sqs.receive_message(QueueUrl=url, AttributeNames=["SenderId"])["Messages"][0]
    assert (received["Body"], received["Attributes"]) == ("across", {"SenderId": "111111111111"})


def test_create_finds_a_queue_with_the_same_attributes(sqs, make_queue, refused):
    url = make_queue("one", VisibilityTimeout="69", DelaySeconds="1")
    assert make_queue("one") == url
    assert make_queue("one", DelaySeconds="1") == url
    assert refused(sqs.create_queue, QueueName="one", Attributes={"VisibilityTimeout": "69", "DelaySeconds": "2"}) == (
        "QueueAlreadyExists",
        "A queue already exists with the same name and a different value for attribute DelaySeconds",
    )
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"DelaySeconds": "2"})
    assert make_queue("one", DelaySeconds="2") == url


@pytest.mark.parametrize("name", ["", "a/b", "a.fifo", "ä", "x" * 81])
def test_names_of_standard_queues(sqs, refused, name):
    assert refused(sqs.create_queue, QueueName=name) == (
        "InvalidParameterValue",
        "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length",
    )


@pytest.mark.parametrize("name", ["plain", ".fifo", "a.b.fifo", "x" * 76 + ".fifo"])
def test_names_of_fifo_queues(sqs, refused, name):
    assert refused(sqs.create_queue, QueueName=name, Attributes={"FifoQueue": "true"}) == (
        "InvalidParameterValue",
        "The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, "
        "must end with .fifo suffix and be 1 to 80 in length",
    )


def test_a_deleted_queue_is_gone_and_its_name_free_after_a_minute(sqs, make_queue, refused, bodies, emulator):
    url = make_queue("one")
    sqs.send_message(QueueUrl=url, MessageBody="old")
    sqs.delete_queue(QueueUrl=url)
    assert refused(sqs.send_message, QueueUrl=url, MessageBody="x") == NOT_THERE
    assert refused(sqs.delete_queue, QueueUrl=url) == NOT_THERE
    assert refused(sqs.create_queue, QueueName="one") == (
        "AWS.SimpleQueueService.QueueDeletedRecently",
        "You must wait 60 seconds after deleting a queue before you can create another with the same name.",
    )
    emulator.advance(60)
    assert bodies(make_queue("one")) == []


def test_list_by_prefix_and_page(sqs, make_queue, refused):
    urls = [make_queue(name) for name in ("a-1", "a-2", "a-3", "b-1")]
    assert sqs.list_queues()["QueueUrls"] == urls
    assert sqs.list_queues(QueueNamePrefix="a-")["QueueUrls"] == urls[:3]
    assert "QueueUrls" not in sqs.list_queues(QueueNamePrefix="c")
    first = sqs.list_queues(QueueNamePrefix="a", MaxResults=2)
    rest = sqs.list_queues(QueueNamePrefix="a", MaxResults=2, NextToken=first["NextToken"])
    assert first["QueueUrls"] + rest["QueueUrls"] == urls[:3]
    assert "NextToken" not in rest
    assert refused(sqs.list_queues, MaxResults=1001)[0] == "InvalidParameterValue"
    assert refused(sqs.list_queues, MaxResults=1, NextToken="?")[0] == "InvalidParameterValue"


def test_purge_takes_all_messages_and_is_allowed_once_a_minute(sqs, make_queue, refused, bodies, attribute, emulator):
    url = make_queue("one")
    for body in ("seen", "unseen"):
        sqs.send_message(QueueUrl=url, MessageBody=body)
    sqs.send_message(QueueUrl=url, MessageBody="delayed", DelaySeconds=1)
    held = sqs.receive_message(QueueUrl=url)["Messages"][0]["ReceiptHandle"]
    sqs.purge_queue(QueueUrl=url)
    for kind in ("", "NotVisible", "Delayed"):
        assert attribute(url, f"ApproximateNumberOfMessages{kind}") == "0"
    sqs.delete_message(QueueUrl=url, ReceiptHandle=held)
    assert refused(sqs.purge_queue, QueueUrl=url) == (
        "AWS.SimpleQueueService.PurgeQueueInProgress",
        "Only one PurgeQueue operation on one is allowed every 60 seconds.",
    )
    emulator.advance(60)
    assert bodies(url) == []
    sqs.purge_queue(QueueUrl=url)


def test_purging_thousands_of_messages_leaves_nothing(sqs, make_queue, attribute, emulator):
    url = make_queue("one")
    for _ in range(210):
        entries = [{"Id": str(number), "MessageBody": "m"} for number in range(10)]
        sqs.send_message_batch(QueueUrl=url, Entries=entries)
    assert attribute(url, "ApproximateNumberOfMessages") == "2100"
    sqs.purge_queue(QueueUrl=url)
    assert attribute(url, "ApproximateNumberOfMessages") == "0"
    emulator.advance(1)
    from emulator.services.sqs.tables import messages

    runtime = emulator._server.emulator.runtime
    assert emulator.on_loop(lambda: [len(rows) for rows in runtime.store.partitions(messages)]) == []
