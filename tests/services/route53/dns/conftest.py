"""An emulator with a DNS server, and records in its zone by a short call."""

import boto3
import pytest
from botocore.config import Config

from emulator.testing import InProcess


@pytest.fixture(scope="module")
def server():
    emulator = InProcess(settings={"route53.dns-port": "0", "places": "198.51.100.0/24=DE"}).start()
    yield emulator
    emulator.stop()


@pytest.fixture
def aws(server):
    server.reset()
    return lambda name: boto3.client(
        name, endpoint_url=server.url, region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": 1}))  # fmt: skip


@pytest.fixture
def route53(aws):
    return aws("route53")


@pytest.fixture
def zone(route53):
    return route53.create_hosted_zone(Name="example.com", CallerReference="zone")["HostedZone"]["Id"]


@pytest.fixture
def port(server):
    return server._server.listeners[0].port


@pytest.fixture
def put(route53, zone):
    """``put("www.example.com", "A", ["192.0.2.1"], …)``: one record set, written or replaced."""

    def write(name, type, values=(), zone=zone, **more):
        document = {"Name": name, "Type": type, **more}
        if values:
            document |= {"TTL": 60, "ResourceRecords": [{"Value": each} for each in values]}
        route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": [{
            "Action": "UPSERT", "ResourceRecordSet": document}]})

    return write
