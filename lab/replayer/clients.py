"""Decoded steps through a real SDK: botocore clients for AWS's own hosts, whose traffic goes to the tested endpoint."""

import io
from typing import NamedTuple
from urllib.parse import urlsplit

import botocore.session
from botocore import UNSIGNED
from botocore.awsrequest import AWSResponse, HeadersDict
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.handlers import validate_ascii_metadata
from botocore.parsers import ResponseParserError

from lab.cassette.decode import bare, speaking
from lab.cassette.model import Interaction, Response
from lab.replayer.signing import SECRET
from lab.replayer.transport import Outgoing, Transport

#: The access key of callers who have none of their own; a player sets its account's.
DEFAULT_KEY = "test"


#: What botocore raises when it can't write a request or read an answer.
SDK_FAILURES = (BotoCoreError, ResponseParserError, ConnectionError, ValueError, TypeError, KeyError, AttributeError)


class Called(NamedTuple):
    """What came of a call: the parsed answer (None: the SDK gave up before one), the last raw one, the SDK's error."""

    answer: dict | None
    raw: Response | None
    failure: str | None = None


class _Stream(io.BytesIO):
    def stream(self, *_size, **_options):
        yield self.read()


class Clients:
    """Makes and keeps clients (making one costs more than many calls); their requests go through ``transport``."""

    def __init__(self, transport: Transport):
        self.transport = transport
        self.access_key = DEFAULT_KEY
        self.last: Response | None = None
        self.issued: dict[str, tuple[str, str | None]] = {}
        self._made: dict[tuple, object] = {}

    def call(self, step: Interaction, parameters: dict, access_key: str | None = None) -> Called:
        """Call the step's operation with Python values. Raises LabError when the endpoint is not there."""
        client = self.client(step, access_key)
        self.last = None
        hook = f"before-sign.{step.service}.{step.operation}"
        add = _adder(step.extra_headers)
        client.meta.events.register(hook, add)
        try:
            parsed = client._make_api_call(step.operation, parameters)
            for name, value in parsed.items():
                if hasattr(value, "read"):
                    parsed[name] = value.read()
                elif hasattr(value, "__iter__") and type(value).__name__ == "EventStream":
                    parsed[name] = {"$events": list(value)}
            self._take_credentials(parsed)
            return Called(bare(parsed), self.last)
        except ClientError as error:
            return Called(bare(error.response), self.last)
        except SDK_FAILURES as error:
            return Called(None, self.last, f"{type(error).__name__}: {error}")
        finally:
            client.meta.events.unregister(hook, add)

    def client(self, step: Interaction, access_key: str | None = None):
        """The client for a step's service, region, protocol and signature."""
        caller = step.caller
        key = (step.service, step.region, step.protocol, access_key or self.access_key, caller.anonymous,
               caller.signature, caller.checksums, str(sorted(caller.s3.items())))
        if key not in self._made:
            self._made[key] = self._make(step, access_key or self.access_key)
        return self._made[key]

    def _take_credentials(self, value) -> None:
        """Keep the secrets of access keys that an answer issues: a later step may sign with them."""
        for each in value.values() if isinstance(value, dict) else ():
            self._take_credentials(each)
        if isinstance(value, dict) and "SecretAccessKey" in value:
            self.issued[value["AccessKeyId"]] = value["SecretAccessKey"], value.get("SessionToken")

    def _make(self, step: Interaction, access_key: str):
        session = botocore.session.Session()
        session.set_credentials(access_key, *self.issued.get(access_key, (SECRET, None)))
        if step.protocol is not None:
            _answer_with(session.get_component("data_loader"), step.service, speaking(step.service, step.protocol))
        caller = step.caller
        config = Config(parameter_validation=False, retries={"total_max_attempts": 1}, s3=caller.s3 or None,
                        request_checksum_calculation=caller.checksums,
                        signature_version=UNSIGNED if caller.anonymous else caller.signature)
        client = session.create_client(step.service, region_name=step.region or "us-east-1", config=config)
        client.meta.events.register(f"before-send.{step.service}", self._send)
        for operation in ("PutObject", "CopyObject", "CreateMultipartUpload"):  # the service has to refuse, not the SDK
            client.meta.events.unregister(f"before-parameter-build.s3.{operation}", validate_ascii_metadata)
        return client

    def _send(self, request, **_) -> AWSResponse:
        url = urlsplit(request.url)
        body = request.body or b""
        if hasattr(body, "read"):
            body = body.read()
        headers = []
        for name, value in request.headers.items():
            if name.lower() not in ("content-length", "expect", "host", "transfer-encoding"):
                headers.append((name, value.decode("utf-8") if isinstance(value, bytes) else str(value)))
        target = (url.path or "/") + (f"?{url.query}" if url.query else "")
        body = body.encode() if isinstance(body, str) else bytes(body)
        self.last = self.transport.send(Outgoing(request.method, url.netloc, target, headers, body))
        answered = {}
        for name, value in self.last.headers:
            answered[name] = f"{answered[name]}, {value}" if name in answered else value
        return AWSResponse(request.url, self.last.status, HeadersDict(answered), _Stream(self.last.body.raw()))




def _adder(headers: dict):
    def add(request, **_):
        for name, value in headers.items():
            del request.headers[name]  # a message header is added to otherwise, and both would be signed
            request.headers[name] = value

    return add


def _answer_with(loader, service: str, model: dict) -> None:
    """Make a data loader give ``model`` for a service."""
    original = loader.load_service_model

    def load_service_model(service_name, type_name, api_version=None):
        if service_name == service and type_name == "service-2":
            return model
        return original(service_name, type_name, api_version)

    loader.load_service_model = load_service_model
