"""The DNS server, asked over UDP and TCP by a real client; signatures checked as a validating resolver does."""

import json

import dns.dnssec
import dns.edns
import dns.flags
import dns.message
import dns.query
import dns.rcode
import dns.rdatatype
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature


@pytest.fixture
def ask(port):
    """``ask("www.example.com", "A", tcp=…, subnet=…, want_dnssec=…)``: the message that comes back."""

    def question(name, type, tcp=False, subnet=None, **more):
        options = [dns.edns.ECSOption(subnet)] if subnet else None
        asked = dns.message.make_query(name, type, options=options, **more)
        return (dns.query.tcp if tcp else dns.query.udp)(asked, "127.0.0.1", port=port, timeout=5)

    return question


def values(message):
    return sorted(rdata.to_text() for rrset in message.answer for rdata in rrset)


@pytest.mark.parametrize("tcp", [False, True])
def test_answers_over_udp_and_tcp(put, ask, tcp):
    put("www.example.com", "A", ["192.0.2.1", "192.0.2.2"])
    found = ask("WWW.example.com", "A", tcp)
    assert values(found) == ["192.0.2.1", "192.0.2.2"] and found.flags & dns.flags.AA
    assert found.answer[0].ttl == 60
    none = ask("none.example.com", "A", tcp)
    assert none.rcode() == dns.rcode.NXDOMAIN and none.authority[0].rdtype == dns.rdatatype.SOA
    empty = ask("www.example.com", "AAAA", tcp)
    assert empty.rcode() == dns.rcode.NOERROR and not empty.answer and empty.authority
    assert ask("elsewhere.net", "A", tcp).rcode() == dns.rcode.REFUSED


@pytest.mark.parametrize(("type", "value"), [
    ("MX", "10 mail.example.com."), ("SRV", "1 2 443 srv.example.com."), ("CAA", '0 issue "ca.example.net"'),
    ("TXT", '"with \\"quotes\\"" "two"'), ("NAPTR", '10 20 "u" "E2U+sip" "!^.*$!sip:a@example.com!" .'),
    ("SSHFP", "1 2 " + "ab" * 32), ("TLSA", "3 1 1 " + "cd" * 32), ("HTTPS", '1 . alpn="h2"'),
    ("PTR", "a.example.com."), ("DS", "12345 13 2 " + "ef" * 32), ("AAAA", "2001:db8::1"),
])  # fmt: skip
def test_every_type_goes_over_the_wire(put, ask, type, value):
    put("t.example.com", type, [value])
    assert values(ask("t.example.com", type)) == [value]


def test_long_answers_are_cut_over_udp_and_whole_over_tcp(put, ask):
    put("long.example.com", "TXT", [f'"{each:03}{"x" * 200}"' for each in range(20)])
    cut = ask("long.example.com", "TXT")
    assert cut.flags & dns.flags.TC and not cut.answer
    assert len(values(ask("long.example.com", "TXT", tcp=True))) == 20


def test_a_client_subnet_routes(put, ask):
    europe, others = ({"ContinentCode": "EU"}, "192.0.2.1"), ({"CountryCode": "*"}, "192.0.2.2")
    for identifier, (area, value) in {"eu": europe, "*": others}.items():
        put("geo.example.com", "A", [value], SetIdentifier=identifier, GeoLocation=area)
    assert values(ask("geo.example.com", "A", subnet="198.51.100.0")) == ["192.0.2.1"]
    assert values(ask("geo.example.com", "A")) == ["192.0.2.2"]


def test_delegations_refer(put, ask):
    put("sub.example.com", "NS", ["ns.elsewhere.net"])
    found = ask("www.sub.example.com", "A")
    assert not found.answer and not found.flags & dns.flags.AA
    assert found.authority[0].rdtype == dns.rdatatype.NS


def test_the_longest_zone_answers(route53, put, ask):
    inner = route53.create_hosted_zone(Name="in.example.com", CallerReference="inner")["HostedZone"]["Id"]
    put("www.in.example.com", "A", ["192.0.2.5"], zone=inner)
    assert values(ask("www.in.example.com", "A")) == ["192.0.2.5"]


def sign(aws, zone):
    kms, route53 = aws("kms"), aws("route53")
    key = kms.create_key(KeyUsage="SIGN_VERIFY", KeySpec="ECC_NIST_P256")["KeyMetadata"]["Arn"]
    made = route53.create_key_signing_key(
        CallerReference="k", HostedZoneId=zone, KeyManagementServiceArn=key, Name="ksk", Status="ACTIVE")
    route53.enable_hosted_zone_dnssec(HostedZoneId=zone)
    return made["KeySigningKey"]


def verify(rrset, signature, keys):
    """Check a signature as a resolver does: what was signed is put together by dnspython."""
    rrsig = signature[0]
    key = next(each for each in keys if dns.dnssec.key_id(each) == rrsig.key_tag)
    numbers = ec.EllipticCurvePublicNumbers(
        int.from_bytes(key.key[:32], "big"), int.from_bytes(key.key[32:], "big"), ec.SECP256R1())
    r, s = int.from_bytes(rrsig.signature[:32], "big"), int.from_bytes(rrsig.signature[32:], "big")
    signed = dns.dnssec._make_rrsig_signature_data(rrset, rrsig)
    numbers.public_key().verify(encode_dss_signature(r, s), signed, ec.ECDSA(hashes.SHA256()))
    return key.flags


