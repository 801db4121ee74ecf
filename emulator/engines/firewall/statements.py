"""Whether a statement holds for a request.

https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statements-list.html
"""

import ipaddress
import operator
import re
from collections.abc import Callable
from typing import Any, NamedTuple

from emulator.engines.check_digits import address as is_address
from emulator.engines.firewall.attacks import is_script, is_sql
from emulator.engines.firewall.capacity import kind_of
from emulator.engines.firewall.patterns import compiled
from emulator.engines.firewall.requests import Oversize, WebRequest, values
from emulator.engines.firewall.transformations import TRANSFORMATIONS, transformed
from emulator.engines.places import Located

COMPARISONS = {"EQ": operator.eq, "NE": operator.ne, "LE": operator.le, "LT": operator.lt, "GE": operator.ge,
               "GT": operator.gt}


class Sources(NamedTuple):
    """What statements need beside the request.

    ``exceeds(rule, key, limit, window)`` counts a request under a key and tells whether there were too many.
    """

    addresses: Callable[[str], list[str]]  # of an IP set, by its ARN
    patterns: Callable[[str], list[str]]  # of a regex pattern set, by its ARN
    located: Callable[[str], Located]  # where an address is
    exceeds: Callable[[str, str, int, int], bool]


class Inspection:
    """A request under inspection: what it is, and the labels that it has been given so far."""

    def __init__(self, request: WebRequest, sources: Sources):
        self.request, self.sources = request, sources
        self.labels: list[str] = []
        self.rule = ""  # whose statement is being looked at
        self.namespace = ""  # of its labels

    def label(self, name: str) -> None:
        if name not in self.labels:
            self.labels.append(name)

    def holds(self, statement: dict) -> bool:
        kind = kind_of(statement)
        return KINDS[kind](self, statement[kind])

    # Where a request comes from

    def origins(self, forwarded: dict | None) -> list[str] | None:
        """The addresses to look at, all of a forwarding header's; None where its fallback decides."""
        if forwarded is None:
            return [self.request.client]
        header = self.request.header(forwarded["HeaderName"])
        if header is None:
            return []
        found = [each.strip() for each in header.split(",")]
        return found if all(is_address(each) for each in found) else None

    def origin(self, forwarded: dict | None) -> str | bool:
        """The one address to look at; whether a statement holds where there is none."""
        found = self.origins(forwarded)
        if found is None:
            return forwarded["FallbackBehavior"] == "MATCH"
        return found[0] if found else False


def _any(inspection: Inspection, body: dict, test: Callable[[bytes], bool]) -> bool:
    """Whether any value of the statement's field passes a test, once it is transformed."""
    request = inspection.request
    for each in sorted(body.get("PreParseTextTransformations", ()), key=lambda one: one["Priority"]):
        request = request._replace(query=PREPARATIONS[each["Type"]](request.query))
    try:
        found = values(request, body["FieldToMatch"])
    except Oversize as decided:
        return decided.decided
    return any(test(transformed(each, body["TextTransformations"])) for each in found)


def _combined(query: str) -> str:
    held: dict[str, list[str]] = {}
    for pair in query.split("&"):
        name, _, value = pair.partition("=")
        held.setdefault(name, []).append(value)
    return "&".join(f"{name}={','.join(found)}" for name, found in held.items())


def _decoded(kind: str) -> Callable[[str], str]:
    return lambda query: TRANSFORMATIONS[kind](query.encode("latin-1", "replace")).decode("latin-1")


PREPARATIONS = {
    "NONE": str, "URL_DECODE": _decoded("URL_DECODE"), "URL_DECODE_UNI": _decoded("URL_DECODE_UNI"),
    "COMBINE_DUPLICATE_QUERY_ARGS_BY_COMMA": _combined,
    "REPLACE_SEMICOLONS_WITH_AMPERSANDS": lambda query: query.replace(";", "&"),
}  # fmt: skip


def _byte_match(inspection: Inspection, body: dict) -> bool:
    sought = body["SearchString"]
    sought = sought if isinstance(sought, bytes) else sought.encode()
    word = re.compile(rb"(?<![A-Za-z0-9_])" + re.escape(sought) + rb"(?![A-Za-z0-9_])")
    tests = {
        "EXACTLY": lambda text: text == sought, "STARTS_WITH": lambda text: text.startswith(sought),
        "ENDS_WITH": lambda text: text.endswith(sought), "CONTAINS": lambda text: sought in text,
        "CONTAINS_WORD": lambda text: bool(word.search(text)),
    }  # fmt: skip
    return _any(inspection, body, tests[body["PositionalConstraint"]])


def _size(inspection: Inspection, body: dict) -> bool:
    compare = COMPARISONS[body["ComparisonOperator"]]
    return _any(inspection, body, lambda text: compare(len(text), body["Size"]))


