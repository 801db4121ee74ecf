"""X.509: a local authority, certificates that it signs, and what a certificate says. PEM in, PEM out.

Nobody outside trusts the authority: a client that is to trust its certificates is given its root.
https://docs.aws.amazon.com/acm/latest/userguide/acm-certificate-characteristics.html
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from emulator.engines import key_pairs

ALGORITHMS = {  # AWS's names to the kinds of key_pairs
    **{f"RSA_{size}": (key_pairs.RSA, size) for size in (1024, 2048, 3072, 4096)},
    "EC_prime256v1": (key_pairs.EC, "secp256r1"), "EC_secp384r1": (key_pairs.EC, "secp384r1"),
    "EC_secp521r1": (key_pairs.EC, "secp521r1"),
}  # fmt: skip
_CURVES = {curve: name for name, (_, curve) in ALGORITHMS.items()}
KEY_USAGES = {
    "digital_signature": "DIGITAL_SIGNATURE", "content_commitment": "NON_REPUDIATION",
    "key_encipherment": "KEY_ENCIPHERMENT", "data_encipherment": "DATA_ENCIPHERMENT", "key_agreement": "KEY_AGREEMENT",
    "key_cert_sign": "CERTIFICATE_SIGNING", "crl_sign": "CRL_SIGNING",
}  # fmt: skip
EXTENDED_USAGES = {
    "1.3.6.1.5.5.7.3.1": "TLS_WEB_SERVER_AUTHENTICATION", "1.3.6.1.5.5.7.3.2": "TLS_WEB_CLIENT_AUTHENTICATION",
    "1.3.6.1.5.5.7.3.3": "CODE_SIGNING", "1.3.6.1.5.5.7.3.4": "EMAIL_PROTECTION", "1.3.6.1.5.5.7.3.8": "TIME_STAMPING",
    "1.3.6.1.5.5.7.3.9": "OCSP_SIGNING", "1.3.6.1.5.5.7.3.5": "IPSEC_END_SYSTEM", "1.3.6.1.5.5.7.3.6": "IPSEC_TUNNEL",
    "1.3.6.1.5.5.7.3.7": "IPSEC_USER", "2.5.29.37.0": "ANY",
}  # fmt: skip
AUTHORITY_DAYS = 3650


class Unfit(ValueError):
    """What was given is not what it should be; the text says what."""


class Authority(NamedTuple):
    """A root, and the certificate and private key (DER) that sign."""

    root: str
    pem: str
    key: bytes


def _x509():
    from cryptography import x509  # a native library: loaded when first wanted

    return x509


def _load(key: bytes):
    from cryptography.hazmat.primitives.serialization import load_der_private_key

    return load_der_private_key(key, None)


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(int(seconds), UTC)


def _name(common: str, organization: str = ""):
    x509 = _x509()
    parts = [x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, organization)] if organization else []
    return x509.Name([*parts, x509.NameAttribute(x509.NameOID.COMMON_NAME, common)])


def _pem(certificate) -> str:
    from cryptography.hazmat.primitives.serialization import Encoding

    return certificate.public_bytes(Encoding.PEM).decode()


def _sign(builder, key) -> str:
    from cryptography.hazmat.primitives import hashes

    return _pem(builder.sign(key, hashes.SHA256()))


def _builder(subject, issuer, public, serial: int, begin: float, end: float):
    x509 = _x509()
    return (
        x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(public).serial_number(serial)
        .not_valid_before(_moment(begin)).not_valid_after(_moment(end))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), False)
    )  # fmt: skip


def new_key(algorithm: str) -> bytes:
    """A private key (DER) of one of ALGORITHMS. RSA takes up to some seconds."""
    return key_pairs.generate(*ALGORITHMS[algorithm])


def authority(now: float) -> Authority:
    """A new root and an intermediate authority under it, good for ten years from a day ago. Takes up to a second."""
    x509 = _x509()
    root_key, key = new_key("EC_prime256v1"), new_key("RSA_2048")
    begin, end = now - 86400, now + AUTHORITY_DAYS * 86400
    root_name, name = _name("Paritylab Root CA 1", "Paritylab"), _name("Paritylab RSA 2048 M01", "Paritylab")
    usage = _usage("digital_signature", "key_cert_sign", "crl_sign")
    made = []
    for subject, own, length in ((root_name, root_key, None), (name, key, 0)):
        public = _load(own).public_key()
        serial = x509.SubjectKeyIdentifier.from_public_key(public).digest[:15]  # nobody else's
        builder = _builder(subject, root_name, public, int.from_bytes(serial, "big"), begin, end)
        builder = builder.add_extension(x509.BasicConstraints(True, length), True).add_extension(usage, True)
        made.append(_sign(builder, _load(root_key)))
    return Authority(*made, key)


def _usage(*names: str):
    x509 = _x509()
    rest = {name: name in names for name in (*KEY_USAGES, "encipher_only", "decipher_only")}
    return x509.KeyUsage(**rest)


def issue(by: Authority, public: bytes, names: list[str], serial: int, begin: float, end: float) -> str:
    """A server's certificate over a public key (DER) for DNS names, the first of which is its subject."""
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    x509 = _x509()
    issuer = x509.load_pem_x509_certificate(by.pem.encode())
    public = load_der_public_key(public)
    usages = [x509.ObjectIdentifier(each) for each in list(EXTENDED_USAGES)[:2]]
    builder = _builder(_name(names[0]), issuer.subject, public, serial, begin, end)
    builder = (
        builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(each) for each in names]), False)
        .add_extension(_usage("digital_signature", "key_encipherment"), True)
        .add_extension(x509.ExtendedKeyUsage(usages), False)
        .add_extension(x509.BasicConstraints(False, None), True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.public_key()), False)
    )  # fmt: skip
    return _sign(builder, _load(by.key))


