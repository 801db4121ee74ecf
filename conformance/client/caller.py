"""Calls operations: parameters to a signed request by botocore's serializer, the answer by botocore's parser."""

import json
import uuid
from collections.abc import Callable
from copy import deepcopy
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from botocore import handlers, httpchecksum
from botocore.awsrequest import AWSRequest, HeadersDict
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.loaders import Loader
from botocore.model import OperationModel, ServiceModel
from botocore.parsers import create_parser
from botocore.serialize import create_serializer

from conformance.client.connection import Connection, Raw
from conformance.client.signing import sign
from emulator.model import load

CONFIG = Config(request_checksum_calculation="when_required", response_checksum_validation="when_required")
REGION = "us-east-1"
#: The value of a member that no model knows.
UNKNOWN = "unknown"


class Unsendable(Exception):
    """The SDK's serializer can't write this input, so no SDK can send it."""


class Answer(NamedTuple):
    """What came back: as it came, and as the SDK reads it. ``parsed`` is None when the SDK's parser gave up."""

    raw: Raw
    parsed: dict | None
    unreadable: str | None = None

    @property
    def ok(self) -> bool:
        return 200 <= self.raw.status < 300

    @property
    def code(self) -> str | None:
        return ((self.parsed or {}).get("Error") or {}).get("Code")

    @property
    def message(self) -> str | None:
        return ((self.parsed or {}).get("Error") or {}).get("Message")


class Refused(Exception):
    """A call that was meant to go well was refused."""

    def __init__(self, operation: str, answer: Answer):
        super().__init__(f"{operation} was refused: {answer.raw.status} {answer.code}: {answer.message}")
        self.answer = answer


@cache
def sdk_model(service: str, protocol: str | None = None) -> ServiceModel:
    """botocore's model; for another protocol than its first one with the names that the protocol has of its own."""
    if protocol is None or protocol == load(service).protocols[0]:
        return ServiceModel(Loader().load_service_model(service, "service-2"), service)
    return ServiceModel(spoken(deepcopy(load(service).raw), protocol), service)


@cache
def sdk_codec(protocol: str) -> tuple:
    return create_serializer(protocol, include_validation=False), create_parser(protocol)


def spoken(raw: dict, protocol: str) -> dict:
    """A model's JSON as it was when the protocol was its only one; changes what it is given."""
    raw["metadata"] |= {"protocol": protocol, "protocols": [protocol]}
    raw["metadata"].pop("awsQueryCompatible", None)
    if protocol == "query":
        for name, operation in raw["operations"].items():
            if "output" in operation:
                operation["output"].setdefault("resultWrapper", f"{name}Result")
        for definition in raw["shapes"].values():
            parts = (definition, *definition.get("members", {}).values(),
                     *(definition[part] for part in ("member", "key", "value") if part in definition))
            for part in parts:
                part.update(part.pop("query", {}))
    return raw


