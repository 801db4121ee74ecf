"""The policy evaluator, without a server."""

import json

import pytest

from emulator.auth.policies import ALLOW, DENY, IMPLICIT_DENY, decide
from emulator.kernel.context import ANONYMOUS, Context, Principal
from emulator.kernel.runtime import Runtime

ROLE = Principal("AssumedRole", "111111111111", "arn:aws:sts::111111111111:assumed-role/reader/session", "AROA:session")
USER = Principal("User", "111111111111", "arn:aws:iam::111111111111:user/team/ann", "AIDA", tags={"team": "red"})
SERVICE = Principal("Service", "", "s3.amazonaws.com", "s3.amazonaws.com")
RESOURCE = "arn:aws:s3:::bucket/home/ann/key"


@pytest.fixture(scope="module")
def runtime():
    return Runtime()


@pytest.fixture
def ask(runtime):
    """``ask(statement, …)``: the decision on one statement that allows s3:GetObject unless it says otherwise."""

    def ask(*statements, principal=USER, action="s3:GetObject", resource=RESOURCE, keys=None):
        ctx = Context(runtime, "s3", "GetObject", "111111111111", "us-east-1", principal, 1_700_000_000.0)
        base = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
        chosen = [
            {name: value for name, value in {**base, **each}.items() if value is not None}
            for each in statements or ({},)
        ]
        return decide([json.dumps({"Version": "2012-10-17", "Statement": chosen})], action, resource, ctx, keys)

    return ask


def test_deny_before_allow_before_nothing(ask):
    assert ask() == ALLOW
    assert ask({}, {"Effect": "Deny"}) == DENY
    assert ask({"Effect": "Deny", "Action": "s3:PutObject"}) == IMPLICIT_DENY


@pytest.mark.parametrize(
    ("statement", "allowed"),
    [
        ({"Action": "S3:get*"}, True),
        ({"Action": ["s3:Put?bject", "s3:GetObject"]}, True),
        ({"Action": None, "NotAction": "s3:Put*"}, True),
        ({"Action": None, "NotAction": "s3:*"}, False),
        ({"Resource": "arn:aws:s3:::bucket/*"}, True),
        ({"Resource": "arn:aws:s3:::BUCKET/*"}, False),
        ({"Resource": "arn:aws:s3:::bucket/home/${aws:PrincipalTag/name}/*"}, False),
        ({"Resource": "arn:aws:s3:::bucket/home/${aws:username}/*"}, True),
        ({"Resource": None, "NotResource": "arn:aws:s3:::bucket/*"}, False),
    ],
)
def test_actions_and_resources(ask, statement, allowed):
    assert (ask(statement) == ALLOW) is allowed


@pytest.mark.parametrize(
    ("named", "principal", "allowed"),
    [
        ("*", ANONYMOUS, True),
        ({"AWS": "*"}, ANONYMOUS, True),
        ({"AWS": "111111111111"}, USER, True),
        ({"AWS": "arn:aws:iam::111111111111:root"}, ROLE, True),
        ({"AWS": "arn:aws:iam::111111111111:role/path/reader"}, ROLE, True),
        ({"AWS": "arn:aws:iam::111111111111:role/writer"}, ROLE, False),
        ({"AWS": ["222222222222", USER.arn]}, USER, True),
        ({"AWS": "222222222222"}, USER, False),
        ({"Service": "s3.amazonaws.com"}, SERVICE, True),
        ({"Service": "sns.amazonaws.com"}, SERVICE, False),
        ({"AWS": "111111111111"}, ANONYMOUS, False),
    ],
)
def test_principals(ask, named, principal, allowed):
    assert (ask({"Principal": named}, principal=principal) == ALLOW) is allowed
    assert (ask({"NotPrincipal": named}, principal=principal) == ALLOW) is not allowed


@pytest.mark.parametrize(
    ("condition", "allowed"),
    [
        ({"StringEquals": {"s3:prefix": ["a", "b"]}}, True),
        ({"StringEquals": {"s3:prefix": "B"}}, False),
        ({"StringEqualsIgnoreCase": {"s3:prefix": "B"}}, True),
        ({"StringNotEquals": {"s3:prefix": "b"}}, False),
        ({"StringLike": {"aws:PrincipalTag/team": "r?d"}}, True),
        ({"StringEquals": {"s3:missing": "x"}}, False),
        ({"StringNotEquals": {"s3:missing": "x"}}, True),
        ({"StringEqualsIfExists": {"s3:missing": "x"}}, True),
        ({"Null": {"s3:missing": "true"}}, True),
        ({"Null": {"s3:prefix": True}}, False),
        ({"NumericLessThanEquals": {"s3:max-keys": 10}}, True),
        ({"NumericGreaterThan": {"s3:max-keys": "10"}}, False),
        ({"DateLessThan": {"aws:CurrentTime": "2030-01-01T00:00:00Z"}}, True),
        ({"DateGreaterThan": {"aws:EpochTime": "1800000000"}}, False),
        ({"Bool": {"aws:SecureTransport": "false"}}, True),
        ({"IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "127.0.0.1"]}}, True),
        ({"NotIpAddress": {"aws:SourceIp": "127.0.0.0/8"}}, False),
        ({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:user/*"}}, True),
        ({"ArnLike": {"aws:PrincipalArn": "arn:aws:*"}}, False),
        ({"ForAllValues:StringEquals": {"s3:tags": ["x", "y", "z"]}}, True),
        ({"ForAllValues:StringEquals": {"s3:tags": ["x"]}}, False),
        ({"ForAnyValue:StringEquals": {"s3:tags": ["x"]}}, True),
        ({"StringEquals": {"s3:prefix": "b"}, "Bool": {"aws:SecureTransport": "true"}}, False),
        ({"NoSuchOperator": {"s3:prefix": "b"}}, False),
    ],
    ids=lambda value: json.dumps(value) if isinstance(value, dict) else "",
)
def test_conditions(ask, condition, allowed):
    keys = {"s3:prefix": ["b"], "s3:max-keys": ["10"], "s3:tags": ["x", "y"]}
    assert (ask({"Condition": condition}, keys=keys) == ALLOW) is allowed
