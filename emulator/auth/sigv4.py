"""Signatures of requests, verified as AWS verifies them: version 4 in header and query, version 2 of S3, SigV4A.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html and
https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html
"""

import hmac
from hashlib import sha256
from time import time  # noqa: TID251 (clients sign with the machine's time, wherever the emulator's clock stands)

from emulator.auth import canonical, sigv2, sigv4a
from emulator.auth.claims import HMAC, Claim, read
from emulator.auth.credentials import DEFAULT_SECRET, Credential, credentials
from emulator.auth.refusals import Dialect, dialect
from emulator.kernel.errors import AwsError, NotImplementedByEmulator
from emulator.kernel.store import Store
from emulator.model import Operation
from emulator.protocol.wire import Request

# What a client may say of the body instead of its digest.
STREAMING = (
    "STREAMING-UNSIGNED-PAYLOAD-TRAILER", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
    "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER", "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD",
    "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER",
)  # fmt: skip
UNSIGNED = "UNSIGNED-PAYLOAD"
EVENTS = "STREAMING-AWS4-HMAC-SHA256-EVENTS"

# Services with resource policies that may let an unsigned request in.
ANONYMOUS = frozenset(("s3", "sqs", "sns"))


def verify(request: Request, identity, operation: Operation, protocol: str, store: Store, now: float) -> None:
    """Hold a request to its signature. ``now`` is the emulator's moment (presigned URLs and sessions end by it).

    A request without a signature passes where the operation needs none or the service knows anonymous callers. Raises
    the service's own AwsError: see :mod:`emulator.auth.refusals`.
    """
    words = dialect(identity.service, protocol)
    if words.is_s3 and sigv2.applies(request):
        sigv2.verify(request, words, lambda key, token: secret_key(store, key, token, now, words), now, time())
        return
    if needs_no_signature(operation) and "authorization" not in request.headers:
        return
    if request.headers.get("authorization", "").startswith("Bearer ") and words.service.startswith("bedrock"):
        raise NotImplementedByEmulator("The verification of bearer tokens")
    claim = read(request, words, service_names(operation))
    if claim is None:
        if identity.service in ANONYMOUS:
            return
        raise words.refuse("missing")
    if claim.expires is None:
        check_skew(claim, words)
    else:
        check_expiry(claim, words, now)
    secret = secret_key(store, claim.access_key, claim.token, now, words)
    if words.is_s3:
        check_signed_headers(request.headers, claim, words)
    check_signature(request, identity, claim, secret, words)
    if request.headers.get("x-amz-content-sha256", "").startswith("STREAMING-AWS4-ECDSA-"):
        raise NotImplementedByEmulator("The verification of chunks that are signed with SigV4A")


def needs_no_signature(operation: Operation) -> bool:
    return "smithy.api#noAuth" in operation.definition.get("auth", ())


def service_names(operation: Operation) -> tuple[str, ...]:
    """The names under which a service may be signed for, its own first."""
    model = operation.service
    names = (model.signing_name, model.metadata["endpointPrefix"])
    return (*names, "s3express", "s3-object-lambda") if model.name == "s3" else names


def secret_key(store: Store, access_key: str, token: str, now: float, words: Dialect) -> str:
    """The secret that an access key signs with. A key that nobody issued signs with the default one.

    Raises the errors of an unknown session key, of a token that doesn't belong to it, and of one that has expired.
    """
    issued: Credential | None = store.rows(credentials).get(access_key)
    if issued is None:
        if access_key.startswith("ASIA"):
            raise words.refuse("key", AWSAccessKeyId=access_key)
        return DEFAULT_SECRET
    if not issued.active:
        raise words.refuse("key", AWSAccessKeyId=access_key)
    if issued.session_token != token:
        if not token:
            raise words.refuse("key", AWSAccessKeyId=access_key)
        raise words.refuse("token", **{"Token-0": token})
    if issued.expires is not None and issued.expires <= now:
        raise words.refuse("token expired", **{"Token-0": token})
    return issued.secret_key


def check_skew(claim: Claim, words: Dialect) -> None:
    """A signature in the header is good for some minutes around the machine's time."""
    server, signed = time(), canonical.moment(claim.timestamp)
    window = words.minutes * 60
    if abs(server - signed) <= window:
        return
    if words.is_s3:
        raise words.refuse(
            "skew",
            RequestTime=claim.timestamp,
            ServerTime=canonical.extended(server),
            MaxAllowedSkewMilliseconds=window * 1000,
        )
    if signed < server:
        wrong, edge, sign = "Signature expired: {} is now earlier than {} ({} {} {} min.)", server - window, "-"
    else:
        wrong, edge, sign = "Signature not yet current: {} is still later than {} ({} {} {} min.)", server + window, "+"
    server_text = canonical.basic(server)
    raise words.refuse(
        "invalid", wrong.format(claim.timestamp, canonical.basic(edge), server_text, sign, words.minutes)
    )


