"""What origins are told of a viewer's certificate.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/viewer-mtls-headers.html
"""

from urllib.parse import quote


def told(der: bytes) -> dict[str, str]:
    """The headers about a certificate (DER, empty for none), each without ``cloudfront-viewer-cert-``."""
    if not der:
        return {"present": "0"}
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization

    found = x509.load_der_x509_certificate(der)
    number = f"{found.serial_number:x}"
    moments = (f"{each:%Y-%m-%dT%H:%M:%SZ}" for each in (found.not_valid_before_utc, found.not_valid_after_utc))
    return {
        "present": "1", "serial-number": bytes.fromhex(number.zfill(len(number) + len(number) % 2)).hex(":"),
        "issuer": found.issuer.rfc4514_string(), "subject": found.subject.rfc4514_string(),
        "sha256": found.fingerprint(hashes.SHA256()).hex(), "validity": "NotBefore={};NotAfter={}".format(*moments),
        "pem": quote(found.public_bytes(serialization.Encoding.PEM).decode(), safe="+=/"),
    }  # fmt: skip
