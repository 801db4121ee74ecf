"""What an exchange says, read with the models: service, operation, region, input and output."""

import re
from urllib.parse import parse_qs

from emulator.model import load, manifest
from emulator.model.shapes import Operation, ServiceModel
from emulator.protocol import ParseError, Request, UnknownOperation, protocol_for
from lab.cassette.model import Body, Response
from lab.recorder.exchange import Exchange

SCOPE = re.compile(r"Credential=[^/,]+/\d{8}/(?:([^/,]*)/)?([^/,]+)/aws4_request")
HOST_REGION = re.compile(r"(?<=[.-])([a-z]{2}(?:-[a-z]+)+-\d)\.")
BUCKET_HOST = re.compile(r"(?P<bucket>.+?)\.s3[.-](?!website)")


class Unread(Exception):
    """The models can't read this; the message says why."""


def scope(exchange: Exchange) -> tuple[str, str]:
    """Region and signing name of the signature, header or presigned; empty strings where there is none."""
    match = SCOPE.search(exchange.request.header("Authorization"))
    if match:
        return match[1] or "", match[2]
    credential = parse_qs(exchange.query).get("X-Amz-Credential", [""])[0].split("/")
    return (credential[-3], credential[-2]) if len(credential) == 5 else ("", "")


def candidates(exchange: Exchange, signing_name: str) -> list[str]:
    """The services that the request can be for, the likeliest first."""
    host = exchange.host.partition(":")[0]
    labels = host.split(".")[:-2]
    target = exchange.request.header("X-Amz-Target").rpartition(".")[0]
    form = dict(parse_qs(exchange.request.body.decode("utf-8", "replace") if exchange.method == "POST"
                         else exchange.query))
    action, version = form.get("Action", [""])[0], form.get("Version", [""])[0]
    services = manifest()["services"]
    tests = (
        lambda each: target and each["target_prefix"] == target,
        lambda each: signing_name and each["signing_name"] == signing_name,
        lambda each: not signing_name and (each["endpoint_prefix"] in labels or host.startswith("s3-")),
        lambda each: action and each["api_version"] == version and action in each["operations"],
    )
    return list(dict.fromkeys(name for test in tests for name, each in services.items() if test(each)))


def request_of(exchange: Exchange, service: str) -> Request:
    """The request as the codecs take it; a bucket in the host goes to the front of the path."""
    headers: dict[str, str] = {"host": exchange.host}
    for name, value in exchange.request.headers:
        name = name.lower()
        headers[name] = f"{headers[name]}, {value}" if name in headers and name != "host" else value
    path = exchange.path
    bucket = BUCKET_HOST.match(exchange.host) if service == "s3" else None
    if bucket:
        path = f"/{bucket['bucket']}{path}"
    return Request(exchange.method, path, exchange.query, headers, exchange.request.body)


def protocols(model: ServiceModel, request: Request) -> list[str]:
    """The service's protocols that the request's headers allow."""
    content_type = request.headers.get("content-type", "")
    fits = {
        "query": "form-urlencoded" in content_type or "Action=" in request.query,
        "ec2": "form-urlencoded" in content_type,
        "json": "x-amz-target" in request.headers,
        "smithy-rpc-v2-cbor": "smithy-protocol" in request.headers,
    }
    return [name for name in model.protocols if fits.get(name, True)]


def find(exchange: Exchange) -> tuple[str, str, Operation, dict]:
    """Service, protocol, operation and decoded input. Raises Unread."""
    _, signing_name = scope(exchange)
    for service in candidates(exchange, signing_name):
        model, request = load(service), request_of(exchange, service)
        for name in protocols(model, request):
            codecs = protocol_for(model, name)
            try:
                operation, labels = codecs.route(request)
                return service, name, operation, codecs.codec(operation).decode(request, labels)
            except UnknownOperation:
                continue
            except ParseError as error:
                raise Unread(f"the input can't be read: {error}") from error
    raise Unread(f"no model knows {exchange.method} {exchange.host}{exchange.path}")


def decode(exchange: Exchange) -> None:
    """Fill in service, operation, region, input and output of an exchange; what can't be read is noted."""
    region, signing_name = scope(exchange)
    host_region = HOST_REGION.search(exchange.host)
    exchange.region = region or (host_region[1] if host_region else None)
    try:
        exchange.service, exchange.protocol, operation, exchange.input = find(exchange)
    except Unread as error:
        exchange.service = exchange.service or signing_name or None
        exchange.notes.append(str(error))
        return
    exchange.operation = operation.name
    if exchange.response is not None:
        exchange.output = output(exchange)


def output(exchange: Exchange) -> dict:
    """The answer as an SDK sees it, without its metadata; an error as ``{"Error": {Code, Message}, …}``."""
    from botocore.parsers import ResponseParserError

    from lab.cassette.decode import answer

    received = Response(exchange.status, exchange.response.headers, Body.of(exchange.response.body))
    try:
        parsed = answer(exchange.service, exchange.operation, received, exchange.protocol)
    except (ResponseParserError, ValueError, KeyError) as error:
        exchange.notes.append(f"the output can't be read: {error}")
        return {}
    parsed.pop("ResponseMetadata", None)
    return parsed
