"""Cross-origin requests: preflights and the headers of actual answers."""

from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

VARY = "Origin, Access-Control-Request-Headers, Access-Control-Request-Method"


@pytest.fixture
def ask(client, endpoint):
    """``ask("GET", Origin=…)``: status, Access-Control headers and body of a plain request for the one object."""
    s3 = client("s3")
    s3.create_bucket(Bucket="bucket")
    s3.delete_public_access_block(Bucket="bucket")
    s3.delete_bucket_ownership_controls(Bucket="bucket")
    s3.put_object(Bucket="bucket", Key="key", Body=b"content", ACL="public-read")
    address = urlsplit(endpoint)

    def ask(method, path="/bucket/key", **headers):
        connection = HTTPConnection(address.hostname, address.port)
        connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        response = connection.getresponse()
        found = {name.lower(): value for name, value in response.getheaders()}
        body = response.read().decode()
        connection.close()
        return response.status, {n: v for n, v in found.items() if n.startswith("access-control-") or n == "vary"}, body

    ask.s3 = s3
    return ask


def configure(ask, **rule):
    ask.s3.put_bucket_cors(Bucket="bucket", CORSConfiguration={"CORSRules": [rule]})


def test_without_configuration(ask):
    assert ask("GET", Origin="http://a")[:2] == (200, {})
    status, _, body = ask("OPTIONS")
    assert status == 400 and "Insufficient information. Origin request header needed." in body
    status, headers, body = ask("OPTIONS", Origin="http://a", Access_Control_Request_Method="PUT")
    assert (status, headers) == (403, {})
    assert "CORSResponse: CORS is not enabled for this bucket." in body
    assert "<Method>PUT</Method><ResourceType>BUCKET</ResourceType>" in body


def test_a_named_origin(ask):
    configure(ask, AllowedOrigins=["https://*.example.com"], AllowedMethods=["GET", "PUT"], AllowedHeaders=["x-*"],
              MaxAgeSeconds=30, ExposeHeaders=["ETag"])  # fmt: skip
    allowed = {
        "access-control-allow-origin": "https://a.example.com", "access-control-allow-methods": "GET, PUT",
        "access-control-expose-headers": "ETag", "access-control-max-age": "30",
        "access-control-allow-credentials": "true", "vary": VARY,
    }  # fmt: skip
    origin = "https://a.example.com"
    assert ask("GET", Origin=origin) == (200, allowed, "content")
    assert ask("GET", Origin="https://example.org")[:2] == (200, {})
    assert ask("DELETE", Origin=origin)[:2] == (403, {})
    assert ask("OPTIONS", Origin=origin, Access_Control_Request_Method="PUT") == (200, allowed, "")
    status, headers, _ = ask(
        "OPTIONS", Origin=origin, Access_Control_Request_Method="PUT", Access_Control_Request_Headers="X-One, x-two"
    )
    assert (status, headers["access-control-allow-headers"]) == (200, "x-one, x-two")
    status, headers, body = ask(
        "OPTIONS", Origin=origin, Access_Control_Request_Method="PUT", Access_Control_Request_Headers="other"
    )
    assert (status, headers) == (403, {}) and "<ResourceType>OBJECT</ResourceType>" in body


def test_any_origin(ask):
    configure(ask, AllowedOrigins=["*"], AllowedMethods=["GET"])
    wanted = {"access-control-allow-origin": "*", "access-control-allow-methods": "GET", "vary": VARY}
    assert ask("GET", Origin="null")[:2] == (200, wanted)
    assert ask("GET", path="/bucket/none", Origin="null")[:2] == (403, wanted)
