"""Filter patterns of CloudWatch Logs: terms, JSON conditions, space-delimited fields."""

import pytest

from emulator.engines.filter_patterns import PatternError, parse

EVENT = '{"status": 404, "user": {"name": "Jane Doe", "id": null}, "ok": true, "ips": ["10.0.0.1", "10.0.0.2"]}'
LINE = '127.0.0.1 Prod frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534'


@pytest.mark.parametrize(("pattern", "message", "fits"), [
    ("", "anything", True),
    ("ERROR", "[ERROR] x", True), ("ERROR", "error", False), ("ERROR", "ERRORS", False),
    ("hello world", "world and hello", True), ("hello world", "hello", False),
    ('"hello cruel"', "oh hello cruel world", True), ('"hello cruel"', "cruel hello", False),
    ("ERROR -health", "ERROR", True), ("ERROR -health", "ERROR health", False),
    ("?a ?b", "b", True), ("?a ?b", "c", False),
    (r"%5\d\d%", "got 503", True), (r"%^5\d\d%", "got 503", False),
    ("{ $.status = 404 }", EVENT, True), ("{ $.status = 4* }", EVENT, True), ("{ $.status > 404 }", EVENT, False),
    ('{ $.user.name = "Jane*" && $.ok IS TRUE }', EVENT, True), ("{ $.user.id IS NULL }", EVENT, True),
    ("{ $.none NOT EXISTS }", EVENT, True), ("{ $.status NOT EXISTS }", EVENT, False),
    ("{ $.none != 5 }", EVENT, False), ("{ $.status != 5 }", EVENT, True),
    ("{ ($.status = 1 || $.status >= 7) && $.ips[1] = 10.0.0.2 }", EVENT, True),
    ("{ $.ips[*] = 10.0.0.2 }", EVENT, True),
    ("{ $.user.name = %^Jane% }", EVENT, True), ("{ $.status = 404 }", "no json", False),
    ("[ip, ..., status = 404, bytes]", LINE, True), ("[ip, ..., status != 404, bytes]", LINE, False),
    ("[ip, user, name, time, request = *index*, status, bytes > 1000]", LINE, True),
    ("[ip, status]", LINE, False), ("[..., status = 404 || status = 410, bytes]", LINE, True),
])  # fmt: skip
def test_matching(pattern, message, fits):
    assert parse(pattern).matches(message) is fits


@pytest.mark.parametrize(("pattern", "message", "found"), [
    ('{ $.user.name = "Jane*" && $.status = * }', EVENT, {"$.user.name": "Jane Doe", "$.status": "404"}),
    ("[ip, , ..., bytes]", "a b c d", {"$ip": "a", "$2": "b", "$3": "c", "$bytes": "d"}),
    ("ERROR", "ERROR", {}), ("ERROR", "fine", None),
])  # fmt: skip
def test_what_is_taken_out(pattern, message, found):
    assert parse(pattern).extract(message) == found


@pytest.mark.parametrize("pattern", ["{ $.a", "foo:bar", "{ $.a > x }", "[a, b = 1 && c = 2]", "%[%", "[..., a, ...]"])
def test_what_is_refused(pattern):
    with pytest.raises(PatternError):
        parse(pattern)


def test_an_expression_that_never_ends_does_not_match():
    assert parse("%(a+)+$%").matches("a" * 40 + "b") is False
