"""Traffic policy documents: trees of rules that end in endpoints.

https://docs.aws.amazon.com/Route53/latest/APIReference/api-policies-traffic-policy-document-format.html
"""

import json

VERSIONS = ("2015-10-01", "2023-05-09")
#: Where each rule keeps its branches, and how a branch's own words become those of a record set.
BRANCHES = {
    "weighted": ("Items", lambda item: {"Weight": item.get("Weight", 0)}),
    "multivalue": ("Items", lambda item: {"MultiValueAnswer": True}),
    "latency": ("Regions", lambda item: {"Region": item.get("Region", "")}),
    "geo": ("Locations", lambda item: {"GeoLocation": _area(item)}),
    "geoproximity": ("GeoproximityLocations", lambda item: {"GeoProximityLocation": _spot(item)}),
    "cidr": ("Locations", lambda item: {"CidrRoutingConfig": {
        "CollectionId": item.get("CollectionId", ""), "LocationName": item.get("LocationName", "*")}}),
    "failover": ("", None),
}  # fmt: skip


class Unfit(ValueError):
    """A document that is no traffic policy."""


def parse(text: str) -> dict:
    """The document. Raises Unfit for what is not whole."""
    try:
        document = json.loads(text)
    except ValueError:
        raise Unfit("The policy document is not valid JSON.") from None
    if not isinstance(document, dict) or document.get("AWSPolicyFormatVersion") not in VERSIONS:
        raise Unfit("AWSPolicyFormatVersion is missing or unknown.")
    if not isinstance(document.get("RecordType"), str):
        raise Unfit("RecordType is missing.")
    if "StartEndpoint" not in document and "StartRule" not in document:
        raise Unfit("StartEndpoint or StartRule is missing.")
    _check(document, start(document), ())
    return document


def _check(document: dict, branch: dict, above: tuple[str, ...]) -> None:
    """Every reference must lead somewhere, and none back to where it comes from."""
    if branch.get("EndpointReference"):
        if branch["EndpointReference"] not in document.get("Endpoints", {}):
            raise Unfit(f"The endpoint {branch['EndpointReference']} does not exist.")
        return
    name = branch.get("RuleReference")
    rule = document.get("Rules", {}).get(name)
    if rule is None or name in above or rule.get("RuleType") not in BRANCHES:
        raise Unfit(f"The rule {name} does not exist, is of an unknown type or refers to itself.")
    for each in branches(rule):
        _check(document, each["Branch"], (*above, name))


def start(document: dict) -> dict:
    """The branch that a question takes first."""
    return {"EndpointReference": document.get("StartEndpoint"), "RuleReference": document.get("StartRule")}


def branches(rule: dict) -> list[dict]:
    """A rule's branches as record sets, which routing can choose from; each carries its own as ``Branch``."""
    member, words = BRANCHES[rule["RuleType"]]
    if words is None:
        pairs = [(rule[name], {"Failover": name.upper()}) for name in ("Primary", "Secondary") if name in rule]
    else:
        pairs = [(item, words(item)) for item in rule.get(member, ())]
    return [
        {**more, "Branch": item} | ({"HealthCheckId": item["HealthCheck"]} if item.get("HealthCheck") else {})
        for item, more in pairs
    ]


def _area(item: dict) -> dict:
    if str(item.get("IsDefault", "")).lower() == "true":
        return {"CountryCode": "*"}
    names = (("Continent", "ContinentCode"), ("Country", "CountryCode"), ("Subdivision", "SubdivisionCode"))
    return {code: item[name] for name, code in names if name in item}


def _spot(item: dict) -> dict:
    found = {"Bias": item.get("Bias", 0)}
    if "Latitude" in item:
        return {**found, "Coordinates": {"Latitude": item["Latitude"], "Longitude": item["Longitude"]}}
    return {**found, "AWSRegion": item.get("Region", "").removeprefix("aws:route53:")}
