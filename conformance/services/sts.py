"""STS: callers and their temporary credentials. https://docs.aws.amazon.com/STS/latest/APIReference/"""

import base64
import json
from datetime import UTC, datetime

from conformance.client.caller import Caller
from conformance.generator.hints import Leave, Ref, Samples
from conformance.services.declared import Declared
from conformance.services.iam import samples

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
    **{f"AssumeRoleWithSAML.{name}": Ref("assertion", name, must=False) for name in (
        "SAMLAssertion", "PrincipalArn", "RoleArn")},
    "AssumeRoleWithWebIdentity.RoleArn": Ref("identity", "RoleArn", must=False),
    "AssumeRoleWithSAML.DurationSeconds": Samples(900, 3600),
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


def trusting(world, provider, action):
    """The ARN of a role that a provider's users may assume."""
    document = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"Federated": provider}, "Action": action}]}
    name = world.unique("federated")
    made = world.ask("CreateRole", {"RoleName": name, "AssumeRolePolicyDocument": json.dumps(document)}, "iam")
    world.later(lambda: world.ask("DeleteRole", {"RoleName": name}, "iam"))
    return made["Role"]["Arn"]


ASSERTION = """<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"
 xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"><saml:Assertion><saml:Issuer>https://idp.example.com</saml:Issuer>
<saml:Subject><saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">Alice</saml:NameID>
<saml:SubjectConfirmation><saml:SubjectConfirmationData NotOnOrAfter="2099-01-01T00:00:00Z"
 Recipient="https://signin.aws.amazon.com/saml"/></saml:SubjectConfirmation></saml:Subject><saml:AttributeStatement>
<saml:Attribute Name="https://aws.amazon.com/SAML/Attributes/Role">
<saml:AttributeValue>{role},{provider}</saml:AttributeValue></saml:Attribute>
<saml:Attribute Name="https://aws.amazon.com/SAML/Attributes/RoleSessionName">
<saml:AttributeValue>alice</saml:AttributeValue></saml:Attribute></saml:AttributeStatement></saml:Assertion>
</samlp:Response>"""


@declared.fixture("assertion")
def assertion(world):
    """What an identity provider says of Alice, signed with the key that its metadata name."""
    from conformance.client import issuer

    provider = world.ask("CreateSAMLProvider", {
        "Name": world.unique("idp"), "SAMLMetadataDocument": samples.saml_metadata()}, "iam")["SAMLProviderArn"]
    world.later(lambda: world.ask("DeleteSAMLProvider", {"SAMLProviderArn": provider}, "iam"))
    arn = trusting(world, provider, "sts:AssumeRoleWithSAML")
    text = ASSERTION.format(role=arn, provider=provider)
    return {"SAMLAssertion": base64.b64encode(issuer.signed(text)).decode(), "PrincipalArn": provider, "RoleArn": arn}


@declared.fixture("identity")
def identity(world):
    """What an OpenID Connect provider says of somebody; an endpoint on this machine alone can ask for its key."""
    from conformance.client import issuer

    if not world.endpoint.own:
        raise LookupError("needs an identity provider that AWS can reach")
    url = issuer.issuer_url()
    provider = world.ask("CreateOpenIDConnectProvider", {"Url": url, "ClientIDList": ["client"]}, "iam")
    arn = provider["OpenIDConnectProviderArn"]
    world.later(lambda: world.ask("DeleteOpenIDConnectProvider", {"OpenIDConnectProviderArn": arn}, "iam"))
    claims = {"iss": url, "sub": "somebody", "aud": "client", "exp": 4_000_000_000}
    return {"WebIdentityToken": issuer.token(claims), "Provider": arn,
            "RoleArn": trusting(world, arn, "sts:AssumeRoleWithWebIdentity")}


needs("refusal", "a refusal with an encoded message, which EC2 gives")


