"""How a request that can't be authenticated is refused: code, status and words by kind of service.

Sources: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html and the Common Errors of each service's
API reference. The same cause has other names in S3, in the query (and XML) services, and in the JSON services.
"""

from emulator.kernel.errors import AwsError

_INVALID = "The security token included in the request is invalid."
_EXPIRED = "The security token included in the request is expired"
_MISMATCH = (
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key "
    "and signing method. Consult the service documentation for details."
)

# kind of service -> cause -> (code, status, message); the message None is told by whoever finds the cause.
TABLE: dict[str, dict[str, tuple[str, int, str | None]]] = {
    "s3": {
        "missing": ("AccessDenied", 403, "Access Denied"),
        "key": ("InvalidAccessKeyId", 403, "The AWS Access Key Id you provided does not exist in our records."),
        "token": ("InvalidToken", 400, "The provided token is malformed or otherwise invalid."),
        "token expired": ("ExpiredToken", 400, "The provided token has expired."),
        "mismatch": (
            "SignatureDoesNotMatch",
            403,
            "The request signature we calculated does not match the signature you provided. "
            "Check your key and signing method.",
        ),
        "skew": (
            "RequestTimeTooSkewed", 403,
            "The difference between the request time and the current time is too large.",
        ),
        "expired": ("AccessDenied", 403, "Request has expired"),
        "early": ("AccessDenied", 403, "Request is not valid yet"),
        "unsigned": ("AccessDenied", 403, "There were headers present in the request which were not signed"),
        "header": ("AuthorizationHeaderMalformed", 400, None),
        "query": ("AuthorizationQueryParametersError", 400, None),
        "date": ("AccessDenied", 403, "AWS authentication requires a valid Date or x-amz-date header"),
    },
    "query": {
        "missing": ("MissingAuthenticationToken", 403, "Request is missing Authentication Token"),
        "key": ("InvalidClientTokenId", 403, _INVALID),
        "token": ("InvalidClientTokenId", 403, _INVALID),
        "token expired": ("ExpiredToken", 403, _EXPIRED),
        "mismatch": ("SignatureDoesNotMatch", 403, _MISMATCH),
        "invalid": ("SignatureDoesNotMatch", 403, None),
        "incomplete": ("IncompleteSignature", 403, None),
    },
    "rest-json": {
        "missing": ("MissingAuthenticationTokenException", 403, "Missing Authentication Token"),
        "key": ("UnrecognizedClientException", 403, _INVALID),
        "token": ("UnrecognizedClientException", 403, _INVALID),
        "token expired": ("ExpiredTokenException", 403, _EXPIRED),
        "mismatch": ("InvalidSignatureException", 403, _MISMATCH),
        "invalid": ("InvalidSignatureException", 403, None),
        "incomplete": ("IncompleteSignatureException", 403, None),
    },
}  # fmt: skip
# The JSON services on one path answer as the REST ones do, but with 400.
TABLE["json"] = {cause: (code, 400, text) for cause, (code, _, text) in TABLE["rest-json"].items()}

# DynamoDB has words of its own.
_OWN = {
    ("dynamodb", "missing"): "Request is missing Authentication Token",
}

# Minutes that a signature may be away from the machine's time: 15 where the service speaks query or XML, 5 in the JSON
# services. DynamoDB keeps 15.
_MINUTES = {"s3": 15, "query": 15, "rest-json": 5, "json": 5}
_OWN_MINUTES = {"dynamodb": 15}

_KINDS = {"query": "query", "ec2": "query", "rest-xml": "query", "rest-json": "rest-json"}


class Dialect:
    """The words of one service as it speaks one protocol."""

    def __init__(self, service: str, protocol: str):
        self.is_s3 = service == "s3"
        self.service = service
        kind = "s3" if self.is_s3 else _KINDS.get(protocol, "json")
        self._causes = TABLE[kind]
        self.minutes = _OWN_MINUTES.get(service, _MINUTES[kind])

    def refuse(self, cause: str, message: str | None = None, **members) -> AwsError:
        """The error for a cause. ``members`` are told by S3 alone."""
        code, status, text = self._causes[cause]
        text = message or _OWN.get((self.service, cause), text)
        return AwsError(code, text, status, **(members if self.is_s3 else {}))


_dialects: dict[tuple[str, str], Dialect] = {}


def dialect(service: str, protocol: str) -> Dialect:
    found = _dialects.get((service, protocol))
    if found is None:
        found = _dialects[service, protocol] = Dialect(service, protocol)
    return found
