"""STS: callers and their temporary credentials. https://docs.aws.amazon.com/STS/latest/APIReference/"""

import base64
import json
from datetime import UTC, datetime

from conformance.client.caller import Caller
from conformance.generator.hints import Leave, Ref, Samples
from conformance.services.declared import Declared

POLICY = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})
#: Seconds that a session of the account's root lasts at most.
ROOT_LIMIT = 3600
ARN = "arn:aws:iam::aws:policy/ReadOnlyAccess"

declared = Declared("sts", {
    "RoleArn": Ref("role", "RoleArn", must=False),
    "RoleSessionName": Samples("session", "ab", "a" * 64, "a=b,c.d@e-f_g+h"),
    "GetFederationToken.Name": Samples("bob", "ab", "a" * 32),
    "Policy": Samples(POLICY),
    "PolicyArns": Samples([{"arn": ARN}], []),
    "AssumeRole.DurationSeconds": Samples(900, 3600),
    "AssumeRoleWithWebIdentity.DurationSeconds": Samples(900, 3600),
    "GetSessionToken.DurationSeconds": Samples(900, 129600),
    "GetFederationToken.DurationSeconds": Samples(900, 43200),
    "AssumeRoot.DurationSeconds": Samples(900, 60),
    "AssumeRoot.TargetPrincipal": "111122223333",
    "AssumeRoot.TaskPolicyArn": Samples({"arn": "arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials"}),
    "Tags": Samples([{"Key": "k", "Value": "v"}], [{"Key": "a", "Value": ""}, {"Key": "b", "Value": "ü"}]),
    "TransitiveTagKeys": Leave("names of tags of the same request; a probe passes both"),
    "ExternalId": Samples("12", "a:b/c-d"),
    "SourceIdentity": Samples("alice"),
    "SerialNumber": Leave("needs an MFA device, which IAM keeps"),
    "TokenCode": Leave("needs an MFA device, which IAM keeps"),
    "ProvidedContexts": Leave("needs a context provider of IAM Identity Center"),
    "GetAccessKeyInfo.AccessKeyId": Ref("session", "AccessKeyId", must=False),
    "AssumeRoleWithSAML.SAMLAssertion": Ref("assertion", "SAMLAssertion", must=False),
    "AssumeRoleWithWebIdentity.WebIdentityToken": Ref("identity", "WebIdentityToken", must=False),
    "AssumeRoleWithWebIdentity.ProviderId": Leave("for OAuth 2.0 tokens alone"),
    "DecodeAuthorizationMessage.EncodedMessage": Ref("refusal", "EncodedMessage", must=False),
    "GetDelegatedAccessToken.TradeInToken": Ref("delegation", "TradeInToken", must=False),
    "GetWebIdentityToken.Audience": Samples(["https://example.com"], ["a", "b"]),
    "GetWebIdentityToken.SigningAlgorithm": Samples("RS256", "ES384"),
    "GetWebIdentityToken.DurationSeconds": Samples(300, 60, 3600),
})  # fmt: skip


@declared.fixture("role")
def role(world):
    return {"RoleArn": f"arn:aws:iam::{world.account}:role/conformance"}


@declared.fixture("session")
def session(world):
    return world.ask("GetSessionToken", {})["Credentials"]


def needs(name, why):
    """A fixture that can't be built yet, and why."""

    @declared.fixture(name)
    def unmade(world):
        raise LookupError(why)


needs("assertion", "a SAML provider, which IAM keeps")
needs("identity", "an OpenID Connect provider, which IAM keeps")
needs("refusal", "a refusal with an encoded message, which EC2 gives")
needs("delegation", "a request for delegation, which IAM keeps")


def caller_of(world, credentials):
    return Caller("sts", world.endpoint.url, credentials["AccessKeyId"], credentials["SecretAccessKey"], world.region,
                  credentials["SessionToken"])


