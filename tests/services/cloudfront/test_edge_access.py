"""Who may see a distribution: signed URLs and cookies, web ACLs."""

import base64
import json
from datetime import UTC, datetime

import pytest
from botocore.signers import CloudFrontSigner
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from distribution_configs import behavior, items

NOON = 1_800_014_400
RSA, CURVE = rsa.generate_private_key(65537, 2048), ec.generate_private_key(ec.SECP256R1())


def sign(text: bytes) -> bytes:
    return RSA.sign(text, padding.PKCS1v15(), hashes.SHA1())


def safe(data: bytes) -> str:
    return base64.b64encode(data).decode().replace("+", "-").replace("=", "_").replace("/", "~")


@pytest.fixture
def private(emulator, cloudfront, distribution, web):
    """(distribution, id of the RSA key, id of the other): the pages of ``web``, for whom a key signed."""
    emulator.freeze(NOON)
    web.pages["/a"] = (200, {}, b"secret")
    ids = []
    for name, key in (("rsa", RSA), ("curve", CURVE)):
        text = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
        made = cloudfront.create_public_key(PublicKeyConfig={
            "CallerReference": name, "Name": name, "EncodedKey": text})  # fmt: skip
        ids.append(made["PublicKey"]["Id"])
    group = cloudfront.create_key_group(KeyGroupConfig={"Name": "g", "Items": ids})["KeyGroup"]["Id"]
    made = distribution(origins=[web.described()], default=behavior(
        TrustedKeyGroups={"Enabled": True, **items(group)}))  # fmt: skip
    active = cloudfront.get_distribution(Id=made["Distribution"]["Id"])["Distribution"]["ActiveTrustedKeyGroups"]
    assert active["Items"] == [{"KeyGroupId": group, "KeyPairIds": items(*ids)}]
    return made, *ids


def test_a_signed_url_opens_until_it_expires(emulator, private, visit):
    made, key, _ = private
    base = f"https://{made['Distribution']['DomainName']}"
    bare = visit(made, "/a")
    assert bare.status == 403 and b"<Code>MissingKey</Code>" in bare.data
    until = datetime.fromtimestamp(NOON + 60, UTC)
    signed = CloudFrontSigner(key, sign).generate_presigned_url(f"{base}/a?x=1", date_less_than=until)
    path = signed.removeprefix(base)
    assert visit(made, path).data == b"secret"
    assert visit(made, path.replace("x=1", "x=2")).status == 403
    assert b"Unknown Key" in visit(made, path.replace(key, "KNONE")).data
    emulator.advance(61)
    assert b"AccessDenied" in visit(made, path).data


def test_cookies_with_a_policy_of_ones_own(private, visit):
    made, key, _ = private
    policy = json.dumps({"Statement": [{
        "Resource": f"http*://{made['Distribution']['DomainName']}/*",
        "Condition": {"DateLessThan": {"AWS:EpochTime": NOON + 60}, "IpAddress": {"AWS:SourceIp": "127.0.0.0/8"}},
    }]}).encode()  # fmt: skip
    cookies = {"Policy": safe(policy), "Signature": safe(sign(policy)), "Key-Pair-Id": key}
    jar = "; ".join(f"CloudFront-{name}={value}" for name, value in cookies.items())
    assert visit(made, "/a", Cookie=jar).data == b"secret"
    elsewhere = policy.replace(b"127.0.0.0/8", b"10.0.0.0/8")
    other = {**cookies, "Policy": safe(elsewhere), "Signature": safe(sign(elsewhere))}
    jar = "; ".join(f"CloudFront-{name}={value}" for name, value in other.items())
    assert visit(made, "/a", Cookie=jar).status == 403


def test_keys_may_be_of_a_curve(private, visit):
    made, _, key = private
    url = f"https://{made['Distribution']['DomainName']}/a"
    policy = f'{{"Statement":[{{"Resource":"{url}","Condition":{{"DateLessThan":{{"AWS:EpochTime":{NOON + 60}}}}}}}]}}'
    signature = safe(CURVE.sign(policy.encode(), ec.ECDSA(hashes.SHA1())))
    path = f"/a?Expires={NOON + 60}&Signature={signature}&Key-Pair-Id={key}"
    assert visit(made, path).data == b"secret"


def test_a_web_acl_blocks(cloudfront, distribution, web, web_acl, visit, refused):
    web.pages["/a"] = (200, {}, b"x")
    made = distribution(origins=[web.described()])
    match = {"ByteMatchStatement": {
        "SearchString": b"bad", "FieldToMatch": {"QueryString": {}}, "PositionalConstraint": "CONTAINS",
        "TextTransformations": [{"Priority": 0, "Type": "NONE"}]}}  # fmt: skip
    acl = web_acl({"Name": "r", "Statement": match, "Action": {"Block": {}}})
    id = made["Distribution"]["Id"]
    assert refused("associate_distribution_web_acl", Id=id, WebACLArn=acl[:-1])[0] == "InvalidArgument"
    cloudfront.associate_distribution_web_acl(Id=id, WebACLArn=acl)
    assert visit(made, "/a?q=good").status == 200
    blocked = visit(made, "/a?q=bad")
    assert (blocked.status, blocked.headers["X-Cache"]) == (403, "Error from cloudfront")
