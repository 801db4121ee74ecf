"""The engines of DNS, without a service: names, values, routing, traffic policies, places, signatures of JSON."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.engines import dns_names, dns_record_rules, dns_values, geography, jws, traffic_policies
from emulator.engines.dns_routing import Client, Facts, choose

WELL = Facts(lambda record: record.get("well", True), lambda limit: 0, lambda collection, location: [])
HERE = Client("192.0.2.1", geography.place("DE"))


@pytest.mark.parametrize(("given", "written"), [
    ("Example.COM", "example.com."), ("*.example.com", "\\052.example.com."), ("\\052.a.", "\\052.a."),
    ("a@b.c", "a\\100b.c."), ("_x-1.a", "_x-1.a."),
])  # fmt: skip
def test_names_are_written_in_full(given, written):
    assert dns_names.written(given) == written == dns_names.written(written)


@given(st.lists(st.text("abc-*", min_size=1, max_size=4), min_size=1, max_size=4).map(".".join))
def test_a_name_sorts_after_what_it_lies_below(name):
    below = dns_names.order(dns_names.written(f"x.{name}"))
    assert below.startswith(dns_names.order(dns_names.written(name))) and dns_names.inside(
        dns_names.written(f"x.{name}"), dns_names.written(name))


@pytest.mark.parametrize(("type", "good", "bad"), [
    ("A", "192.0.2.1", "192.0.2.256"), ("AAAA", "2001:db8::1", "2001:db8::x"), ("CNAME", "a.example.", "two words"),
    ("MX", "10 mail.example.", "mail.example."), ("SRV", "1 2 443 a.example.", "1 2 70000 a.example."),
    ("TXT", '"one" "two"', '"open'), ("TXT", f'"{"x" * 255}"', f'"{"x" * 256}"'),
    ("CAA", '0 issue "ca.example"', "0 issue ca.example"), ("DS", "1 13 2 ABCD", "1 13 2 XY"),
    ("SVCB", '1 a.example. alpn="h2"', "1"), ("NAPTR", '1 2 "u" "s" "r" .', '1 2 u "s" "r" .'),
])  # fmt: skip
def test_values_have_their_forms(type, good, bad):
    assert dns_values.problem(type, good) is None
    assert f"encountered with '{bad}'" in dns_values.problem(type, bad)


def test_octal_escapes_are_bytes():
    assert dns_values.strings('"a\\101" "\\"q\\""') == [b"aA", b'"q"']


def test_all_unhealthy_counts_as_all_healthy():
    records = [{"Failover": "SECONDARY", "well": False}, {"Failover": "PRIMARY", "well": False}]
    assert choose(records, HERE, WELL) == [records[1]]
    assert choose([{**records[0], "well": True}, records[1]], HERE, WELL)[0]["Failover"] == "SECONDARY"


def test_weights_share_the_tickets():
    records = [{"Weight": 1}, {"Weight": 3}, {"Weight": 0}]
    drawn = [choose(records, HERE, WELL._replace(below=lambda limit, ticket=ticket: ticket))[0]["Weight"]
             for ticket in range(4)]
    assert drawn == [1, 3, 3, 3]


def test_an_unhealthy_area_falls_to_the_next_larger():
    records = [{"GeoLocation": {"CountryCode": "DE"}, "well": False}, {"GeoLocation": {"ContinentCode": "EU"}}]
    assert choose(records, HERE, WELL) == [records[1]]


def test_a_negative_bias_pushes_away():
    near = {"GeoProximityLocation": {"AWSRegion": "eu-central-1", "Bias": -99}}
    far = {"GeoProximityLocation": {"AWSRegion": "eu-west-2"}}
    assert choose([near, far], HERE, WELL) == [far]
    near["GeoProximityLocation"]["Bias"] = 0
    assert choose([near, far], HERE, WELL) == [near]


def test_places_are_where_they_are():
    assert geography.place("us-ca") == ("NA", "US", "CA") and geography.place("EU") == ("EU", "", "")
    assert geography.place("SA").country == "SA" and geography.place("SA").continent == "AS"  # Saudi Arabia
    assert 300 < geography.distance((48.9, 2.4), (51.5, -0.1)) < 400  # Paris to London, in km
    with pytest.raises(ValueError, match="no country"):
        geography.place("ZZ")


@pytest.mark.parametrize("text", [
    "{", "[]", '{"AWSPolicyFormatVersion": "1999-01-01"}',
    '{"AWSPolicyFormatVersion": "2015-10-01", "RecordType": "A"}',
    '{"AWSPolicyFormatVersion": "2015-10-01", "RecordType": "A", "StartEndpoint": "none"}',
    '{"AWSPolicyFormatVersion": "2015-10-01", "RecordType": "A", "StartRule": "r", "Rules": {"r": {"RuleType": '
    '"weighted", "Items": [{"RuleReference": "r"}]}}}',
])  # fmt: skip
def test_traffic_policies_must_be_whole(text):
    with pytest.raises(traffic_policies.Unfit):
        traffic_policies.parse(text)


def test_a_batch_has_its_measure():
    change = {"Action": "UPSERT", "ResourceRecordSet": {"ResourceRecords": [{"Value": "x" * 100}] * 160}}
    assert dns_record_rules.oversize([change]) == []
    assert "characters" in dns_record_rules.oversize([change, change])[0]
    assert "records" in dns_record_rules.oversize([change] * 4)[0]


def test_a_thumbprint_is_the_standards():
    key = {  # RFC 7638, section 3.1
        "kty": "RSA", "e": "AQAB", "alg": "RS256", "kid": "2011-04-29",
        "n": "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc"
             "_BJECPebWKRXjBZCiFV4n3oknjhMs"
             "tn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn"
             "1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw",
    }  # fmt: skip
    assert jws.thumbprint(key) == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
    with pytest.raises(jws.Unfit):
        jws.parse(b"{}")
