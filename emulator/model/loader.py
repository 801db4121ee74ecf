"""Find, read, patch and cache service models; nothing is read before its service is used."""

import gzip
import importlib.util
from functools import cache
from pathlib import Path

import orjson

from emulator.model.shapes import ServiceModel

PATCHES = Path(__file__).with_name("patches")
MANIFEST = Path(__file__).with_name("manifest.json")


class UnknownService(LookupError):
    """The name is not one of the manifest's services."""


@cache
def data_directory() -> Path:
    """Botocore's data directory, found without importing botocore (its import costs more than all our models)."""
    found = importlib.util.find_spec("botocore")
    if found is None or not found.origin:
        raise RuntimeError("botocore is not installed: its data files are the service models")
    return Path(found.origin).parent / "data"


@cache
def manifest() -> dict:
    """The pinned manifest: ``{"botocore": version, "services": {name: {protocol, signing_name, operations…}}}``.

    Beside ``services``, which all counts go by, stand ``auxiliary`` ones in the same form.
    """
    return orjson.loads(MANIFEST.read_bytes())


class _Services:
    """The names of the services in scope, in the manifest's order; read when first looked at."""

    def __iter__(self):
        return iter(manifest()["services"])

    def __contains__(self, name: object) -> bool:
        return name in manifest()["services"]

    def __len__(self) -> int:
        return len(manifest()["services"])


SERVICES = _Services()


def merge(base, patch):
    """Lay ``patch`` over ``base``: dicts merge by key, ``null`` removes a key, all else replaces.

    A key ``"+name"`` appends its list to the list under ``name``.
    """
    if not isinstance(base, dict) or not isinstance(patch, dict):
        return patch
    merged = dict(base)
    for key, value in patch.items():
        if key.startswith("+") and isinstance(value, list):
            merged[key[1:]] = [*merged.get(key[1:], ()), *value]
        elif value is None:
            merged.pop(key, None)
        else:
            merged[key] = merge(merged[key], value) if key in merged else value
    return merged


def read(name: str, file: str = "service-2") -> dict:
    """A data file of a service's newest API version: the model, unpatched, or ``paginators-1``; ``{}`` if absent."""
    versions = sorted(path.name for path in (data_directory() / name).iterdir() if path.is_dir())
    path = data_directory() / name / versions[-1] / f"{file}.json"
    packed = path.with_suffix(".json.gz")
    if packed.exists():
        return orjson.loads(gzip.decompress(packed.read_bytes()))
    return orjson.loads(path.read_bytes()) if path.exists() else {}


def patches(name: str) -> dict:
    """The patches of a service; ``{}`` when it has none. A key ``"//"`` anywhere is a comment (the reason)."""
    path = PATCHES / f"{name}.json"
    return orjson.loads(path.read_bytes()) if path.exists() else {}


@cache
def load(name: str) -> ServiceModel:
    """The patched model of a service. Raises UnknownService for a name outside the manifest."""
    if name not in SERVICES and name not in manifest()["auxiliary"]:
        raise UnknownService(name)
    return ServiceModel(name, merge(read(name), patches(name)))