def lasts(proof, credentials, seconds):
    """The credentials end when they should, to a minute."""
    left = (credentials["Expiration"] - datetime.now(UTC)).total_seconds()
    proof.true("Credentials.Expiration", abs(left - seconds) < 60, f"in {seconds} seconds", left)


def works_as(proof, world, credentials, arn_end, user_id=None):
    """Who the credentials' holder is, as STS tells the holder."""
    found = caller_of(world, credentials).ask("GetCallerIdentity", {})
    proof.true("GetCallerIdentity.Arn", found["Arn"].endswith(arn_end), f"ends with {arn_end}", found["Arn"])
    if user_id is not None:
        proof.equal("GetCallerIdentity.UserId", user_id, found["UserId"])


@declared.check("AssumeRole")
def role_assumed(proof, world, given, answer):
    name = given["RoleSessionName"]
    user = answer["AssumedRoleUser"]
    role_name = given["RoleArn"].rpartition("/")[2]
    proof.equal("AssumedRoleUser.Arn",
                f"arn:aws:sts::{given['RoleArn'].split(':')[4]}:assumed-role/{role_name}/{name}", user["Arn"])
    proof.true("AssumedRoleUser.AssumedRoleId", user["AssumedRoleId"].endswith(f":{name}"), f"ends with :{name}")
    lasts(proof, answer["Credentials"], given.get("DurationSeconds", 3600))
    works_as(proof, world, answer["Credentials"], f":assumed-role/{role_name}/{name}", user["AssumedRoleId"])
    if "SourceIdentity" in given:
        proof.equal("SourceIdentity", given["SourceIdentity"], answer.get("SourceIdentity"))
    packed = any(given.get(member) for member in ("Policy", "PolicyArns", "Tags"))
    proof.equal("PackedPolicySize told", packed, "PackedPolicySize" in answer)


@declared.check("AssumeRoot")
def root_assumed(proof, world, given, answer):
    lasts(proof, answer["Credentials"], given.get("DurationSeconds", 900))
    works_as(proof, world, answer["Credentials"], f"::{given['TargetPrincipal']}:root")


@declared.check("GetSessionToken")
def session_made(proof, world, given, answer):
    lasts(proof, answer["Credentials"], min(given.get("DurationSeconds", 3600), ROOT_LIMIT))
    works_as(proof, world, answer["Credentials"], ":root")


@declared.check("GetFederationToken")
def federated(proof, world, given, answer):
    user = answer["FederatedUser"]
    proof.equal("FederatedUser.Arn", f"arn:aws:sts::{world.account}:federated-user/{given['Name']}", user["Arn"])
    packed = any(given.get(member) for member in ("Policy", "PolicyArns", "Tags"))
    proof.equal("PackedPolicySize told", packed, "PackedPolicySize" in answer)
    proof.equal("FederatedUser.FederatedUserId", f"{world.account}:{given['Name']}", user["FederatedUserId"])
    lasts(proof, answer["Credentials"], min(given.get("DurationSeconds", 43200), ROOT_LIMIT))


@declared.check("GetCallerIdentity")
def identified(proof, world, given, answer):
    proof.equal("Account", world.account, answer["Account"])
    proof.equal("Arn", f"arn:aws:iam::{world.account}:root", answer["Arn"])
    proof.present("UserId")


def decoded(part):
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


@declared.check("GetWebIdentityToken")
def token_made(proof, world, given, answer):
    head, body, _ = answer["WebIdentityToken"].split(".")
    told = decoded(body)["aud"]
    proof.equal("aud", given["Audience"], told if isinstance(told, list) else [told])
    proof.equal("alg", given["SigningAlgorithm"], decoded(head)["alg"])
    left = (answer["Expiration"] - datetime.now(UTC)).total_seconds()
    proof.true("Expiration", abs(left - given.get("DurationSeconds", 300)) < 60, "as asked for", left)


@declared.check("GetAccessKeyInfo")
def key_owner(proof, world, given, answer):
    proof.equal("Account", world.account, answer["Account"])
