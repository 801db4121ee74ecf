"""Every operation of every standing service: refused without a statement, allowed by the least, refused by a boundary.

The input is the least that the model allows, with made-up values; who is asked is the chain's own authorization.
"""

import json

import pytest

from emulator import services
from emulator.auth import actions, authorization
from emulator.auth.identities import USER, Identity, ManagedPolicy, PolicyVersion, identities, policies
from emulator.auth.usage import Usage
from emulator.gateway.facts import FACTS
from emulator.kernel.context import Context, Principal
from emulator.kernel.runtime import Runtime
from emulator.kernel.service import snake_case
from emulator.model import SERVICES, load

ACCOUNT = "111111111111"
ARN = f"arn:aws:iam::{ACCOUNT}:user/ann"
BOUNDARY = f"arn:aws:iam::{ACCOUNT}:policy/boundary"
# Operations that need no permission: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_getsessiontoken.html
# and those that other proof lets in (a trust policy, a token); CORS preflights carry no caller.
FREE = {
    "sts": {"AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity", "GetCallerIdentity", "GetSessionToken"},
    "sns": {"ConfirmSubscription"},
    "s3": {"OptionsBucket", "OptionsObject"},
    "ssm": {"RegisterManagedInstance"},
}


def standing():
    for name in SERVICES:
        service = services.load(name)
        for each in load(name).operations if service else ():
            if snake_case(each) in service.functions and each not in FREE.get(name, ()):
                yield name, each


def value(shape, depth=0):
    """A made-up value of a shape, with all that it must have."""
    if depth > 4:
        return None
    if shape.type == "structure":
        wanted = shape.required or (list(shape.members)[:1] if shape.is_union else ())
        return {name: value(shape.members[name], depth + 1) for name in wanted}
    if shape.type == "list":
        return [value(shape.member, depth + 1)]
    if shape.type == "map":
        return {"key": value(shape.value, depth + 1)}
    if shape.type in ("string", "character"):
        return shape.enum[0] if shape.enum else "value"
    return b"" if shape.type == "blob" else True if shape.type == "boolean" else 1


# What the model leaves open but the call must name to need anything.
MORE = {
    ("dynamodb", "ExecuteStatement"): {"Statement": 'SELECT * FROM "table"'},
    ("dynamodb", "BatchExecuteStatement"): {"Statements": [{"Statement": "DELETE FROM t WHERE a=1"}]},
    ("dynamodb", "ExecuteTransaction"): {"TransactStatements": [{"Statement": "UPDATE t SET a=1"}]},
    ("dynamodb", "TransactWriteItems"): {"TransactItems": [{"Put": {"TableName": "table"}}]},
    ("dynamodb", "RestoreTableToPointInTime"): {"SourceTableName": "table"},
    ("s3", "CopyObject"): {"CopySource": "source/key"},
    ("s3", "UploadPartCopy"): {"CopySource": "source/key"},
}  # fmt: skip


class Asking:
    """One user, asked about one call."""

    def __init__(self, service: str, operation: str):
        self.runtime = Runtime()
        self.ctx = Context(
            self.runtime, service, operation, ACCOUNT, "us-east-1", Principal("User", ACCOUNT, ARN, "AIDA"), 1.7e9
        )
        shape = load(service).operations[operation].input
        self.ctx.input = {**(value(shape) if shape else {}), **MORE.get((service, operation), {})}
        self.usage = Usage()

    def has(self, statements, boundary=None):
        """Give the user these statements, and a boundary of them."""
        with self.runtime.store.transaction():
            text = json.dumps({"Version": "2012-10-17", "Statement": boundary or []})
            self.ctx.rows(policies).put(
                ManagedPolicy(BOUNDARY, "boundary", "/", "ANPA", 0, 0, "v1", (PolicyVersion("v1", text, 0),))
            )
            inline = {"own": json.dumps({"Version": "2012-10-17", "Statement": statements})}
            self.ctx.rows(identities).put(
                Identity(USER, "ann", "/", "AIDA", ARN, 0, inline, BOUNDARY if boundary is not None else "")
            )

    def decisions(self):
        return authorization.authorize(self.ctx, "audit", FACTS, self.usage)


@pytest.mark.parametrize(("service", "operation"), list(standing()), ids="-".join)
def test_an_operation_needs_exactly_its_statement(service, operation):
    asking = Asking(service, operation)
    asking.has([])
    refused = asking.decisions()
    assert refused, "the call needs nothing"
    assert not any(each.allowed for each in refused)
    message = authorization.refusal(service, refused[0], actions.of(service)).message
    assert message.startswith(f"User: {ARN} is not authorized to perform: ")
    least = asking.usage.policy()["Statement"]
    asking.has(least)
    assert all(each.allowed for each in asking.decisions())
    other = [{"Effect": "Allow", "Action": "none:None", "Resource": "*"}]
    asking.has(least, boundary=other)
    limited = asking.decisions()
    assert {each.by for each in limited} == {"permissions boundary"}


@pytest.mark.parametrize("service", sorted(FREE))
def test_operations_that_are_free(service):
    for operation in FREE[service]:
        asking = Asking(service, operation)
        asking.has([])
        assert asking.decisions() == []