def test_signatures_hold(put, zone, ask, aws):
    put("www.example.com", "A", ["192.0.2.1", "192.0.2.2"])
    assert not any(each.rdtype == dns.rdatatype.RRSIG for each in ask("www.example.com", "A", want_dnssec=True).answer)
    key = sign(aws, zone)
    found = ask("example.com", "DNSKEY", want_dnssec=True, tcp=True)
    keys = found.answer[0]
    assert verify(keys, found.answer[1], keys) == 257
    entry = next(each for each in found.answer[0] if each.flags == 257)
    ds = dns.dnssec.make_ds("example.com.", entry, "SHA256")
    assert key["DSRecord"].lower() == ds.to_text().lower() and key["KeyTag"] == ds.key_tag
    for type in ("A", "AAAA"):
        found = ask("www.example.com", type, want_dnssec=True, tcp=True)
        section = found.answer or found.authority
        for rrset in (each for each in section if each.rdtype != dns.rdatatype.RRSIG):
            signature = next(each for each in section if each.rdtype == dns.rdatatype.RRSIG
                             and each.name == rrset.name and each[0].type_covered == rrset.rdtype)
            assert verify(rrset, signature, keys) == 256
    nsec = next(each for each in found.authority if each.rdtype == dns.rdatatype.NSEC)
    assert nsec[0].to_text().endswith("A RRSIG NSEC")
    gone = ask("none.example.com", "A", want_dnssec=True, tcp=True)
    assert gone.rcode() == dns.rcode.NOERROR and any(each.rdtype == dns.rdatatype.NSEC for each in gone.authority)


def test_keys_and_their_states(route53, zone, aws):
    from botocore.exceptions import ClientError

    def refused(operation, **given):
        with pytest.raises(ClientError) as caught:
            operation(**given)
        return caught.value.response["Error"]["Code"]

    assert refused(route53.enable_hosted_zone_dnssec, HostedZoneId=zone) == "KeySigningKeyWithActiveStatusNotFound"
    assert refused(route53.disable_hosted_zone_dnssec, HostedZoneId=zone) == "DNSSECNotFound"
    key = sign(aws, zone)
    found = route53.get_dnssec(HostedZoneId=zone)
    assert found["Status"]["ServeSignature"] == "SIGNING" and found["KeySigningKeys"] == [key]
    named = {"HostedZoneId": zone, "Name": "ksk"}
    assert refused(route53.deactivate_key_signing_key, **named) == "KeySigningKeyInUse"
    assert refused(route53.delete_key_signing_key, **named) == "InvalidKeySigningKeyStatus"
    route53.disable_hosted_zone_dnssec(HostedZoneId=zone)
    route53.deactivate_key_signing_key(**named)
    assert route53.get_dnssec(HostedZoneId=zone)["KeySigningKeys"][0]["Status"] == "INACTIVE"
    route53.activate_key_signing_key(**named)
    route53.deactivate_key_signing_key(**named)
    route53.delete_key_signing_key(**named)
    assert refused(route53.delete_key_signing_key, **named) == "NoSuchKeySigningKey"
    rsa = aws("kms").create_key(KeyUsage="SIGN_VERIFY", KeySpec="ECC_NIST_P384")["KeyMetadata"]["Arn"]
    assert refused(route53.create_key_signing_key, CallerReference="x", HostedZoneId=zone, Name="other",
                   KeyManagementServiceArn=rsa, Status="ACTIVE") == "InvalidKMSArn"  # fmt: skip


def test_queries_are_logged(route53, zone, ask, aws):
    logs = aws("logs")
    logs.create_log_group(logGroupName="/aws/route53/example.com")
    arn = "arn:aws:logs:us-east-1:000000000000:log-group:/aws/route53/example.com"
    id = zone.removeprefix("/hostedzone/")
    made = route53.create_query_logging_config(HostedZoneId=id, CloudWatchLogsLogGroupArn=arn)["QueryLoggingConfig"]
    assert route53.list_query_logging_configs(HostedZoneId=id)["QueryLoggingConfigs"] == [made]
    ask("none.example.com", "AAAA", subnet="198.51.100.0")
    events = logs.filter_log_events(logGroupName="/aws/route53/example.com")["events"]
    fields = events[0]["message"].split(" ")
    assert fields[2:7] == [id, "none.example.com", "AAAA", "NXDOMAIN", "UDP"] and fields[8] == "127.0.0.1"
    assert events[0]["logStreamName"].startswith(id) and json.dumps(fields[9]) == '"198.51.100.0/32"'
    route53.delete_query_logging_config(Id=made["Id"])
    ask("none.example.com", "AAAA")
    assert len(logs.filter_log_events(logGroupName="/aws/route53/example.com")["events"]) == 1


def test_nonsense_costs_its_sender_alone(ask, zone, port):
    import socket

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(5)
        where = ("127.0.0.1", port)
        sock.sendto(b"\x12\x34\x01\x00\x00\x05" + b"\xff" * 30, where)
        answer = sock.recv(512)
        assert answer[:2] == b"\x12\x34" and answer[3] & 0xF == dns.rcode.FORMERR
        sock.sendto(b"short", where)
    assert ask("example.com", "SOA").answer
