"""Attributes of load balancers, target groups and listeners: keys, defaults and values are data.

https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerAttribute.html
"""

import json
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

from emulator.kernel.service import snake_case
from emulator.kernel.store import replace
from emulator.services.elbv2.facts import DATA
from emulator.services.elbv2.listeners import Listener
from emulator.services.elbv2.load_balancers import LoadBalancer
from emulator.services.elbv2.service import changed, refused, service
from emulator.services.elbv2.target_groups import TargetGroup, family


class Attribute(NamedTuple):
    """``values``: "bool", "text", words, [lowest, highest], or ["off", lowest, highest]."""

    key: str
    default: str
    values: Any
    families: list[str]

    def fits(self, value: str) -> bool:
        if self.values == "text":
            return True
        if self.values == "bool":
            return value in ("true", "false")
        words = [each for each in self.values if isinstance(each, str)]
        bounds = [each for each in self.values if isinstance(each, int)]
        return value in words or (bool(bounds) and value.isdecimal() and bounds[0] <= int(value) <= bounds[1])


@cache
def table(called: str) -> dict[str, Attribute]:
    rows = json.loads((DATA / "attributes.json").read_text())[called]
    return {row[0]: Attribute(*row) for row in rows}


def _of_target_group(document: dict) -> dict[str, str]:
    protocol = document.get("Protocol")
    found = {"network": {"stickiness.type": "source_ip"}, "gateway": {"stickiness.type": "source_ip_dest_ip_proto"}}
    datagrams = protocol in ("UDP", "TCP_UDP")
    return {
        **found.get(family(document), {}),
        "deregistration_delay.connection_termination.enabled": str(datagrams).lower(),
        "target_health_state.unhealthy.connection_termination.enabled": str(not datagrams).lower(),
        "preserve_client_ip.enabled": str(not (document["TargetType"] == "ip" and protocol in ("TCP", "TLS"))).lower(),
    }  # fmt: skip


def _of_load_balancer(document: dict) -> dict[str, str]:
    return {
        "load_balancing.cross_zone.enabled": str(document["Type"] == "application").lower(),
        "ipv6.deny_all_igw_traffic": str(document.get("Scheme") == "internal").lower(),
    }


class Attributed(NamedTuple):
    """A resource with attributes: ``families`` of a document, and the defaults that depend on it."""

    resource: Any
    called: str
    families: Callable[[dict], set[str]]
    defaults: Callable[[dict], dict[str, str]]


KINDS = {
    "LoadBalancer": Attributed(LoadBalancer, "load balancer", lambda document: {document["Type"]}, _of_load_balancer),
    "TargetGroup": Attributed(TargetGroup, "target group", lambda document: {family(document)}, _of_target_group),
    "Listener": Attributed(Listener, "listener", lambda document: {document.get("Protocol", "gateway")}, lambda _: {}),
}


def of(kind: str, record) -> dict[str, str]:
    """All attributes of a record of a kind (``"LoadBalancer"``), with what was set and the defaults of the rest."""
    each = KINDS[kind]
    families, varying = each.families(record.document), each.defaults(record.document)
    chosen = record.private.get("attributes", {})
    return {key: chosen.get(key, varying.get(key, attribute.default)) for key, attribute in table(each.called).items()
            if families.intersection(attribute.families)}  # fmt: skip


def _answer(kind: str, record) -> dict:
    return {"Attributes": [{"Key": key, "Value": value} for key, value in of(kind, record).items()]}


def _modified(ctx, kind: str, record, given: list[dict]) -> dict:
    each, known = KINDS[kind], of(kind, record)
    chosen = {attribute.get("Key", ""): attribute.get("Value", "") for attribute in given}
    for key, value in chosen.items():
        if key not in known:
            raise refused(f"{each.called.capitalize()} attribute key '{key}' is not recognized")
        if not table(each.called)[key].fits(value):
            raise refused(f"{each.called.capitalize()} attribute value '{value}' is not valid for the key '{key}'")
    kept = {**record.private.get("attributes", {}), **chosen}
    record = each.resource.put(ctx, replace(record, private={**record.private, "attributes": kept}))
    changed(ctx)
    return _answer(kind, record)


def _declare(kind: str) -> None:
    resource = KINDS[kind].resource

    def describe(ctx, /, **given):
        return _answer(kind, resource.get(ctx, given))

    def modify(ctx, /, **given):
        return _modified(ctx, kind, resource.get(ctx, given), given["Attributes"])

    service.functions[snake_case(f"Describe{kind}Attributes")] = describe
    service.functions[snake_case(f"Modify{kind}Attributes")] = modify


for _kind in KINDS:
    _declare(_kind)
