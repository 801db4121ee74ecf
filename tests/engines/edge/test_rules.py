"""The edge's rules alone: keys, forwarding, lifetimes, patterns, contents, the cache's room."""

import pytest

from emulator.engines.edge import bodies, cache, freshness, paths, selection
from emulator.engines.edge.messages import Answer, Asked
from emulator.engines.edge.selection import Rules, Selection, Selections

NOTHING, ALL = Selections(), Selections(Selection("all"), Selection("all"), Selection("all"))


def rules(minimum=0, default=86400, maximum=31536000, gzip=False, brotli=False, key=NOTHING, origin=NOTHING):
    return Rules(minimum, default, maximum, gzip, brotli, key, origin)


def asked(path="/a", query="", method="GET", **headers):
    return Asked(method, path, query, {name.replace("_", "-"): value for name, value in headers.items()})


@pytest.mark.parametrize(("behavior", "names", "picked"), [
    ("none", "", ""), ("whitelist", "a", "a"), ("allExcept", "a", "b"), ("all", "", "ab"), ("allViewer", "", "ab")])
def test_a_selection_picks(behavior, names, picked):
    found = Selection(behavior, frozenset(names))
    assert "".join(each for each in "ab" if found.picks(each)) == picked


def test_the_key_holds_what_is_selected_and_nothing_else():
    key = Selections(Selection("whitelist", frozenset(["x-a"])), Selection("whitelist", frozenset(["c"])),
                     Selection("whitelist", frozenset(["q"])))  # fmt: skip
    one = selection.cache_key(asked(query="q=1&z=2", x_a="1", x_b="2", cookie="c=1; d=2"), rules(key=key), {})
    same = selection.cache_key(asked(query="z=3&q=1", x_a="1", cookie="d=9; c=1"), rules(key=key), {})
    others = [asked(query="q=2", x_a="1", cookie="c=1"), asked(query="q=1", x_a="2", cookie="c=1"),
              asked(query="q=1", x_a="1", cookie="c=2"), asked("/b", "q=1", x_a="1", cookie="c=1")]  # fmt: skip
    assert one == same and all(selection.cache_key(each, rules(key=key), {}) != one for each in others)


def test_encodings_are_normalized():
    sent = asked(accept_encoding="deflate, gzip;q=0.5, br")
    assert selection.accepted_encodings(sent, rules(gzip=True, brotli=True)) == ("br", "gzip")
    assert selection.accepted_encodings(sent, rules(gzip=True)) == ("gzip",)
    assert selection.accepted_encodings(asked(), rules(gzip=True)) == ()


def test_the_origin_gets_both_selections():
    origin = Selections(Selection("allExcept", frozenset(["host"])), Selection("all"), Selection("all"))
    headers, query = selection.for_origin(
        asked(query="a=1&b", host="h", x_a="1", cookie="c=1", connection="close", cloudfront_viewer_country="XX"),
        rules(origin=origin), {"cloudfront-viewer-country": "US"})
    assert headers == {"x-a": "1", "cookie": "c=1"} and query == "a=1&b"
    named = Selections(Selection("allViewerAndWhitelistCloudFront", frozenset(["cloudfront-viewer-country"])))
    headers, query = selection.for_origin(asked(x_a="1"), rules(origin=named), {
        "cloudfront-viewer-country": "US", "cloudfront-is-mobile-viewer": "false"})  # fmt: skip
    assert headers == {"x-a": "1", "cloudfront-viewer-country": "US"} and query == ""


@pytest.mark.parametrize(("headers", "status", "given", "seconds"), [
    ({}, 200, {}, 86400), ({"cache-control": "max-age=5"}, 200, {}, 5),
    ({"cache-control": "max-age=5, s-maxage=7"}, 200, {}, 7), ({"cache-control": "max-age=5"}, 200, {"minimum": 9}, 9),
    ({"cache-control": "max-age=500"}, 200, {"maximum": 60, "default": 30}, 60),
    ({"cache-control": "private"}, 200, {}, 0), ({"cache-control": "no-store"}, 200, {"minimum": 3}, 3),
    ({"expires": "Thu, 01 Jan 1970 00:01:40 GMT"}, 200, {}, 40), ({"expires": "nonsense"}, 200, {}, 0),
    ({}, 200, {"maximum": 0, "default": 0}, 0), ({}, 206, {}, 0), ({}, 404, {}, 10), ({}, 403, {}, 0),
    ({"cache-control": "max-age=99"}, 403, {}, 99), ({}, 418, {}, 0)])  # fmt: skip
