"""An identity provider of the suite's own on the loopback: publishes its key by discovery, signs tokens and assertions.

https://openid.net/specs/openid-connect-discovery-1_0.html
"""

import base64
import json
import ssl
import tempfile
import threading
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from lxml import etree
from signxml import XMLSigner

from conformance.services.iam import samples

CANONICAL = "http://www.w3.org/2001/10/xml-exc-c14n#"


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def published_key() -> dict:
    """The key as a JSON Web Key: https://datatracker.ietf.org/doc/html/rfc7517"""
    numbers = samples.key_pair().public_key().public_numbers()
    parts = {name: encoded(value.to_bytes((value.bit_length() + 7) // 8, "big"))
             for name, value in (("n", numbers.n), ("e", numbers.e))}
    return {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": "1", **parts}


@cache
def issuer_url() -> str:
    """Where this process's issuer answers, over TLS; started at first use, gone with the process."""
    pages: dict[str, dict] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            body = json.dumps(pages[self.path]).encode() if self.path in pages else b""
            self.send_response(200 if body else 404)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.NamedTemporaryFile("w", suffix=".pem") as chain:
        chain.write(samples.private_key() + samples.certificate())
        chain.flush()
        context.load_cert_chain(chain.name)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    url = f"https://127.0.0.1:{server.server_address[1]}"
    pages["/.well-known/openid-configuration"] = {"issuer": url, "jwks_uri": f"{url}/keys"}
    pages["/keys"] = {"keys": [published_key()]}
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    return url


def token(claims: dict) -> str:
    """A signed JSON Web Token of the issuer."""
    head = {"alg": "RS256", "typ": "JWT", "kid": "1"}
    content = ".".join(encoded(json.dumps(each).encode()) for each in (head, claims))
    signature = samples.key_pair().sign(content.encode(), padding.PKCS1v15(), hashes.SHA256())
    return f"{content}.{encoded(signature)}"


def signed(document: str) -> bytes:
    """An XML document with a signature of the key that the SAML metadata name."""
    signer = XMLSigner(c14n_algorithm=CANONICAL)
    return etree.tostring(signer.sign(etree.fromstring(document.encode()), key=samples.private_key().encode(),
                                      cert=samples.certificate()))
