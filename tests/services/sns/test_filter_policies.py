"""Filter policies on attributes and bodies; the pattern language itself is tested with the engines."""

import json

import pytest


def text(value) -> dict:
    return {"DataType": "String", "StringValue": value}


@pytest.mark.parametrize(("policy", "attributes", "passes"), [
    ({"store": ["shop"]}, {"store": text("shop")}, True),
    ({"store": ["shop"]}, {"store": text("Shop")}, False),
    ({"store": ["shop"]}, {}, False),
    ({"price": [{"numeric": [">", 0, "<=", 100]}]}, {"price": {"DataType": "Number", "StringValue": "99.5"}}, True),
    ({"price": [{"numeric": [">", 0, "<=", 100]}]}, {"price": text("99.5")}, False),
    ({"price": [100]}, {"price": {"DataType": "Number", "StringValue": "100.0"}}, True),
    ({"sports": ["rugby"]}, {"sports": {"DataType": "String.Array", "StringValue": '["rugby", "tennis"]'}}, True),
    ({"sports": [{"anything-but": ["rugby"]}]},
     {"sports": {"DataType": "String.Array", "StringValue": '["rugby", "tennis"]'}}, True),
    ({"sports": [{"anything-but": ["rugby"]}]},
     {"sports": {"DataType": "String.Array", "StringValue": '["rugby"]'}}, False),
    ({"flags": [True]}, {"flags": {"DataType": "String.Array", "StringValue": "[true]"}}, True),
    ({"store": [{"exists": False}]}, {"other": text("x")}, True),
    ({"raw": [{"exists": True}]}, {"raw": {"DataType": "Binary", "BinaryValue": b"x"}}, False),
    ({"$or": [{"a": ["1"]}, {"b": ["2"]}]}, {"b": text("2")}, True),
    ({"$or": [{"a": ["1"]}, {"b": ["2"]}]}, {"b": text("3")}, False),
])  # fmt: skip
def test_on_attributes(sns, topic, subscribed, policy, attributes, passes):
    arn = topic()
    target, _ = subscribed(arn, FilterPolicy=json.dumps(policy))
    sns.publish(TopicArn=arn, Message="m", MessageAttributes=attributes)
    assert bool(target.messages()) is passes


@pytest.mark.parametrize(("policy", "body", "passes"), [
    ({"a": {"b": [{"prefix": "x"}]}}, '{"a": {"b": "xy"}}', True),
    ({"a.b": ["x"]}, '{"a": {"b": "x"}}', True),
    ({"a": {"b": ["x"]}}, '{"a": {"b": ["y", "x"]}}', True),
    ({"a": {"b": ["x"]}}, "no json", False),
    ({"a": {"b": ["x"]}}, '["a"]', False),
    ({"ip": [{"cidr": "10.0.0.0/24"}]}, '{"ip": "10.0.0.255"}', True),
    ({"ip": [{"cidr": "10.0.0.0/24"}]}, '{"ip": "10.0.1.0"}', False),
])  # fmt: skip
def test_on_bodies(sns, topic, subscribed, policy, body, passes):
    arn = topic()
    target, _ = subscribed(arn, FilterPolicyScope="MessageBody", FilterPolicy=json.dumps(policy))
    sns.publish(TopicArn=arn, Message=body)
    assert bool(target.messages()) is passes


def test_deep_documents_cost_their_sender_alone(sns, topic, subscribed, refused):
    arn = topic()
    deep = '{"a":' * 900 + "1" + "}" * 900
    target, subscription = subscribed(arn, FilterPolicyScope="MessageBody", FilterPolicy='{"b": [{"exists": false}]}')
    sns.publish(TopicArn=arn, Message=deep)
    assert len(target.messages()) == 1
    code, _ = refused(
        sns.set_subscription_attributes, SubscriptionArn=subscription, AttributeName="FilterPolicy",
        AttributeValue='{"a":' * 900 + "[1]" + "}" * 900,
    )  # fmt: skip
    assert code == "InvalidParameter"


def test_an_empty_policy_lets_everything_through(sns, topic, subscribed):
    arn = topic()
    target, _ = subscribed(arn, FilterPolicy="{}")
    sns.publish(TopicArn=arn, Message="m")
    assert len(target.messages()) == 1


@pytest.mark.parametrize(("scope", "policy", "message"), [
    ("MessageAttributes", {"a": {"b": ["x"]}},
     "Filter policy scope MessageAttributes does not support nested filter policy"),
    ("MessageBody", {key: ["x"] for key in "abcdef"}, "FilterPolicy: Filter policy can not have more than 5 keys"),
    ("MessageBody", {"a": {"b": {"c": list("abcd")}}, "d": {"e": list("abc")}, "f": list("abc")},
     "FilterPolicy: Filter policy is too complex"),
    ("MessageBody", {"a": [{"numeric": [">", 3, "<", 1]}]},
     'FilterPolicy: Bottom must be less than top\n at [Source: (String)"{"a":[{"numeric":[">",3,"<",1]}]}"; '
     "line: 1, column: 31]"),
    ("MessageBody", {"a": [{"cidr": "x/8"}]}, "FilterPolicy: Nonstandard IP address: x"),
])  # fmt: skip
def test_policies_that_are_refused(sns, topic, subscribed, refused, scope, policy, message):
    _, subscription = subscribed(topic(), FilterPolicyScope=scope)
    assert refused(
        sns.set_subscription_attributes, SubscriptionArn=subscription, AttributeName="FilterPolicy",
        AttributeValue=json.dumps(policy),
    ) == ("InvalidParameter", f"Invalid parameter: {message}")  # fmt: skip