def _geo(inspection: Inspection, body: dict) -> bool:
    origin = inspection.origin(body.get("ForwardedIPConfig"))
    if isinstance(origin, bool):
        return origin
    place = inspection.sources.located(origin).place
    source = "forwardedip" if "ForwardedIPConfig" in body else "clientip"
    inspection.label(f"awswaf:{source}:geo:country:{place.country or 'XX'}")
    inspection.label(f"awswaf:{source}:geo:region:{place.country or 'XX'}-{place.subdivision or 'XX'}")
    return place.country in body["CountryCodes"]


def _asn(inspection: Inspection, body: dict) -> bool:
    origin = inspection.origin(body.get("ForwardedIPConfig"))
    return origin if isinstance(origin, bool) else inspection.sources.located(origin).system in body["AsnList"]


def _ip_set(inspection: Inspection, body: dict) -> bool:
    forwarded = body.get("IPSetForwardedIPConfig")
    origins = inspection.origins(forwarded)
    if origins is None:
        return forwarded["FallbackBehavior"] == "MATCH"
    position = (forwarded or {}).get("Position", "FIRST")
    chosen = {"FIRST": origins[:1], "LAST": origins[-1:], "ANY": origins}[position]
    return any(within(each, inspection.sources.addresses(body["ARN"])) for each in chosen)


def within(address: str, networks: list[str]) -> bool:
    """Whether an address is in one of some networks."""
    known = ipaddress.ip_address(address)
    return any(known in ipaddress.ip_network(each, strict=False) for each in networks)


def _label(inspection: Inspection, body: dict) -> bool:
    key = body["Key"] if body["Key"].startswith("awswaf:") else inspection.namespace + body["Key"]
    if body["Scope"] == "NAMESPACE":
        return any(each.startswith(key) for each in inspection.labels)
    return key in inspection.labels


def _rate(inspection: Inspection, body: dict) -> bool:
    if "ScopeDownStatement" in body and not inspection.holds(body["ScopeDownStatement"]):
        return False
    key = _aggregate(inspection, body)
    if isinstance(key, bool) or key is None:
        return bool(key)
    return inspection.sources.exceeds(inspection.rule, key, body["Limit"], body.get("EvaluationWindowSec", 300))


def _aggregate(inspection: Inspection, body: dict) -> str | bool | None:
    """The key that a request is counted under; a decision where the fallback makes one, None where it isn't counted."""
    kind = body["AggregateKeyType"]
    if kind == "CONSTANT":
        return "CONSTANT"
    if kind != "CUSTOM_KEYS":
        return inspection.origin(body.get("ForwardedIPConfig"))
    parts: list[str] = []
    for custom in body["CustomKeys"]:
        (name, how), = custom.items()
        found = _custom(inspection, name, how, body)
        if found is None:
            return None
        parts.append(found)
    return "|".join(parts)


FIELDS = {"Header": "SingleHeader", "QueryArgument": "SingleQueryArgument", "QueryString": "QueryString",
          "HTTPMethod": "Method", "UriPath": "UriPath"}


def _custom(inspection: Inspection, name: str, how: dict, body: dict) -> str | None:
    """One part of a custom key; None where the request does not have it."""
    request = inspection.request
    if name == "IP":
        return request.client
    if name == "ForwardedIP":
        origin = inspection.origin(body["ForwardedIPConfig"])
        return None if isinstance(origin, bool) else origin
    if name == "LabelNamespace":
        found = [each for each in inspection.labels if each.startswith(how["Namespace"])]
        return ",".join(found) or None
    if name == "ASN":
        return str(inspection.sources.network(request.client)) if inspection.sources.network(request.client) else None
    if name == "Cookie":
        found = [value.encode() for key, value in request.cookies() if key == how["Name"]]
    elif name in FIELDS:
        found = values(request, {FIELDS[name]: how})
    else:
        return None
    if not found:
        return None
    return b",".join(transformed(each, how.get("TextTransformations", [])) for each in found).decode("latin-1")


KINDS: dict[str, Callable[[Inspection, Any], bool]] = {
    "ByteMatchStatement": _byte_match,
    "SqliMatchStatement": lambda inspection, body: _any(
        inspection, body, lambda text: is_sql(text, body.get("SensitivityLevel") == "HIGH")),
    "XssMatchStatement": lambda inspection, body: _any(inspection, body, is_script),
    "SizeConstraintStatement": _size,
    "GeoMatchStatement": _geo,
    "AsnMatchStatement": _asn,
    "IPSetReferenceStatement": _ip_set,
    "Addresses": lambda inspection, body: within(inspection.request.client, body),
    "RegexMatchStatement": lambda inspection, body: _any(
        inspection, body, lambda text: bool(compiled(body["RegexString"]).search(text))),
    "RegexPatternSetReferenceStatement": lambda inspection, body: _any(inspection, body, lambda text: any(
        compiled(each).search(text) for each in inspection.sources.patterns(body["ARN"]))),
    "LabelMatchStatement": _label,
    "RateBasedStatement": _rate,
    "AndStatement": lambda inspection, body: all(inspection.holds(each) for each in body["Statements"]),
    "OrStatement": lambda inspection, body: any(inspection.holds(each) for each in body["Statements"]),
    "NotStatement": lambda inspection, body: not inspection.holds(body["Statement"]),
}  # fmt: skip
