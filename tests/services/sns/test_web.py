"""HTTP endpoints: confirmation, signed notifications, retries on the clock, dead letters, the end by a link."""

import base64
import json
import time
import urllib.error
import urllib.request

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from emulator.kernel.jobs import STANDING_BY, jobs
from tests.services.sns.conftest import NOON

SIGNED = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": (
        "Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type",
    ),
}  # fmt: skip
SIGNED["UnsubscribeConfirmation"] = SIGNED["SubscriptionConfirmation"]


def verify(document: dict) -> None:
    """As AWS's documentation tells receivers to. Raises InvalidSignature."""
    with urllib.request.urlopen(document["SigningCertURL"]) as answer:
        certificate = x509.load_pem_x509_certificate(answer.read())
    names = [name for name in SIGNED[document["Type"]] if name in document]
    text = "".join(f"{name}\n{document[name]}\n" for name in names)
    algorithm = hashes.SHA1() if document["SignatureVersion"] == "1" else hashes.SHA256()
    certificate.public_key().verify(
        base64.b64decode(document["Signature"]), text.encode(), padding.PKCS1v15(), algorithm
    )


@pytest.fixture
def confirmed(sns, web):
    """``confirmed(topic ARN, attribute=…)`` → the ARN of a subscription that the web server has confirmed."""

    def make(arn: str, **attributes) -> str:
        answer = sns.subscribe(
            TopicArn=arn, Protocol="http", Endpoint=web.url, Attributes=attributes, ReturnSubscriptionArn=True
        )
        _, body = web.next()
        with urllib.request.urlopen(json.loads(body)["SubscribeURL"]) as visited:
            assert answer["SubscriptionArn"] in visited.read().decode()
        return answer["SubscriptionArn"]

    return make


@pytest.mark.parametrize("version", ["1", "2"])
def test_signatures_verify(sns, topic, web, version):
    arn = topic("a", SignatureVersion=version)
    answer = sns.subscribe(TopicArn=arn, Protocol="http", Endpoint=web.url)
    assert answer["SubscriptionArn"] == "pending confirmation"
    headers, body = web.next()
    asked = json.loads(body)
    assert asked["Message"] == (
        f"You have chosen to subscribe to the topic {arn}.\n"
        "To confirm the subscription, visit the SubscribeURL included in this message."
    )
    assert headers["x-amz-sns-message-type"] == asked["Type"] == "SubscriptionConfirmation"
    verify(asked)
    urllib.request.urlopen(asked["SubscribeURL"]).read()
    sns.publish(TopicArn=arn, Message="mit Umlaut: ä", Subject="s")
    _, body = web.next()
    document = json.loads(body)
    assert document["SignatureVersion"] == version
    verify(document)
    with pytest.raises(InvalidSignature):
        verify(document | {"Message": "forged"})


def test_headers_and_raw_delivery(sns, topic, web, confirmed):
    arn = topic()
    policy = json.dumps({"requestPolicy": {"headerContentType": "application/json"}})
    subscription = confirmed(arn, RawMessageDelivery="true", DeliveryPolicy=policy)
    published = sns.publish(TopicArn=arn, Message="m")
    headers, body = web.next()
    assert body == "m"
    expected = {
        "content-type": "application/json", "user-agent": "Amazon Simple Notification Service Agent",
        "x-amz-sns-message-id": published["MessageId"], "x-amz-sns-message-type": "Notification",
        "x-amz-sns-rawdelivery": "true", "x-amz-sns-subscription-arn": subscription, "x-amz-sns-topic-arn": arn,
        "accept-encoding": "gzip,deflate",
    }  # fmt: skip
    assert expected.items() <= headers.items()


