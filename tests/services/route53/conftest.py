"""A zone to work in, and its records by a short call."""

import pytest


@pytest.fixture
def route53(emulator, client):
    emulator.freeze(1_800_014_400.0)
    return client("route53")


@pytest.fixture
def zone(route53):
    """The id of a public zone, example.com."""
    return route53.create_hosted_zone(Name="example.com", CallerReference="zone")["HostedZone"]["Id"]


@pytest.fixture
def change(route53, zone):
    """``change(("CREATE", "www", "A", ["192.0.2.1"], {more}), …)``: one batch in the zone."""

    def run(*changes, zone_id=None):
        batch = []
        for action, name, type, values, *more in changes:
            document = {"Name": f"{name}.example.com" if name else "example.com", "Type": type}
            if values:
                document |= {"TTL": 300, "ResourceRecords": [{"Value": each} for each in values]}
            batch.append({"Action": action, "ResourceRecordSet": document | (more[0] if more else {})})
        return route53.change_resource_record_sets(HostedZoneId=zone_id or zone, ChangeBatch={"Changes": batch})

    return run


@pytest.fixture
def ask(route53, zone):
    """``ask("www", "A", EDNS0ClientSubnetIP=…)``: the values that TestDNSAnswer gives; its response code otherwise."""

    def question(name, type, zone_id=None, **more):
        name = f"{name}.example.com" if name else "example.com"
        answer = route53.test_dns_answer(HostedZoneId=zone_id or zone, RecordName=name, RecordType=type, **more)
        return answer["RecordData"] if answer["ResponseCode"] == "NOERROR" else answer["ResponseCode"]

    return question
