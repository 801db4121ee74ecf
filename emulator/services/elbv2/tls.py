"""TLS of listeners: certificates chosen by the name that a client asks for, protocols, and certificates of clients.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/mutual-authentication.html
"""

from collections.abc import Callable
from urllib.parse import quote

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from OpenSSL import SSL, crypto

from emulator.backends.http_messages import Entered
from emulator.backends.listening import Enter
from emulator.backends.secured import Secured
from emulator.engines import certificate_contexts, certificate_store
from emulator.services.elbv2 import facts, listener_certificates, trust_stores

VERSIONS = {"TLSv1": SSL.TLS1_VERSION, "TLSv1.1": SSL.TLS1_1_VERSION, "TLSv1.2": SSL.TLS1_2_VERSION,
            "TLSv1.3": SSL.TLS1_3_VERSION}
# What policies allow is for them to say: OpenSSL's own level would refuse the protocols and ciphers of old ones.
ANY_LEVEL = "@SECLEVEL=0"

# What connection logs call OpenSSL's findings (X509_V_ERR_…) about a client's certificate.
REASONS = {
    2: "ClientCertUntrusted", 18: "ClientCertUntrusted", 19: "ClientCertUntrusted", 20: "ClientCertUntrusted",
    21: "ClientCertUntrusted", 7: "ClientCertInvalid", 9: "ClientCertNotYetValid", 10: "ClientCertExpired",
    22: "ClientCertMaxChainDepthExceeded", 23: "ClientCertCrlHit", 26: "ClientCertPurposeInvalid",
    8: "ClientCertCrlProcessingError", 11: "ClientCertCrlProcessingError", 12: "ClientCertCrlProcessingError",
}  # fmt: skip
EXPIRED, WITHOUT_LIST = 10, 3  # a CA that published no list has revoked nothing


class Unservable(Exception):
    """What this machine cannot serve, and why."""


def server(ctx, listener, protocols: tuple[str, ...]) -> SSL.Context:
    """What a secure listener serves with; ``protocols`` (of ALPN) by preference. Raises Unservable."""
    document = listener.document
    materials = [certificate_store.find(ctx, each["CertificateArn"]) for each in listener_certificates.of(listener)]
    materials = [each for each in materials if each is not None]
    if not materials:
        raise Unservable("nobody here has the certificate's private key")
    try:
        contexts = [(certificate_contexts.names(each), _context(document["SslPolicy"], each, protocols))
                    for each in materials]
    except SSL.Error as error:
        raise Unservable(f"OpenSSL refuses the certificate or the policy: {error}") from None
    for _, context in contexts:
        _demand(ctx, context, document.get("MutualAuthentication", {}))

    def choose(connection):
        asked = (connection.get_servername() or b"").decode().lower()
        for names, context in contexts:
            if asked and certificate_contexts.covers(names, asked):
                connection.set_context(context)
                return

    contexts[0][1].set_tlsext_servername_callback(choose)
    return contexts[0][1]


def _context(policy: str, material, protocols: tuple[str, ...]) -> SSL.Context:
    context = SSL.Context(SSL.TLS_SERVER_METHOD)
    context.set_app_data(material.arn)
    context.set_options(SSL.OP_NO_RENEGOTIATION)
    versions = facts.ssl_policies()[policy]["SslProtocols"]
    context.set_min_proto_version(VERSIONS[versions[0]])
    context.set_max_proto_version(VERSIONS[versions[-1]])
    ciphers = [each["Name"] for each in facts.ssl_policies()[policy]["Ciphers"] if not each["Name"].startswith("TLS_")]
    if ciphers:  # TLS 1.3 has its own
        context.set_cipher_list(":".join([*ciphers, ANY_LEVEL]).encode())
    context.use_privatekey(serialization.load_der_private_key(material.key, None))
    leaf, *rest = x509.load_pem_x509_certificates(f"{material.pem}\n{material.chain}".encode())
    context.use_certificate(leaf)
    for each in rest:
        context.add_extra_chain_cert(each)

    def agree(connection, offered):
        connection.get_app_data().offered = [each.decode() for each in offered]
        return next((each.encode() for each in protocols if each.encode() in offered), SSL.NO_OVERLAPPING_PROTOCOLS)

    context.set_alpn_select_callback(agree)
    return context


