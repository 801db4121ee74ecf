"""TestDNSAnswer: every routing policy, aliases, wildcards, delegations, traffic policies."""

import json

import pytest

DE, CALIFORNIA, JAPAN = "198.51.100.7", "203.0.113.7", "192.0.2.200"


@pytest.fixture(autouse=True)
def places(emulator):
    emulator.settings["places"] = "198.51.100.0/24=DE,203.0.113.0/24=US-CA,192.0.2.0/24=JP"
    yield
    emulator.settings.pop("places")


def one(name, identifier, value, policy, **more):
    return ("CREATE", name, "A", [value], {"SetIdentifier": identifier, **policy, **more})


def from_(ask, address, name):
    return ask(name, "A", EDNS0ClientSubnetIP=address)


def test_simple_names_wildcards_and_chains(change, ask):
    change(("CREATE", "www", "A", ["192.0.2.1", "192.0.2.2"]), ("CREATE", "*", "A", ["192.0.2.9"]),
           ("CREATE", "cn", "CNAME", ["www.example.com"]), ("CREATE", "deep.er", "TXT", ['"x"']),
           ("CREATE", "sub", "NS", ["ns.elsewhere.net"]))  # fmt: skip
    assert ask("www", "A") == ["192.0.2.1", "192.0.2.2"]
    assert ask("other", "A") == ["192.0.2.9"] and ask("www", "AAAA") == []
    assert ask("cn", "A") == ["192.0.2.1", "192.0.2.2"] and ask("cn", "CNAME") == ["www.example.com"]
    assert ask("er", "A") == []  # there is something below it: the wildcard does not cover it
    assert ask("www.deep.er", "A") == "NXDOMAIN"
    assert len(ask("", "NS")) == 4


def test_weights(change, ask):
    change(one("w", "never", "192.0.2.1", {"Weight": 0}), one("w", "always", "192.0.2.2", {"Weight": 5}))
    assert {tuple(ask("w", "A")) for _ in range(8)} == {("192.0.2.2",)}
    change(one("half", "a", "192.0.2.1", {"Weight": 1}), one("half", "b", "192.0.2.2", {"Weight": 1}))
    assert {tuple(ask("half", "A")) for _ in range(40)} == {("192.0.2.1",), ("192.0.2.2",)}


def test_latency_goes_to_the_nearest_region(change, ask):
    change(*[one("l", region, value, {"Region": region}) for region, value in (
        ("eu-central-1", "192.0.2.1"), ("us-west-1", "192.0.2.2"), ("ap-northeast-1", "192.0.2.3"))])
    assert [from_(ask, each, "l") for each in (DE, CALIFORNIA, JAPAN)] == [
        ["192.0.2.1"], ["192.0.2.2"], ["192.0.2.3"]]


def test_geolocation_takes_the_smallest_area(change, ask):
    change(*[one("g", value, value, {"GeoLocation": area}) for value, area in (
        ("192.0.2.1", {"ContinentCode": "EU"}), ("192.0.2.2", {"CountryCode": "US"}),
        ("192.0.2.3", {"CountryCode": "US", "SubdivisionCode": "CA"}), ("192.0.2.4", {"CountryCode": "*"}))])
    assert [from_(ask, each, "g") for each in (DE, CALIFORNIA, JAPAN)] == [
        ["192.0.2.1"], ["192.0.2.3"], ["192.0.2.4"]]
    change(one("none", "eu", "192.0.2.1", {"GeoLocation": {"ContinentCode": "EU"}}))
    assert from_(ask, JAPAN, "none") == []


def test_geoproximity_is_biased(change, ask):
    near = {"Coordinates": {"Latitude": "48.0", "Longitude": "10.0"}}
    change(one("p", "near", "192.0.2.1", {"GeoProximityLocation": near}),
           one("p", "far", "192.0.2.2", {"GeoProximityLocation": {"AWSRegion": "us-east-1", "Bias": 0}}))  # fmt: skip
    assert from_(ask, DE, "p") == ["192.0.2.1"]
    change(("UPSERT", "p", "A", ["192.0.2.2"], {
        "SetIdentifier": "far", "GeoProximityLocation": {"AWSRegion": "us-east-1", "Bias": 99}}))
    assert from_(ask, DE, "p") == ["192.0.2.2"]


def test_multivalue_gives_eight_at_most(change, ask):
    change(*[one("m", str(each), f"192.0.2.{each}", {"MultiValueAnswer": True}) for each in range(1, 11)])
    assert len(ask("m", "A")) == 8


def test_ip_based_takes_the_longest_block(route53, change, ask):
    collection = route53.create_cidr_collection(Name="c", CallerReference="c")["Collection"]["Id"]
    route53.change_cidr_collection(Id=collection, Changes=[
        {"LocationName": "wide", "Action": "PUT", "CidrList": ["198.51.0.0/16"]},
        {"LocationName": "narrow", "Action": "PUT", "CidrList": ["198.51.100.0/24"]}])
    change(*[one("i", name, value, {"CidrRoutingConfig": {"CollectionId": collection, "LocationName": name}})
             for name, value in (("wide", "192.0.2.1"), ("narrow", "192.0.2.2"), ("*", "192.0.2.3"))])
    assert [from_(ask, each, "i") for each in (DE, "198.51.1.1", JAPAN)] == [
        ["192.0.2.2"], ["192.0.2.1"], ["192.0.2.3"]]


