"""Roles assumed with web identity tokens and SAML assertions; tokens that tell who the caller is."""

import base64
import hashlib
import json
import urllib.error
import urllib.request

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

ROLE = "arn:aws:iam::111122223333:role/reader"
PROVIDER = "arn:aws:iam::111122223333:saml-provider/MySAMLIdP"
NOW = 1_700_000_000


@pytest.fixture
def sts(endpoint, emulator):
    """A client that does not sign: these operations take their proof along."""
    emulator.freeze(NOW)
    return boto3.client(
        "sts", endpoint_url=endpoint, region_name="us-east-1",
        config=Config(signature_version=UNSIGNED, retries={"total_max_attempts": 1}),
    )  # fmt: skip


def refused(call, **params):
    with pytest.raises(ClientError) as raised:
        call(**params)
    error = raised.value.response["Error"]
    return error["Code"], error["Message"]


def part(data):
    data = data if isinstance(data, bytes) else json.dumps(data).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def token(**claims):
    base = {"iss": "https://idp.example.com/oidc", "sub": "somebody", "aud": "client", "exp": NOW + 60}
    claims = {name: value for name, value in {**base, **claims}.items() if value is not None}
    return f"{part({'alg': 'RS256', 'typ': 'JWT'})}.{part(claims)}.{part(b'signature')}"


def assume_web(sts, given, arn=ROLE, **params):
    return sts.assume_role_with_web_identity(RoleArn=arn, RoleSessionName="web", WebIdentityToken=given, **params)


def test_web_identity(sts, client):
    answer = assume_web(sts, token())
    assert answer["SubjectFromWebIdentityToken"] == "somebody"
    assert answer["Audience"] == "client"
    assert answer["Provider"] == "arn:aws:iam::111122223333:oidc-provider/idp.example.com/oidc"
    assert answer["AssumedRoleUser"]["Arn"] == "arn:aws:sts::111122223333:assumed-role/reader/web"
    key = answer["Credentials"]
    caller = client("sts", access_key=key["AccessKeyId"], aws_session_token=key["SessionToken"]).get_caller_identity()
    assert caller["Arn"] == answer["AssumedRoleUser"]["Arn"]


def test_web_identity_claims(sts):
    claims = {
        "https://aws.amazon.com/tags": {"principal_tags": {"Team": ["Blue"]}, "transitive_tag_keys": ["Team"]},
        "https://aws.amazon.com/source_identity": "Alice",
        "aud": ["first", "second"],
        "iss": "https://accounts.google.com",
    }
    answer = assume_web(sts, token(**claims))
    told = (answer["SourceIdentity"], answer["Audience"], answer["Provider"])
    assert told == ("Alice", "first", "accounts.google.com")
    assert answer["PackedPolicySize"] > 0
    wrong = {"https://aws.amazon.com/tags": {"principal_tags": {"Team": []}}}
    assert refused(assume_web, sts=sts, given=token(**wrong))[0] == "InvalidIdentityToken"


MALFORMED = ["no token", "a.b.c", f"{part({})}.{part({})}.", f"{part([])}.{part([])}.x", "aaaa.bbbb"]


@pytest.mark.parametrize("given", MALFORMED)
def test_malformed_web_identity_tokens(sts, given):
    assert refused(assume_web, sts=sts, given=given) == (
        "InvalidIdentityToken",
        "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)",
    )


@pytest.mark.parametrize("name", ["iss", "sub", "aud", "exp"])
def test_missing_claims(sts, name):
    assert refused(assume_web, sts=sts, given=token(**{name: None})) == (
        "InvalidIdentityToken", f"Missing a required claim: {name}",
    )  # fmt: skip


def test_expired_web_identity_tokens(sts, emulator):
    given = token()
    assert assume_web(sts, given)
    emulator.advance(60)
    assert refused(assume_web, sts=sts, given=given) == (
        "ExpiredTokenException",
        f"Token expired: current date/time {NOW + 60} must be before the expiration date/time{NOW + 60}",
    )


