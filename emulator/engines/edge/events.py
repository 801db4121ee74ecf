"""Requests and answers as functions at the edge see them, and what functions return put back.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html and
lambda-event-structure.html
"""

import base64
from typing import Any

from emulator.engines.edge.messages import Answer, Asked, parse_set_cookie

# Headers that functions may not set. https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-function-restrictions-all.html
FORBIDDEN = frozenset(("connection", "expect", "keep-alive", "proxy-authenticate", "proxy-authorization",
                       "proxy-connection", "trailer", "upgrade", "x-accel-buffering", "x-accel-charset",
                       "x-accel-limit-rate", "x-accel-redirect", "x-cache", "x-forwarded-proto", "x-real-ip",
                       "content-length", "transfer-encoding", "via"))  # fmt: skip


class Malformed(Exception):
    """What a function returned is no request and no answer."""


# CloudFront Functions


def _several(values: list[dict]) -> dict:
    """One value, and all of them where there are several."""
    return {**values[0], **({"multiValue": values} if len(values) > 1 else {})}


def function_event(asked: Asked, answer: Answer | None, context: dict, kind: str) -> dict:
    """The event of a CloudFront Function."""
    query: dict[str, list[dict]] = {}
    for name, part in asked.parameters:
        query.setdefault(name, []).append({"value": part.partition("=")[2]})
    event: dict[str, Any] = {
        "version": "1.0", "context": {**context, "eventType": kind}, "viewer": {"ip": asked.ip},
        "request": {
            "method": asked.method, "uri": asked.path,
            "querystring": {name: _several(values) for name, values in query.items()},
            "headers": {name: {"value": value} for name, value in asked.headers.items() if name != "cookie"},
            "cookies": {name: {"value": value} for name, value in asked.cookies.items()},
        },
    }  # fmt: skip
    if answer is not None:
        event["response"] = _function_response(answer)
    return event


def _function_response(answer: Answer) -> dict:
    headers: dict[str, list[dict]] = {}
    cookies: dict[str, list[dict]] = {}
    for name, value in answer.headers:
        if name.lower() == "set-cookie":
            cookie, text, attributes = parse_set_cookie(value)
            cookies.setdefault(cookie, []).append({"value": text, "attributes": attributes})
        else:
            headers.setdefault(name.lower(), []).append({"value": value})
    return {
        "statusCode": answer.status, "statusDescription": "",
        "headers": {name: _several(values) for name, values in headers.items()},
        "cookies": {name: _several(values) for name, values in cookies.items()},
    }  # fmt: skip


def _values(given: dict) -> list[dict]:
    return given.get("multiValue") or [given]


def request_back(asked: Asked, given: Any) -> Asked:
    """The request as a CloudFront Function returned it. Raises Malformed."""
    try:
        query = "&".join(f"{name}={each['value']}" if each["value"] else name for name, value in given.get(
            "querystring", {}).items() for each in _values(value))  # fmt: skip
        headers = {name.lower(): ", ".join(str(each["value"]) for each in _values(value))
                   for name, value in given.get("headers", {}).items()}  # fmt: skip
        cookies = "; ".join(f"{name}={each['value']}" for name, value in given.get("cookies", {}).items()
                            for each in _values(value))  # fmt: skip
        if cookies:
            headers["cookie"] = cookies
        return Asked(given["method"], given["uri"], query, headers, asked.body, asked.ip, asked.secure)
    except (KeyError, TypeError, AttributeError) as error:
        raise Malformed(str(error)) from error


def response_back(given: Any, before: Answer | None) -> Answer:
    """The answer as a CloudFront Function returned it; without a body it keeps the one before. Raises Malformed."""
    try:
        headers = [(name, str(each["value"])) for name, value in given.get("headers", {}).items()
                   for each in _values(value) if name not in FORBIDDEN]  # fmt: skip
        for name, value in given.get("cookies", {}).items():
            for each in _values(value):
                attributes = f"; {each['attributes']}" if each.get("attributes") else ""
                headers.append(("set-cookie", f"{name}={each['value']}{attributes}"))
        body = given.get("body")
        if body is None:
            content = before.body if before else b""
        elif isinstance(body, str):
            content = body.encode()
        else:
            content = _content(body.get("data", ""), body.get("encoding", "text"))
        made = before.made if before else "function"
        return Answer(int(given["statusCode"]), headers, content, made)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise Malformed(str(error)) from error


def _content(data: str, encoding: str) -> bytes:
    return base64.b64decode(data) if encoding == "base64" else data.encode()


# Lambda@Edge


def lambda_event(asked: Asked, answer: Answer | None, context: dict, kind: str, with_body: bool,
                 origin: dict | None) -> dict:  # fmt: skip
    """The event of a function of Lambda@Edge."""
    request: dict[str, Any] = {
        "clientIp": asked.ip, "method": asked.method, "uri": asked.path, "querystring": asked.query,
        "headers": _listed(asked.headers.items()),
    }  # fmt: skip
    if with_body:
        request["body"] = {"action": "read-only", "data": base64.b64encode(asked.body).decode(), "encoding": "base64",
                           "inputTruncated": False}  # fmt: skip
    if origin is not None:
        request["origin"] = origin
    record: dict[str, Any] = {"config": {**context, "eventType": kind}, "request": request}
    if answer is not None:
        record["response"] = {
            "status": str(answer.status), "statusDescription": "", "headers": _listed(answer.headers)}  # fmt: skip
    return {"Records": [{"cf": record}]}


def _listed(headers) -> dict[str, list[dict]]:
    found: dict[str, list[dict]] = {}
    for name, value in headers:
        found.setdefault(name.lower(), []).append({"key": name, "value": value})
    return found


def from_lambda(asked: Asked, before: Answer | None, given: Any) -> Asked | Answer:
    """What a function of Lambda@Edge returned: a request to go on with, or an answer. Raises Malformed."""
    try:
        if "status" in given:
            headers = [(each.get("key", name), each["value"]) for name, values in given.get("headers", {}).items()
                       for each in values if name.lower() not in FORBIDDEN]  # fmt: skip
            content = before.body if before else b""
            if given.get("body") is not None:
                content = _content(given["body"], given.get("bodyEncoding", "text"))
            return Answer(int(given["status"]), headers, content, before.made if before else "function")
        headers = {name.lower(): ", ".join(each["value"] for each in values)
                   for name, values in given.get("headers", {}).items()}  # fmt: skip
        body = given.get("body")
        content = asked.body
        if body and body.get("action") == "replace":
            content = _content(body.get("data", ""), body.get("encoding", "base64"))
        return Asked(given.get("method", asked.method), given["uri"], given.get("querystring", ""), headers, content,
                     asked.ip, asked.secure)  # fmt: skip
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise Malformed(str(error)) from error


