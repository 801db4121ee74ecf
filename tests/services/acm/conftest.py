"""Certificates, and the zone in which their domains are proven."""

import json
import time
import urllib.request

import pytest

NOON = 1_800_014_400.0


@pytest.fixture
def acm(emulator, client):
    emulator.freeze(NOON)
    return client("acm")


@pytest.fixture
def told(acm):
    return lambda arn: acm.describe_certificate(CertificateArn=arn)["Certificate"]


@pytest.fixture
def prove(client, told):
    """Write the records that a certificate asks for into zones of Route 53."""

    def run(arn):
        route53 = client("route53")
        for option in told(arn)["DomainValidationOptions"]:
            domain = option["DomainName"].removeprefix("*.")
            zones = route53.list_hosted_zones_by_name(DNSName=domain)["HostedZones"]
            zone = zones[0] if zones and zones[0]["Name"] == domain + "." else route53.create_hosted_zone(
                Name=domain, CallerReference=domain)["HostedZone"]  # fmt: skip
            wanted = option["ResourceRecord"]
            route53.change_resource_record_sets(HostedZoneId=zone["Id"], ChangeBatch={"Changes": [{
                "Action": "UPSERT", "ResourceRecordSet": {"Name": wanted["Name"], "Type": wanted["Type"], "TTL": 60,
                                                          "ResourceRecords": [{"Value": wanted["Value"]}]}}]})

    return run


@pytest.fixture
def issued(acm, prove, told, emulator):
    """``issued("example.com", …)``: the ARN of a certificate that is issued."""

    def make(name, **more):
        given = {"ValidationMethod": "DNS", "KeyAlgorithm": "EC_prime256v1", **more}
        arn = acm.request_certificate(DomainName=name, **given)["CertificateArn"]
        prove(arn)
        wait(emulator, lambda: told(arn)["Status"] == "ISSUED")
        return arn

    return make


def wait(emulator, done, tries=200):
    """Keys are made in a thread: look again until it is done, for ten seconds at most."""
    for _ in range(tries):
        emulator.advance(1)
        if done():
            return
        time.sleep(0.05)
    raise AssertionError("it did not come to pass")


@pytest.fixture
def mails(endpoint):
    """The mails of ACM that are in the ledger, the newest first."""

    def read():
        with urllib.request.urlopen(f"{endpoint}/_emulator/ledger?service=acm") as answer:
            return json.load(answer)["entries"]

    return read
