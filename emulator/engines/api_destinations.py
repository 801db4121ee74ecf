"""Requests to API destinations: what a connection adds to them, how tokens are asked for, and what a secret holds.

Plain data in, plain data out; EventBridge's rules and Pipes send what is made here.
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-destinations.html
"""

from base64 import b64encode
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

import orjson

from emulator.engines.event_paths import MISSING, look_up

AGENT = "Amazon/EventBridge/ApiDestinations"
JSON = "application/json; charset=utf-8"
FORM = "application/x-www-form-urlencoded"
LIFETIME = 3600  # seconds for which a token holds that doesn't tell

# The secret parts of each kind of authorization: (structure, member, name in the secret).
SECRETS = (
    ("ApiKeyAuthParameters", "ApiKeyName", "api_key_name"), ("ApiKeyAuthParameters", "ApiKeyValue", "api_key_value"),
    ("BasicAuthParameters", "Username", "username"), ("BasicAuthParameters", "Password", "password"),
)  # fmt: skip
HIDDEN = ("ApiKeyValue", "Password", "ClientSecret")


class Request(NamedTuple):
    """One HTTP request."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes


def without_secrets(auth: dict[str, Any]) -> dict[str, Any]:
    """AuthParameters as DescribeConnection shows them."""
    shown: dict[str, Any] = {}
    for name, value in auth.items():
        if name in HIDDEN:
            continue
        if isinstance(value, dict):
            value = without_secrets(value)
        elif isinstance(value, list):
            value = [
                {key: part for key, part in each.items() if key != "Value" or not each.get("IsValueSecret")}
                for each in value
            ]  # fmt: skip
        shown[name] = value
    return shown


def secret(auth: dict[str, Any]) -> dict[str, Any]:
    """What stands in a connection's secret."""
    found = {name: auth[part][member] for part, member, name in SECRETS if part in auth}
    oauth = auth.get("OAuthParameters")
    if oauth:
        found |= {
            "client_id": oauth["ClientParameters"]["ClientID"],
            "client_secret": oauth["ClientParameters"]["ClientSecret"],
            "authorization_endpoint": oauth["AuthorizationEndpoint"], "http_method": oauth["HttpMethod"],
            "oauth_http_parameters": oauth.get("OAuthHttpParameters", {}),
        }  # fmt: skip
    if "InvocationHttpParameters" in auth:
        found["invocation_http_parameters"] = auth["InvocationHttpParameters"]
    return found


def from_secret(kept: dict[str, Any]) -> dict[str, Any]:
    """The inverse of :func:`secret`."""
    auth: dict[str, Any] = {}
    for part, member, name in SECRETS:
        if name in kept:
            auth.setdefault(part, {})[member] = kept[name]
    if "client_id" in kept:
        auth["OAuthParameters"] = {
            "ClientParameters": {"ClientID": kept["client_id"], "ClientSecret": kept["client_secret"]},
            "AuthorizationEndpoint": kept["authorization_endpoint"], "HttpMethod": kept["http_method"],
            "OAuthHttpParameters": kept.get("oauth_http_parameters", {}),
        }  # fmt: skip
    if "invocation_http_parameters" in kept:
        auth["InvocationHttpParameters"] = kept["invocation_http_parameters"]
    return auth


def _pairs(parameters: dict[str, Any], kind: str) -> dict[str, str]:
    return {each["Key"]: each.get("Value", "") for each in parameters.get(f"{kind}Parameters", ())}


# Tokens


def token_request(oauth: dict[str, Any]) -> Request:
    """The client credentials grant, with the parameters that the connection adds.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-target-connection-auth.html
    """
    more, client = oauth.get("OAuthHttpParameters", {}), oauth["ClientParameters"]
    fields = {
        "grant_type": "client_credentials", "client_id": client["ClientID"], "client_secret": client["ClientSecret"],
        **_pairs(more, "Body"),
    }  # fmt: skip
    headers = {"User-Agent": AGENT, **_pairs(more, "Header")}
    query = _pairs(more, "QueryString")
    if oauth["HttpMethod"] == "GET":
        return Request("GET", with_query(oauth["AuthorizationEndpoint"], {**query, **fields}), headers, b"")
    url = with_query(oauth["AuthorizationEndpoint"], query)
    return Request(oauth["HttpMethod"], url, {"Content-Type": FORM, **headers}, urlencode(fields).encode())


def token_of(body: bytes) -> tuple[str, float] | None:
    """The token in an answer and how long it holds, in seconds; None where there is none."""
    try:
        answer = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(answer, dict) or not isinstance(answer.get("access_token"), str):
        return None
    lifetime = answer.get("expires_in", LIFETIME)
    return answer["access_token"], float(lifetime) if isinstance(lifetime, (int, float)) else LIFETIME


# Invocations


def with_query(url: str, query: dict[str, str]) -> str:
    return f"{url}{'&' if '?' in url else '?'}{urlencode(query)}" if query else url


def request(
    destination: dict[str, Any], auth: dict[str, Any], token: str, parameters: dict[str, Any], event: Any, payload: str
) -> Request:
    """The request for a payload. ``parameters``: the target's HttpParameters, paths in them read from ``event``.

    Where the target and the connection name the same parameter, the connection's stands.
    """
    own = auth.get("InvocationHttpParameters", {})
    url = destination["InvocationEndpoint"]
    for value in parameters.get("PathParameterValues", ()):
        url = url.replace("*", quote(_dynamic(value, event), safe=""), 1)
    query = {key: _dynamic(value, event) for key, value in parameters.get("QueryStringParameters", {}).items()}
    headers = {key: _dynamic(value, event) for key, value in parameters.get("HeaderParameters", {}).items()}
    method = destination["HttpMethod"]
    body = b"" if method in ("GET", "HEAD", "OPTIONS") else _body(payload, _pairs(own, "Body"))
    headers = {
        "User-Agent": AGENT, "Content-Type": JSON, "Range": "bytes=0-1048575", "Accept-Encoding": "gzip,deflate",
        **headers, **_pairs(own, "Header"), **_authorization(auth, token),
    }  # fmt: skip
    return Request(method, with_query(url, {**query, **_pairs(own, "QueryString")}), headers, body)


def _dynamic(value: str, event: Any) -> str:
    """Constant text, or what a path finds in the event."""
    if not value.startswith("$."):
        return value
    found = look_up(event, value)
    if found is MISSING:
        return ""
    return found if isinstance(found, str) else orjson.dumps(found).decode()


def _body(payload: str, more: dict[str, str]) -> bytes:
    """The payload with the connection's members, where it is an object."""
    if more:
        try:
            document = orjson.loads(payload)
        except orjson.JSONDecodeError:
            document = None
        if isinstance(document, dict):
            return orjson.dumps({**document, **more})
    return payload.encode()


def _authorization(auth: dict[str, Any], token: str) -> dict[str, str]:
    if "BasicAuthParameters" in auth:
        basic = auth["BasicAuthParameters"]
        credentials = f"{basic['Username']}:{basic['Password']}"
        return {"Authorization": f"Basic {b64encode(credentials.encode()).decode()}"}
    if "ApiKeyAuthParameters" in auth:
        return {auth["ApiKeyAuthParameters"]["ApiKeyName"]: auth["ApiKeyAuthParameters"]["ApiKeyValue"]}
    return {"Authorization": f"Bearer {token}"} if token else {}
