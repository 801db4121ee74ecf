"""Statements over requests: parts, transformations, attacks, addresses, rates, labels, and the logic of nesting."""

import pytest

from emulator.engines.firewall.attacks import is_script, is_sql
from emulator.engines.firewall.rates import Rates
from emulator.engines.firewall.requests import WebRequest
from emulator.engines.firewall.statements import Inspection, Sources
from emulator.engines.firewall.transformations import TRANSFORMATIONS, transformed
from emulator.engines.geography import Place
from emulator.engines.places import Located

NONE = [{"Priority": 0, "Type": "NONE"}]
REQUEST = WebRequest(
    "POST", "/shop/cart", "id=7&q=a%20b&id=8",
    (("Host", "shop.example.com"), ("User-Agent", "test/1"), ("Cookie", "sid=abc; theme=dark"),
     ("X-Forwarded-For", "203.0.113.9, 198.51.100.2")),
    b'{"user": {"name": "eve", "tags": ["x", "y"]}, "n": 3}', client="192.0.2.7",
)  # fmt: skip


@pytest.fixture
def holds():
    """``holds(statement, request)`` with sets, places and counters of the test."""
    counters = Rates()
    sources = Sources(
        lambda arn: {"offices": ["192.0.2.0/24"], "far": ["198.51.100.0/24"]}[arn], lambda arn: ["^/shop/", "^/x$"],
        lambda address: Located(Place("EU", "NL") if address.startswith("192.0.2.") else Place(), 64496),
        lambda rule, key, limit, window: counters.exceeds(rule, key, limit, window, 1_800_000_000.0),
    )  # fmt: skip

    def test(statement, request=REQUEST, labels=()):
        inspection = Inspection(request, sources)
        inspection.labels += labels
        inspection.namespace = "awswaf:1:webacl:a:"
        return inspection.holds(statement)

    return test


def match(field, text, constraint="EXACTLY", kinds=("NONE",)):
    return {"ByteMatchStatement": {"SearchString": text, "FieldToMatch": field, "PositionalConstraint": constraint,
                                   "TextTransformations": [{"Priority": n, "Type": k} for n, k in enumerate(kinds)]}}


def json_body(**more):
    return {"JsonBody": {"MatchPattern": {"All": {}}, "MatchScope": "ALL", **more}}


ALL = {"MatchPattern": {"All": {}}, "OversizeHandling": "CONTINUE"}


@pytest.mark.parametrize(("field", "text"), [
    ({"Method": {}}, b"POST"), ({"UriPath": {}}, b"/shop/cart"), ({"QueryString": {}}, b"id=7&q=a%20b&id=8"),
    ({"SingleHeader": {"Name": "user-agent"}}, b"test/1"), ({"SingleQueryArgument": {"Name": "ID"}}, b"8"),
    ({"AllQueryArguments": {}}, b"a%20b"), ({"Cookies": {**ALL, "MatchScope": "KEY"}}, b"theme"),
    ({"Headers": {**ALL, "MatchScope": "VALUE"}}, b"shop.example.com"),
    ({"Headers": {"MatchPattern": {"IncludedHeaders": ["host"]}, "MatchScope": "KEY", "OversizeHandling": "MATCH"}},
     b"Host"),
    (json_body(), b"name"), (json_body(MatchScope="VALUE"), b"eve"), (json_body(), b"3"),
    (json_body(MatchPattern={"IncludedPaths": ["/user/tags/1"]}), b"y"),
    ({"HeaderOrder": {"OversizeHandling": "CONTINUE"}}, b"host:user-agent:cookie:x-forwarded-for"),
])  # fmt: skip
def test_parts_of_a_request(holds, field, text):
    assert holds(match(field, text))
    assert not holds(match(field, text + b"?"))


def test_parts_that_are_not_there_or_too_large(holds):
    assert not holds(match({"SingleHeader": {"Name": "none"}}, b""))
    assert holds(match({"JA3Fingerprint": {"FallbackBehavior": "MATCH"}}, b"x"))
    large = REQUEST._replace(body=b"a" * 9000 + b"end")
    for handling, expected in (("CONTINUE", False), ("MATCH", True), ("NO_MATCH", False)):
        field = {"Body": {"OversizeHandling": handling}}
        assert holds(match(field, b"end", "ENDS_WITH"), large) is expected
    broken = REQUEST._replace(body=b"{not json")
    assert holds(match(json_body(InvalidFallbackBehavior="MATCH"), b"x"), broken)
    assert holds(match(json_body(), b"not", "CONTAINS"), broken)
    assert not holds(match(json_body(InvalidFallbackBehavior="NO_MATCH"), b"not", "CONTAINS"), broken)


