"""What the suite knows of each service beyond its model: fixtures, values, rules, and how written things are read back.

A module or package ``conformance.services.<service>`` (dashes become underscores, a keyword gets a trailing one) holds
``declared``, a :class:`Declared`. Being there is all that it takes to be part of the suite.
"""

from functools import cache
from importlib import import_module
from pathlib import Path

from conformance.services.declared import Declared
from emulator.model import SERVICES


def _module(service: str) -> str | None:
    """The name of the module that declares a service; None where nobody has written it yet."""
    name = service.replace("-", "_")
    here = Path(__file__).parent
    found = [each for each in (name, f"{name}_") if (here / f"{each}.py").exists() or (here / each).is_dir()]
    return found[0] if found else None


#: The services that have a declaration, in the manifest's order.
DECLARED = tuple(service for service in SERVICES if _module(service))


@cache
def declaration(service: str) -> Declared:
    """The declaration of a service; an empty one where nobody has written it yet."""
    name = _module(service)
    return import_module(f"{__name__}.{name}").declared if name else Declared(service)
