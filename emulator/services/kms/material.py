"""Key material: made, sealed for keeping, opened for use. Only this module sees the root key."""

import hashlib
import os

from emulator.engines import key_pairs
from emulator.kernel import sealing
from emulator.kernel.context import Context
from emulator.kernel.store import replace
from emulator.services.kms.specs import AES, HMAC, RSA, Spec
from emulator.services.kms.tables import CURRENT, Key, Material, Place, RootKey, places, roots

ROOT = "root"


def generate(spec: Spec) -> bytes:
    """New material: raw bytes of a symmetric key, else a private key in PKCS #8. RSA takes up to seconds."""
    if spec.family in (AES, HMAC):
        return os.urandom(spec.size)
    return key_pairs.generate(spec.family, spec.size)


def is_slow(spec: Spec) -> bool:
    return spec.family == RSA


def _root(ctx: Context) -> bytes:
    rows = ctx.rows(roots)
    return (rows.get(ROOT) or rows.put(RootKey(ROOT, sealing.new_key()))).key


def seal(ctx: Context, secret: bytes) -> bytes:
    return sealing.wrap(_root(ctx), secret)


def unseal(ctx: Context, sealed: bytes) -> bytes:
    return sealing.unwrap(_root(ctx), sealed)


def identify(key_id: str, secret: bytes) -> str:
    """The id of material: the same material imported into the same key (or its replicas) gets the same one."""
    return hashlib.sha256(key_id.encode() + secret).hexdigest()


def new(ctx: Context, key_id: str, secret: bytes, **fields) -> Material:
    return Material(identify(key_id, secret), seal(ctx, secret), **fields)


def register(ctx: Context, key: Key) -> None:
    """Let ciphertexts find the key by its materials."""
    rows = ctx.rows(places, key.region)
    for each in key.materials:
        if each.id not in rows:
            rows.put(Place(each.id, key.account, key.id))


def forget(ctx: Context, key: Key) -> None:
    rows = ctx.rows(places, key.region)
    for each in key.materials:
        rows.delete(each.id)


def current(key: Key) -> Material | None:
    return next((each for each in key.materials if each.state == CURRENT), None)


def secret_of(ctx: Context, key: Key) -> bytes:
    """The current material, opened."""
    return unseal(ctx, current(key).sealed)


def find(key: Key, material_id: str) -> Material | None:
    return next((each for each in key.materials if each.id == material_id), None)


def changed(key: Key, material_id: str, **fields) -> Key:
    """The key with one of its materials changed."""
    return replace(
        key, materials=tuple(replace(each, **fields) if each.id == material_id else each for each in key.materials)
    )