@pytest.mark.parametrize(("constraint", "text", "expected"), [
    ("STARTS_WITH", b"/shop", True), ("ENDS_WITH", b"cart", True), ("CONTAINS", b"op/ca", True),
    ("CONTAINS_WORD", b"shop", True), ("CONTAINS_WORD", b"sho", False), ("EXACTLY", b"/shop", False),
])  # fmt: skip
def test_positions(holds, constraint, text, expected):
    assert holds(match({"UriPath": {}}, text, constraint)) is expected


@pytest.mark.parametrize(("kind", "given", "expected"), [
    ("COMPRESS_WHITE_SPACE", b"a \t\n b", b"a b"), ("HTML_ENTITY_DECODE", b"&lt;a&#x41;&quot;", b'<aA"'),
    ("LOWERCASE", b"AbC", b"abc"), ("UPPERCASE", b"AbC", b"ABC"), ("URL_DECODE", b"a%20b+c%zz", b"a b c%zz"),
    ("URL_DECODE_UNI", b"%u0041%uFF41", b"Aa"), ("CMD_LINE", b"C^M\"D  /C; dir", b"cmd/c dir"),
    ("BASE64_DECODE", b"YWJj", b"abc"), ("BASE64_DECODE_EXT", b"Y-W.J j", b"abc"), ("HEX_DECODE", b"616263", b"abc"),
    ("REPLACE_COMMENTS", b"a/* x */b/*c", b"a b "), ("REMOVE_COMMENTS_CHAR", b"a/*b*/c--d#", b"abcd"),
    ("ESCAPE_SEQ_DECODE", b"\\x41\\n\\102", b"A\nB"), ("SQL_HEX_DECODE", b"0x414243", b"ABC"),
    ("CSS_DECODE", b"ja\\vascript", b"javascript"), ("JS_DECODE", b"\\u0041\\x42", b"AB"),
    ("NORMALIZE_PATH", b"/a/./b//../c", b"/a/c"), ("NORMALIZE_PATH_WIN", b"\\a\\..\\b", b"/b"),
    ("REMOVE_NULLS", b"a\0b", b"ab"), ("REPLACE_NULLS", b"a\0b", b"a b"),
    ("UTF8_TO_UNICODE", "é".encode(), b"%u00e9"), ("REMOVE_WHITESPACE", b" a b ", b"ab"),
    ("TRIM", b" a ", b"a"), ("TRIM_LEFT", b" a ", b"a "), ("TRIM_RIGHT", b" a ", b" a"),
    ("MD5", b"", bytes.fromhex("d41d8cd98f00b204e9800998ecf8427e")), ("NONE", b"a", b"a"),
    ("SHA256", b"", bytes.fromhex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")),
    ("CMD_LINE_WIN", b"d^ir", b"dir"), ("CMD_LINE_UNIX", b"c$@at", b"cat"), ("JS_DECODE_EXT", b"\\u{41}", b"A"),
])  # fmt: skip
def test_transformations(kind, given, expected):
    assert transformed(given, [{"Priority": 0, "Type": kind}]) == expected


def test_every_transformation_takes_any_bytes():
    anything = bytes(range(256)) * 2
    for kind in TRANSFORMATIONS:
        assert isinstance(transformed(anything, [{"Priority": 0, "Type": kind}]), bytes)


def test_transformations_in_the_order_of_priorities(holds):
    request = REQUEST._replace(query="%2541")
    twice = match({"QueryString": {}}, b"a", kinds=("URL_DECODE", "URL_DECODE", "LOWERCASE"))
    assert holds(twice, request)


@pytest.mark.parametrize("text", [
    b"1' OR '1'='1", b"1 UNION SELECT password FROM users", b"'; DROP TABLE users", b"1 AND sleep(5)", b"admin'--",
    b"1) or (1=1", b"x' or 1=1#", b"1 union/**/all/**/select 1",
])  # fmt: skip
def test_sql_injection(text):
    assert is_sql(text)


@pytest.mark.parametrize("text", [b"O'Brien", b"rock and roll", b"a union of workers", b"it's 5 o'clock", b"x=1&y=2"])
def test_no_sql_injection(text):
    assert not is_sql(text)


def test_sensitivity():
    assert is_sql(b"select name from list", sensitive=True)
    assert not is_sql(b"select name from list")


@pytest.mark.parametrize("text", [
    b"<script>alert(1)</script>", b'"><img src=x onerror=alert(1)>', b"javascript:alert(1)", b"<svg/onload=alert(1)>",
    b'<iframe src="data:text/html,x">', b'" onmouseover="x()',
])  # fmt: skip
def test_scripts(text):
    assert is_script(text)


@pytest.mark.parametrize("text", [b"a < b and b > c", b"I like javascript", b"<b>bold</b>", b"on time = money"])
def test_no_scripts(text):
    assert not is_script(text)


def test_sizes_and_patterns(holds):
    size = {"SizeConstraintStatement": {"ComparisonOperator": "GT", "Size": 9, "FieldToMatch": {"UriPath": {}},
                                        "TextTransformations": NONE}}
    assert holds(size) and not holds(size, REQUEST._replace(path="/"))
    regex = {"RegexMatchStatement": {"RegexString": "^/shop/c.rt$", "FieldToMatch": {"UriPath": {}},
                                     "TextTransformations": NONE}}
    assert holds(regex) and not holds(regex, REQUEST._replace(path="/shop/c"))
    patterns = {"RegexPatternSetReferenceStatement": {"ARN": "p", "FieldToMatch": {"UriPath": {}},
                                                      "TextTransformations": NONE}}
    assert holds(patterns) and not holds(patterns, REQUEST._replace(path="/y"))


def forwarded(position, fallback="NO_MATCH"):
    return {"HeaderName": "X-Forwarded-For", "FallbackBehavior": fallback, "Position": position}


def test_where_a_request_comes_from(holds):
    assert holds({"IPSetReferenceStatement": {"ARN": "offices"}})
    for position, expected in (("FIRST", False), ("LAST", True), ("ANY", True)):
        body = {"ARN": "far", "IPSetForwardedIPConfig": forwarded(position)}
        assert holds({"IPSetReferenceStatement": body}) is expected
    wrong = REQUEST._replace(headers=(("X-Forwarded-For", "nowhere"),))
    body = {"ARN": "far", "IPSetForwardedIPConfig": forwarded("ANY", "MATCH")}
    assert holds({"IPSetReferenceStatement": body}, wrong)
    assert holds({"GeoMatchStatement": {"CountryCodes": ["NL"]}})
    assert not holds({"GeoMatchStatement": {"CountryCodes": ["US"]}}, REQUEST._replace(client="198.51.100.1"))
    assert holds({"AsnMatchStatement": {"AsnList": [64496]}})


def test_labels_and_logic(holds):
    label = {"LabelMatchStatement": {"Scope": "LABEL", "Key": "seen"}}
    space = {"LabelMatchStatement": {"Scope": "NAMESPACE", "Key": "awswaf:managed:aws:x:"}}
    assert holds(label, labels=["awswaf:1:webacl:a:seen"]) and not holds(label)
    assert holds(space, labels=["awswaf:managed:aws:x:Rule"])
    both = {"AndStatement": {"Statements": [match({"Method": {}}, b"POST"), {"NotStatement": {"Statement": label}}]}}
    assert holds(both) and not holds(both, labels=["awswaf:1:webacl:a:seen"])
    assert holds({"OrStatement": {"Statements": [label, match({"Method": {}}, b"POST")]}})


def test_rates(holds):
    rate = {"RateBasedStatement": {"Limit": 3, "AggregateKeyType": "IP"}}
    assert [holds(rate) for _ in range(5)] == [False, False, False, True, True]
    assert not holds(rate, REQUEST._replace(client="192.0.2.8"))


def test_rates_of_custom_keys(holds):
    rate = {"RateBasedStatement": {"Limit": 1, "AggregateKeyType": "CUSTOM_KEYS", "CustomKeys": [
        {"HTTPMethod": {}}, {"Cookie": {"Name": "sid", "TextTransformations": NONE}}]}}
    assert [holds(rate) for _ in range(2)] == [False, True]
    assert not holds(rate, REQUEST._replace(method="GET"))
    assert [holds(rate, REQUEST._replace(headers=())) for _ in range(3)] == [False] * 3  # without it nothing is counted


def test_a_rates_window_moves():
    rates = Rates()
    assert [rates.exceeds("r", "k", 1, 60, now) for now in (0.0, 30.0, 100.0)] == [False, True, False]
    assert rates.held("r", 105.0) == set()
    rates.exceeds("r", "k", 1, 60, 106.0)
    assert rates.held("r", 110.0) == {"k"} and rates.held("r", 200.0) == set()
