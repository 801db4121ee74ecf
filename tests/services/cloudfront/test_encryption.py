"""Field-level encryption: what the origin gets of a form, and what only the private key opens."""

import base64
import ssl
from urllib.parse import parse_qs

import pytest
import urllib3
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from distribution_configs import behavior, config, items
from self_signed import self_signed

sdk = pytest.importorskip("aws_encryption_sdk", reason="aws-encryption-sdk is not installed")
FORM = "application/x-www-form-urlencoded"
KEY = rsa.generate_private_key(65537, 2048)
ALL = {"AllowedMethods": {**items("GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"),
                          "CachedMethods": items("GET", "HEAD")}}  # fmt: skip


def profile(cloudfront, **more):
    """The id of a configuration that encrypts ``card*`` and ``birth``; and of its profile."""
    public = KEY.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()
    key = cloudfront.create_public_key(PublicKeyConfig={
        "CallerReference": "k", "Name": "DEMOKEY", "EncodedKey": public})["PublicKey"]["Id"]
    made = cloudfront.create_field_level_encryption_profile(FieldLevelEncryptionProfileConfig={
        "Name": "p", "CallerReference": "p", "EncryptionEntities": items({
            "PublicKeyId": key, "ProviderId": "DEMO", "FieldPatterns": items("card*", "birth")})})
    id = made["FieldLevelEncryptionProfile"]["Id"]
    return cloudfront.create_field_level_encryption_config(FieldLevelEncryptionConfig={
        "CallerReference": "c",
        "ContentTypeProfileConfig": {"ForwardWhenContentTypeIsUnknown": False, "ContentTypeProfiles": items(
            {"Format": "URLEncoded", "ContentType": FORM, "ProfileId": id})},
        "QueryArgProfileConfig": {"ForwardWhenQueryArgProfileIsUnknown": True, "QueryArgProfiles": items(
            {"QueryArg": "cards", "ProfileId": id})}})["FieldLevelEncryption"]["Id"]


def opened(value: str) -> bytes:
    """As AWS's example for origins does it."""
    from aws_encryption_sdk.identifiers import EncryptionKeyType, WrappingAlgorithm
    from aws_encryption_sdk.internal.crypto.wrapping_keys import WrappingKey
    from aws_encryption_sdk.key_providers.raw import RawMasterKey

    private = KEY.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                serialization.NoEncryption())  # fmt: skip
    key = RawMasterKey(provider_id="DEMO", key_id=b"DEMOKEY", wrapping_key=WrappingKey(
        WrappingAlgorithm.RSA_OAEP_SHA256_MGF1, private, EncryptionKeyType.PRIVATE))
    client = sdk.EncryptionSDKClient(commitment_policy=sdk.CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT)
    return client.decrypt(source=base64.b64decode(value), key_provider=key)[0]


@pytest.fixture
def site(secure, web, tmp_path):
    """``site(body, content type, query)``: the status that a POST is answered with, and what the origin got."""
    aws, port, _ = secure
    pem = tmp_path / "origin.pem"
    pem.write_bytes(b"".join(self_signed("localhost").values()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    web.server.socket = context.wrap_socket(web.server.socket, server_side=True)
    web.pages["/pay"] = (200, {}, b"paid")
    cloudfront = aws("cloudfront")
    origin = web.described()
    origin["CustomOriginConfig"] = {
        "HTTPPort": 80, "HTTPSPort": web.port, "OriginProtocolPolicy": "https-only"}
    made = cloudfront.create_distribution(DistributionConfig=config(origins=[origin], default=behavior(
        ViewerProtocolPolicy="https-only", FieldLevelEncryptionId=profile(cloudfront), **ALL)))
    pool = urllib3.HTTPSConnectionPool("127.0.0.1", port, cert_reqs="CERT_NONE", retries=False)
    host = {"Host": made["Distribution"]["DomainName"]}

    def post(body, kind=FORM, query=""):
        web.seen.clear()
        answer = pool.request("POST", f"/pay{query}", body=body, headers={**host, "Content-Type": kind})
        return answer.status, web.seen[-1][3].decode() if web.seen else None

    yield post
    pool.close()


@pytest.mark.filterwarnings("ignore::urllib3.exceptions.InsecureRequestWarning")
def test_fields_are_encrypted_for_the_key(site):
    status, got = site(b"name=Ann+B&cardnumber=4111+1111%2B&birth=1%262&rest=%26")
    fields = parse_qs(got, strict_parsing=True)
    assert (status, got.startswith("name=Ann+B&cardnumber="), got.endswith("&rest=%26")) == (200, True, True)
    assert opened(fields["cardnumber"][0]) == b"4111 1111+" and opened(fields["birth"][0]) == b"1&2"


@pytest.mark.filterwarnings("ignore::urllib3.exceptions.InsecureRequestWarning")
def test_what_is_not_configured_is_forwarded_or_refused(site):
    assert site(b"card=1", "text/plain") == (403, None)
    status, got = site(b"card=1", "text/plain", "?fle-profile=cards")
    assert status == 200 and opened(parse_qs(got)["card"][0]) == b"1"
    assert site(b"card=1", FORM, "?fle-profile=unknown") == (200, "card=1")
    assert site(b"&".join(b"card%d=1" % each for each in range(11))) == (400, None)
    assert site(b"card=" + b"1" * 16385) == (400, None)
    assert site(b"x=" + b"1" * 1024 * 1024) == (400, None)


def test_it_needs_https_and_all_methods(cloudfront, distribution, refused):
    id = profile(cloudfront)
    for members in ({"ViewerProtocolPolicy": "allow-all", **ALL}, {"ViewerProtocolPolicy": "https-only"}):
        given = config(default=behavior(**{**members, "FieldLevelEncryptionId": id}))
        assert refused("create_distribution", DistributionConfig=given)[0] == (
            "IllegalFieldLevelEncryptionConfigAssociationWithCacheBehavior")
