"""Signed URLs and signed cookies: canned and custom policies, RSA and ECDSA keys.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-signed-urls.html
"""

import base64
import binascii
import ipaddress
import json

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding

from emulator.engines.edge.messages import Asked
from emulator.engines.edge.paths import fits

PARAMETERS = ("Expires", "Policy", "Signature", "Key-Pair-Id", "Hash-Algorithm")
HASHES = {"SHA1": hashes.SHA1, "SHA256": hashes.SHA256}


class Denied(Exception):
    """Why a viewer may not see it: code and message of the answer."""


def _unsafe(text: str) -> bytes:
    """CloudFront's base64, which has no characters that a URL would mangle."""
    return base64.b64decode(text.replace("-", "+").replace("_", "=").replace("~", "/"), validate=True)


def check(asked: Asked, urls: list[str], keys: dict[str, str], now: float) -> None:
    """Raises Denied unless a trusted key signed for one of the URLs. The signature's parameters leave the query.

    ``urls`` are the forms under which a signer may know what is asked, without the signature's parameters; ``keys``
    are PEM texts by id.
    """
    given = {name: part.partition("=")[2] for name, part in asked.parameters if name in PARAMETERS}
    if "Signature" not in given and "Key-Pair-Id" not in given:
        given = {name.removeprefix("CloudFront-"): value for name, value in asked.cookies.items()
                 if name.startswith("CloudFront-")}  # fmt: skip
    asked.without(*PARAMETERS)
    if not given.get("Key-Pair-Id"):
        raise Denied("MissingKey", "Missing Key-Pair-Id query parameter or cookie value")
    if given["Key-Pair-Id"] not in keys:
        raise Denied("InvalidKey", "Unknown Key")
    if "Policy" in given:
        signed = _decoded(given["Policy"], "MalformedPolicy", "Malformed Policy")
        statement = _statement(signed)
        if not any(fits(statement.get("Resource", "*"), url) for url in urls):
            raise Denied("AccessDenied", "Access denied")
        candidates = [signed]
    elif "Expires" in given:
        if not given["Expires"].isdigit():
            raise Denied("MalformedPolicy", "Malformed Policy")
        candidates = [canned(url, int(given["Expires"])) for url in urls]
        statement = _statement(candidates[0])
    else:
        raise Denied("MissingPolicy", "Missing Policy or Expires query parameter or cookie value")
    signature = _decoded(given.get("Signature", ""), "MalformedSignature", "Could not unencode Signature")
    kind = HASHES.get(given.get("Hash-Algorithm", "SHA1"))
    key = keys[given["Key-Pair-Id"]]
    if kind is None or not any(_verifies(key, signature, each, kind()) for each in candidates):
        raise Denied("AccessDenied", "Access denied")
    _check_conditions(statement.get("Condition", {}), asked.ip, now)


def canned(url: str, expires: int) -> bytes:
    """The policy that a URL with Expires stands for."""
    condition = f'{{"DateLessThan":{{"AWS:EpochTime":{expires}}}}}'
    return f'{{"Statement":[{{"Resource":"{url}","Condition":{condition}}}]}}'.encode()


def _decoded(text: str, code: str, message: str) -> bytes:
    try:
        return _unsafe(text)
    except (ValueError, binascii.Error):
        raise Denied(code, message) from None


def _statement(policy: bytes) -> dict:
    try:
        [statement] = json.loads(policy)["Statement"]
        int(statement["Condition"]["DateLessThan"]["AWS:EpochTime"])
    except (ValueError, KeyError, TypeError):
        raise Denied("MalformedPolicy", "Malformed Policy") from None
    return statement


def _verifies(pem: str, signature: bytes, signed: bytes, kind: hashes.HashAlgorithm) -> bool:
    key = serialization.load_pem_public_key(pem.encode())
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, signed, ec.ECDSA(kind))
        else:
            key.verify(signature, signed, padding.PKCS1v15(), kind)
    except InvalidSignature:
        return False
    return True


def _check_conditions(condition: dict, ip: str, now: float) -> None:
    begins = condition.get("DateGreaterThan", {}).get("AWS:EpochTime", 0)
    network = condition.get("IpAddress", {}).get("AWS:SourceIp", "0.0.0.0/0")
    if not begins <= now < condition["DateLessThan"]["AWS:EpochTime"]:
        raise Denied("AccessDenied", "Access denied")
    if network != "0.0.0.0/0" and ipaddress.ip_address(ip) not in ipaddress.ip_network(network, strict=False):
        raise Denied("AccessDenied", "Access denied")