def _demand(ctx, context: SSL.Context, mutual: dict) -> None:
    """Ask clients for certificates, as the listener's mutual authentication wants."""
    if mutual.get("Mode", "off") == "off":
        return
    context.set_session_cache_mode(SSL.SESS_CACHE_OFF)  # a session that is resumed shows no certificate again
    context.set_options(SSL.OP_NO_TICKET)
    if mutual["Mode"] == "passthrough":
        context.set_verify(SSL.VERIFY_PEER, lambda *_: True)
        return
    ignored = {0, WITHOUT_LIST, *([EXPIRED] if mutual.get("IgnoreClientCertificateExpiry") else [])}

    def verify(connection, certificate, number, depth, well):
        if number not in ignored:
            secured = connection.get_app_data()
            secured.refusal, secured.refused = number, certificate.to_cryptography() if depth == 0 else None
        return number in ignored

    context.set_verify(SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT, verify)
    store, kept = trust_stores.find(ctx, mutual["TrustStoreArn"]), context.get_cert_store()
    for each in x509.load_pem_x509_certificates(store.private["bundle"].encode()):
        kept.add_cert(crypto.X509.from_cryptography(each))
        if mutual.get("AdvertiseTrustStoreCaNames") == "on":
            context.add_client_ca(each)
    lists = store.private.get("revocations", {}).values()
    for each in lists:
        kept.add_crl(x509.load_pem_x509_crl(each["content"].encode()))
    if lists:
        kept.set_flags(crypto.X509StoreFlags.CRL_CHECK)


def entering(context: SSL.Context, note: Callable) -> Enter:
    """A connection's way in. ``note``, of client, Secured and the reason of a failure or "", gives its id for logs."""
    async def enter(reader, writer) -> Entered:
        secured, client = Secured(context, reader, writer), writer.get_extra_info("peername")[:2]
        try:
            await secured.handshake()
        except (OSError, EOFError, TimeoutError):
            note(client, secured, REASONS.get(secured.refusal, "UnmappedConnectionError"))
            raise
        return Entered(secured, secured, client, secured, note(client, secured, ""))

    return enter


def subject(certificate: x509.Certificate) -> str:
    return certificate.subject.rfc4514_string()


def validity(certificate: x509.Certificate) -> str:
    return (f"NotBefore={certificate.not_valid_before_utc:%Y-%m-%dT%H:%M:%SZ};"
            f"NotAfter={certificate.not_valid_after_utc:%Y-%m-%dT%H:%M:%SZ}")


def serial(certificate: x509.Certificate) -> str:
    return f"{certificate.serial_number:X}"


def client_headers(listener, tls: Secured, names: dict[str, str]) -> list[tuple[str, str]]:
    """What targets are told of the client's certificate. ``names``: the listener's names of these headers."""
    chain = tls.chain()
    if not chain:
        return []
    if listener.document["MutualAuthentication"]["Mode"] == "passthrough":
        return [(names["routing.http.request.x_amzn_mtls_clientcert.header_name"], _quoted(chain))]
    leaf = chain[0]
    told = {
        "serial_number": serial(leaf), "issuer": leaf.issuer.rfc4514_string(), "subject": subject(leaf),
        "validity": validity(leaf), "leaf": _quoted([leaf]),
    }  # fmt: skip
    return [(names[f"routing.http.request.x_amzn_mtls_clientcert_{key}.header_name"], value)
            for key, value in told.items()]


def _quoted(chain: list[x509.Certificate]) -> str:
    """Certificates in one line: percent-encoded but for + = and /."""
    pem = "".join(each.public_bytes(serialization.Encoding.PEM).decode() for each in chain)
    return quote(pem, safe="+=/")
