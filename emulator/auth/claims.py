"""What a signed request claims: who signs, when, for what and with which signature; read from the header or the query.

Sources: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-auth-using-authorization-header.html and
https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
"""

import re
from base64 import b64encode
from email.utils import parsedate_to_datetime
from hashlib import sha256
from typing import NamedTuple

from emulator.auth.canonical import basic, moment
from emulator.auth.refusals import Dialect
from emulator.kernel.errors import AwsError
from emulator.protocol.wire import Request

HMAC = "AWS4-HMAC-SHA256"
ECDSA = "AWS4-ECDSA-P256-SHA256"  # SigV4A: an asymmetric key, valid in a set of regions
WEEK = 7 * 24 * 3600  # seconds that a presigned URL may live

_QUERY_NEEDS = (
    "X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature", "X-Amz-Date", "X-Amz-SignedHeaders", "X-Amz-Expires",
)  # fmt: skip
_EXPECTED = 'the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".'
_DATE = re.compile(r"\d{8}")


class Claim(NamedTuple):
    """``expires`` is None for a signature in the header, else the seconds that a presigned URL lives."""

    algorithm: str
    access_key: str
    scope: str  # the credential after the key: date/region/service/aws4_request
    date: str
    region: str  # empty for SigV4A
    service: str
    signed: str  # the names of the signed headers, as they stand: a;b;c
    signature: str
    timestamp: str
    token: str
    expires: int | None = None


def read(request: Request, words: Dialect, service_names: tuple[str, ...]) -> Claim | None:
    """The claim of a request; None when it carries no signature of version 4.

    ``service_names`` are the names under which the service may be signed for. Raises the AwsError of a malformed claim.
    """
    authorization = request.headers.get("authorization")
    if authorization is not None:
        if words.is_s3 and request.query and ("X-Amz-Algorithm=" in request.query or "Signature=" in request.query):
            raise _argument(
                "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string "
                "parameter or the Authorization header should be specified",
                authorization,
            )
        return _from_header(request, authorization, words, service_names)
    if "X-Amz-" in request.query and any(name in request.arguments for name in _QUERY_NEEDS[:3]):
        return _from_query(request, words, service_names)
    return None


def _from_header(request: Request, authorization: str, words: Dialect, service_names: tuple[str, ...]) -> Claim:
    algorithm, _, rest = authorization.partition(" ")
    if words.is_s3 and algorithm not in (HMAC, ECDSA):
        raise _argument("Unsupported Authorization Type", authorization)
    parts = {}
    for token in rest.replace(",", " ").split():
        name, equals, value = token.partition("=")
        if not equals and not words.is_s3:
            raise words.refuse(
                "incomplete",
                f"'{token}' not a valid key=value pair (missing equal-sign) in Authorization header "
                f"(hashed with SHA-256 and encoded with Base64): '{_hashed(authorization)}'.",
            )
        parts[name] = value
    credential, signed, signature = parts.get("Credential"), parts.get("SignedHeaders"), parts.get("Signature")
    headers = request.headers
    timestamp = headers.get("x-amz-date") or _from_date(headers.get("date", ""))
    if not (credential and signed and signature) or not (timestamp or words.is_s3):
        raise _incomplete(words, parts, timestamp, authorization)
    if moment(timestamp) is None:
        raise _bad_date(words, timestamp)
    scope = _scope(credential, algorithm, timestamp, words, service_names, "header")
    token = headers.get("x-amz-security-token") or headers.get("x-amz-s3session-token", "")
    return Claim(algorithm, *scope, signed, signature, timestamp, token)


def _from_query(request: Request, words: Dialect, service_names: tuple[str, ...]) -> Claim:
    given = {name: values[0] for name, values in request.arguments.items()}
    needed = _QUERY_NEEDS if words.is_s3 else _QUERY_NEEDS[:5]
    missing = [name for name in needed if not given.get(name)]
    if missing and words.is_s3:
        raise words.refuse(
            "query",
            "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, "
            "X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.",
        )
    if missing:
        told = " ".join(f"AWS query-string parameters must include '{name}'." for name in missing)
        raise words.refuse("incomplete", told)
    algorithm, timestamp = given["X-Amz-Algorithm"], given["X-Amz-Date"]
    if algorithm not in (HMAC, ECDSA):
        if words.is_s3:
            raise words.refuse("query", 'X-Amz-Algorithm only supports "AWS4-HMAC-SHA256 and AWS4-ECDSA-P256-SHA256"')
        raise words.refuse("incomplete", f"Unsupported AWS 'algorithm': '{algorithm}'.")
    if moment(timestamp) is None:
        if words.is_s3:
            raise words.refuse("query", 'X-Amz-Date must be in the ISO8601 Long Format "yyyyMMdd\'T\'HHmmss\'Z\'"')
        raise _bad_date(words, timestamp)
    expires = _expires(given.get("X-Amz-Expires", ""), words)
    scope = _scope(given["X-Amz-Credential"], algorithm, timestamp, words, service_names, "query")
    token = given.get("X-Amz-Security-Token", "")
    return Claim(algorithm, *scope, given["X-Amz-SignedHeaders"], given["X-Amz-Signature"], timestamp, token, expires)


