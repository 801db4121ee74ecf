"""A visit: one viewer's request at the edge, with what the configuration says of it."""

import re
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from emulator.engines.edge import client_certificates, selection
from emulator.engines.edge.messages import Asked
from emulator.engines.edge.paths import matches
from emulator.engines.edge.selection import Rules
from emulator.engines.geography import COUNTRIES, SUBDIVISIONS, place
from emulator.engines.places import Located, located
from emulator.resources.records import ResourceRecord
from emulator.services.cloudfront.continuous_deployment import POLICY, ContinuousDeploymentPolicy, staging_of
from emulator.services.cloudfront.distributions import CONFIG, Distribution
from emulator.services.cloudfront.policies import CachePolicy, OriginRequestPolicy, ResponseHeadersPolicy

POP = "PAR50-C1"  # the edge location that answers
PARAMETER = re.compile(r"\{\{\s*([\w-]+)\s*\}\}")
HOME = "US"  # the country of a viewer that does not tell


@dataclass
class Visit:
    """``state`` becomes the X-Cache header, ``headers`` are added to the answer.

    ``changed_origin`` is what a function asked of the origin, ``inserted`` are headers that the web ACL adds for it,
    ``encryption`` is what was done to fields (the word of the logs, and how many were encrypted).
    """

    ctx: Any
    distribution: ResourceRecord
    tenant: ResourceRecord | None
    config: dict
    asked: Asked
    id: str
    behavior: dict
    rules: Rules
    state: str = "Miss from cloudfront"
    headers: list[tuple[str, str]] = field(default_factory=list)
    changed_origin: dict | None = None
    inserted: tuple[tuple[str, str], ...] = ()
    encryption: tuple[str, int] | None = None

    @cached_property
    def located(self) -> Located:
        """Where the viewer is: the place of its address, else the country that it says itself."""
        found = located(self.ctx, self.asked.ip)
        if found.place.country:
            return found
        told = self.asked.headers.get("cloudfront-viewer-country", "").upper()
        return found._replace(place=place(told if told in COUNTRIES else HOME))

    @property
    def country(self) -> str:
        return self.located.place.country

    @property
    def domain(self) -> str:
        return self.distribution.document["DomainName"]

    def policy(self, kind, member: str) -> dict | None:
        """The configuration of one of the behavior's policies."""
        id = self.behavior.get(member)
        record = kind.find(self.ctx, {"Id": id}) if id else None
        return record.document[kind.body] if record else None

    @property
    def response_policy(self) -> dict | None:
        return self.policy(ResponseHeadersPolicy, "ResponseHeadersPolicyId")

    def provided(self) -> dict[str, str]:
        """The headers that CloudFront tells origins of the viewer, where a policy names them."""
        agent = self.asked.headers.get("user-agent", "")
        mobile, tablet = "Mobi" in agent, "iPad" in agent or "Tablet" in agent
        return {
            **self._place(), **self._certificate(),
            "cloudfront-forwarded-proto": "https" if self.asked.secure else "http",
            "cloudfront-viewer-address": f"{self.asked.ip}:0", "cloudfront-viewer-http-version": "1.1",
            "cloudfront-is-mobile-viewer": str(mobile and not tablet).lower(),
            "cloudfront-is-tablet-viewer": str(tablet).lower(),
            "cloudfront-is-desktop-viewer": str(not mobile and not tablet).lower(),
            "cloudfront-is-smarttv-viewer": str("SmartTV" in agent or "SMART-TV" in agent).lower(),
            "cloudfront-is-android-viewer": str("Android" in agent).lower(),
            "cloudfront-is-ios-viewer": str("iPhone" in agent or "iPad" in agent).lower(),
        }  # fmt: skip

    def _place(self) -> dict[str, str]:
        """The headers that tell where the viewer is, as far as it is known.

        https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/adding-cloudfront-headers.html
        """
        place, system = self.located
        latitude, longitude = place.point
        found = {
            "country": place.country, "country-name": COUNTRIES[place.country][0],
            "country-region": place.subdivision,
            "country-region-name": SUBDIVISIONS.get((place.country, place.subdivision)),
            "latitude": f"{latitude:.5f}", "longitude": f"{longitude:.5f}", "asn": str(system) if system else None,
        }  # fmt: skip
        return {f"cloudfront-viewer-{name}": value for name, value in found.items() if value}

    def _certificate(self) -> dict[str, str]:
        """The headers that tell of the viewer's certificate, where viewers show one.

        https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/viewer-mtls-headers.html
        """
        if "ViewerMtlsConfig" not in self.config:
            return {}
        return {f"cloudfront-viewer-cert-{name}": value for name, value in client_certificates.told(
            self.asked.certificate).items()}  # fmt: skip

    def moved(self, asked: Asked) -> "Visit":
        """The same visit with another request; the behavior stays, as it does for what functions change."""
        return replace(self, asked=asked)


