"""What an exchange says, read with the models: service, operation, region, input and output."""

import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qs

from emulator.model import manifest
from lab.cassette import hosts
from lab.cassette.model import Body, Request, Response
from lab.recorder.exchange import Exchange

SCOPE = re.compile(r"Credential=[^/,]+/\d{8}/(?:([^/,]*)/)?([^/,]+)/aws4_request")


def scope(exchange: Exchange) -> tuple[str, str]:
    """Region and signing name of the signature, header or presigned; empty strings where there is none."""
    match = SCOPE.search(exchange.request.header("Authorization"))
    if match:
        return match[1] or "", match[2]
    credential = parse_qs(exchange.query).get("X-Amz-Credential", [""])[0].split("/")
    return (credential[-3], credential[-2]) if len(credential) == 5 else ("", "")


def named_hosts(exchange: Exchange, region: str, signing_name: str) -> Iterator[str]:
    """AWS's host for the request: the one it names, or those that fit its signature or its action."""
    if hosts.parse(exchange.host).prefix:
        yield exchange.host
        return
    form = parse_qs(exchange.request.body.decode("utf-8", "replace") if exchange.method == "POST" else exchange.query)
    action, version = form.get("Action", [""])[0], form.get("Version", [""])[0]
    for each in manifest()["services"].values():
        if signing_name == each["signing_name"] or (
                not signing_name and version == each["api_version"] and action in each["operations"]):
            yield f"{each['endpoint_prefix']}.{region or 'us-east-1'}.amazonaws.com"


def request_of(exchange: Exchange, host: str | None = None) -> Request:
    return Request(exchange.method, host or exchange.host, exchange.path, exchange.query, exchange.request.headers,
                   Body.of(exchange.request.body))


def response_of(exchange: Exchange) -> Response:
    return Response(exchange.status, exchange.response.headers, Body.of(exchange.response.body),
                    round(exchange.duration, 4))


def decode(exchange: Exchange) -> Exchange:
    """A copy with service, operation, region, input and output filled in; what can't be read is noted."""
    from lab.cassette.decode import identify

    region, signing_name = scope(exchange)
    calls = [identify(request_of(exchange, host)) for host in named_hosts(exchange, region, signing_name)]
    calls = sorted(filter(None, calls), key=lambda call: call.operation is None)
    region = region or hosts.parse(exchange.host).region
    if not calls or calls[0].operation is None:
        note = f"no model knows {exchange.method} {exchange.host}{exchange.path}"
        return replace(exchange, service=calls[0].service if calls else signing_name or None, region=region,
                       notes=[note])
    call = calls[0]
    found = replace(exchange, service=call.service, operation=call.operation, protocol=call.protocol, region=region,
                    input=call.input, notes=[] if call.input is not None else ["the input can't be read"])
    return replace(found, **output(found)) if found.response else found


def output(exchange: Exchange) -> dict:
    """The answer as an SDK sees it, without its metadata, under ``output``; an error as ``{"Error": {…}}``."""
    from botocore.parsers import ResponseParserError

    from lab.cassette.decode import answer

    try:
        parsed = answer(exchange.service, exchange.operation, response_of(exchange), exchange.protocol)
    except (ResponseParserError, ValueError, KeyError) as error:
        return {"notes": [*exchange.notes, f"the output can't be read: {error}"]}
    parsed.pop("ResponseMetadata", None)
    return {"output": parsed}
