"""DNSSEC: keys in DNS's forms, signatures over record sets, and proof that something is not there.

Algorithm 13 (ECDSA P-256 with SHA-256), as Route 53 uses it; absence is told in the compact way of RFC 9824.
https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-configuring-dnssec.html, RFC 4034, RFC 6605
"""

import base64
import hashlib
import struct
from collections.abc import Callable
from typing import NamedTuple

from emulator.engines import dns_wire
from emulator.engines.dns_resolution import Data

ALGORITHM, DIGEST = 13, 2  # ECDSAP256SHA256, SHA-256
ZONE_KEY, ENTRY = 256, 257  # flags of a zone signing key and a key signing key
VALID = 7 * 86400  # seconds of a signature; it begins an hour ago, for clocks that go wrong


class Key(NamedTuple):
    """``public`` is the point's two coordinates (64 bytes); ``sign`` gives the DER signature of a message."""

    flags: int
    public: bytes
    sign: Callable[[bytes], bytes]

    @property
    def rdata(self) -> bytes:
        return struct.pack("!HBB", self.flags, 3, ALGORITHM) + self.public

    @property
    def text(self) -> str:
        """The DNSKEY record's value."""
        return f"{self.flags} 3 {ALGORITHM} {base64.b64encode(self.public).decode()}"

    @property
    def tag(self) -> int:
        total = sum(byte << 8 if place % 2 == 0 else byte for place, byte in enumerate(self.rdata))
        return (total + (total >> 16 & 0xFFFF)) & 0xFFFF

    def digest(self, zone: str) -> str:
        """The digest of the DS record, in capital hexadecimal."""
        return hashlib.sha256(dns_wire.name(zone).to_digestable() + self.rdata).hexdigest().upper()


def point(public: bytes) -> bytes:
    """The coordinates of a P-256 public key (DER). Raises ValueError for a key of another kind."""
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    key = load_der_public_key(public)
    if not isinstance(key, ec.EllipticCurvePublicKey) or key.curve.name != "secp256r1":
        raise ValueError("no key of the curve P-256")
    numbers = key.public_numbers()
    return numbers.x.to_bytes(32, "big") + numbers.y.to_bytes(32, "big")


def signed(data: Data, zone: str, key: Key, now: float) -> Data:
    """The RRSIG over a record set. https://www.rfc-editor.org/rfc/rfc4034#section-3.1.8.1"""
    from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
    from dns.rdatatype import from_text

    owner, signer = dns_wire.name(data.name), dns_wire.name(zone)
    labels = len(owner.labels) - 1 - (owner.labels[0] == b"*")
    begin, end = int(now) - 3600, int(now) + VALID
    kind = from_text(data.type)
    head = struct.pack("!HBBIIIH", kind, ALGORITHM, labels, data.ttl, end, begin, key.tag)
    canonical = owner.to_digestable()
    message = head + signer.to_digestable()
    for rdata in sorted(dns_wire.rdata(data.type, each).to_digestable() for each in data.values):
        message += canonical + struct.pack("!HHIH", kind, 1, data.ttl, len(rdata)) + rdata
    r, s = decode_dss_signature(key.sign(message))
    signature = base64.b64encode(r.to_bytes(32, "big") + s.to_bytes(32, "big")).decode()
    text = f"{data.type} {ALGORITHM} {labels} {data.ttl} {_moment(end)} {_moment(begin)} {key.tag} {zone} {signature}"
    return Data(data.name, "RRSIG", data.ttl, (text,))


def absence(name: str, types: list[str], ttl: int) -> Data:
    """The NSEC that proves that a name has these types and no others (none: that it is not there)."""
    shown = [*types, "RRSIG", "NSEC"] if types else ["RRSIG", "NSEC", "TYPE128"]
    return Data(name, "NSEC", ttl, (f"\\000.{name} {' '.join(shown)}",))


def _moment(seconds: int) -> str:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(seconds, UTC).strftime("%Y%m%d%H%M%S")
