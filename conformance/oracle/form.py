"""The form of a whole answer against the model: status, headers, the body on the wire, and the output's constraints."""

import json
from collections.abc import Iterator
from xml.etree import ElementTree

from conformance.client.caller import Answer
from conformance.oracle import json_form, xml_form
from conformance.oracle.finding import Finding
from conformance.oracle.scalars import text_fits
from conformance.services.declared import Declared
from emulator.model import Operation
from emulator.model.validation import validator

#: Headers that answers of any operation may carry, beside those of the model.
COMMON = frozenset(("x-amz-request-id", "x-amz-id-2", "x-amzn-requestid", "x-amz-crc32", "x-amz-cf-id",
                    "x-amz-apigw-id", "x-amz-bucket-region", "x-amzn-trace-id", "x-amzn-query-error"))
REQUEST_ID = ("x-amzn-requestid", "x-amz-request-id")
JSON = ("json", "rest-json")


def findings(operation: Operation, protocol: str, answer: Answer, declared: Declared) -> list[Finding]:
    """All that is wrong with the form of a good answer."""
    status = answer.raw.status
    if not answer.ok:
        return [Finding("", "status", operation.status, f"{status} {answer.code}: {answer.message}")]
    if answer.unreadable:
        return [Finding("", "type", "an answer that the SDK's parser reads", answer.unreadable)]
    found = list(_wire(operation, protocol, answer, declared))
    if not found and operation.output is not None:
        found = [each for each in _constraints(operation, answer)
                 if each.path not in declared.loose and each.path.rpartition(".")[2] not in declared.loose
                 and (each.kind != "missing" or each.path[:1].upper() + each.path[1:] not in declared.silent)]
    return found


def _wire(operation: Operation, protocol: str, answer: Answer, declared: Declared) -> Iterator[Finding]:
    wanted = declared.statuses.get(operation.name, operation.status)
    if answer.raw.status != wanted and not (_ranged(operation) and answer.raw.status == 206):
        yield Finding("", "status", wanted, answer.raw.status)
    yield from _headers(operation, answer)
    yield from _content_type(operation, protocol, answer)
    if protocol in JSON:
        yield from _json(operation, protocol, answer.raw.body)
    elif protocol in ("query", "ec2"):
        yield from _query(operation, answer.raw.body)
    elif protocol == "rest-xml":
        yield from _rest_xml(operation, answer.raw.body)


def _ranged(operation: Operation) -> bool:
    return operation.input is not None and "Range" in operation.input.members


def _headers(operation: Operation, answer: Answer) -> Iterator[Finding]:
    members = {} if operation.output is None else operation.output.members
    known = {member.get("locationName", "").lower(): member for member in members.values()
             if member.get("location") == "header"}
    prefixes = tuple(member.get("locationName", "").lower() for member in members.values()
                     if member.get("location") == "headers")
    if not any(name.lower() in REQUEST_ID for name, _ in answer.raw.headers):
        yield Finding("headers", "missing", "the id of the request", None)
    for name, value in answer.raw.headers:
        lower = name.lower()
        if lower in known:
            if not text_fits(known[lower], value, "rfc822") and not known[lower].get("jsonvalue"):
                yield Finding(f"header {name}", "type", known[lower].type, value)
        elif lower.startswith("x-amz") and lower not in COMMON and not (prefixes and lower.startswith(prefixes)):
            yield Finding(f"header {name}", "unexpected", None, value)


def _content_type(operation: Operation, protocol: str, answer: Answer) -> Iterator[Finding]:
    """What a document says it is; of a body that is a member as it stands, the member decides."""
    if not answer.raw.body or _body_shape(operation) is False:
        return
    version = operation.service.metadata.get("jsonVersion", "1.0")
    wanted = {"json": (f"application/x-amz-json-{version}",), "rest-json": ("application/json",),
              "query": ("text/xml",), "ec2": ("text/xml",), "rest-xml": ("application/xml", "text/xml"),
              "smithy-rpc-v2-cbor": ("application/cbor",)}[protocol]
    got = next((value for name, value in answer.raw.headers if name.lower() == "content-type"), "")
    if got.partition(";")[0].strip() not in wanted:
        yield Finding("header Content-Type", "value", " or ".join(wanted), got)


def _body_shape(operation: Operation):
    """The shape that the body is, or None when the body is no structure."""
    output = operation.output
    if output is None:
        return None
    if output.payload is not None:
        member = output.members[output.payload]
        return member if member.type in ("structure", "list", "map") and not member.is_event_stream else False
    return output


def _json(operation: Operation, protocol: str, body: bytes) -> Iterator[Finding]:
    shape = _body_shape(operation)
    if shape is False:
        return
    if not body:
        if protocol == "json" and shape is not None:
            yield Finding("", "missing", "a JSON body", "an empty one")
        return
    try:
        document = json.loads(body)
    except ValueError as error:
        yield Finding("", "type", "JSON", str(error))
        return
    if shape is not None:
        yield from json_form.check(shape, document)
    elif document not in ({}, None):
        yield Finding("", "unexpected", "no members", document)


def _query(operation: Operation, body: bytes) -> Iterator[Finding]:
    try:
        root = ElementTree.fromstring(body)
    except ElementTree.ParseError as error:
        yield Finding("", "type", "XML", str(error))
        return
    if xml_form.local(root.tag) != f"{operation.name}Response":
        yield Finding("", "value", f"{operation.name}Response", root.tag)
    wrapper = None
    if operation.output is not None:
        wrapper = operation.output.get("resultWrapper") or f"{operation.name}Result"
    names = [xml_form.local(child.tag) for child in root]
    for name in names:
        if name not in (wrapper, "ResponseMetadata"):
            yield Finding(name, "unexpected", wrapper, name)
    if "ResponseMetadata" not in names:
        yield Finding("ResponseMetadata", "missing", "the request's id", None)
    if wrapper:
        result = next((child for child in root if xml_form.local(child.tag) == wrapper), None)
        if result is None:
            if operation.output.members:
                yield Finding(wrapper, "missing", wrapper, None)
        else:
            yield from xml_form.check(operation.output, result)


def _rest_xml(operation: Operation, body: bytes) -> Iterator[Finding]:
    shape = _body_shape(operation)
    in_body = shape and any(not member.get("location") for member in shape.members.values())
    if shape is False:
        return
    if not in_body:
        if body:
            yield Finding("", "unexpected", "an empty body", body[:100].decode("utf-8", "replace"))
        return
    if not body:
        if shape.required:
            yield Finding("", "missing", "an XML body", "an empty one")
        return
    try:
        root = ElementTree.fromstring(body)
    except ElementTree.ParseError as error:
        yield Finding("", "type", "XML", str(error))
        return
    yield from xml_form.check(shape, root)


def _constraints(operation: Operation, answer: Answer) -> Iterator[Finding]:
    """Required members, lengths, ranges, enums and patterns of the output."""
    told = {name: value for name, value in answer.parsed.items() if name in operation.output.members}
    for violation in validator(operation.output)(told):
        kind = "missing" if violation.kind == "required" else "value"
        yield Finding(violation.path, kind, violation.text, violation.value)
