"""Requests that CloudFront signs for origins other than buckets: the addresses of functions.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-lambda.html
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from emulator.auth.access_keys import access_key
from emulator.auth.credentials import Credential, credentials
from emulator.kernel.context import acting
from emulator.services.cloudfront.access import OriginAccessControl
from emulator.services.cloudfront.edge_visits import Visit

ADDRESS = re.compile(r"[a-z0-9]+\.lambda-url\.(?P<region>[a-z0-9-]+)\..+")


def control(visit: Visit, origin: dict) -> dict | None:
    """The origin access control by which requests are signed; None where they are not."""
    record = OriginAccessControl.find(visit.ctx, {"Id": origin.get("OriginAccessControlId", "")})
    config = record.document["OriginAccessControlConfig"] if record is not None else {"SigningBehavior": "never"}
    own = config["SigningBehavior"] == "no-override" and "authorization" in visit.asked.headers
    return None if own or config["SigningBehavior"] == "never" else config


@contextmanager
def signed(visit: Visit, origin: dict, url: str, headers: dict[str, str], body: bytes) -> Iterator[dict[str, str]]:
    """The headers with a signature of CloudFront's for the distribution, under a key that is good for this request."""
    config, address = control(visit, origin), ADDRESS.fullmatch(origin["DomainName"])
    if config is None or config["OriginAccessControlOriginType"] != "lambda" or address is None:
        yield headers
        return
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    ctx = visit.ctx
    principal = acting("cloudfront.amazonaws.com", visit.distribution.arn, ctx.account)
    key = Credential(access_key(ctx.ids, "ASIA", ctx.account), ctx.ids.hex(40), principal, ctx.ids.hex(64))
    sent = {name: value for name, value in headers.items() if name != "authorization"}
    request = AWSRequest(visit.asked.method, url, {"host": origin["DomainName"]}, body)
    signer = Credentials(key.access_key, key.secret_key, key.session_token)
    SigV4Auth(signer, "lambda", address["region"]).add_auth(request)
    ctx.rows(credentials).put(key)
    try:
        yield {**sent, **{name.lower(): value for name, value in request.headers.items()}}
    finally:
        ctx.rows(credentials).delete(key.access_key)
