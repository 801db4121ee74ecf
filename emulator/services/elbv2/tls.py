"""TLS of listeners: certificates chosen by the name that a client asks for, protocols, and certificates of clients.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/mutual-authentication.html
"""

import ssl
from urllib.parse import quote

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from emulator.engines import certificate_contexts, certificate_store
from emulator.services.elbv2 import facts, listener_certificates, trust_stores

# TLS 1.0 and 1.1 are for who asks for them: Python's library warns of them, and most builds refuse their ciphers.
VERSIONS = {"TLSv1": ssl.TLSVersion.MINIMUM_SUPPORTED, "TLSv1.1": ssl.TLSVersion.MINIMUM_SUPPORTED,
            "TLSv1.2": ssl.TLSVersion.TLSv1_2, "TLSv1.3": ssl.TLSVersion.TLSv1_3}


class Unservable(Exception):
    """What this machine cannot serve, and why."""


def _context(policy: str, material) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    protocols = facts.ssl_policies()[policy]["SslProtocols"]
    context.minimum_version, context.maximum_version = VERSIONS[protocols[0]], VERSIONS[protocols[-1]]
    ciphers = [each["Name"] for each in facts.ssl_policies()[policy]["Ciphers"] if not each["Name"].startswith("TLS_")]
    if ciphers:
        context.set_ciphers(":".join(ciphers))
    return certificate_contexts.serve(context, material)


def server(ctx, listener) -> ssl.SSLContext:
    """What a secure listener serves with. Raises Unservable."""
    document = listener.document
    materials = [certificate_store.find(ctx, each["CertificateArn"]) for each in listener_certificates.of(listener)]
    materials = [each for each in materials if each is not None]
    if not materials:
        raise Unservable("nobody here has the certificate's private key")
    contexts = [(certificate_contexts.names(each), _context(document["SslPolicy"], each)) for each in materials]

    def choose(connection, name, _context):
        for names, context in contexts:
            if name and certificate_contexts.covers(names, name.lower()):
                connection.context = context
                return

    mutual = document.get("MutualAuthentication", {})
    for _, context in contexts:
        _demand(ctx, context, mutual)
    contexts[0][1].sni_callback = choose
    return contexts[0][1]


def _demand(ctx, context: ssl.SSLContext, mutual: dict) -> None:
    """Ask clients for certificates, as the listener's mutual authentication wants."""
    if mutual.get("Mode", "off") == "off":
        return
    if mutual["Mode"] == "passthrough":
        raise Unservable("Python's TLS takes no client certificate without verifying it")
    store = trust_stores.find(ctx, mutual["TrustStoreArn"])
    revoked = "\n".join(each["content"] for each in store.private.get("revocations", {}).values())
    context.verify_mode = ssl.CERT_REQUIRED
    with certificate_contexts.readable(f"{store.private['bundle']}\n{revoked}\n".encode()) as path:
        context.load_verify_locations(path)
    if revoked:
        context.verify_flags |= ssl.VERIFY_CRL_CHECK_LEAF


def client_headers(tls, names: dict[str, str]) -> list[tuple[str, str]]:
    """What targets are told of the client's certificate. ``names``: the listener's names of these headers."""
    der = tls.getpeercert(binary_form=True) if tls is not None else None
    if not der:
        return []
    certificate = x509.load_der_x509_certificate(der)
    validity = (f"NotBefore={certificate.not_valid_before_utc:%Y-%m-%dT%H:%M:%SZ};"
                f"NotAfter={certificate.not_valid_after_utc:%Y-%m-%dT%H:%M:%SZ}")
    leaf = certificate.public_bytes(serialization.Encoding.PEM).decode()
    told = {
        "serial_number": f"{certificate.serial_number:X}", "issuer": certificate.issuer.rfc4514_string(),
        "subject": certificate.subject.rfc4514_string(), "validity": validity, "leaf": _quoted(leaf),
    }  # fmt: skip
    return [(names[f"routing.http.request.x_amzn_mtls_clientcert_{key}.header_name"], value)
            for key, value in told.items()]


def _quoted(pem: str) -> str:
    """A certificate in one line: percent-encoded but for + = and /."""
    return quote(pem, safe="+=/")