# What was given


def read(pem: bytes):
    """The one certificate of a PEM. Raises Unfit."""
    try:
        found = _x509().load_pem_x509_certificates(pem)
    except ValueError:
        raise Unfit("The certificate is not a valid PEM certificate.") from None
    if len(found) > 1:
        raise Unfit("The certificate field contains more than one certificate. You can specify only one certificate in "
                    "this field.")  # fmt: skip
    return found[0]


def der(pem: str) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding

    return read(pem.encode()).public_bytes(Encoding.DER)


def read_key(pem: bytes) -> bytes:
    """A private key in PEM, unencrypted, as DER. Raises Unfit."""
    from cryptography.hazmat.primitives import serialization as forms

    try:
        key = forms.load_pem_private_key(pem, None)
        return key.private_bytes(forms.Encoding.DER, forms.PrivateFormat.PKCS8, forms.NoEncryption())
    except Exception as error:  # the library has many errors for this
        if "password" in str(error).lower():
            raise Unfit("The private key is encrypted. You must provide an unencrypted private key.") from None
        raise Unfit("The private key is not supported.") from None


def check_pair(certificate, key: bytes) -> None:
    """Raises Unfit when a private key is not the certificate's."""
    from cryptography.hazmat.primitives import serialization as forms

    form = forms.Encoding.DER, forms.PublicFormat.SubjectPublicKeyInfo
    if certificate.public_key().public_bytes(*form) != key_pairs.public_of(key):
        raise Unfit("The certificate does not match the private key.")


def check_chain(certificate, chain: bytes) -> None:
    """Raises Unfit when the certificates of a PEM do not lead, one after the other, up from a certificate."""
    try:
        above = _x509().load_pem_x509_certificates(chain)
        for each in above:
            certificate.verify_directly_issued_by(each)
            certificate = each
    except Exception:  # the library has many errors for this
        raise Unfit("Could not validate the certificate with the certificate chain.") from None


def encrypted(key: bytes, passphrase: bytes) -> str:
    """A private key in PEM (PKCS #8), encrypted under a passphrase."""
    from cryptography.hazmat.primitives import serialization as forms

    return _load(key).private_bytes(
        forms.Encoding.PEM, forms.PrivateFormat.PKCS8, forms.BestAvailableEncryption(passphrase)
    ).decode()


