"""Users that sign in at an OpenID Connect provider of this test, and bearers of its tokens; with curl."""

import base64
import json
import shutil
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from tests.services.elbv2.conftest import curl, forward

pytestmark = [pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed"),
              pytest.mark.usefixtures("data_plane")]

KEY = ECKey.generate_key("P-256", {"kid": "one"})


class Provider(BaseHTTPRequestHandler):
    """The code ``good`` is worth the token ``token``, which is eve's."""

    def do_POST(self):
        form = parse_qs(self.rfile.read(int(self.headers["content-length"])).decode())
        good = (form["code"], form["client_secret"], form["grant_type"]) == (
            ["good"], ["secret"], ["authorization_code"])
        self.tell(200 if good else 400, {"access_token": "token", "token_type": "Bearer"} if good else {})

    def do_GET(self):
        if self.path == "/jwks":
            self.tell(200, {"keys": [KEY.as_dict(private=False)]})
        else:
            good = self.headers["authorization"] == "Bearer token"
            self.tell(200 if good else 401, {"sub": "eve", "email": "eve@example.com"} if good else {})

    def tell(self, status, content):
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def provider():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def secure(listener, server_certificate, address, free):
    """``secure(actions)``: the address of a new HTTPS listener."""

    def make(actions, **given):
        arn = listener(actions, Protocol="HTTPS", Port=free, Certificates=[
            {"CertificateArn": server_certificate("a.example.com")}], **given)
        return f"https://{address(arn)}"

    return make


def signing_in(provider, target, **more):
    config = {"Issuer": provider, "AuthorizationEndpoint": f"{provider}/authorize", "ClientId": "client",
              "TokenEndpoint": f"{provider}/token", "UserInfoEndpoint": f"{provider}/user", "ClientSecret": "secret",
              **more}
    return [{"Type": "authenticate-oidc", "Order": 1, "AuthenticateOidcConfig": config}, {**target, "Order": 2}]


def test_signing_in(secure, provider, to, serve):
    url = secure(signing_in(provider, forward((to(serve()), 1))[0]))
    status, headers, _ = curl(f"{url}/inside?a=1", "-k")
    assert status == 302
    place, asked = urlsplit(headers["location"]), parse_qs(urlsplit(headers["location"]).query)
    assert (place.path, asked["client_id"], asked["scope"]) == ("/authorize", ["client"], ["openid"])
    assert asked["redirect_uri"] == [f"{url}/oauth2/idpresponse"]
    back = f"{url}/oauth2/idpresponse?state={asked['state'][0]}&code="
    assert curl(f"{back}bad", "-k")[0] == 561
    assert curl(f"{url}/oauth2/idpresponse?state=forged&code=good", "-k")[0] == 400
    status, headers, _ = curl(f"{back}good", "-k")
    assert (status, headers["location"]) == (302, "/inside?a=1")
    session = headers["set-cookie"].partition(";")[0]
    assert session.startswith("AWSELBAuthSessionCookie-0=")
    told = json.loads(curl(f"{url}/inside", "-k", "-H", f"Cookie: {session}")[2])["headers"]
    assert (told["x-amzn-oidc-identity"], told["x-amzn-oidc-accesstoken"]) == ("eve", "token")
    claims = json.loads(base64.urlsafe_b64decode(told["x-amzn-oidc-data"].split(".")[1] + "=="))
    assert claims["email"] == "eve@example.com"
    assert curl(f"{url}/inside", "-k", "-H", f"Cookie: {session}x")[0] == 302


def test_why_signing_in_failed_stands_in_the_access_log(secure, provider, balancer, ok, logged):
    lb = balancer()
    accesses = logged(lb, "access_logs")
    url = secure(signing_in(provider, ok[0]), LoadBalancerArn=lb)
    state = parse_qs(urlsplit(curl(url, "-k")[1]["location"]).query)["state"][0]
    for query in ("code=good", "code=good&state=forged", f"state={state}", f"state={state}&code=bad"):
        curl(f"{url}/oauth2/idpresponse?{query}", "-k")
    entries = accesses()[1]
    assert [each[24] for each in entries] == ["-", "AuthMissingStateParam", "AuthInvalidStateParam",
                                              "AuthMissingCodeParam", "AuthTokenEpRequestFailed"]
    assert {each[22] for each in entries} == {"authenticate"}


@pytest.mark.parametrize(("how", "status"), [("deny", 401), ("allow", 200)])
def test_who_has_not_signed_in(secure, provider, ok, how, status):
    assert curl(secure(signing_in(provider, ok[0], OnUnauthenticatedRequest=how)), "-k")[0] == status


def test_bearers(secure, provider, ok):
    config = {"JwksEndpoint": f"{provider}/jwks", "Issuer": provider, "AdditionalClaims": [
        {"Format": "space-separated-values", "Name": "scope", "Values": ["read"]}]}
    url = secure([{"Type": "jwt-validation", "Order": 1, "JwtValidationConfig": config}, {**ok[0], "Order": 2}])

    def status(key=KEY, **claims):
        given = {"iss": provider, "exp": 4_000_000_000, "scope": "read write", **claims}
        token = jwt.encode({"alg": "ES256", "kid": "one"}, given, key, algorithms=["ES256"])
        return curl(url, "-k", "-H", f"Authorization: Bearer {token}")[0]

    assert status() == 200
    assert status(iss="another") == status(exp=1) == status(scope="write") == 401
    assert status(ECKey.generate_key("P-256", {"kid": "one"})) == 401
    assert curl(url, "-k")[0] == 401


def test_a_user_pool_that_is_not_there(secure, ok):
    config = {"UserPoolArn": "arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_absent",
              "UserPoolClientId": "client", "UserPoolDomain": "domain"}
    url = secure([{"Type": "authenticate-cognito", "Order": 1, "AuthenticateCognitoConfig": config},
                  {**ok[0], "Order": 2}])
    assert curl(url, "-k")[0] == 561
