"""Users that an OpenID Connect provider (or Cognito) has signed in, and bearers of its tokens.

A session is a signed text in the client's cookies; AWS's is encrypted.
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html
"""

import base64
import hashlib
import hmac
import json
from typing import NamedTuple
from urllib.parse import parse_qs, urlencode

from emulator.backends import http
from emulator.backends.http_messages import Request, Response
from emulator.engines.listener_rules import Asked
from emulator.kernel.errors import AwsError
from emulator.kernel.store import ACCOUNT, Record, Table
from emulator.services.elbv2.forwarding import cookies
from emulator.services.elbv2.replies import Failed, redirected

CALLBACK = "/oauth2/idpresponse"
TIMEOUT = 10.0
NEEDED = {"Token": "access_token", "Userinfo": "sub", "Jwks": "keys"}  # what an answer of a provider must have
SIGN_IN = 900  # seconds for which a sign-in that was begun may be finished


class Passed(NamedTuple):
    """Who is asking: what the target is told, and cookies to set."""

    insert: tuple[tuple[str, str], ...] = ()
    cookies: tuple[tuple[str, str], ...] = ()


class Keys(Record):
    """What an account's sessions are signed with: a secret, and a private key (PEM) for the tokens of targets."""

    secret: str
    private: str


keys = Table("elbv2.keys", Keys, key=lambda _: "keys", scope=ACCOUNT)


def _keys(ctx) -> Keys:
    from joserfc.jwk import ECKey

    found = ctx.rows(keys).get("keys")
    if found is None:
        with ctx.transaction():
            private = ECKey.generate_key("P-256").as_pem(private=True).decode()
            found = ctx.rows(keys).put(Keys(ctx.ids.hex(64), private))
    return found


def _seal(secret: str, content: dict) -> str:
    text = base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")
    return f"{text}.{hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()}"


def _open(secret: str, sealed: str, now: float) -> dict | None:
    """What was sealed, if it was here and has not expired."""
    text, _, mac = sealed.partition(".")
    if not hmac.compare_digest(mac, hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()):
        return None
    content = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    return content if content["until"] > now else None


def _endpoints(ctx, action: dict) -> dict:
    """The provider's side of an action, alike for both kinds."""
    if action["Type"] == "authenticate-oidc":
        return action["AuthenticateOidcConfig"]
    config = action["AuthenticateCognitoConfig"]
    pool = config["UserPoolArn"].rpartition("/")[2]
    region = config["UserPoolArn"].split(":")[3]
    domain = config["UserPoolDomain"]
    host = domain if "." in domain else f"{domain}.auth.{region}.amazoncognito.com"
    client = ctx.call("cognito-idp", "DescribeUserPoolClient",
                      {"UserPoolId": pool, "ClientId": config["UserPoolClientId"]})["UserPoolClient"]
    return {
        **config, "Issuer": f"https://cognito-idp.{region}.amazonaws.com/{pool}",
        "ClientId": config["UserPoolClientId"],
               "ClientSecret": client.get("ClientSecret", ""), "AuthorizationEndpoint": f"https://{host}/oauth2/authorize",
        "TokenEndpoint": f"https://{host}/oauth2/token", "UserInfoEndpoint": f"https://{host}/oauth2/userInfo",
    }  # fmt: skip


async def check(ctx, plane, action: dict, request: Request, asked: Asked) -> "Response | Passed":
    """Let a request pass an authentication action, or answer it. Raises Failed."""
    if action["Type"] == "jwt-validation":
        return await _bearer(ctx, action["JwtValidationConfig"], request)
    try:
        config, secret = _endpoints(ctx, action), _keys(ctx).secret
    except AwsError:
        raise Failed(561, "AuthUnhandledException") from None  # the user pool or its client is not there
    name = config["SessionCookieName"]
    if asked.path == CALLBACK:
        return await _finish(ctx, config, request, asked)
    session = _open(secret, cookies(request).get(f"{name}-0", ""), ctx.now)
    if session is not None:
        return Passed(_told(ctx, session))
    if config["OnUnauthenticatedRequest"] == "allow":
        return Passed()
    if config["OnUnauthenticatedRequest"] == "deny":
        raise Failed(401)
    return _begin(ctx, config, asked)


def _origin(asked: Asked) -> str:
    standard = {"HTTP": 80, "HTTPS": 443}[asked.protocol] == asked.port
    given = next((value for name, value in asked.headers if name.lower() == "host"), asked.host)
    return f"{asked.protocol.lower()}://{asked.host if standard and ':' not in given else given}"


