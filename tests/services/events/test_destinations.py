"""API destinations call real endpoints, with what their connection adds, and ask for tokens."""

import json
import threading
import time
from base64 import b64encode
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pytest

ROLE = "arn:aws:iam::000000000000:role/events"


class Site:
    """An HTTP server that keeps what it is asked and answers with ``statuses``, the last one for ever."""

    def __init__(self):
        site = self
        self.asked: list[dict] = []
        self.statuses = [200]
        self.answer = b"{}"

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                site.asked.append({
                    "method": self.command, "path": self.path, "body": body.decode(),
                    "headers": {name.lower(): value for name, value in self.headers.items()},
                })  # fmt: skip
                self.send_response(site.statuses.pop(0) if len(site.statuses) > 1 else site.statuses[0])
                self.send_header("Content-Length", str(len(site.answer)))
                self.end_headers()
                self.wfile.write(site.answer)

            do_PUT = do_GET = do_POST

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def wait(self, count: int) -> list[dict]:
        return until(lambda: self.asked if len(self.asked) >= count else None)

    def stop(self):
        self._server.shutdown()
        self._server.server_close()


def until(look, seconds=5.0):
    """What ``look`` gives as soon as it gives something."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        time.sleep(0.01)
    raise AssertionError("it did not come")


@pytest.fixture
def site():
    site = Site()
    yield site
    site.stop()


BASIC = {"BasicAuthParameters": {"Username": "user", "Password": "pass"}}
KEY = {"ApiKeyAuthParameters": {"ApiKeyName": "X-Key", "ApiKeyValue": "secret"}}


@pytest.fixture
def destination(events, site, rule):
    """An API destination of the site, and a rule that sends to it."""

    def make(kind="BASIC", auth=BASIC, path="/hook", method="POST", rate=300, **target):
        connection = events.create_connection(Name="c", AuthorizationType=kind, AuthParameters=auth)
        made = events.create_api_destination(
            Name="d", ConnectionArn=connection["ConnectionArn"], InvocationEndpoint=site.url + path,
            HttpMethod=method, InvocationRateLimitPerSecond=rate,
        )  # fmt: skip
        rule("r", made["ApiDestinationArn"], RoleArn=ROLE, **target)
        return made

    return make


def test_basic_authorization(destination, put, site):
    destination()
    id = put({"a": 1})
    (asked,) = site.wait(1)
    assert json.loads(asked["body"])["id"] == id
    assert (asked["method"], asked["path"]) == ("POST", "/hook")
    assert asked["headers"]["authorization"] == f"Basic {b64encode(b'user:pass').decode()}"
    assert asked["headers"]["user-agent"] == "Amazon/EventBridge/ApiDestinations"


def test_what_connection_and_target_add(destination, put, site):
    more = {
        "HeaderParameters": [{"Key": "X-Own", "Value": "h"}], "QueryStringParameters": [{"Key": "q", "Value": "1"}],
        "BodyParameters": [{"Key": "own", "Value": "b", "IsValueSecret": True}],
    }  # fmt: skip
    destination("API_KEY", {**KEY, "InvocationHttpParameters": more}, path="/a/*/b", method="PUT", HttpParameters={
        "PathParameterValues": ["$.detail.name"], "QueryStringParameters": {"r": "$.region"},
        "HeaderParameters": {"X-Rule": "constant"},
    }, InputPath="$.detail")  # fmt: skip
    put({"name": "x y"})
    (asked,) = site.wait(1)
    assert asked["path"] == "/a/x%20y/b?r=us-east-1&q=1"
    assert json.loads(asked["body"]) == {"name": "x y", "own": "b"}
    assert [asked["headers"][name] for name in ("x-key", "x-own", "x-rule")] == ["secret", "h", "constant"]


def test_tokens_are_asked_for_and_used(events, destination, put, site, emulator):
    site.answer = b'{"access_token":"tok","expires_in":3600}'
    oauth = {"OAuthParameters": {
        "AuthorizationEndpoint": site.url + "/token", "HttpMethod": "POST",
        "ClientParameters": {"ClientID": "id", "ClientSecret": "s"},
        "OAuthHttpParameters": {"BodyParameters": [{"Key": "scope", "Value": "all"}]},
    }}  # fmt: skip
    made = destination("OAUTH_CLIENT_CREDENTIALS", oauth)
    assert made["ApiDestinationState"] == "INACTIVE"
    assert events.describe_connection(Name="c")["ConnectionState"] == "AUTHORIZING"
    emulator.advance(1)
    until(lambda: events.describe_connection(Name="c")["ConnectionState"] == "AUTHORIZED")
    assert parse_qs(site.asked[0]["body"]) == {
        "grant_type": ["client_credentials"], "client_id": ["id"], "client_secret": ["s"], "scope": ["all"],
    }  # fmt: skip
    put()
    assert site.wait(2)[1]["headers"]["authorization"] == "Bearer tok"
    emulator.advance(3600)  # the token has run out: another is asked for
    put()
    assert [each["path"] for each in site.wait(4)] == ["/token", "/hook", "/token", "/hook"]


def test_a_refused_token_deauthorizes(events, destination, site, emulator):
    site.statuses = [401]
    destination("OAUTH_CLIENT_CREDENTIALS", {"OAuthParameters": {
        "AuthorizationEndpoint": site.url, "HttpMethod": "POST",
        "ClientParameters": {"ClientID": "id", "ClientSecret": "s"},
    }})  # fmt: skip
    emulator.advance(1)
    until(lambda: events.describe_connection(Name="c")["ConnectionState"] == "DEAUTHORIZED")
    assert "401" in events.describe_connection(Name="c")["StateReason"]


def test_errors_of_the_server_are_tried_again(destination, put, site, emulator):
    site.statuses = [500, 429, 200]
    destination()
    put()
    for count in (1, 2, 3):
        until(lambda count=count: len(site.asked) >= count or emulator.advance(1))
    emulator.advance(3600)
    time.sleep(0.1)
    assert len(site.asked) == 3


def test_errors_of_the_client_are_buried(destination, put, site, queue):
    site.statuses = [400]
    dead = queue("dead")
    destination(DeadLetterConfig={"Arn": dead.arn})
    put()
    (letter,) = until(dead.messages)
    told = {name: value["StringValue"] for name, value in letter["MessageAttributes"].items()}
    assert told["ERROR_CODE"] == "SDK_CLIENT_ERROR" and "400" in told["ERROR_MESSAGE"]


def test_the_rate_spreads_invocations(destination, put, site, emulator):
    destination(rate=1)
    for _ in range(3):
        put()
    site.wait(1)
    time.sleep(0.1)
    assert len(site.asked) == 1
    emulator.advance(1)
    site.wait(2)
    emulator.advance(1)
    assert len(site.wait(3)) == 3


def test_a_destination_behind_a_bus_of_another_account(destination, put, site, client, events):
    destination()
    theirs = client("events", "111111111111")
    put(on=theirs, EventBusName="arn:aws:events:us-east-1:000000000000:event-bus/default")
    assert json.loads(site.wait(1)[0]["body"])["account"] == "111111111111"
    assert theirs.list_api_destinations()["ApiDestinations"] == []
    assert len(events.list_api_destinations()["ApiDestinations"]) == 1


def test_connections_keep_their_secrets(events):
    events.create_connection(Name="c", AuthorizationType="API_KEY", AuthParameters={
        **KEY, "InvocationHttpParameters": {"HeaderParameters": [
            {"Key": "a", "Value": "1", "IsValueSecret": False}, {"Key": "b", "Value": "2", "IsValueSecret": True}]},
    })  # fmt: skip
    found = events.describe_connection(Name="c")
    assert found["AuthParameters"] == {
        "ApiKeyAuthParameters": {"ApiKeyName": "X-Key"}, "InvocationHttpParameters": {"HeaderParameters": [
            {"Key": "a", "Value": "1", "IsValueSecret": False}, {"Key": "b", "IsValueSecret": True}]},
    }  # fmt: skip
    assert found["SecretArn"].startswith("arn:aws:secretsmanager:us-east-1:000000000000:secret:events!connection/c/")
    assert events.deauthorize_connection(Name="c")["ConnectionState"] == "DEAUTHORIZING"
    assert events.delete_connection(Name="c")["ConnectionState"] == "DELETING"


def test_the_secret_follows_its_connection(events, client, emulator):
    secrets = client("secretsmanager")
    events.create_connection(Name="c", AuthorizationType="API_KEY", AuthParameters=KEY)
    secret = events.describe_connection(Name="c")["SecretArn"]
    assert json.loads(secrets.get_secret_value(SecretId=secret)["SecretString"]) == {
        "api_key_name": "X-Key", "api_key_value": "secret",
    }  # fmt: skip
    events.update_connection(Name="c", AuthorizationType="BASIC", AuthParameters=BASIC)
    assert json.loads(secrets.get_secret_value(SecretId=secret)["SecretString"]) == {
        "username": "user", "password": "pass",
    }  # fmt: skip
    events.delete_connection(Name="c")
    emulator.advance(60)
    with pytest.raises(secrets.exceptions.ResourceNotFoundException):
        secrets.describe_secret(SecretId=secret)
