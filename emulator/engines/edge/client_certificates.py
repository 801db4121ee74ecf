"""What origins and connection functions are told of a viewer's certificate.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/viewer-mtls-headers.html,
connection-functions.html
"""

from urllib.parse import quote


def told(der: bytes) -> dict[str, str]:
    """The headers about a certificate (DER, empty for none), each without ``cloudfront-viewer-cert-``."""
    if not der:
        return {"present": "0"}
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization

    found = x509.load_der_x509_certificate(der)
    moments = _moments(found)
    return {
        "present": "1", "serial-number": _number(found),
        "issuer": found.issuer.rfc4514_string(), "subject": found.subject.rfc4514_string(),
        "sha256": found.fingerprint(hashes.SHA256()).hex(), "validity": "NotBefore={};NotAfter={}".format(*moments),
        "pem": quote(found.public_bytes(serialization.Encoding.PEM).decode(), safe="+=/"),
    }  # fmt: skip


def described(der: bytes) -> dict:
    """The certificate (DER) as a connection function sees it."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization

    found = x509.load_der_x509_certificate(der)
    begin, end = _moments(found)
    key = found.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    told = {
        "serialNumber": _number(found), "issuer": found.issuer.rfc4514_string(),
        "subject": found.subject.rfc4514_string(), "validity": {"notBefore": begin, "notAfter": end},
        "sha256Fingerprint": found.fingerprint(hashes.SHA256()).hex(), "spki": key.hex(),
    }  # fmt: skip
    try:
        names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return told
    san = ",".join(f"DNS:{each}" for each in names.get_values_for_type(x509.DNSName))
    return {**told, "san": san, "sanHex": names.public_bytes().hex()}


def _number(certificate) -> str:
    number = f"{certificate.serial_number:x}"
    return bytes.fromhex(number.zfill(len(number) + len(number) % 2)).hex(":")


def _moments(certificate) -> tuple[str, str]:
    begin, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    return f"{begin:%Y-%m-%dT%H:%M:%SZ}", f"{end:%Y-%m-%dT%H:%M:%SZ}"