def test_aliases_inside_and_to_aws(route53, zone, change, ask):
    id = zone.removeprefix("/hostedzone/")

    def alias(name, target, zone_id=id):
        return ("CREATE", name, "A", None, {"AliasTarget": {
            "HostedZoneId": zone_id, "DNSName": target, "EvaluateTargetHealth": False}})

    change(("CREATE", "www", "A", ["192.0.2.1"]))
    change(alias("", "www.example.com"), alias("cdn", "d111111abcdef8.cloudfront.net", "Z2FDTNDATAQYW2"))
    assert ask("", "A") == ["192.0.2.1"] and ask("cdn", "A") == ["127.0.0.1"]


def test_traffic_policies_answer_for_their_instances(route53, zone, change, ask, refused):
    document = {
        "AWSPolicyFormatVersion": "2015-10-01", "RecordType": "A", "StartRule": "geo",
        "Endpoints": {"eu": {"Type": "value", "Value": "192.0.2.1"}, "us": {"Type": "value", "Value": "192.0.2.2"}},
        "Rules": {
            "geo": {"RuleType": "geo", "Locations": [
                {"Continent": "EU", "EndpointReference": "eu"}, {"IsDefault": True, "RuleReference": "weights"}]},
            "weights": {"RuleType": "weighted", "Items": [{"Weight": "1", "EndpointReference": "us"}]}},
    }  # fmt: skip
    policy = route53.create_traffic_policy(Name="p", Document=json.dumps(document), Comment="c")["TrafficPolicy"]
    assert (policy["Version"], policy["Type"]) == (1, "A")
    made = route53.create_traffic_policy_instance(
        HostedZoneId=zone.removeprefix("/hostedzone/"), Name="t.example.com", TTL=60, TrafficPolicyId=policy["Id"],
        TrafficPolicyVersion=1)["TrafficPolicyInstance"]  # fmt: skip
    assert (made["State"], made["Name"]) == ("Creating", "t.example.com.")
    assert (from_(ask, DE, "t"), from_(ask, JAPAN, "t")) == (["192.0.2.1"], ["192.0.2.2"])
    assert refused(route53.delete_traffic_policy, Id=policy["Id"], Version=1)[0] == "TrafficPolicyInUse"
    document["StartEndpoint"] = document.pop("StartRule") and "us"
    second = route53.create_traffic_policy_version(Id=policy["Id"], Document=json.dumps(document))["TrafficPolicy"]
    route53.update_traffic_policy_instance(Id=made["Id"], TTL=30, TrafficPolicyId=policy["Id"],
                                           TrafficPolicyVersion=second["Version"])  # fmt: skip
    assert from_(ask, DE, "t") == ["192.0.2.2"]
    listed = route53.list_traffic_policy_instances_by_policy(TrafficPolicyId=policy["Id"], TrafficPolicyVersion=2)
    assert [each["Id"] for each in listed["TrafficPolicyInstances"]] == [made["Id"]]
    assert route53.list_traffic_policies()["TrafficPolicySummaries"][0]["TrafficPolicyCount"] == 2
    assert len(route53.list_traffic_policy_versions(Id=policy["Id"])["TrafficPolicies"]) == 2
    route53.delete_traffic_policy_instance(Id=made["Id"])
    assert ask("t", "A") == "NXDOMAIN"
    bad = {**document, "StartEndpoint": "nowhere"}
    assert refused(route53.create_traffic_policy, Name="q", Document=json.dumps(bad))[0] == (
        "InvalidTrafficPolicyDocument")


def test_geo_locations(route53, refused):
    assert route53.get_geo_location(CountryCode="DE")["GeoLocationDetails"] == {
        "CountryCode": "DE", "CountryName": "Germany"}
    assert route53.get_geo_location(CountryCode="US", SubdivisionCode="CA")["GeoLocationDetails"][
        "SubdivisionName"] == "California"  # fmt: skip
    assert refused(route53.get_geo_location, CountryCode="ZZ")[0] == "NoSuchGeoLocation"
    found, start = [], {}
    while True:
        page = route53.list_geo_locations(**start)
        found += page["GeoLocationDetailsList"]
        if not page["IsTruncated"]:
            break
        start = {f"Start{name}": page[f"Next{name}"] for name in ("ContinentCode", "CountryCode", "SubdivisionCode")
                 if f"Next{name}" in page}
    assert len(found) == len({json.dumps(each) for each in found}) > 320
    assert found[0]["ContinentName"] == "Africa" and {"CountryCode": "*", "CountryName": "Default"} in found
