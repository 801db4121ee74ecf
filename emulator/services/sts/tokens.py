"""Web identity tokens of AWS principals: JSON Web Tokens that this emulator signs, and the pages that publish its keys.

The issuer's pages are served under its own host name, and under ``/_sts/issuer/NAME/`` of the emulator.
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_outbound.html
"""

import base64

import orjson
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from emulator.auth.issuers import ISSUERS, issuer
from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.services.sts import service
from emulator.services.sts.sessions import signed_caller
from emulator.services.sts.tables import SigningKey, signing_keys

DEFAULT_SECONDS = 300
GENERATORS = {
    "RS256": lambda: rsa.generate_private_key(public_exponent=65537, key_size=2048),
    "ES384": lambda: ec.generate_private_key(ec.SECP384R1()),
}


@service.operation
def get_web_identity_token(
    ctx: Context, Audience: list, SigningAlgorithm: str, DurationSeconds: int | None = None, Tags: list | None = None
):
    """A signed token that tells who the caller is. Raises ValidationError for an unknown algorithm.

    https://docs.aws.amazon.com/STS/latest/APIReference/API_GetWebIdentityToken.html
    """
    signed_caller(ctx)
    if SigningAlgorithm not in GENERATORS:
        raise AwsError("ValidationError", f"SigningAlgorithm must be one of: {', '.join(GENERATORS)}", 400)
    claims = claims_of(ctx, Audience, DurationSeconds or DEFAULT_SECONDS, Tags or [])
    key = ctx.rows(signing_keys).get(SigningAlgorithm)
    return signed(key, claims) if key is not None else with_new_key(ctx, SigningAlgorithm, claims)


async def with_new_key(ctx: Context, algorithm: str, claims: dict) -> dict:
    """The first token of an account and algorithm: its key is made in a worker thread."""
    pem = await ctx.in_thread(new_key, algorithm)
    key = ctx.rows(signing_keys).get(algorithm) or ctx.rows(signing_keys).put(
        SigningKey(algorithm, ctx.ids.base64url(16), pem)
    )
    return signed(key, claims)


def claims_of(ctx: Context, audience: list[str], seconds: int, tags: list[dict]) -> dict:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_outbound_token_claims.html"""
    principal, now = ctx.principal, int(ctx.now)
    about = {"aws_account": principal.account, "source_region": ctx.region, "principal_id": principal.arn}
    if principal.tags:
        about["principal_tags"] = principal.tags
    if tags:
        about["request_tags"] = {tag["Key"]: tag["Value"] for tag in tags}
    return {
        "aud": audience if len(audience) > 1 else audience[0],
        "sub": principal.arn,
        "https://sts.amazonaws.com/": about,
        "iss": issuer(principal.account),
        "exp": now + seconds,
        "iat": now,
        "jti": ctx.ids.uuid(),
    }


def new_key(algorithm: str) -> str:
    return GENERATORS[algorithm]().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()  # fmt: skip


def signed(key: SigningKey, claims: dict) -> dict:
    """The operation's output: the compact form of RFC 7515."""
    header = {"alg": key.algorithm, "kid": key.id, "typ": "JWT"}
    content = b".".join(_encode(orjson.dumps(part)) for part in (header, claims))
    private = serialization.load_pem_private_key(key.pem.encode(), None)
    if key.algorithm == "RS256":
        signature = private.sign(content, padding.PKCS1v15(), hashes.SHA256())
    else:
        r, s = decode_dss_signature(private.sign(content, ec.ECDSA(hashes.SHA384())))
        signature = r.to_bytes(48, "big") + s.to_bytes(48, "big")
    return {"WebIdentityToken": (content + b"." + _encode(signature)).decode(), "Expiration": claims["exp"]}


def _encode(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


@service.page("/_sts/issuer/")
def issuer_page(ctx: Context, rest: str):
    """``NAME/.well-known/openid-configuration`` and ``NAME/.well-known/jwks.json`` of an account's issuer."""
    name, _, page = rest.partition("/.well-known/")
    keys = next((rows for rows in ctx.partitions(signing_keys)
                 if issuer(rows.partition[0]) == f"https://{name}{ISSUERS}"), None)  # fmt: skip
    if keys is None or page not in ("openid-configuration", "jwks.json"):
        return None
    shown = {"keys": [_public(key) for key in keys]} if page == "jwks.json" else {
        "issuer": f"https://{name}{ISSUERS}", "jwks_uri": f"{ctx.host}/_sts/issuer/{name}/.well-known/jwks.json",
        "response_types_supported": ["id_token"], "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": list(GENERATORS),
    }  # fmt: skip
    return "application/json", orjson.dumps(shown)


def _public(key: SigningKey) -> dict:
    """The public half as RFC 7517 has it."""
    numbers = serialization.load_pem_private_key(key.pem.encode(), None).public_key().public_numbers()
    about = {"kid": key.id, "use": "sig", "alg": key.algorithm}
    if key.algorithm == "RS256":
        return {"kty": "RSA", "n": _number(numbers.n, 256), "e": _number(numbers.e, 3), **about}
    return {"kty": "EC", "crv": "P-384", "x": _number(numbers.x, 48), "y": _number(numbers.y, 48), **about}


def _number(value: int, size: int) -> str:
    return _encode(value.to_bytes(size, "big")).decode()