def test_other_refusals(sts):
    assert refused(assume_web, sts=sts, given=token(), arn="arn:aws:iam::1:role/reader") == (
        "ValidationError", "Request ARN is invalid",
    )  # fmt: skip
    assert refused(assume_web, sts=sts, given="opaque", ProviderId="www.amazon.com")[0] == "NotImplemented"


def assertion(role=f"{ROLE},{PROVIDER}", name="alice", end="2023-11-14T22:14:20.000Z", extra="", before=""):
    attribute = (
        '<saml:Attribute Name="https://aws.amazon.com/SAML/Attributes/{}">'
        "<saml:AttributeValue>{}</saml:AttributeValue></saml:Attribute>"
    )
    attributes = [attribute.format(key, value) for key, value in (("Role", role), ("RoleSessionName", name)) if value]
    text = f"""{before}<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"
        xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"><saml:Assertion>
        <saml:Issuer>https://idp.example.com</saml:Issuer>
        <saml:Subject><saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">Alice</saml:NameID>
        <saml:SubjectConfirmation><saml:SubjectConfirmationData NotOnOrAfter="{end}"
        Recipient="https://signin.aws.amazon.com/saml"/></saml:SubjectConfirmation></saml:Subject>
        <saml:AttributeStatement>{"".join(attributes)}{extra}</saml:AttributeStatement></saml:Assertion></samlp:Response>"""
    return base64.b64encode(text.encode()).decode()


def assume_saml(sts, given, role=ROLE, provider=PROVIDER, **params):
    return sts.assume_role_with_saml(RoleArn=role, PrincipalArn=provider, SAMLAssertion=given, **params)


def test_saml(sts):
    answer = assume_saml(sts, assertion())
    assert {name: answer[name] for name in ("Subject", "SubjectType", "Issuer", "Audience")} == {
        "Subject": "Alice", "SubjectType": "persistent", "Issuer": "https://idp.example.com",
        "Audience": "https://signin.aws.amazon.com/saml",
    }  # fmt: skip
    digest = hashlib.sha1(b"https://idp.example.com" + b"111122223333" + b"/MySAMLIdP").digest()
    assert answer["NameQualifier"] == base64.b64encode(digest).decode()
    assert answer["AssumedRoleUser"]["Arn"] == "arn:aws:sts::111122223333:assumed-role/reader/alice"


def test_saml_duration_and_tags(sts):
    prefix = "https://aws.amazon.com/SAML/Attributes/"
    extra = "".join(
        f'<saml:Attribute Name="{prefix}{key}"><saml:AttributeValue>{value}</saml:AttributeValue></saml:Attribute>'
        for key, value in (("SessionDuration", "7200"), ("PrincipalTag:Team", "Blue"), ("TransitiveTagKeys", "Team"))
    )
    answer = assume_saml(sts, assertion(extra=extra))
    assert answer["Credentials"]["Expiration"].timestamp() == NOW + 7200
    assert answer["PackedPolicySize"] > 0


def test_saml_refusals(sts, emulator):
    assert refused(assume_saml, sts=sts, given="!!!!") == ("InvalidIdentityToken", "Invalid base64 SAMLResponse")
    assert refused(assume_saml, sts=sts, given=base64.b64encode(b"<a>").decode())[0] == "InvalidIdentityToken"
    assert refused(assume_saml, sts=sts, given=assertion(name=None)) == (
        "InvalidIdentityToken", "RoleSessionName is required in AuthnResponse",
    )  # fmt: skip
    assert refused(assume_saml, sts=sts, given=assertion(name="a b")) == (
        "InvalidIdentityToken", "RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}",
    )  # fmt: skip
    assert refused(assume_saml, sts=sts, given=assertion(role="x,y")) == (
        "AccessDenied", "Not authorized to perform sts:AssumeRoleWithSAML",
    )  # fmt: skip
    emulator.advance(60)
    assert refused(assume_saml, sts=sts, given=assertion())[0] == "ExpiredTokenException"


