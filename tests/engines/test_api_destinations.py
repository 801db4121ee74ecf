"""Requests to API destinations, as plain data."""

import orjson
import pytest

from emulator.engines import api_destinations as made

DESTINATION = {"InvocationEndpoint": "https://h/a/*/b", "HttpMethod": "POST"}
OAUTH = {
    "AuthorizationEndpoint": "https://h/token", "HttpMethod": "GET",
    "ClientParameters": {"ClientID": "i", "ClientSecret": "s"},
    "OAuthHttpParameters": {"QueryStringParameters": [{"Key": "q", "Value": "1"}]},
}  # fmt: skip
AUTHS = (
    {"BasicAuthParameters": {"Username": "u", "Password": "p"}},
    {"ApiKeyAuthParameters": {"ApiKeyName": "k", "ApiKeyValue": "v"}},
    {"OAuthParameters": OAUTH}, {"InvocationHttpParameters": {"BodyParameters": [{"Key": "a", "Value": "b"}]}},
)  # fmt: skip


@pytest.mark.parametrize("auth", AUTHS)
def test_a_secret_holds_all(auth):
    assert made.from_secret(made.secret(auth)) == auth


def test_secrets_are_not_shown():
    shown = made.without_secrets({**AUTHS[0], **AUTHS[1], "OAuthParameters": OAUTH})
    text = orjson.dumps(shown).decode()
    assert '"u"' in text and '"i"' in text and not any(part in text for part in ('"p"', '"v"', '"s"'))


def test_a_token_by_get():
    request = made.token_request(OAUTH)
    assert (request.method, request.body) == ("GET", b"")
    assert request.url == "https://h/token?q=1&grant_type=client_credentials&client_id=i&client_secret=s"


@pytest.mark.parametrize(("body", "token"), [
    (b'{"access_token":"t","expires_in":60}', ("t", 60.0)), (b'{"access_token":"t"}', ("t", 3600)), (b"{}", None),
    (b"no json", None), (b"[]", None),
])  # fmt: skip
def test_tokens(body, token):
    assert made.token_of(body) == token


def test_the_connections_parameters_win():
    own = {"HeaderParameters": [{"Key": "X", "Value": "own"}], "QueryStringParameters": [{"Key": "q", "Value": "own"}]}
    parameters = {"PathParameterValues": ["$.name"], "HeaderParameters": {"X": "theirs"},
                  "QueryStringParameters": {"q": "theirs", "r": "$.none"}}  # fmt: skip
    request = made.request(DESTINATION, {"InvocationHttpParameters": own}, "", parameters, {"name": "a/b"}, '"x"')
    assert request.url == "https://h/a/a%2Fb/b?q=own&r="
    assert (request.headers["X"], request.body) == ("own", b'"x"')
