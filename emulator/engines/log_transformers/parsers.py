"""Processors that parse: from a text to the members of a document.

Each is ``(text, its settings) -> members``, and raises ValueError for a text that it can't read.
"""

import csv as csv_module
import io
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import orjson

from emulator.engines.log_transformers import grok as grok_patterns

VPC = ("version", "accountId", "interfaceId", "srcAddr", "dstAddr", "srcPort", "dstPort", "protocol", "packets",
       "bytes", "start", "end", "action", "logStatus")  # fmt: skip
ROUTE53 = ("version", "queryTimestamp", "hostZoneId", "queryName", "queryType", "responseCode", "protocol",
           "edgeLocation", "resolverIp", "ednsClientSubnet")  # fmt: skip
CLOUDFRONT = (
    "date", "time", "x-edge-location", "sc-bytes", "c-ip", "cs-method", "cs(Host)", "cs-uri-stem", "sc-status",
    "cs(Referer)", "cs(User-Agent)", "cs-uri-query", "cs(Cookie)", "x-edge-result-type", "x-edge-request-id",
    "x-host-header", "cs-protocol", "cs-bytes", "time-taken", "x-forwarded-for", "ssl-protocol", "ssl-cipher",
    "x-edge-response-result-type", "cs-protocol-version", "fle-status", "fle-encrypted-fields", "c-port",
    "time-to-first-byte", "x-edge-detailed-result-type", "sc-content-type", "sc-content-len", "sc-range-start",
    "sc-range-end",
)  # fmt: skip
POSTGRES = re.compile(
    r"(?P<logTime>[^:]+:[^:]+:\S+ \w+):(?P<srcIp>[^:]*):(?P<userName>[^@]*)@(?P<dbName>[^:]*):\[(?P<processId>\d+)\]:"
    r"(?P<logLevel>\w+):\s*(?P<message>.*)", re.DOTALL,
)  # fmt: skip
DELIMITERS = {r"\t": "\t", r"\n": "\n"}


def json(text: str, given: dict) -> dict:
    found = orjson.loads(text)
    if not isinstance(found, dict):
        raise ValueError("no JSON object")
    return found


def csv(text: str, given: dict) -> dict:
    delimiter = DELIMITERS.get(given.get("delimiter", ","), given.get("delimiter", ","))
    if delimiter.strip() == "" and delimiter not in ("\t", " "):
        raise ValueError("no delimiter")
    rows = csv_module.reader(io.StringIO(text), delimiter=delimiter, quotechar=given.get("quoteCharacter", '"'),
                             skipinitialspace=True)  # fmt: skip
    cells = next(rows, [])
    names = list(given.get("columns", ()))
    names += [f"column_{number}" for number in range(len(names) + 1, len(cells) + 1)]
    return {name: cell.strip() for name, cell in zip(names, cells)}


def grok(text: str, given: dict) -> dict:
    found = grok_patterns.match(given["match"], text)
    if found is None:
        raise ValueError("no match")
    return found


def key_value(text: str, given: dict) -> dict:
    """``key1=value1&key2=value2``, with the delimiters that are given."""
    outer, inner = given.get("fieldDelimiter", "&"), given.get("keyValueDelimiter", "=")
    out: dict[str, Any] = {}
    for part in text.split(outer):
        key, found, value = part.partition(inner)
        if not found:
            if "nonMatchValue" not in given:
                continue
            value = given["nonMatchValue"]
        out[given.get("keyPrefix", "") + key.strip()] = value
    return out


def _columns(names: tuple[str, ...], delimiter: str | None = None, decode: bool = False):
    def parse(text: str, given: dict) -> dict:
        cells = text.strip().split(delimiter)
        if len(cells) < len(names):
            raise ValueError("too few columns")
        return {name: unquote(cell) if decode else _scalar(cell) for name, cell in zip(names, cells)}

    return parse


def _scalar(cell: str) -> Any:
    return int(cell) if re.fullmatch(r"-?\d{1,18}", cell) else cell


def postgres(text: str, given: dict) -> dict:
    found = POSTGRES.match(text)
    if found is None:
        raise ValueError("no line of PostgreSQL")
    return found.groupdict()


def waf(text: str, given: dict) -> dict:
    """AWS WAF's document, with headers and labels by name."""
    document = json(text, given)
    request = document.get("httpRequest")
    if isinstance(request, dict) and isinstance(request.get("headers"), list):
        request["headers"] = {each["name"]: each["value"] for each in request["headers"]}
    if isinstance(document.get("labels"), list):
        document["labels"] = {each["name"].rpartition(":")[0]: each["name"].rpartition(":")[2]
                              for each in document["labels"]}  # fmt: skip
    return document


PARSERS: dict[str, Callable[[str, dict], dict]] = {
    "parseJSON": json, "csv": csv, "grok": grok, "parseKeyValue": key_value, "parseVPC": _columns(VPC),
    "parseRoute53": _columns(ROUTE53), "parseCloudfront": _columns(CLOUDFRONT, "\t", True), "parsePostgres": postgres,
    "parseWAF": waf,
}  # fmt: skip
