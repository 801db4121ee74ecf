"""Conditions, redirects and rewrites of listeners' rules, without a server."""

import pytest

from emulator.engines.listener_rules import Asked, chosen, holds, matching, redirect, rewritten

ASKED = Asked("GET", "shop.example.com", "/img/a.png", "v=1&x=two%20words&flag", (("X-Kind", "Bee"),), "192.0.2.7",
              "HTTP", 80)


def condition(field, config):
    names = {"host-header": "HostHeaderConfig", "path-pattern": "PathPatternConfig", "http-header": "HttpHeaderConfig",
             "query-string": "QueryStringConfig", "http-request-method": "HttpRequestMethodConfig",
             "source-ip": "SourceIpConfig"}
    return {"Field": field, names[field]: config}


@pytest.mark.parametrize(("field", "config", "expected"), [
    ("host-header", {"Values": ["*.EXAMPLE.com"]}, True), ("host-header", {"Values": ["example.com"]}, False),
    ("host-header", {"RegexValues": ["^SHOP[.].*"]}, True),
    ("path-pattern", {"Values": ["/img/?.png"]}, True), ("path-pattern", {"Values": ["/IMG/*"]}, False),
    ("path-pattern", {"Values": ["/img/\\*.png"]}, False), ("path-pattern", {"RegexValues": ["/img/[ab].png"]}, True),
    ("path-pattern", {"RegexValues": ["img"]}, False),
    ("http-header", {"HttpHeaderName": "x-kind", "Values": ["b*"]}, True),
    ("http-header", {"HttpHeaderName": "x-none", "Values": ["*"]}, False),
    ("http-request-method", {"Values": ["GET", "HEAD"]}, True), ("http-request-method", {"Values": ["get"]}, False),
    ("query-string", {"Values": [{"Key": "V", "Value": "1"}]}, True),
    ("query-string", {"Values": [{"Key": "v", "Value": "2"}]}, False),
    ("query-string", {"Values": [{"Value": "two words"}]}, True),
    ("query-string", {"Values": [{"Value": "flag"}]}, True),
    ("source-ip", {"Values": ["192.0.2.0/24"]}, True), ("source-ip", {"Values": ["2001:db8::/32"]}, False),
])  # fmt: skip
def test_conditions(field, config, expected):
    assert holds(condition(field, config), ASKED) is expected


def test_the_first_rule_whose_conditions_all_hold():
    img = condition("path-pattern", {"Values": ["/img/*"]})
    post = condition("http-request-method", {"Values": ["POST"]})
    rules = [{"at": 1, "Conditions": [img, post]}, {"at": 2, "Conditions": [img]}, {"at": 3, "Conditions": []}]
    assert matching(rules, ASKED)["at"] == 2
    assert matching(rules, ASKED._replace(path="/"))["at"] == 3


def test_redirects_keep_what_they_do_not_name():
    kept = {"Protocol": "#{protocol}", "Host": "#{host}", "Port": "#{port}", "Path": "/#{path}", "Query": "#{query}"}
    assert redirect({**kept, "Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}, ASKED) == (
        301, "https://shop.example.com:443/img/a.png?v=1&x=two%20words&flag")
    changed = {**kept, "Host": "new.#{host}", "Path": "/old/#{path}", "Query": "", "StatusCode": "HTTP_302"}
    assert redirect(changed, ASKED) == (302, "http://new.shop.example.com:80/old/img/a.png")


def test_rewrites():
    url = {"Type": "url-rewrite", "UrlRewriteConfig": {"Rewrites": [{"Regex": "^/none", "Replace": "/"}]}}
    assert rewritten([url], ASKED) == ASKED
    moved = {"Type": "url-rewrite", "UrlRewriteConfig": {"Rewrites": [
        {"Regex": r"^/img/(\w)\.(png|gif)", "Replace": "/$2/$1$9"}]}}
    found = rewritten([moved], ASKED)
    assert (found.path, found.query) == ("/png/a", ASKED.query)


def test_weights():
    weighted = [("a", 1), ("b", 0), ("c", 3)]
    assert [chosen(weighted, point) for point in (0.0, 0.24, 0.25, 0.99)] == ["a", "a", "c", "c"]
    assert chosen([("a", 0)], 0.5) is None