@declared.fixture("delegation")
def delegation(world):
    """A request that its owner approved: IAM hands the token to the topic, and so to the queue behind it."""
    given = {"Resource": "*", "Effect": "Allow"}
    topic = world.ask("CreateTopic", {"Name": world.unique("channel"), "Attributes": {"Policy": json.dumps({
        "Statement": [{**given, "Principal": {"Service": "iam.amazonaws.com"}, "Action": "sns:Publish"}]})}}, "sns")
    name = world.unique("inbox")
    url = world.ask("CreateQueue", {"QueueName": name, "Attributes": {"Policy": json.dumps({"Statement": [
        {**given, "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage"}]})}}, "sqs")["QueueUrl"]
    world.ask("Subscribe", {"TopicArn": topic["TopicArn"], "Protocol": "sqs", "Attributes": {
        "RawMessageDelivery": "true"}, "Endpoint": f"arn:aws:sqs:{world.region}:{world.account}:{name}"}, "sns")
    made = world.ask("CreateDelegationRequest", {
        "Description": "conformance", "RequestorWorkflowId": name, "NotificationChannel": topic["TopicArn"],
        "SessionDuration": 3600, "OwnerAccountId": world.account, "Permissions": {
            "PolicyTemplateArn": "arn:aws:iam::aws:delegation-template/conformance"}}, "iam")
    request = {"DelegationRequestId": made["DelegationRequestId"]}
    for operation in ("AssociateDelegationRequest", "AcceptDelegationRequest", "SendDelegationToken"):
        world.ask(operation, request, "iam")
    found = world.wait(lambda: world.ask("ReceiveMessage", {"QueueUrl": url}, "sqs").get("Messages", []), bool)
    return {"TradeInToken": json.loads(found[0]["Body"])["TradeInToken"]}


@declared.check("AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity", "AssumeRoot", "GetFederationToken",
                "GetSessionToken")
def size_told(proof, world, given, answer):
    """To those who ask for a token of a size."""
    proof.present("Credentials.SessionToken")
    for name in ("SessionTokenSize", "SessionTokenUtilization"):
        proof.equal(f"{name} told", "MinimumSessionTokenSize" in given, name in answer)


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


@declared.check("AssumeRoleWithSAML", "AssumeRoleWithWebIdentity")
def federation_assumed(proof, world, given, answer):
    role_name = given["RoleArn"].rpartition("/")[2]
    name = given.get("RoleSessionName", "alice")
    lasts(proof, answer["Credentials"], given.get("DurationSeconds", 3600))
    works_as(proof, world, answer["Credentials"], f":assumed-role/{role_name}/{name}",
             answer["AssumedRoleUser"]["AssumedRoleId"])
    proof.true("AssumedRoleUser.Arn", answer["AssumedRoleUser"]["Arn"].endswith(f"/{role_name}/{name}"), "the role's")
    if "SAMLAssertion" in given:
        wanted = {"Subject": "Alice", "SubjectType": "persistent", "Issuer": "https://idp.example.com",
                  "Audience": "https://signin.aws.amazon.com/saml"}
        proof.true("NameQualifier", answer["NameQualifier"], "told")
    else:
        wanted = {"SubjectFromWebIdentityToken": "somebody", "Audience": "client",
                  "Provider": world.fixture("identity")["Provider"]}
    proof.holds("answer", wanted, answer)
    proof.equal("PackedPolicySize told", bool(given.get("Policy") or given.get("PolicyArns")),
                "PackedPolicySize" in answer)


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


@declared.check("GetDelegatedAccessToken")
def delegated(proof, world, given, answer):
    proof.equal("AssumedPrincipal", f"arn:aws:iam::{world.account}:root", answer["AssumedPrincipal"])
    lasts(proof, answer["Credentials"], ROOT_LIMIT)
    works_as(proof, world, answer["Credentials"], ":root")


declared.tells("GetDelegatedAccessToken", "PackedPolicySize")


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
