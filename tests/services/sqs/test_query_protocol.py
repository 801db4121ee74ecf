"""The same service in its older protocol: forms in, XML out."""

import urllib.error
import urllib.parse
import urllib.request
import xml.etree.ElementTree as ET

import pytest

NAMESPACE = "{http://queue.amazonaws.com/doc/2012-11-05/}"
SIGNED = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=x"


@pytest.fixture
def call(endpoint):
    """``call("SendMessage", path, MessageBody=…)`` → (status, the answer as an element tree)."""

    def send(action, path="/", method="POST", **parameters):
        form = urllib.parse.urlencode({"Action": action, "Version": "2012-11-05", **parameters})
        url = urllib.parse.urljoin(endpoint, path)
        if method == "GET":
            request = urllib.request.Request(f"{url}?{form}")
        else:
            request = urllib.request.Request(url, form.encode())
        request.add_header("Authorization", SIGNED)
        try:
            with urllib.request.urlopen(request) as answer:
                return answer.status, ET.fromstring(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, ET.fromstring(error.read())

    return send


def text(element, *path):
    return element.findtext("/".join(NAMESPACE + each for each in path))


def error_of(answer):
    status, element = answer
    return status, text(element, "Error", "Code"), text(element, "Error", "Message")


@pytest.fixture
def path(make_queue):
    return urllib.parse.urlparse(make_queue("one")).path


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_send_and_receive_at_the_queue_s_own_path(call, path, method):
    attribute = {
        "MessageAttribute.1.Name": "a",
        "MessageAttribute.1.Value.DataType": "String",
        "MessageAttribute.1.Value.StringValue": "x",
    }
    status, sent = call("SendMessage", path, method, MessageBody="foo&bar", **attribute)
    assert status == 200
    wanted = {"AttributeName.1": "All", "MessageAttributeName.1": "All"}
    _, received = call("ReceiveMessage", path, method, **wanted)
    message = received.find(f"{NAMESPACE}ReceiveMessageResult/{NAMESPACE}Message")
    assert text(message, "Body") == "foo&bar"
    assert text(message, "MessageId") == text(sent, "SendMessageResult", "MessageId")
    assert text(message, "MD5OfMessageAttributes") == text(sent, "SendMessageResult", "MD5OfMessageAttributes")
    assert text(message, "MessageAttribute", "Name") == "a"
    assert text(message, "MessageAttribute", "Value", "StringValue") == "x"
    names = {text(each, "Name") for each in message.findall(f"{NAMESPACE}Attribute")}
    assert names == {"SenderId", "SentTimestamp", "ApproximateReceiveCount", "ApproximateFirstReceiveTimestamp"}
    assert call("DeleteMessage", path, method, ReceiptHandle=text(message, "ReceiptHandle"))[0] == 200


def test_batches(call, path):
    entries = {
        f"SendMessageBatchRequestEntry.{number}.{name}": value
        for number in (1, 2)
        for name, value in (("Id", f"id{number}"), ("MessageBody", f"body-{number}"))
    }
    _, answer = call("SendMessageBatch", path, **entries)
    results = answer.findall(f"{NAMESPACE}SendMessageBatchResult/{NAMESPACE}SendMessageBatchResultEntry")
    assert [text(each, "Id") for each in results] == ["id1", "id2"]


def test_the_url_in_the_form_wins_over_the_path(call, path, make_queue):
    other = make_queue("other")
    _, answer = call("GetQueueAttributes", path, QueueUrl=other, **{"AttributeName.1": "QueueArn"})
    assert text(answer, "GetQueueAttributesResult", "Attribute", "Value").endswith(":other")


def test_errors_use_the_older_words(call, path):
    assert error_of(call("ReceiveMessage", "/000000000000/none")) == (
        400, "AWS.SimpleQueueService.NonExistentQueue", "The specified queue does not exist for this wsdl version.",
    )  # fmt: skip
    assert error_of(call("GetQueueAttributes", path, **{"AttributeName.1": "Foobar"})) == (
        400, "InvalidAttributeName", "Unknown Attribute Foobar.",
    )  # fmt: skip
    assert error_of(call("SendMessage", path)) == (
        400, "MissingParameter", "The request must contain the parameter MessageBody.",
    )  # fmt: skip
    for action in ("FooBar", "ListQueues"):
        assert error_of(call(action, path)) == (
            400, "InvalidAction", f"The action {action} is not valid for this endpoint.",
        )  # fmt: skip


def test_errors_have_a_detail_except_in_two_batches(call, path):
    def has_detail(action, **parameters):
        _, answer = call(action, path, **parameters)
        return answer.find(f"{NAMESPACE}Error/{NAMESPACE}Detail") is not None

    assert has_detail("SendMessage")
    assert has_detail("SendMessageBatch")
    bad = {"DeleteMessageBatchRequestEntry.1.Id": "a:b", "DeleteMessageBatchRequestEntry.1.ReceiptHandle": "h"}
    assert not has_detail("DeleteMessageBatch", **bad)


def test_the_older_name_of_system_attributes_wins(call, path):
    call("SendMessage", path, MessageBody="m")
    _, answer = call("ReceiveMessage", path, **{"AttributeName.1": "SenderId", "MessageSystemAttributeName.1": "All"})
    message = answer.find(f"{NAMESPACE}ReceiveMessageResult/{NAMESPACE}Message")
    assert [text(each, "Name") for each in message.findall(f"{NAMESPACE}Attribute")] == ["SenderId"]


def test_create_list_tag_and_delete(call):
    attributes = {"Attribute.1.Name": "DelaySeconds", "Attribute.1.Value": "5"}
    _, created = call("CreateQueue", QueueName="two", **attributes, **{"Tag.1.Key": "k", "Tag.1.Value": "v"})
    url = text(created, "CreateQueueResult", "QueueUrl")
    _, listed = call("ListQueues")
    assert text(listed, "ListQueuesResult", "QueueUrl") == url
    _, tags = call("ListQueueTags", QueueUrl=url)
    assert (text(tags, "ListQueueTagsResult", "Tag", "Key"), text(tags, "ListQueueTagsResult", "Tag", "Value")) == (
        "k", "v",
    )  # fmt: skip
    assert call("DeleteQueue", QueueUrl=url)[0] == 200
    assert error_of(call("GetQueueUrl", QueueName="two"))[1] == "AWS.SimpleQueueService.NonExistentQueue"