def test_entities_of_an_assertion_are_not_read(sts, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("secret")
    doctype = f'<!DOCTYPE x [<!ENTITY e SYSTEM "file://{secret}">]>'
    assert refused(assume_saml, sts=sts, given=assertion(name="&e;", before=doctype)) == (
        "InvalidIdentityToken", "Invalid SAML response",
    )  # fmt: skip


@pytest.mark.parametrize("algorithm", ["RS256", "ES384"])
def test_web_identity_tokens_are_signed(client, emulator, algorithm):
    from emulator.services.sts.tables import signing_keys

    emulator.freeze(NOW)
    answer = client("sts").get_web_identity_token(
        Audience=["https://api.example.com"], SigningAlgorithm=algorithm, Tags=[{"Key": "env", "Value": "prod"}]
    )
    assert answer["Expiration"].timestamp() == NOW + 300
    header, claims, signature = answer["WebIdentityToken"].split(".")
    decode = lambda text: base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))  # noqa: E731
    assert json.loads(decode(header))["alg"] == algorithm
    told = json.loads(decode(claims))
    assert (told["sub"], told["aud"], told["exp"], told["iat"]) == (
        "arn:aws:iam::000000000000:root", "https://api.example.com", NOW + 300, NOW,
    )  # fmt: skip
    assert told["https://sts.amazonaws.com/"]["request_tags"] == {"env": "prod"}
    store = emulator._server.emulator.runtime.store
    key = emulator.on_loop(lambda: store.rows(signing_keys, "000000000000")[algorithm])
    assert json.loads(decode(header))["kid"] == key.id
    public = serialization.load_pem_private_key(key.pem.encode(), None).public_key()
    content, given = f"{header}.{claims}".encode(), decode(signature)
    if algorithm == "RS256":
        public.verify(given, content, padding.PKCS1v15(), hashes.SHA256())
    else:
        r, s = (int.from_bytes(half, "big") for half in (given[:48], given[48:]))
        public.verify(encode_dss_signature(r, s), content, ec.ECDSA(hashes.SHA384()))


def test_web_identity_tokens_keep_their_key(client):
    sts = client("sts")
    params = {"Audience": ["a"], "SigningAlgorithm": "ES384"}
    first, second = (sts.get_web_identity_token(**params)["WebIdentityToken"] for _ in range(2))
    assert first.split(".")[0] == second.split(".")[0]
    assert first != second
    assert refused(sts.get_web_identity_token, Audience=["a"], SigningAlgorithm="HS256")[0] == "ValidationError"


def test_the_issuer_publishes_the_keys_of_its_tokens(client, endpoint):
    from joserfc import jws
    from joserfc.jwk import KeySet

    def page(path, host=None):
        request = urllib.request.Request(endpoint + path, headers={"Host": host} if host else {})
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    for algorithm in ("RS256", "ES384"):
        token = client("sts").get_web_identity_token(Audience=["a"], SigningAlgorithm=algorithm)["WebIdentityToken"]
        claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
        host = claims["iss"].removeprefix("https://")
        found = page("/.well-known/openid-configuration", host)
        assert found["issuer"] == claims["iss"]
        name = host.partition(".")[0]
        keys = page(f"/_sts/issuer/{name}/.well-known/jwks.json")
        assert keys == page("/.well-known/jwks.json", host)
        jws.deserialize_compact(token, KeySet.import_key_set(keys), algorithms=["RS256", "ES384"])
        assert not any(set(key) & {"d", "p", "q"} for key in keys["keys"])
    with pytest.raises(urllib.error.HTTPError, match="404"):
        page("/_sts/issuer/nobody/.well-known/jwks.json")
