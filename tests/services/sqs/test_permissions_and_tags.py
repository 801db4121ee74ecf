"""AddPermission, RemovePermission and tags."""

import json

import pytest

ARN = "arn:aws:sqs:us-east-1:000000000000:one"


@pytest.fixture
def url(make_queue):
    return make_queue("one")


def test_permissions_are_statements_of_the_policy(sqs, url, attribute):
    sqs.add_permission(QueueUrl=url, Label="send", AWSAccountIds=["111111111111"], Actions=["SendMessage"])
    sqs.add_permission(
        QueueUrl=url, Label="more", AWSAccountIds=["111111111111", "222222222222"],
        Actions=["ReceiveMessage", "DeleteMessage"],
    )  # fmt: skip
    policy = json.loads(attribute(url, "Policy"))
    assert policy["Version"] == "2008-10-17"
    assert policy["Id"] == f"{ARN}/SQSDefaultPolicy"
    assert policy["Statement"] == [
        {"Sid": "send", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111111111111:root"},
         "Action": "SQS:SendMessage", "Resource": ARN},
        {"Sid": "more", "Effect": "Allow",
         "Principal": {"AWS": ["arn:aws:iam::111111111111:root", "arn:aws:iam::222222222222:root"]},
         "Action": ["SQS:ReceiveMessage", "SQS:DeleteMessage"], "Resource": ARN},
    ]  # fmt: skip
    sqs.remove_permission(QueueUrl=url, Label="send")
    assert [each["Sid"] for each in json.loads(attribute(url, "Policy"))["Statement"]] == ["more"]
    sqs.remove_permission(QueueUrl=url, Label="more")
    assert attribute(url, "Policy") is None


def test_a_permission_joins_the_policy_that_is_there(sqs, url, attribute):
    own = {"Sid": "own", "Effect": "Deny", "Principal": "*", "Action": "sqs:*", "Resource": ARN}
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps({"Statement": own})})
    sqs.add_permission(QueueUrl=url, Label="send", AWSAccountIds=["111111111111"], Actions=["*"])
    policy = json.loads(attribute(url, "Policy"))
    assert [each["Sid"] for each in policy["Statement"]] == ["own", "send"]
    assert policy["Statement"][0] == own


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"Label": "a b"}, ("InvalidParameterValue", None)),
        ({"Label": ""}, ("MissingParameter", "The request must contain the parameter Label.")),
        ({"Label": "there"}, ("InvalidParameterValue",
                              "Value there for parameter Label is invalid. Reason: Already exists.")),
        ({"AWSAccountIds": ["x"]}, ("InvalidParameterValue",
                                    "Value [x] for parameter PrincipalId is invalid. Reason: Unable to verify.")),
        ({"Actions": ["Fly"]}, ("InvalidParameterValue", "Value Fly for parameter ActionName is invalid. "
                                "Reason: Please refer to the appropriate WSDL for a list of valid actions.")),
        ({"Actions": ["DeleteQueue"]}, ("InvalidParameterValue", "Value DeleteQueue for parameter ActionName is "
                                        "invalid. Reason: Only the queue owner is allowed to invoke this action.")),
        ({"Actions": ["SendMessage"] * 8}, ("OverLimit", "8 Actions were found, maximum allowed is 7.")),
    ],
)  # fmt: skip
def test_what_a_permission_must_be(sqs, url, refused, change, expected):
    good = {"QueueUrl": url, "Label": "new", "AWSAccountIds": ["111111111111"], "Actions": ["SendMessage"]}
    sqs.add_permission(**good | {"Label": "there"})
    code, message = refused(sqs.add_permission, **good | change)
    assert code == expected[0]
    assert expected[1] in (None, message)


def test_removing_a_permission_that_is_not_there(sqs, url, refused):
    assert refused(sqs.remove_permission, QueueUrl=url, Label="none") == (
        "InvalidParameterValue",
        "Value none for parameter Label is invalid. Reason: can't find label on existing policy.",
    )


def test_tags(sqs, url, refused):
    assert "Tags" not in sqs.list_queue_tags(QueueUrl=url)
    sqs.tag_queue(QueueUrl=url, Tags={"tag1": "value1", "tag2": "value2", "Tag1": "other"})
    sqs.tag_queue(QueueUrl=url, Tags={"tag1": "VALUE1", "tag3": "value3"})
    sqs.untag_queue(QueueUrl=url, TagKeys=["tag2", "none"])
    assert sqs.list_queue_tags(QueueUrl=url)["Tags"] == {"tag1": "VALUE1", "Tag1": "other", "tag3": "value3"}
    many = {f"key-{number}": "" for number in range(51)}
    assert refused(sqs.tag_queue, QueueUrl=url, Tags=many)[0] == "InvalidParameterValue"


def test_tags_at_creation(sqs):
    url = sqs.create_queue(QueueName="tagged", tags={"a": "1"})["QueueUrl"]
    assert sqs.list_queue_tags(QueueUrl=url)["Tags"] == {"a": "1"}
