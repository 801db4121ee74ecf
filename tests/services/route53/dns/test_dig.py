"""The DNS server as dig sees it: what is there, what is not, how it is routed, signed, cut and refused."""

import shutil
import subprocess

import pytest

pytestmark = pytest.mark.skipif(shutil.which("dig") is None, reason="dig (bind9-dnsutils) is not installed")
SECTIONS = {"ANSWER", "AUTHORITY", "ADDITIONAL"}
LOAD_BALANCERS = "Z35SXDOTRQ7X7K"  # the zone of us-east-1's Classic and Application Load Balancers


class Told:
    """What dig printed: ``status``, ``flags`` and, by section, rows of (name, TTL, class, type, value)."""

    def __init__(self, text: str):
        self.text, self.status, self.flags = text, "", []
        self.sections: dict[str, list] = {name: [] for name in SECTIONS}
        section = None
        for line in text.splitlines():
            if "status: " in line:
                self.status = line.partition("status: ")[2].partition(",")[0]
            elif line.startswith(";; flags:"):
                self.flags = line.removeprefix(";; flags:").partition(";")[0].split()
            elif line.startswith(";; ") and line.endswith(" SECTION:"):
                section = line[3:].partition(" ")[0]
            elif line and not line.startswith(";") and section in SECTIONS:
                self.sections[section].append(line.split(None, 4))

    def values(self, type: str, section: str = "ANSWER") -> list[str]:
        return sorted(row[4] for row in self.sections[section] if row[3] == type)


@pytest.fixture
def dig(port):
    """``dig("www.example.com", "A", "+tcp")``: what the server says."""

    def ask(*asked):
        done = subprocess.run(["dig", "@127.0.0.1", "-p", str(port), "+tries=1", "+time=5", "+norecurse", *asked],
                              capture_output=True, text=True, timeout=20, check=False)  # fmt: skip
        return Told(done.stdout)

    return ask


@pytest.mark.parametrize("over", ["+notcp", "+tcp"])
def test_records_come_with_name_servers_and_addresses(put, zone, route53, dig, over):
    put("www.example.com", "A", ["192.0.2.1", "192.0.2.2"])
    put("example.com", "MX", ["10 www.example.com", "20 mail.elsewhere.net"])
    found = dig("WWW.example.com", "A", over)
    assert (found.status, found.flags) == ("NOERROR", ["qr", "aa"])
    assert found.values("A") == ["192.0.2.1", "192.0.2.2"] and found.sections["ANSWER"][0][1] == "60"
    servers = route53.get_hosted_zone(Id=zone)["DelegationSet"]["NameServers"]
    assert found.values("NS", "AUTHORITY") == sorted(f"{each}." for each in servers)
    assert dig("example.com", "NS", over).sections["AUTHORITY"] == []
    mail = dig("example.com", "MX", over)
    assert mail.values("MX") == ["10 www.example.com.", "20 mail.elsewhere.net."]
    assert mail.values("A", "ADDITIONAL") == ["192.0.2.1", "192.0.2.2"]


def test_what_is_not_there(put, dig):
    put("www.example.com", "A", ["192.0.2.1"])
    for name, type, status in (("none.example.com", "A", "NXDOMAIN"), ("www.example.com", "AAAA", "NOERROR")):
        found = dig(name, type)
        assert (found.status, found.sections["ANSWER"]) == (status, [])
        assert found.values("SOA", "AUTHORITY")[0].endswith(" awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400")
    assert dig("www.elsewhere.net", "A").status == "REFUSED"


def test_wildcards_and_chains(put, dig):
    put("*.example.com", "A", ["192.0.2.9"])
    put("alias.example.com", "CNAME", ["any.example.com"])
    put("away.example.com", "CNAME", ["www.elsewhere.net"])
    assert dig("any.thing.example.com", "A").values("A") == ["192.0.2.9"]
    found = dig("alias.example.com", "A")
    assert [row[3:] for row in found.sections["ANSWER"]] == [["CNAME", "any.example.com."], ["A", "192.0.2.9"]]
    assert dig("away.example.com", "A").values("CNAME") == ["www.elsewhere.net."]


def test_aliases(put, zone, dig):
    put("www.example.com", "A", ["192.0.2.1"])
    target = {"HostedZoneId": zone.rpartition("/")[2], "DNSName": "www.example.com", "EvaluateTargetHealth": False}
    put("example.com", "A", AliasTarget=target)
    put("lb.example.com", "A", AliasTarget={
        **target, "HostedZoneId": LOAD_BALANCERS, "DNSName": "one-1.us-east-1.elb.amazonaws.com"})
    assert [row[3:] for row in dig("example.com", "A").sections["ANSWER"]] == [["A", "192.0.2.1"]]
    found = dig("lb.example.com", "A").sections["ANSWER"]
    assert found == [["lb.example.com.", "60", "IN", "A", "127.0.0.1"]]