def _begin(ctx, config: dict, asked: Asked) -> Response:
    """Send the client to its provider; where it wanted to go comes back with it."""
    wanted = asked.path + (f"?{asked.query}" if asked.query else "")
    state = _seal(_keys(ctx).secret, {"target": wanted, "until": ctx.now + SIGN_IN})
    query = {
        "client_id": config["ClientId"], "redirect_uri": _origin(asked) + CALLBACK, "response_type": "code",
        "scope": config["Scope"], "state": state, **config.get("AuthenticationRequestExtraParams", {}),
    }  # fmt: skip
    joint = "&" if "?" in config["AuthorizationEndpoint"] else "?"
    return redirected(302, config["AuthorizationEndpoint"] + joint + urlencode(query))


async def _finish(ctx, config: dict, request: Request, asked: Asked) -> Response:
    """The client comes back: its code is exchanged for tokens, these for who it is."""
    given = {name: found[0] for name, found in parse_qs(asked.query).items()}
    state = _open(_keys(ctx).secret, given.get("state", ""), ctx.now)
    for name, well in (("State", state is not None), ("Code", "code" in given)):
        if not well:
            reason = f"AuthInvalid{name}Param" if name.lower() in given else f"AuthMissing{name}Param"
            raise Failed(401 if "error" in given else 400, reason)
    form = {"grant_type": "authorization_code", "code": given["code"], "redirect_uri": _origin(asked) + CALLBACK,
            "client_id": config["ClientId"], "client_secret": config.get("ClientSecret", "")}
    tokens = await _ask(ctx, "POST", config["TokenEndpoint"], {"content-type": "application/x-www-form-urlencoded"},
                        urlencode(form).encode(), asked_for="Token")
    user = await _ask(ctx, "GET", config["UserInfoEndpoint"], {"authorization": f"Bearer {tokens['access_token']}"},
                      asked_for="Userinfo")
    seconds = config["SessionTimeout"]
    session = _seal(_keys(ctx).secret, {
        "user": user, "token": tokens["access_token"], "issuer": config["Issuer"], "client": config["ClientId"],
        "until": ctx.now + seconds})
    cookie = f"{config['SessionCookieName']}-0={session}; Path=/; Max-Age={seconds}; Secure; HttpOnly; SameSite=None"
    return redirected(302, state["target"], (("Set-Cookie", cookie),))


async def _ask(ctx, method: str, url: str, headers: dict, body: bytes = b"", *, asked_for: str) -> dict:
    """What a provider answers in JSON, with the member that is needed of it. Raises Failed."""
    found = await ctx.in_thread(http.request, method, url, {"accept": "application/json", **headers}, body, TIMEOUT,
                                bool(ctx.setting("outbound")))
    if found.status != 200:
        raise Failed(561, f"Auth{asked_for}EpRequest{'Failed' if found.status else 'Timeout'}")
    try:
        answer = json.loads(found.body)
    except ValueError:
        answer = None
    if not isinstance(answer, dict) or NEEDED[asked_for] not in answer:
        raise Failed(561, f"AuthInvalid{asked_for}Response")
    return answer


def _told(ctx, session: dict) -> tuple[tuple[str, str], ...]:
    """The headers of a target: who it is, the token, and the claims signed by the load balancer."""
    from joserfc import jwt
    from joserfc.jwk import ECKey
    from joserfc.jws import JWSRegistry

    key = ECKey.import_key(_keys(ctx).private)
    header = {"alg": "ES256", "typ": "JWT", "iss": session["issuer"], "client": session["client"],
              "exp": int(ctx.now) + 120}
    claims = {**session["user"], "exp": int(ctx.now) + 120, "iss": session["issuer"]}
    registry = JWSRegistry(algorithms=["ES256"], strict_check_header=False)  # the header tells more than usual
    data = jwt.encode(header, claims, key, registry=registry)
    return (("x-amzn-oidc-accesstoken", session["token"]), ("x-amzn-oidc-identity", str(session["user"]["sub"])),
            ("x-amzn-oidc-data", data))


async def _bearer(ctx, config: dict, request: Request) -> Passed:
    """Verify a token against the issuer's keys: signature, issuer, times and the claims that the action names."""
    from joserfc import jwt
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet

    scheme, _, token = (request.header("authorization") or "").partition(" ")
    try:
        if scheme.lower() != "bearer":
            raise ValueError(scheme)
        known = await _ask(ctx, "GET", config["JwksEndpoint"], {}, asked_for="Jwks")
        claims = jwt.decode(token, KeySet.import_key_set(known), algorithms=["RS256", "ES256", "RS512", "ES384"]).claims
    except (JoseError, ValueError, Failed):
        raise Failed(401) from None
    fits = claims.get("iss") == config["Issuer"] and claims.get("exp", 0) > ctx.now and claims.get("nbf", 0) <= ctx.now
    for each in config.get("AdditionalClaims", ()):
        fits = fits and _claimed(each, claims.get(each["Name"]))
    if not fits:
        raise Failed(401)
    return Passed()


def _claimed(wanted: dict, value) -> bool:
    if wanted["Format"] == "space-separated-values":
        value = str(value or "").split()
    held = value if isinstance(value, list) else [value]
    return bool(set(map(str, held)) & set(wanted["Values"]))
