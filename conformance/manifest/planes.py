"""Control plane or data plane, per operation and with the reason, by the rules of ``planes.yaml``."""

import re
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

import yaml

RULES = Path(__file__).with_name("planes.yaml")


class Plane(NamedTuple):
    """The class of an operation: ``control`` or ``data``, and the rule's reason."""

    plane: Literal["control", "data"]
    reason: str


@cache
def _rules() -> tuple[Plane, dict[str, list[tuple[re.Pattern, Plane]]]]:
    read = yaml.safe_load(RULES.read_text(encoding="utf-8"))
    services = {
        service: [(re.compile(rule["match"]), Plane(rule["plane"], rule["reason"])) for rule in rules]
        for service, rules in read["services"].items()
    }
    return Plane(**read["default"]), services


def plane_of(service: str, operation: str) -> Plane:
    """The class of an operation of a service (botocore's names)."""
    default, services = _rules()
    return next((plane for match, plane in services.get(service, ()) if match.fullmatch(operation)), default)