def behavior_of(config: dict, path: str) -> dict:
    """The first behavior whose pattern fits, else the default one."""
    for each in config["CacheBehaviors"].get("Items", ()):
        if matches(each["PathPattern"], path):
            return each
    return config["DefaultCacheBehavior"]


def visit(ctx, record: ResourceRecord, asked: Asked, id: str) -> Visit:
    """The visit of a distribution or a tenant, with the continuous deployment that the request falls under."""
    tenant = record if record.arn.split(":", 5)[5].startswith("distribution-tenant/") else None
    if tenant is not None:
        record = Distribution.get(ctx, {"Id": tenant.document["DistributionId"]})
    sticky: list[tuple[str, str]] = []
    record = staged(ctx, record, asked, sticky)
    config = record.document[CONFIG]
    if tenant is not None:
        config = _filled(config, tenant)
    return at(ctx, record, tenant, config, asked, id, sticky)


def at(ctx, record, tenant, config: dict, asked: Asked, id: str, headers=()) -> Visit:
    """A visit of one path of a distribution."""
    behavior = behavior_of(config, asked.path)
    found = Visit(ctx, record, tenant, config, asked, id, behavior, None, headers=list(headers))
    cache = found.policy(CachePolicy, "CachePolicyId")
    origin = found.policy(OriginRequestPolicy, "OriginRequestPolicyId")
    found.rules = selection.rules(behavior, cache, origin)
    return found


def staged(ctx, record, asked: Asked, sticky: list[tuple[str, str]]):
    """The staging distribution, where the primary one's policy sends this request there."""
    id = record.document[CONFIG]["ContinuousDeploymentPolicyId"]
    policy = ContinuousDeploymentPolicy.find(ctx, {"Id": id}) if id else None
    config = policy.document[POLICY] if policy else {}
    traffic = config.get("TrafficConfig")
    if not config.get("Enabled") or traffic is None:
        return record
    header = traffic.get("SingleHeaderConfig")
    if header is not None:
        chosen = asked.headers.get(header["Header"].lower()) == header["Value"]
    else:
        chosen = _weighed(ctx, traffic["SingleWeightConfig"], asked, sticky)
    return (staging_of(ctx, config) if chosen else None) or record


def _weighed(ctx, config: dict, asked: Asked, sticky: list[tuple[str, str]]) -> bool:
    """Whether the dice, or the cookie of a session that they began, say staging."""
    cookie = asked.cookies.get("aws-cf-cd")
    session = config.get("SessionStickinessConfig")
    if session and cookie in ("staging", "primary"):
        chosen = cookie == "staging"
    else:
        chosen = ctx.ids.below(10000) < config["Weight"] * 10000
    if session:
        value = f"aws-cf-cd={'staging' if chosen else 'primary'}; Max-Age={session['IdleTTL']}; Path=/; HttpOnly"
        sticky.append(("Set-Cookie", value))
    return chosen


def _filled(config: dict, tenant: ResourceRecord) -> dict:
    """The configuration with a tenant's parameters in the origins' places, and its own restrictions."""
    values = {each["Name"]: each.get("Definition", {}).get("StringSchema", {}).get("DefaultValue", "")
              for each in config.get("TenantConfig", {}).get("ParameterDefinitions", ())}  # fmt: skip
    values |= {each["Name"]: each["Value"] for each in tenant.document.get("Parameters", ())}

    def fill(text: str) -> str:
        return PARAMETER.sub(lambda found: values.get(found[1], found[0]), text)

    origins = [{**each, "DomainName": fill(each["DomainName"]), "OriginPath": fill(each["OriginPath"])}
               for each in config["Origins"]["Items"]]  # fmt: skip
    own = tenant.document.get("Customizations", {})
    changed = {**config, "Origins": {**config["Origins"], "Items": origins}, "Enabled": tenant.document["Enabled"]}
    if "GeoRestrictions" in own:
        given = own["GeoRestrictions"]
        changed["Restrictions"] = {"GeoRestriction": {
            "RestrictionType": given["RestrictionType"], "Items": given.get("Locations", [])}}  # fmt: skip
    if "WebAcl" in own:
        changed["WebACLId"] = own["WebAcl"].get("Arn", "") if own["WebAcl"]["Action"] == "override" else ""
    return changed