ROUTED = {
    "weighted": ({"Weight": 0}, {"Weight": 5}), "latency": ({"Region": "us-west-2"}, {"Region": "eu-central-1"}),
    "geolocation": ({"GeoLocation": {"CountryCode": "*"}}, {"GeoLocation": {"CountryCode": "DE"}}),
    "geoproximity": ({"GeoProximityLocation": {"AWSRegion": "us-west-2"}},
                     {"GeoProximityLocation": {"Coordinates": {"Latitude": "50", "Longitude": "9"}}}),
    "failover": ({"Failover": "SECONDARY"}, {"Failover": "PRIMARY"}),
}  # fmt: skip


@pytest.mark.parametrize("policy", ROUTED)
def test_a_routing_policy_chooses(put, dig, policy):
    for number, members in enumerate(ROUTED[policy]):
        put("r.example.com", "A", [f"192.0.2.{number}"], SetIdentifier=str(number), **members)
    assert dig("r.example.com", "A", "+subnet=198.51.100.7/32").values("A") == ["192.0.2.1"]


def test_several_values_and_blocks_of_addresses(put, route53, dig):
    for number in range(10):
        put("m.example.com", "A", [f"192.0.2.{number}"], SetIdentifier=str(number), MultiValueAnswer=True)
    assert len(dig("m.example.com", "A").values("A")) == 8
    made = route53.create_cidr_collection(Name="offices", CallerReference="c")["Collection"]["Id"]
    route53.change_cidr_collection(Id=made, Changes=[{
        "LocationName": "berlin", "Action": "PUT", "CidrList": ["198.51.100.0/24"]}])
    for location, value in (("*", "192.0.2.1"), ("berlin", "192.0.2.2")):
        put("c.example.com", "A", [value], SetIdentifier=location, CidrRoutingConfig={
            "CollectionId": made, "LocationName": location})
    assert dig("c.example.com", "A", "+subnet=198.51.100.7/32").values("A") == ["192.0.2.2"]
    assert dig("c.example.com", "A").values("A") == ["192.0.2.1"]


def test_an_answer_that_is_too_long_is_cut(put, dig):
    put("long.example.com", "TXT", [f'"{each:03}{"x" * 200}"' for each in range(25)])
    cut = dig("long.example.com", "TXT", "+ignore")
    assert "tc" in cut.flags and cut.sections["ANSWER"] == []
    assert len(dig("long.example.com", "TXT").values("TXT")) == 25  # dig asks again over TCP
    put("long.example.com", "TXT", [f'"{each:03}{"x" * 200}"' for each in range(15)])
    assert "tc" in dig("long.example.com", "TXT", "+ignore", "+noedns").flags
    assert len(dig("long.example.com", "TXT", "+ignore", "+bufsize=4096").values("TXT")) == 15


def test_all_types_are_told_and_zones_are_not_transferred(put, dig):
    put("example.com", "TXT", ['"x"'])
    assert {row[3] for row in dig("example.com", "ANY").sections["ANSWER"]} == {"NS", "SOA", "TXT"}
    assert "Transfer failed" in dig("example.com", "AXFR").text
    assert dig("none.example.com", "ANY").status == "NXDOMAIN"


def test_signatures_are_told_to_who_asks_for_them(put, zone, aws, dig, route53):
    key = aws("kms").create_key(KeyUsage="SIGN_VERIFY", KeySpec="ECC_NIST_P256")["KeyMetadata"]["Arn"]
    route53.create_key_signing_key(CallerReference="k", HostedZoneId=zone, KeyManagementServiceArn=key, Name="ksk",
                                   Status="ACTIVE")  # fmt: skip
    route53.enable_hosted_zone_dnssec(HostedZoneId=zone)
    put("www.example.com", "A", ["192.0.2.1"])
    assert dig("www.example.com", "A").values("RRSIG") == []
    found = dig("www.example.com", "A", "+dnssec")
    assert found.values("A") == ["192.0.2.1"] and found.values("RRSIG")[0].startswith("A 13 3 60 ")
    assert found.values("RRSIG", "AUTHORITY")[0].startswith("NS 13 2 ")
    gone = dig("none.example.com", "A", "+dnssec")
    assert gone.status == "NOERROR" and gone.values("NSEC", "AUTHORITY")
    keys = dig("example.com", "DNSKEY", "+dnssec").values("DNSKEY")
    assert [each[:8] for each in keys] == ["256 3 13", "257 3 13"]


def test_a_private_zone_is_for_its_vpcs(server, route53, put, zone, dig):
    put("www.example.com", "A", ["192.0.2.1"])
    vpc = {"VPCRegion": "us-east-1", "VPCId": "vpc-0a1b2c3d4e5f60718"}
    inner = route53.create_hosted_zone(Name="example.com", CallerReference="inner", VPC=vpc)["HostedZone"]["Id"]
    put("www.example.com", "A", ["10.0.0.1"], zone=inner)
    put("only.example.com", "A", ["10.0.0.2"], zone=inner)
    found = {}
    for told in ("", f"127.0.0.0/8={vpc['VPCId']}", "127.0.0.0/8=vpc-another"):
        server.settings["route53.vpcs"] = told
        found[told] = dig("www.example.com", "A").values("A"), dig("only.example.com", "A").status
    del server.settings["route53.vpcs"]
    assert list(found.values()) == [
        (["192.0.2.1"], "NXDOMAIN"), (["10.0.0.1"], "NOERROR"), (["192.0.2.1"], "NXDOMAIN")]