class Caller:
    """Calls one service at one endpoint under one pair of keys. ``protocol`` is the service's first unless given."""

    def __init__(self, service: str, endpoint: str, access_key: str, secret: str, region: str = REGION,
                 token: str | None = None, protocol: str | None = None):
        self.service, self.endpoint, self.region = service, endpoint, region
        self.credentials = Credentials(access_key, secret, token)
        self.model = sdk_model(service, protocol)
        self.protocol = self.model.resolved_protocol
        self.serializer, self.parser = sdk_codec(self.protocol)
        self.connection = connection_to(endpoint)
        #: Every call that was made: service, operation, input; a list may be shared by callers.
        self.log: list[tuple[str, str, dict]] = []
        # Without a signature only the host tells which service is meant.
        self.own_host = f"{self.model.endpoint_prefix}.{region}.amazonaws.com"

    def call(self, operation: str, given: dict, wire: tuple | None = None,
             reshape: Callable[[dict], dict] | None = None) -> Answer:
        """Send one request. ``wire`` as in Variant; ``reshape`` changes the serialized request before it is signed.

        Raises Unsendable and Unanswered.
        """
        described = self.model.operation_model(operation)
        self.log.append((self.service, operation, given))
        request = self.serialized(described, given)
        if wire is not None:
            request = altered(request, wire)
        if reshape is not None:
            request = reshape(request)
        raw = self._send(described, request, wire[1] if wire is not None and wire[0] == "sign" else "right")
        return self.read(described, raw)

    def ask(self, operation: str, given: dict) -> dict:
        """The members of the answer. Raises Refused for an error."""
        answer = self.call(operation, given)
        if not answer.ok or answer.parsed is None:
            raise Refused(operation, answer)
        return {name: value for name, value in answer.parsed.items() if name != "ResponseMetadata"}

    def serialized(self, described: OperationModel, given: dict) -> dict:
        given = dict(given)
        try:
            for token in described.idempotent_members:
                given.setdefault(token, str(uuid.uuid4()))
            if self.service == "s3":
                handlers.sse_md5(given)
                handlers.copy_source_sse_md5(given)
            request = self.serializer.serialize_to_request(given, described)
            request["context"] = {"client_config": CONFIG}
            request["url"] = self.endpoint
            httpchecksum.resolve_request_checksum_algorithm(request, described, given)
            httpchecksum.apply_request_checksum(request)
        except Exception as error:  # botocore's serializers fail in many ways on what they can't write
            raise Unsendable(f"{type(error).__name__}: {error}") from None
        return request

    def _send(self, described: OperationModel, request: dict, how: str) -> Raw:
        body = request["body"]
        if isinstance(body, dict):
            body = urlencode(body, doseq=True, quote_via=quote)
        if isinstance(body, str):
            body = body.encode("utf-8", "surrogatepass")
        query = request["query_string"]
        pairs = urlencode(query, doseq=True, quote_via=quote) if isinstance(query, dict) else query
        path = request["url_path"]
        target = path + (("&" if "?" in path else "?") + pairs if pairs else "")
        headers = {name: str(value) for name, value in request["headers"].items()}
        prepared = AWSRequest(request["method"], f"{self.endpoint}{target}", headers, body or b"")
        prepared.context["payload_signing_enabled"] = True
        if described.auth_type != "none" or described.name in ("AssumeRoleWithSAML",):
            sign(prepared, self.credentials, self.model.signing_name, self.region, how)
        host = self.connection.host if how != "missing" else self.own_host
        sent = [("Host", host), *((name, as_text(value)) for name, value in prepared.headers.items())]
        if body or request["method"] in ("PUT", "POST"):
            sent.append(("Content-Length", str(len(body or b""))))
        return self.connection.send(request["method"], target or "/", sent, body or b"")

    def read(self, described: OperationModel, raw: Raw) -> Answer:
        shape = described.output_shape
        streams = raw.status < 300 and described.has_streaming_output
        data = {"headers": HeadersDict(raw.headers), "status_code": raw.status, "body": b"" if streams else raw.body,
                "context": {"operation_name": described.name}}
        try:
            if described.has_event_stream_output and raw.status < 300:
                return Answer(raw, {"ResponseMetadata": {}})
            parsed = self.parser.parse(data, shape)
            if streams:
                parsed[shape.serialization["payload"]] = raw.body
            return Answer(raw, parsed)
        except Exception as error:  # botocore's parsers stumble in any way over what is no answer
            return Answer(raw, None, f"{type(error).__name__}: {error}")


@cache
def connection_to(endpoint: str) -> Connection:
    """One connection per process and endpoint, shared by the callers of all services."""
    return Connection(endpoint)


def as_text(value: Any) -> str:
    return value.decode("utf-8") if isinstance(value, bytes) else str(value)


def altered(request: dict, wire: tuple) -> dict:
    """The serialized request with the alteration of a variant."""
    how, what = wire
    if how == "body":
        return {**request, "body": what}
    if how == "set":
        path, value = what
        try:
            return {**request, "body": json.dumps(_set(json.loads(request["body"]), path, value))}
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise Unsendable(f"the body has no such place: {type(error).__name__}: {error}") from None
    if how == "add":
        return {**request, "body": _added(request["body"] or b"{}", what)}
    if how == "ask":
        return {**request, "query_string": {**(request["query_string"] or {}), what: "1"}}
    return request


def _added(body: Any, path: tuple) -> Any:
    """A form or a JSON body with one more member at the path."""
    if isinstance(body, dict):
        return {**body, ".".join(map(str, path)): UNKNOWN}
    try:
        return json.dumps(_set(json.loads(body), path, UNKNOWN))
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise Unsendable(f"the body has no such place: {type(error).__name__}: {error}") from None


def _set(document: Any, path: tuple, value: Any) -> Any:
    if not path:
        return value
    step, copy = path[0], document.copy()
    copy[step] = _set(copy[step], path[1:], value) if path[1:] else value
    return copy