def check_expiry(claim: Claim, words: Dialect, now: float) -> None:
    """A presigned URL lives from its date (on the machine's clock) until it expires (on the emulator's)."""
    signed = canonical.moment(claim.timestamp)
    end = signed + claim.expires
    if end < now:
        if words.is_s3:
            raise words.refuse(
                "expired",
                **{"X-Amz-Expires": claim.expires},
                Expires=canonical.extended(end),
                ServerTime=canonical.extended(now),
            )
        edge, server = canonical.basic(now - claim.expires), canonical.basic(now)
        minutes = claim.expires // 60
        raise words.refuse(
            "invalid", f"Signature expired: {claim.timestamp} is now earlier than {edge} ({server} - {minutes} min.)"
        )
    if signed > max(now, time()) + words.minutes * 60:
        if words.is_s3:
            raise words.refuse("early")
        check_skew(claim, words)


def check_signed_headers(headers: dict[str, str], claim: Claim, words: Dialect) -> None:
    """S3 wants every x-amz- header of a request signed."""
    signed = claim.signed
    for name in headers:
        if name.startswith("x-amz-") and name not in signed:
            left = [each for each in headers if each.startswith("x-amz-") and each not in signed.split(";")]
            raise words.refuse("unsigned", HeadersNotSigned=", ".join(sorted(left)))


def check_signature(request: Request, identity, claim: Claim, secret: str, words: Dialect) -> None:
    text = canonical_request(request, identity, claim, words)
    to_sign = canonical.string_to_sign(claim.algorithm, claim.timestamp, claim.scope, text)
    if claim.algorithm == HMAC:
        key = canonical.signing_key(secret, claim.date, claim.region, claim.service)
        good = hmac.compare_digest(canonical.sign(key, to_sign).encode(), claim.signature.encode("utf-8", "replace"))
    else:
        good = sigv4a.is_signed(claim.access_key, secret, to_sign, claim.signature)
    if not good:
        raise words.refuse(
            "mismatch",
            AWSAccessKeyId=claim.access_key,
            StringToSign=to_sign,
            SignatureProvided=claim.signature,
            StringToSignBytes=to_sign.encode("utf-8", "surrogateescape").hex(" "),
            CanonicalRequest=text,
            CanonicalRequestBytes=text.encode("utf-8", "surrogateescape").hex(" "),
        )


def canonical_request(request: Request, identity, claim: Claim, words: Dialect) -> str:
    path = request.path
    if words.is_s3:
        if identity.bucket:  # the chain has moved it from the host to the path
            path = path.removeprefix(f"/{identity.bucket}")
        path = canonical.path_as_sent(path)
    else:
        path = canonical.path_normalised(path)
    query = canonical.query_string(request.query, "" if claim.expires is None else "X-Amz-Signature")
    lines = canonical.header_lines(request.headers, claim.signed)
    payload = payload_digest(request, claim, words)
    return f"{request.method}\n{path}\n{query}\n{lines}\n{claim.signed}\n{payload}"


def payload_digest(request: Request, claim: Claim, words: Dialect) -> str:
    """What stands for the body in the canonical request. S3 compares a digest with the body later, when it is used."""
    claimed = request.headers.get("x-amz-content-sha256")
    if words.is_s3:
        if claim.expires is not None:
            return claimed or request.arguments.get("X-Amz-Content-Sha256", (UNSIGNED,))[0]
        if claimed is None:
            raise AwsError("InvalidRequest", "Missing required header for this request: x-amz-content-sha256", 400)
        if len(claimed) != 64 and claimed != UNSIGNED and claimed not in STREAMING:
            raise AwsError(
                "InvalidArgument",
                f"x-amz-content-sha256 must be {UNSIGNED}, {', '.join(STREAMING)} or a valid sha256 value.",
                400,
                ArgumentName="x-amz-content-sha256",
                ArgumentValue=claimed,
            )
        return claimed
    if claimed in (UNSIGNED, EVENTS) or claimed in STREAMING:
        return claimed
    body = request.body
    if body.__class__ is bytes:
        return sha256(body).hexdigest() if body else canonical.EMPTY_SHA256
    if hasattr(body, "error"):
        raise body.error
    return body.digest("sha256").hex()