def test_retries_follow_the_policy_and_end_in_the_dead_letter_queue(emulator, sns, topic, web, confirmed, queue):
    arn = topic()
    letters = queue("dlq")
    retry = {"minDelayTarget": 10, "maxDelayTarget": 30, "numRetries": 3, "numMinDelayRetries": 1}
    confirmed(
        arn, DeliveryPolicy=json.dumps({"healthyRetryPolicy": retry}),
        RedrivePolicy=json.dumps({"deadLetterTargetArn": letters.arn}),
    )  # fmt: skip
    emulator.freeze(NOON)
    web.status = 503
    sns.publish(TopicArn=arn, Message="m")
    web.next()
    for wait in (10, 10, 30):
        _settle(emulator)
        emulator.advance(wait - 1)
        assert letters.messages() == []
        emulator.advance(1)
        web.next()
    _settle(emulator)
    assert [each["Message"] for each in letters.notifications()] == ["m"]
    assert len(web.posts) == 5  # the confirmation, the first try and three retries


def test_what_a_client_got_wrong_is_not_tried_again(emulator, sns, topic, web, confirmed, queue):
    arn = topic()
    letters = queue("dlq")
    confirmed(arn, RedrivePolicy=json.dumps({"deadLetterTargetArn": letters.arn}))
    web.status = 403
    sns.publish(TopicArn=arn, Message="m")
    web.next()
    _settle(emulator)
    assert [each["Message"] for each in letters.notifications()] == ["m"]


def test_a_post_under_way_is_made_again_after_a_crash(emulator, sns, topic, web, confirmed):
    arn = topic()
    confirmed(arn, RawMessageDelivery="true")
    _settle(emulator)
    emulator.freeze(NOON)
    web.open.clear()
    sns.publish(TopicArn=arn, Message="m")
    web.next()
    assert _waiting_posts(emulator) == [STANDING_BY]  # what a restart would find
    web.open.set()
    _settle(emulator)
    assert _waiting_posts(emulator) == []


def test_a_link_ends_a_subscription_and_another_restores_it(sns, topic, web, confirmed, refused):
    arn = topic()
    subscription = confirmed(arn)
    sns.publish(TopicArn=arn, Message="m")
    _, body = web.next()
    urllib.request.urlopen(json.loads(body)["UnsubscribeURL"]).read()
    headers, body = web.next()
    farewell = json.loads(body)
    assert headers["x-amz-sns-message-type"] == farewell["Type"] == "UnsubscribeConfirmation"
    verify(farewell)
    assert refused(sns.get_subscription_attributes, SubscriptionArn=subscription)[0] == "NotFound"
    urllib.request.urlopen(farewell["SubscribeURL"]).read()
    assert sns.get_subscription_attributes(SubscriptionArn=subscription)["Attributes"]["Endpoint"] == web.url


def test_a_guarded_subscription_is_ended_by_its_owner_alone(sns, topic, web, endpoint):
    arn = topic()
    subscription = sns.subscribe(TopicArn=arn, Protocol="http", Endpoint=web.url, ReturnSubscriptionArn=True)
    token = json.loads(web.next()[1])["Token"]
    sns.confirm_subscription(TopicArn=arn, Token=token, AuthenticateOnUnsubscribe="true")
    link = f"{endpoint}/?Action=Unsubscribe&SubscriptionArn={subscription['SubscriptionArn']}"
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(link)
    assert caught.value.code == 403
    sns.unsubscribe(SubscriptionArn=subscription["SubscriptionArn"])
    assert sns.list_subscriptions()["Subscriptions"] == []


def test_only_the_certificate_is_served(endpoint):
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(f"{endpoint}/SimpleNotificationService-none.pem")
    assert caught.value.code == 404


def _waiting_posts(emulator) -> list[float]:
    """When posts are due, as a journal would hold them."""
    store = emulator._server.emulator.runtime.store
    return emulator.on_loop(lambda: [each.due for each in store.rows(jobs) if each.handler == "post_once"])


def _settle(emulator) -> None:
    """Wait until the emulator has taken note of the answers to its posts."""
    for _ in range(1000):
        if not emulator.on_loop(lambda: len(emulator._server.emulator.runtime._tasks)):
            return
        time.sleep(0.01)
    raise AssertionError("posts are still under way")
