"""Response headers policies: CORS, security headers, headers of one's own, headers taken away, Server-Timing.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-response-headers-policies.html
"""

from emulator.engines.edge.messages import Answer, Asked
from emulator.engines.edge.paths import fits

ALL = "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT"


def apply(policy: dict, asked: Asked, answer: Answer) -> None:
    """Change an answer's headers as a policy's configuration says: removal first, so that what it adds stays."""
    for each in policy.get("RemoveHeadersConfig", {}).get("Items", ()):
        answer.remove(each["Header"])
    if "CorsConfig" in policy:
        _cors(policy["CorsConfig"], asked, answer)
    for name, value, override in _security(policy.get("SecurityHeadersConfig", {})):
        _put(answer, name, value, override)
    for each in policy.get("CustomHeadersConfig", {}).get("Items", ()):
        _put(answer, each["Header"], each["Value"], each["Override"])


def _put(answer: Answer, name: str, value: str, override: bool) -> None:
    if override or answer.get(name) is None:
        answer.set(name, value)


def _cors(config: dict, asked: Asked, answer: Answer) -> None:
    origin = asked.headers.get("origin")
    if origin is None:
        return
    allowed, override = config["AccessControlAllowOrigins"]["Items"], config["OriginOverride"]
    if not override and answer.get("access-control-allow-origin") is not None:
        return
    bare = origin.partition("://")[2]
    if "*" not in allowed and not any(fits(each, origin) or fits(each, bare) for each in allowed):
        return
    found = {"Access-Control-Allow-Origin": "*" if "*" in allowed else origin}
    if "*" not in allowed:
        answer.set("Vary", "Origin")
    if config["AccessControlAllowCredentials"]:
        found["Access-Control-Allow-Credentials"] = "true"
    exposed = config.get("AccessControlExposeHeaders", {}).get("Items")
    if exposed:
        found["Access-Control-Expose-Headers"] = ", ".join(exposed)
    if asked.method == "OPTIONS" and "access-control-request-method" in asked.headers:
        methods = config["AccessControlAllowMethods"]["Items"]
        found["Access-Control-Allow-Methods"] = ALL if "ALL" in methods else ", ".join(methods)
        found["Access-Control-Allow-Headers"] = ", ".join(config["AccessControlAllowHeaders"]["Items"])
        if "AccessControlMaxAgeSec" in config:
            found["Access-Control-Max-Age"] = str(config["AccessControlMaxAgeSec"])
    for name, value in found.items():
        _put(answer, name, value, override)


def _security(config: dict):
    """(name, value, override) of each security header."""
    if "XSSProtection" in config:
        given = config["XSSProtection"]
        value = "1" if given["Protection"] else "0"
        value += "; mode=block" if given.get("ModeBlock") else ""
        value += f"; report={given['ReportUri']}" if given.get("ReportUri") else ""
        yield "X-XSS-Protection", value, given["Override"]
    if "FrameOptions" in config:
        yield "X-Frame-Options", config["FrameOptions"]["FrameOption"], config["FrameOptions"]["Override"]
    for member, name in (("ReferrerPolicy", "Referrer-Policy"), ("ContentSecurityPolicy", "Content-Security-Policy")):
        if member in config:
            yield name, config[member][member], config[member]["Override"]
    if "ContentTypeOptions" in config:
        yield "X-Content-Type-Options", "nosniff", config["ContentTypeOptions"]["Override"]
    if "StrictTransportSecurity" in config:
        given = config["StrictTransportSecurity"]
        value = f"max-age={given['AccessControlMaxAgeSec']}"
        value += "; includeSubDomains" if given.get("IncludeSubdomains") else ""
        value += "; preload" if given.get("Preload") else ""
        yield "Strict-Transport-Security", value, given["Override"]


def server_timing(policy: dict, pop: str, request_id: str, hit: bool) -> str | None:
    """The Server-Timing header, where the policy asks for it on every answer."""
    config = policy.get("ServerTimingHeadersConfig", {})
    if not config.get("Enabled") or config.get("SamplingRate", 0) <= 0:
        return None
    state = "cdn-cache-hit" if hit else "cdn-cache-miss"
    return f'{state},cdn-pop;desc="{pop}",cdn-rid;desc="{request_id}"'
