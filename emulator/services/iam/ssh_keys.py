"""SSH public keys of users, for CodeCommit. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_ssh-keys.html"""

import base64
import binascii
import hashlib
from operator import attrgetter

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from emulator.auth.identities import USER
from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import ACCOUNT, Record, Table, replace
from emulator.services.iam import entities
from emulator.services.iam.common import new_id, paged
from emulator.services.iam.errors import missing, over_quota
from emulator.services.iam.service import service

KEYS = 5
FORMATS = {
    "SSH": (serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH),
    "PEM": (serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo),
}


class SshKey(Record):
    """``body`` as it was uploaded; ``user`` is the owner's unique id."""

    id: str
    user: str
    body: str
    fingerprint: str
    created: float
    status: str = "Active"


ssh_keys = Table("iam.ssh_key", SshKey, key=attrgetter("id"), scope=ACCOUNT, indexes={"user": attrgetter("user")})


def of_user(ctx: Context, user: str) -> list[SshKey]:
    return sorted(ctx.rows(ssh_keys).by("user", user, user), key=lambda each: (each.created, each.id))


def find(ctx: Context, UserName: str, SSHPublicKeyId: str) -> SshKey:
    """Raises NoSuchEntity, also for a key of another user."""
    user = entities.find(ctx, USER, UserName)
    found = ctx.rows(ssh_keys).get(SSHPublicKeyId)
    if found is None or found.user != user.id:
        raise missing("ssh key", SSHPublicKeyId)
    return found


def read(body: str) -> RSAPublicKey:
    """An RSA key as ssh-rsa or PEM. Raises InvalidPublicKey, UnrecognizedPublicKeyEncoding."""
    data = body.strip().encode()
    load = serialization.load_ssh_public_key if data.startswith(b"ssh-") else serialization.load_pem_public_key
    if not data.startswith((b"ssh-", b"-----BEGIN")):
        raise AwsError("UnrecognizedPublicKeyEncoding", "Unrecognized encoding for public key")
    try:
        key = load(data)
    except (ValueError, UnsupportedAlgorithm, binascii.Error):
        raise AwsError("InvalidPublicKey", "Public key is invalid") from None
    if not isinstance(key, RSAPublicKey) or key.key_size < 2048:
        raise AwsError("InvalidPublicKey", "Key must be RSA with at least 2048 bits")
    return key


def fingerprint(key: RSAPublicKey) -> str:
    """The MD5 fingerprint of the key in OpenSSH's form."""
    blob = base64.b64decode(key.public_bytes(*FORMATS["SSH"]).split()[1])
    digest = hashlib.md5(blob, usedforsecurity=False).hexdigest()
    return ":".join(digest[place : place + 2] for place in range(0, 32, 2))


def view(user: str, key: SshKey, body: str | None = None) -> dict:
    shown = {"UserName": user, "SSHPublicKeyId": key.id, "Status": key.status, "UploadDate": key.created}
    return shown if body is None else shown | {"Fingerprint": key.fingerprint, "SSHPublicKeyBody": body}


@service.operation
def upload_ssh_public_key(ctx, UserName, SSHPublicKeyBody):
    """Raises NoSuchEntity, InvalidPublicKey, UnrecognizedPublicKeyEncoding, DuplicateSSHPublicKey, LimitExceeded."""
    user = entities.find(ctx, USER, UserName)
    mark, found = fingerprint(read(SSHPublicKeyBody)), of_user(ctx, user.id)
    if any(each.fingerprint == mark for each in found):
        raise AwsError("DuplicateSSHPublicKey", "Duplicate SSH public key")
    if len(found) >= KEYS:
        raise over_quota("SSHPublicKeysPerUser", KEYS)
    key = ctx.rows(ssh_keys).put(SshKey(new_id(ctx, "APKA"), user.id, SSHPublicKeyBody, mark, ctx.now))
    return {"SSHPublicKey": view(user.name, key, SSHPublicKeyBody)}


@service.operation
def get_ssh_public_key(ctx, UserName, SSHPublicKeyId, Encoding):
    """The key as SSH or PEM. Raises NoSuchEntity, UnrecognizedPublicKeyEncoding."""
    key = find(ctx, UserName, SSHPublicKeyId)
    body = read(key.body).public_bytes(*FORMATS[Encoding]).decode()
    return {"SSHPublicKey": view(UserName, key, body)}


@service.operation
def list_ssh_public_keys(ctx, UserName=None, Marker=None, MaxItems=None):
    """Raises NoSuchEntity."""
    user = entities.find_user(ctx, UserName)
    return paged(ctx, "SSHPublicKeys", of_user(ctx, user.id), lambda each: (each.created, each.id),
                 lambda each: view(user.name, each))  # fmt: skip


@service.operation
def update_ssh_public_key(ctx, UserName, SSHPublicKeyId, Status):
    """Raises NoSuchEntity."""
    ctx.rows(ssh_keys).put(replace(find(ctx, UserName, SSHPublicKeyId), status=Status))
    return {}


@service.operation
def delete_ssh_public_key(ctx, UserName, SSHPublicKeyId):
    """Raises NoSuchEntity."""
    ctx.rows(ssh_keys).delete(find(ctx, UserName, SSHPublicKeyId).id)
    return {}