def _expires(text: str, words: Dialect) -> int:
    """Seconds; without a number, services other than S3 hold to their usual window."""
    number = text.removeprefix("-")
    if number.isascii() and number.isdigit():
        seconds = int(text)
        if 0 <= seconds <= WEEK:
            return seconds
        wrong = (
            "X-Amz-Expires must be non-negative"
            if seconds < 0
            else "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less "
            "than 604800 seconds"
        )
    elif not text:
        return words.minutes * 60
    else:
        wrong = "X-Amz-Expires should be a number"
    raise words.refuse("query" if words.is_s3 else "incomplete", wrong)


def _scope(
    credential: str, algorithm: str, timestamp: str, words: Dialect, service_names: tuple[str, ...], place: str
) -> tuple[str, str, str, str, str]:
    """(access key, scope, date, region, service) of a credential."""
    parts = credential.split("/")
    if algorithm == ECDSA:
        parts.insert(2, "")
    if words.is_s3:
        wrong = _wrong_s3_scope(parts, timestamp, service_names, place)
        if wrong:
            start = {
                "header": "The authorization header is malformed; ",
                "query": "Error parsing the X-Amz-Credential parameter; ",
            }
            raise words.refuse(place, start[place] + wrong)
    elif len(parts) != 5:
        raise words.refuse(
            "incomplete",
            "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got "
            f"'{credential}'",
        )
    else:
        wrong = _wrong_scope(parts, timestamp, service_names)
        if wrong:
            raise words.refuse("invalid", wrong)
    return parts[0], credential.partition("/")[2], parts[1], parts[2], parts[3]


def _wrong_s3_scope(parts: list[str], timestamp: str, service_names: tuple[str, ...], place: str) -> str:
    """What S3 says of a credential, without the beginning of the sentence; empty when it is good."""
    if len(parts) != 5 or not parts[0]:
        return _EXPECTED
    date, service, terminator = parts[1], parts[3], parts[4]
    if not _DATE.fullmatch(date):
        return f'incorrect date format "{date}". This date in the credential must be in the format "yyyyMMdd".'
    if service not in service_names:
        return f'incorrect service "{service}". This endpoint belongs to "s3".'
    if terminator != "aws4_request":
        return f'incorrect terminal "{terminator}". This endpoint uses "aws4_request".'
    if date != timestamp[:8]:
        name = "X-Amz-Date" if place == "query" else "x-amz-date"
        return f'Invalid credential date "{date}". This date is not the same as {name}: "{timestamp[:8]}".'
    return ""


def _wrong_scope(parts: list[str], timestamp: str, service_names: tuple[str, ...]) -> str:
    """What the other services say of a credential of five parts: all that is wrong, one sentence after the other."""
    _, date, _, service, terminator = parts
    wrong = []
    if service not in service_names:
        wrong.append(f"Credential should be scoped to correct service: '{service_names[0]}'. ")
    if terminator != "aws4_request":
        wrong.append(f"Credential should be scoped with a valid terminator: 'aws4_request', not '{terminator}'. ")
    if date != timestamp[:8]:
        wrong.append(
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
            f"'{date}' != '{timestamp[:8]}', from '{timestamp}'. "
        )
    return "".join(wrong)


def _incomplete(words: Dialect, parts: dict, timestamp: str, authorization: str) -> AwsError:
    if words.is_s3:
        return words.refuse(
            "header",
            "The authorization header is malformed; the authorization header requires three components: "
            "Credential, SignedHeaders, and Signature.",
        )
    told = [
        f"Authorization header requires '{name}' parameter."
        for name in ("Credential", "Signature", "SignedHeaders")
        if not parts.get(name)
    ]
    if not timestamp:
        told.append("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.")
    told.append(f"(Hashed with SHA-256 and encoded with Base64) Authorization={_hashed(authorization)}")
    return words.refuse("incomplete", " ".join(told))


def _bad_date(words: Dialect, timestamp: str) -> AwsError:
    if words.is_s3:
        return words.refuse("date")
    return words.refuse(
        "incomplete",
        f"Date must be in ISO-8601 'basic format'. Got '{timestamp}'. See http://en.wikipedia.org/wiki/ISO_8601",
    )


def _from_date(text: str) -> str:
    """A ``Date`` header in the form that is signed; as it is when it can't be read, empty when there is none."""
    if not text or moment(text) is not None:
        return text
    try:
        return basic(parsedate_to_datetime(text).timestamp())
    except ValueError:
        return text


def _argument(message: str, authorization: str) -> AwsError:
    return AwsError("InvalidArgument", message, 400, ArgumentName="Authorization", ArgumentValue=authorization)


def _hashed(text: str) -> str:
    return b64encode(sha256(text.encode("utf-8", "replace")).digest()).decode()
