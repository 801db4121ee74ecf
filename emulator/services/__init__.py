"""The services that stand: one package each, found by name and imported when first used."""

import importlib
import keyword
import pkgutil
from functools import cache

from emulator.kernel.service import Service


def package_name(service: str) -> str:
    """The package of a service: ``cognito-idp`` → ``cognito_idp``, ``lambda`` → ``lambda_``."""
    name = service.replace("-", "_")
    return name + "_" if keyword.iskeyword(name) else name


@cache
def packages() -> frozenset[str]:
    return frozenset(module.name for module in pkgutil.iter_modules(__path__) if module.ispkg)


def stands(service: str) -> bool:
    """Whether a package of this service is there; asking imports nothing."""
    return package_name(service) in packages()


@cache
def load(service: str) -> Service | None:
    """The declared operations of a service; None when no package of this name stands."""
    return importlib.import_module(f"{__name__}.{package_name(service)}").service if stands(service) else None
