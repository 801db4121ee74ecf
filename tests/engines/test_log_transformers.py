"""Log transformers: every processor, on a message that it is for."""

import json

import pytest

from emulator.engines.log_transformers import TransformerError, Unsupported, check, transform

JSON = {"parseJSON": {}}


def made(message, *processors):
    check(list(processors))
    return json.loads(transform(list(processors), message))


@pytest.mark.parametrize(("message", "processors", "found"), [
    ('{"a": {"b": 1}}', [JSON], {"a": {"b": 1}}),
    ('{"a": 1}', [{"parseJSON": {"destination": "x.y"}}], {"x": {"y": {"a": 1}}}),
    ('"Ann, B",28', [{"csv": {"columns": ["name"]}}], {"name": "Ann, B", "column_2": "28"}),
    ("a|b", [{"csv": {"delimiter": "|"}}], {"column_1": "a", "column_2": "b"}),
    ("1.2.3.4 took 12 ERROR", [{"grok": {"match": "%{IP:ip} took %{NUMBER:ms:int} %{LOGLEVEL:level}"}}],
     {"ip": "1.2.3.4", "ms": 12, "level": "ERROR"}),
    ('127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] "GET /a HTTP/1.0" 200 5', [
        {"grok": {"match": "%{COMMONAPACHELOG}"}}, {"deleteKeys": {"withKeys": ["ident", "timestamp"]}}],
     {"clientip": "127.0.0.1", "auth": "frank", "verb": "GET", "request": "/a", "httpversion": "1.0",
      "response": "200", "bytes": "5"}),
    ("k1=v1&k2=v2&x", [{"parseKeyValue": {"keyPrefix": "p_", "nonMatchValue": "?"}}],
     {"p_k1": "v1", "p_k2": "v2", "p_x": "?"}),
    ("2 123 eni-1 10.0.0.1 10.0.0.2 20641 22 6 20 4249 14185 14186 ACCEPT OK", [{"parseVPC": {}}, {"deleteKeys": {
        "withKeys": ["version", "accountId", "interfaceId", "packets", "bytes", "start", "end", "logStatus"]}}],
     {"srcAddr": "10.0.0.1", "dstAddr": "10.0.0.2", "srcPort": 20641, "dstPort": 22, "protocol": 6,
      "action": "ACCEPT"}),
    ('{"a": "x"}', [JSON, {"addKeys": {"entries": [{"key": "b.c", "value": "is ${a}"}, {"key": "a", "value": "y"}]}}],
     {"a": "x", "b": {"c": "is x"}}),
    ('{"a": 1, "b": {}}', [JSON, {"copyValue": {"entries": [{"source": "a", "target": "c"}]}},
                           {"moveKeys": {"entries": [{"source": "a", "target": "b"}]}}], {"b": {"a": 1}, "c": 1}),
    ('{"a": [{"b": 1}]}', [JSON, {"renameKeys": {"entries": [{"key": "a", "renameTo": "z"}]}},
                           {"deleteKeys": {"withKeys": ["z[0].b"]}}], {"z": [{}]}),
    ('{"l": [{"k": "a", "v": 1}, {"k": "a", "v": 2}]}', [JSON, {"listToMap": {
        "source": "l", "key": "k", "valueKey": "v", "target": "m", "flatten": True, "flattenedElement": "last"}},
        {"deleteKeys": {"withKeys": ["l"]}}], {"m": {"a": 2}}),
    ('{"a": "Ab ", "b": "Ab", "c": " x "}', [JSON, {"lowerCaseString": {"withKeys": ["a"]}}, {"upperCaseString": {
        "withKeys": ["b"]}}, {"trimString": {"withKeys": ["c"]}}], {"a": "ab ", "b": "AB", "c": "x"}),
    ('{"a": "1,2", "b": "x-1"}', [JSON, {"splitString": {"entries": [{"source": "a", "delimiter": ","}]}}, {
        "substituteString": {"entries": [{"source": "b", "from": r"x-(\d)", "to": "$1y"}]}}],
     {"a": ["1", "2"], "b": "1y"}),
    ('{"a": "5", "b": "true", "c": 1, "d": "x"}', [JSON, {"typeConverter": {"entries": [
        {"key": "a", "type": "integer"}, {"key": "b", "type": "boolean"}, {"key": "c", "type": "string"},
        {"key": "d", "type": "double"}]}}], {"a": 5, "b": True, "c": "1", "d": "x"}),
    ('{"t": "15/Jan/2027:13:00:00 +0100"}', [JSON, {"dateTimeConverter": {
        "source": "t", "target": "t", "matchPatterns": ["yyyy", "dd/MMM/yyyy:HH:mm:ss Z"]}}],
     {"t": "2027-01-15T12:00:00.000Z"}),
    ("2025-01-07 09:12:53 UTC:10.0.0.1(64077):admin@db:[1234]:ERROR: no", [{"parsePostgres": {}}, {"deleteKeys": {
        "withKeys": ["message", "logTime"]}}],
     {"srcIp": "10.0.0.1(64077)", "userName": "admin", "dbName": "db", "processId": "1234", "logLevel": "ERROR"}),
    ('{"httpRequest": {"headers": [{"name": "Host", "value": "x"}]}, "labels": [{"name": "a:b"}]}', [{"parseWAF": {}}],
     {"httpRequest": {"headers": {"Host": "x"}}, "labels": {"a": "b"}}),
])  # fmt: skip
def test_processors(message, processors, found):
    assert made(message, *processors) == found


def test_a_message_that_the_parser_cannot_read():
    assert transform([JSON, {"addKeys": {"entries": [{"key": "a", "value": "b"}]}}], "no JSON") is None


@pytest.mark.parametrize("processors", [
    [], [{"addKeys": {"entries": []}}], [JSON, {"parseVPC": {}}], [{"parseJSON": {}, "csv": {}}], [JSON] * 21,
    [{"grok": {"match": "%{NOPE:x}"}}], [{"bogus": {}}],
    [JSON, {"dateTimeConverter": {"source": "a", "target": "b", "matchPatterns": ["QQQ"]}}],
    [JSON, {"substituteString": {"entries": [{"source": "a", "from": "(", "to": ""}]}}],
])  # fmt: skip
def test_what_is_refused(processors):
    with pytest.raises(TransformerError):
        check(processors)


def test_what_is_not_there():
    with pytest.raises(Unsupported):
        check([{"parseToOCSF": {"eventSource": "CloudTrail", "ocsfVersion": "V1.1"}}])
