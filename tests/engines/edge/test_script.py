"""CloudFront Functions' runtime alone: modules, digests, buffers, limits, stores, what is passed on."""

import base64
import hashlib
import hmac
import json
import time

import pytest

from emulator.engines.edge import events, script
from emulator.engines.edge.messages import Answer, Asked


def run(body, event=None, stores=None, **more):
    code = f"{more.pop('before', '')}\nasync function handler(event) {{ {body} }}"
    return script.run(code, event or {}, stores or {}, 1000.5, 7, time.perf_counter)


@pytest.mark.parametrize("text", ["", "abc", "hällo €", "x" * 200])
@pytest.mark.parametrize("kind", ["md5", "sha1", "sha256"])
def test_digests_are_right(kind, text):
    found = run("const c = require('crypto'), of = (made) => made.update(event.text); "
                "return [of(c.createHash(event.kind)).digest('hex'), "
                "of(c.createHmac(event.kind, 'key')).digest('base64url')];", {"kind": kind, "text": text})
    keyed = base64.urlsafe_b64encode(hmac.digest(b"key", text.encode(), kind)).decode().rstrip("=")
    assert found.value == [hashlib.new(kind, text.encode()).hexdigest(), keyed]


def test_texts_and_queries_are_converted():
    found = run("const q = require('querystring'); const b = Buffer.from('hä€😀'); return [b.toString('base64'), "
                "b.toString('hex'), Buffer.from(b.toString('base64'), 'base64').toString(), q.parse('a=1&b=%20&a=3'), "
                "q.stringify({a: ['1', 'x y'], b: 'ä'}), atob(btoa('xyz')), Buffer.concat([b, b]).length];")
    raw = "hä€😀".encode()
    assert found.value == [base64.b64encode(raw).decode(), raw.hex(), "hä€😀", {"a": ["1", "3"], "b": " "},
                           "a=1&a=x%20y&b=%C3%A4", "xyz", 2 * len(raw)]  # fmt: skip


def test_time_and_chance_are_given():
    first, second = run("return [Date.now(), Math.random()];"), run("return [new Date().getTime(), Math.random()];")
    assert first.value == second.value and first.value[0] == 1000500 and 0 <= first.value[1] < 1


@pytest.mark.parametrize(("body", "error"), [
    ("throw new TypeError('bad');", "TypeError: bad"), ("while (true) {}", "InternalError: interrupted"),
    ("await new Promise(() => {});", "Error: The function did not settle."), ("throw 'text';", "text"),
    ("const a = []; while (true) a.push('x'.repeat(1000) + a.length);", "InternalError: out of memory"),
    ("return require('fs');", 'Error: Cannot find module "fs"')])  # fmt: skip
def test_what_goes_wrong_is_told(body, error):
    found = run(body)
    assert (found.value, found.error) == (None, error)


def test_code_that_is_none_is_told():
    assert script.run("function handler(", {}, {}, 0, 0, time.perf_counter).error.startswith("SyntaxError")
    assert "handler is not defined" in script.run("var x;", {}, {}, 0, 0, time.perf_counter).error


def test_stores_answer():
    stores = {"one": {"k": "v", "j": '{"a": [1]}'}, "two": {"x": "y"}}
    found = run("const kvs = cf.kvs(), two = cf.kvs('two'); let none; try { await kvs.get('none'); } catch (error) { "
                "none = error.message; } return [await kvs.get('k'), await kvs.get('j', {format: 'json'}), none, "
                "await kvs.exists('k'), await kvs.exists('x'), await two.get('x'), await kvs.count()];",
                stores=stores, before="import cf from 'cloudfront';")  # fmt: skip
    assert found.value == ["v", {"a": [1]}, "KeyNotFound", True, False, "y", 2]
    lost = run("return await cf.kvs().get('k');", before="import cf from 'cloudfront';")
    assert "KVS not associated" in lost.error


def test_logs_and_the_origin_are_told():
    found = run("console.log('a', {b: 1}, [2]); console.error(new Error('e')); "
                "cf.updateRequestOrigin({domainName: 'd'}); return event.request;", {"request": {"uri": "/"}},
                before="import cf from 'cloudfront';")
    assert found.logs == ['a {"b":1} [2]', "Error: e"] and found.origin == {"update": {"domainName": "d"}}


def test_a_request_goes_there_and_back():
    asked = Asked("GET", "/a", "q=1&q=2&e", {"host": "h", "cookie": "c=1; d=2"}, b"body", "1.2.3.4", True)
    event = events.function_event(asked, None, {"requestId": "r"}, "viewer-request")
    assert event["request"]["querystring"]["q"]["multiValue"] == [{"value": "1"}, {"value": "2"}]
    assert events.request_back(asked, json.loads(json.dumps(event["request"]))) == asked
    with pytest.raises(events.Malformed):
        events.request_back(asked, "nonsense")


def test_an_answer_goes_there_and_back():
    answer = Answer(200, [("x-a", "1"), ("set-cookie", "c=1; Path=/")], b"body")
    event = events.function_event(Asked("GET", "/", "", {}), answer, {}, "viewer-response")
    assert events.response_back(event["response"], answer) == answer
    made = events.response_back({"statusCode": 200, "body": {"encoding": "base64", "data": "aGk="}, "headers": {
        "via": {"value": "x"}, "x-b": {"value": "1", "multiValue": [{"value": "1"}, {"value": "2"}]}}}, None)
    assert (made.body, made.headers, made.made) == (b"hi", [("x-b", "1"), ("x-b", "2")], "function")


def test_lambda_events_go_there_and_back():
    asked = Asked("POST", "/a", "q=1", {"host": "h"}, b"body")
    event = events.lambda_event(asked, None, {"requestId": "r"}, "origin-request", True, {"custom": {}})
    request = event["Records"][0]["cf"]["request"]
    assert base64.b64decode(request["body"]["data"]) == b"body" and request["origin"] == {"custom": {}}
    assert events.from_lambda(asked, None, request) == asked
    replaced = {**request, "body": {"action": "replace", "data": "new", "encoding": "text"}}
    assert events.from_lambda(asked, None, replaced).body == b"new"
    made = events.from_lambda(asked, None, {"status": "404", "headers": {"x-a": [{"key": "X-A", "value": "1"}]}})
    assert (made.status, made.headers, made.made) == (404, [("X-A", "1")], "function")
