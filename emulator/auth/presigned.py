"""URLs that are signed here, for those who are given one: version 4, in the query.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
"""

from hashlib import sha256
from urllib.parse import quote, urlencode, urlsplit

from emulator.auth import canonical
from emulator.auth.claims import HMAC
from emulator.auth.credentials import DEFAULT_SECRET, credentials
from emulator.kernel.context import Context


def get(
    ctx: Context, service: str, path: str, seconds: int, method: str = "GET", asked: dict[str, str] | None = None
) -> str:
    """The URL of a GET of ``path`` (as it is, not encoded) at this emulator, signed by the caller.

    ``asked`` are arguments of the query, which the signature covers.
    """
    access_key = ctx.principal.access_key or ctx.account
    credential = ctx.rows(credentials).get(access_key)
    secret = DEFAULT_SECRET if credential is None else credential.secret_key
    token = "" if credential is None else credential.session_token
    timestamp = canonical.basic(ctx.now)
    scope = f"{timestamp[:8]}/{ctx.region}/{service}/aws4_request"
    arguments = {
        "X-Amz-Algorithm": HMAC, "X-Amz-Credential": f"{access_key}/{scope}", "X-Amz-Date": timestamp,
        "X-Amz-Expires": str(seconds), "X-Amz-SignedHeaders": "host", **(asked or {}),
    }  # fmt: skip
    if token:
        arguments["X-Amz-Security-Token"] = token
    query = urlencode(sorted(arguments.items()), quote_via=quote, safe="")
    encoded = quote(path, safe="/-_.~")
    request = f"{method}\n{encoded}\n{query}\nhost:{urlsplit(ctx.endpoint).netloc}\n\nhost\nUNSIGNED-PAYLOAD"
    to_sign = f"{HMAC}\n{timestamp}\n{scope}\n{sha256(request.encode()).hexdigest()}"
    key = canonical.signing_key(secret, timestamp[:8], ctx.region, service)
    return f"{ctx.endpoint}{encoded}?{query}&X-Amz-Signature={canonical.sign(key, to_sign)}"