def test_how_long_an_answer_is_fresh(headers, status, given, seconds):
    answer = Answer(status, list(headers.items()))
    assert freshness.lifetime(answer, rules(**given), 60.0, {}) == seconds


def test_an_error_has_a_minimum_of_its_own():
    assert freshness.lifetime(Answer(404), rules(), 0, {404: 300}) == 300
    assert freshness.lifetime(Answer(403), rules(), 0, {403: 5}) == 5


@pytest.mark.parametrize(("pattern", "path", "fits"), [
    ("/a/*", "/a/b/c", True), ("a/*", "/a/b", True), ("*.jpg", "/x/y.jpg", True), ("*.jpg", "/x.jpeg", False),
    ("/a?.txt", "/ab.txt", True), ("/a?.txt", "/a.txt", False), ("/a.b", "/aXb", False), ("/[x]", "/[x]", True),
    ("/A", "/a", False), ("*", "/", True)])  # fmt: skip
def test_patterns_of_paths(pattern, path, fits):
    assert paths.matches(pattern, path) is fits


@pytest.mark.parametrize(("range", "status", "body"), [
    ("bytes=0-1", 206, b"01"), ("bytes=8-", 206, b"89"), ("bytes=-3", 206, b"789"), ("bytes=5-99", 206, b"56789"),
    ("bytes=10-", 416, b""), ("bytes=4-2", 200, b"0123456789"), ("lines=1-2", 200, b"0123456789"),
    ("bytes=-", 200, b"0123456789")])  # fmt: skip
def test_ranges(range, status, body):
    found = bodies.cut(Answer(200, [], b"0123456789"), asked(range=range))
    assert (found.status, found.body) == (status, body)


def test_only_what_is_worth_it_is_compressed():
    small, picture = Answer(200, [("Content-Type", "text/css")], b"a"), Answer(
        200, [("Content-Type", "image/png")], b"a" * 5000)  # fmt: skip
    done = Answer(200, [("Content-Type", "text/css"), ("Content-Encoding", "br")], b"a" * 5000)
    for each in (small, picture, done):
        before = each.body
        bodies.compress(each, ("gzip",))
        assert each.body == before
    large = Answer(200, [("Content-Type", "application/json; charset=utf-8")], b"a" * 5000)
    bodies.compress(large, ("br", "gzip"))
    assert large.get("content-encoding") == "br" and len(large.body) < 100


def test_a_viewer_that_has_it_gets_304():
    answer = Answer(200, [("ETag", 'W/"1"'), ("Last-Modified", "Thu, 01 Jan 1970 00:00:10 GMT")], b"x")
    assert bodies.conditional(answer, asked(if_none_match='"0", "1"')).status == 304
    assert bodies.conditional(answer, asked(if_none_match='"2"')).status == 200
    assert bodies.conditional(answer, asked(if_modified_since="Thu, 01 Jan 1970 00:00:10 GMT")).status == 304
    assert bodies.conditional(answer, asked(if_modified_since="nonsense")).status == 200


def test_the_cache_makes_room_and_forgets(monkeypatch):
    monkeypatch.setattr(cache, "ROOM", 10)
    held = cache.EdgeCache()

    def key(distribution, tenant, path, query=""):
        return distribution, tenant, (path, query)

    def put(*where):
        held.put(key(*where), cache.Kept(Answer(200, [], b"1234"), 0, 9))

    put("d", "", "/a")
    put("d", "", "/b")
    held.get(key("d", "", "/a"))
    put("d", "t", "/c", "q=1")
    assert held.get(key("d", "", "/b")) is None and held.get(key("d", "", "/a"))
    assert held.forget("d", "t", ["/*"]) == 1 and held.get(key("d", "", "/a"))
    put("d", "t", "/c", "q=1")
    assert (held.forget("e", "", ["/*"]), held.forget("d", "", ["/c?q=1"]), held.forget("d", "", ["/*"])) == (0, 1, 1)


def test_what_cloudfront_tells_of_a_viewer_makes_the_key_where_it_is_named():
    key = Selections(Selection("whitelist", frozenset(["cloudfront-viewer-country"])))
    told = [selection.cache_key(asked(), rules(key=key), {"cloudfront-viewer-country": country}) for country in (
        "DE", "US", "US")]
    assert told[0] != told[1] == told[2]
