"""Cross-origin resource sharing: the answer to a preflight, and the headers on every answer to a browser.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html
"""

from functools import cache

from emulator.auth.conditions import matches_glob
from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.model import load
from emulator.services.s3 import service
from emulator.services.s3.tables import Bucket, buckets

PREFLIGHTS = ("OptionsBucket", "OptionsObject")
VARY = "Origin, Access-Control-Request-Headers, Access-Control-Request-Method"


@service.operation
def options_bucket(ctx: Context, **given):
    """A preflight: refused unless a rule allows it; the headers are those of :func:`extra_headers`."""
    origin, method = given.get("Origin"), given.get("AccessControlRequestMethod")
    if not origin:
        raise AwsError("BadRequest", "Insufficient information. Origin request header needed.", 400)
    bucket = ctx.rows(buckets).get(given["Bucket"])
    configured = bucket is not None and "Cors" in bucket.configurations
    if configured and not method:
        raise AwsError("BadRequest", "Invalid Access-Control-Request-Method: null", 400)
    if not configured or rule_for(bucket, origin, method, _asked(given.get("AccessControlRequestHeaders"))) is None:
        why = (
            "This CORS request is not allowed. This is usually because the evalution of Origin, request method / "
            "Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's "
            "CORS spec."
        )  # the spelling is AWS's
        raise AwsError(
            "AccessForbidden",
            f"CORSResponse: {why if configured else 'CORS is not enabled for this bucket.'}",
            403,
            Method=method or "OPTIONS",
            ResourceType="OBJECT" if configured and given.get("Key") else "BUCKET",
        )
    return {}


@service.operation
def options_object(ctx: Context, **given):
    """As :func:`options_bucket`, for a key."""
    return options_bucket(ctx, **given)


def _asked(header: str | None) -> list[str]:
    return [each.strip() for each in (header or "").split(",") if each.strip()]


def rule_for(bucket: Bucket, origin: str, method: str, asked: list[str]) -> dict | None:
    """The first rule that allows the origin, the method and all the headers."""
    for rule in (bucket.configurations.get("Cors") or {}).get("CORSRules", ()):
        allowed = [each.lower() for each in rule.get("AllowedHeaders", ())]
        if (
            method in rule["AllowedMethods"]
            and any(matches_glob(pattern, origin) for pattern in rule["AllowedOrigins"])
            and all(any(matches_glob(pattern, header.lower()) for pattern in allowed) for header in asked)
        ):
            return rule
    return None


@cache
def _method(operation: str) -> str:
    return load("s3").operations[operation].method


def extra_headers(ctx: Context) -> list[tuple[str, str]]:
    """The headers that a browser needs to let a page see the answer; none when no rule allows it."""
    bucket = ctx.rows(buckets).get(ctx.input.get("Bucket"))
    if bucket is None or "Cors" not in bucket.configurations:
        return []
    headers = ctx.headers
    origin = headers["origin"]
    method = headers.get("access-control-request-method") or _method(ctx.operation)
    asked = _asked(headers.get("access-control-request-headers"))
    rule = rule_for(bucket, origin, method, asked)
    if rule is None:
        return []
    anybody = "*" in rule["AllowedOrigins"]
    found = [("Access-Control-Allow-Origin", "*" if anybody else origin)]
    if asked:
        found.append(("Access-Control-Allow-Headers", ", ".join(each.lower() for each in asked)))
    found.append(("Access-Control-Allow-Methods", ", ".join(rule["AllowedMethods"])))
    if rule.get("ExposeHeaders"):
        found.append(("Access-Control-Expose-Headers", ", ".join(rule["ExposeHeaders"])))
    if rule.get("MaxAgeSeconds") is not None:
        found.append(("Access-Control-Max-Age", str(rule["MaxAgeSeconds"])))
    if not anybody:
        found.append(("Access-Control-Allow-Credentials", "true"))
    return [*found, ("Vary", VARY)]


service.extra_headers = extra_headers
