"""The wire protocols of AWS, sans-I/O: HTTP requests in, plain dicts out, and back; compiled from the model.

``protocol_for(service, "query")`` gives the protocol; ``route`` finds the operation, ``codec(operation)`` its compiled
``decode`` and ``encode``, ``encode_error`` writes a failure. https://smithy.io/2.0/aws/protocols/index.html
"""

from functools import cache
from importlib import import_module

from emulator.model.shapes import ServiceModel
from emulator.protocol.base import Codec, Protocol
from emulator.protocol.errors import EncodeError, ParseError, UnknownOperation
from emulator.protocol.wire import Request, Response

__all__ = [
    "PROTOCOLS", "Codec", "EncodeError", "ParseError", "Protocol", "Request", "Response", "UnknownOperation",
    "protocol_for",
]

# Name on the wire -> module and class; imported when a service speaks it.
PROTOCOLS = {
    "json": ("json", "Json"),
    "query": ("query", "Query"),
    "ec2": ("ec2", "Ec2"),
    "rest-json": ("rest_json", "RestJson"),
    "rest-xml": ("rest_xml", "RestXml"),
    "smithy-rpc-v2-cbor": ("cbor", "Cbor"),
    "aws-cbor": ("aws_cbor", "AwsCbor"),
}


@cache
def protocol_for(service: ServiceModel, name: str) -> Protocol:
    """The codec set of a service for one protocol, made once. Raises KeyError for a protocol that AWS doesn't have."""
    module, found = PROTOCOLS[name]
    return getattr(import_module(f"emulator.protocol.{module}"), found)(service)