def read_request(der: bytes) -> tuple[bytes, list[str], str]:
    """The public key (DER), names and key algorithm that a signing request asks for. Raises Unfit."""
    from cryptography.hazmat.primitives import serialization as forms

    x509 = _x509()
    try:
        found = x509.load_der_x509_csr(der)
        names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        valid = found.is_signature_valid
    except (ValueError, x509.ExtensionNotFound):
        raise Unfit("The request is no PKCS #10 with subject alternative names.") from None
    if not valid:
        raise Unfit("The request is not signed by its own key.")
    public = found.public_key().public_bytes(forms.Encoding.DER, forms.PublicFormat.SubjectPublicKeyInfo)
    return public, names.get_values_for_type(x509.DNSName), key_algorithm(found.public_key())


# What a certificate says


def describe(certificate) -> dict[str, Any]:
    """A certificate's members as DescribeCertificate names them, and ``Names``, the DNS names of its subject."""
    hash_name = certificate.signature_hash_algorithm.name.upper()
    scheme = "ECDSA" if "ecdsa" in certificate.signature_algorithm_oid._name else "RSA"
    return {
        "Serial": ":".join(f"{byte:02x}" for byte in _serial(certificate.serial_number)),
        "Subject": certificate.subject.rfc4514_string(), "Issuer": _common(certificate.issuer),
        "NotBefore": certificate.not_valid_before_utc.timestamp(),
        "NotAfter": certificate.not_valid_after_utc.timestamp(),
        "KeyAlgorithm": key_algorithm(certificate.public_key()).replace("_", "-", 1),
        "SignatureAlgorithm": f"{hash_name}WITH{scheme}",
        "KeyUsages": [{"Name": each} for each in _key_usages(certificate)],
        "ExtendedKeyUsages": [{"Name": EXTENDED_USAGES.get(each, "CUSTOM"), "OID": each}
                              for each in _extended_usages(certificate)],
        "Names": list(dict.fromkeys([_common(certificate.subject), *_names(certificate)])),
    }  # fmt: skip


def _serial(number: int) -> bytes:
    return number.to_bytes(max(1, (number.bit_length() + 7) // 8), "big")


def key_algorithm(public) -> str:
    size = getattr(public, "key_size", 0)
    curve = getattr(public, "curve", None)
    return _CURVES.get(curve.name, curve.name) if curve else f"RSA_{size}"


def _common(name) -> str:
    found = name.get_attributes_for_oid(_x509().NameOID.COMMON_NAME)
    return str(found[0].value) if found else ""


def _extension(certificate, kind: type):
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except _x509().ExtensionNotFound:
        return None


def _names(certificate) -> Iterable[str]:
    x509 = _x509()
    found = _extension(certificate, x509.SubjectAlternativeName)
    return found.get_values_for_type(x509.DNSName) if found else ()


def _key_usages(certificate) -> list[str]:
    found = _extension(certificate, _x509().KeyUsage)
    return [told for name, told in KEY_USAGES.items() if getattr(found, name)] if found else []


def _extended_usages(certificate) -> list[str]:
    found = _extension(certificate, _x509().ExtendedKeyUsage)
    return [each.dotted_string for each in found] if found else []


def distinguished(name) -> dict[str, str]:
    """A subject or issuer by AWS's names of its parts."""
    parts = {"CN": "CommonName", "C": "Country", "L": "Locality", "O": "Organization", "OU": "OrganizationalUnit",
             "ST": "State"}
    return {parts[each.rfc4514_attribute_name]: str(each.value) for each in name
            if each.rfc4514_attribute_name in parts}  # fmt: skip


def midnight(now: float) -> float:
    """The beginning of the day, when ACM's certificates begin to be valid."""
    return _moment(now).replace(hour=0, minute=0, second=0).timestamp()


def days(count: int) -> float:
    return timedelta(days=count).total_seconds()
