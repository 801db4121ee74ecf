"""Requests of browsers from other origins, answered as an address's configuration says.

https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html#urls-cors
"""

from typing import Any

from emulator.protocol.wire import Request


def is_question(request: Request) -> bool:
    """Whether a browser asks beforehand what it may send."""
    headers = request.headers
    return request.method == "OPTIONS" and "origin" in headers and "access-control-request-method" in headers


def headers(config: dict[str, Any], request: Request) -> list[tuple[str, str]]:
    """Headers of any answer to a request from an origin that is allowed."""
    origin, allowed = request.headers.get("origin"), config.get("AllowOrigins", [])
    if origin is None or not ("*" in allowed or origin in allowed):
        return []
    found = [("access-control-allow-origin", origin), ("vary", "Origin")]
    if config.get("AllowCredentials"):
        found.append(("access-control-allow-credentials", "true"))
    if config.get("ExposeHeaders"):
        found.append(("access-control-expose-headers", ",".join(config["ExposeHeaders"])))
    return found


def permission(config: dict[str, Any], request: Request) -> list[tuple[str, str]]:
    """Headers of the answer to a browser's question."""
    found = headers(config, request)
    if not found:
        return []
    for member, name in (("AllowMethods", "methods"), ("AllowHeaders", "headers")):
        if config.get(member):
            found.append((f"access-control-allow-{name}", ",".join(config[member])))
    if "MaxAge" in config:
        found.append(("access-control-max-age", str(config["MaxAge"])))
    return found
