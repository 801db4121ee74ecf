"""What the suite knows of each service beyond its model: fixtures, values, rules, and how written things are read back.

A module ``conformance.services.<service>`` (dashes become underscores) holds ``declared``, a :class:`Declared`.
"""

from functools import cache
from importlib import import_module
from importlib.util import find_spec

from conformance.services.declared import Declared

#: The services that have a declaration, in the manifest's order.
DECLARED = ("s3", "sqs", "scheduler", "sts")


@cache
def declaration(service: str) -> Declared:
    """The declaration of a service; an empty one where nobody has written it yet."""
    name = f"conformance.services.{service.replace('-', '_')}"
    if find_spec(name) is None and find_spec(f"{name}_") is None:
        return Declared(service)
    return import_module(name if find_spec(name) else f"{name}_").declared
