"""The forms that signature version 4 is computed over, and its keys.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import hmac
import re
from calendar import timegm
from functools import lru_cache
from hashlib import sha256
from time import gmtime, strftime
from urllib.parse import quote, unquote_to_bytes

EMPTY_SHA256 = sha256(b"").hexdigest()
UNRESERVED = "-_.~"

_PLAIN_PATH = re.compile(r"[A-Za-z0-9/_.~-]*")
_PLAIN = re.compile(r"[A-Za-z0-9_.~-]*")
_BASIC = re.compile(r"\d{8}T\d{6}Z")


def path_as_sent(path: str) -> str:
    """S3's rule: every byte encoded once, nothing normalised."""
    if _PLAIN_PATH.fullmatch(path):
        return path or "/"
    return quote(unquote_to_bytes(path.encode("latin-1")), safe="/" + UNRESERVED)


def path_normalised(path: str) -> str:
    """Every other service's rule: dot segments and double slashes removed, and what was encoded is encoded again."""
    if path in ("/", ""):
        return "/"
    segments: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            if segments:
                segments.pop()
        elif segment not in ("", "."):
            segments.append(segment)
    end = "/" if segments and path.endswith("/") else ""
    normalised = f"/{'/'.join(segments)}{end}"
    if _PLAIN_PATH.fullmatch(normalised):
        return normalised
    return quote(normalised.encode("latin-1"), safe="/" + UNRESERVED)


def _encode(text: str) -> str:
    if _PLAIN.fullmatch(text):
        return text
    return quote(unquote_to_bytes(text.replace("+", "%20").encode("latin-1")), safe=UNRESERVED)


def query_string(query: str, without: str = "") -> str:
    """The sorted query; ``without`` names the parameter that holds the signature."""
    if not query:
        return ""
    pairs = []
    for part in query.split("&"):
        name, _, value = part.partition("=")
        if part and name != without:
            pairs.append((_encode(name), _encode(value)))
    pairs.sort()
    return "&".join([f"{name}={value}" for name, value in pairs])


def header_lines(headers: dict[str, str], signed: str) -> str:
    """One line for each of the ``signed`` headers (``a;b;c``), spaces folded; a header that is not there is empty."""
    lines = []
    for name in signed.split(";"):
        value = headers.get(name, "")
        lines.append(f"{name}:{' '.join(value.split()) if '  ' in value else value}\n")
    return "".join(lines)


def string_to_sign(algorithm: str, timestamp: str, scope: str, canonical_request: str) -> str:
    digest = sha256(canonical_request.encode("utf-8", "surrogateescape")).hexdigest()
    return f"{algorithm}\n{timestamp}\n{scope}\n{digest}"


@lru_cache(maxsize=4096)
def signing_key(secret: str, date: str, region: str, service: str) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in (date, region, service, "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key


def sign(key: bytes, text: str) -> str:
    """The hexadecimal HMAC-SHA256 of a string to sign."""
    return hmac.digest(key, text.encode("utf-8", "surrogateescape"), "sha256").hex()


@lru_cache(maxsize=1024)
def moment(timestamp: str) -> float | None:
    """``20150830T123600Z`` as epoch seconds; None when it is no such date."""
    if not _BASIC.fullmatch(timestamp):
        return None
    month, day, hour, minute, second = (int(timestamp[at : at + 2]) for at in (4, 6, 9, 11, 13))
    if not (1 <= month <= 12 and 1 <= day <= 31 and hour < 24 and minute < 60 and second < 61):
        return None
    return float(timegm((int(timestamp[:4]), month, day, hour, minute, second)))


def basic(seconds: float) -> str:
    """Epoch seconds as ``20150830T123600Z``."""
    return strftime("%Y%m%dT%H%M%SZ", gmtime(seconds))


def extended(seconds: float) -> str:
    """Epoch seconds as ``2015-08-30T12:36:00Z``."""
    return strftime("%Y-%m-%dT%H:%M:%SZ", gmtime(seconds))
