"""Cassettes on disk: JSON with stable order, large bodies in ``bodies/<sha256>`` beside it, a digest over all."""

import base64
import hashlib
from collections.abc import Callable
from pathlib import Path

import msgspec

from lab.cassette.checks import faults
from lab.cassette.model import FORMAT, Body, Cassette, Interaction
from lab.errors import LabError

#: Bodies of more bytes than this leave the JSON.
LARGE = 16 * 1024

#: Format version to the function that turns a raw cassette of that version into one of the next.
MIGRATIONS: dict[int, Callable[[dict], dict]] = {}


class BadCassette(LabError):
    """A file that is no cassette; the text names the file and the place."""


def digest(cassette: Cassette) -> str:
    """``sha256:`` and the hex digest over the cassette without its digest and signature, bodies inline."""
    bare = msgspec.structs.replace(cassette, digest="", signature=None)
    return "sha256:" + hashlib.sha256(msgspec.json.encode(bare, order="deterministic")).hexdigest()


def encode(cassette: Cassette) -> bytes:
    """The JSON text as it is written: struct order, sorted keys in free-form data, two spaces, a final newline."""
    return msgspec.json.format(msgspec.json.encode(cassette, order="deterministic"), indent=2) + b"\n"


def write(cassette: Cassette, path: Path) -> Path:
    """Write a cassette with a fresh digest; large bodies go to ``bodies/`` in the same folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    sealed = msgspec.structs.replace(cassette, digest=digest(cassette))
    sealed.interactions = [_map_bodies(each, lambda body: _put_out(body, path.parent))
                           for each in cassette.interactions]
    path.write_bytes(encode(sealed))
    return path


def read(path: Path) -> Cassette:
    """Read, migrate and check a cassette. Raises BadCassette with the file and the place of what is wrong."""
    try:
        raw = msgspec.json.decode(path.read_bytes())
    except OSError as error:
        raise BadCassette(f"{path}: {error.strerror}. Give the path of a cassette file.") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadCassette(f"{path}: not JSON: {error}") from None
    except RecursionError:
        raise BadCassette(f"{path}: not readable: nested too deeply") from None
    try:
        cassette = msgspec.convert(_migrate(raw, path), Cassette)
    except msgspec.ValidationError as error:
        raise BadCassette(f"{path}: {error}") from None
    for place, fault in faults(cassette):
        raise BadCassette(f"{path}: {fault} - at `{place}`")
    cassette.interactions = [_map_bodies(each, lambda body: _take_in(body, path)) for each in cassette.interactions]
    if cassette.digest and cassette.digest != digest(cassette):
        raise BadCassette(f"{path}: the content does not match its digest {cassette.digest}; it was changed by hand. "
                          "Record it again, or remove the digest to accept the change.")
    return cassette


def _migrate(raw, path: Path) -> dict:
    version = raw.get("format") if isinstance(raw, dict) else None
    if not isinstance(version, int):
        raise BadCassette(f"{path}: no cassette: the format version is missing at `$.format`")
    if version > FORMAT:
        raise BadCassette(f"{path}: format {version} is newer than this program's {FORMAT}. Update paritylab.")
    if version < FORMAT and version not in MIGRATIONS:
        raise BadCassette(f"{path}: there never was a format {version}: `$.format` is wrong")
    while version < FORMAT:
        raw = MIGRATIONS[version](raw)
        version += 1
    return raw


def _map_bodies(step: Interaction, change: Callable[[Body], Body]) -> Interaction:
    parts = {}
    for name in ("request", "response"):
        message = getattr(step, name)
        if message is not None:
            parts[name] = msgspec.structs.replace(message, body=change(message.body))
    return msgspec.structs.replace(step, **parts) if parts else step


def _put_out(body: Body, folder: Path) -> Body:
    raw = body.raw()
    if len(raw) <= LARGE:
        return body
    name = f"bodies/{hashlib.sha256(raw).hexdigest()}"
    (folder / "bodies").mkdir(exist_ok=True)
    (folder / name).write_bytes(raw)
    return Body(file=name)


def _take_in(body: Body, path: Path) -> Body:
    if body.file is None:
        return body
    folder, _, name = body.file.rpartition("/")
    if folder != "bodies" or len(name) != 64 or not set(name) <= set("0123456789abcdef"):
        raise BadCassette(f"{path}: {body.file!r} is no body file: expected bodies/ and a sha256 digest")
    try:
        raw = (path.parent / "bodies" / name).read_bytes()
    except OSError as error:
        raise BadCassette(f"{path}: its body {body.file} can't be read: {error.strerror}") from None
    if hashlib.sha256(raw).hexdigest() != name:
        raise BadCassette(f"{path}: its body {body.file} does not have the digest that names it")
    try:
        return Body.of(raw)
    except ValueError:
        return Body(base64=base64.b64encode(raw).decode())
