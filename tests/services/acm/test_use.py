"""Who uses a certificate, and what of ACM and Route 53 outlives the process."""

import boto3
import pytest
from botocore.config import Config

from emulator.engines import certificate_store
from emulator.kernel.context import Context, root
from emulator.testing import InProcess
from tests.services.acm.conftest import wait

ACCOUNT = "000000000000"
BALANCER = "arn:aws:elasticloadbalancing:us-east-1:000000000000:loadbalancer/app/one/0123456789abcdef"


def test_a_certificate_in_use_stays(acm, issued, told, emulator, refused):
    arn = issued("example.com", KeyAlgorithm="EC_prime256v1")

    def change(function):
        def run():
            ctx = Context(emulator.runtime, "acm", "", ACCOUNT, "us-east-1", root(ACCOUNT))
            with ctx.transaction():
                function(ctx, arn, BALANCER)

        emulator.on_loop(run)

    change(certificate_store.use)
    assert (told(arn)["InUseBy"], told(arn)["RenewalEligibility"]) == ([BALANCER], "ELIGIBLE")
    assert refused(acm.delete_certificate, CertificateArn=arn) == (
        "ResourceInUseException", f"Certificate {arn} in account 000000000000 is in use.")
    serial = told(arn)["Serial"]
    acm.renew_certificate(CertificateArn=arn)
    wait(emulator, lambda: told(arn)["Serial"] != serial)
    change(certificate_store.release)
    acm.delete_certificate(CertificateArn=arn)


@pytest.fixture
def running(tmp_path):
    """``running()``: an emulator over the same data directory as the one before, which is stopped."""
    started = []

    def start():
        if started:
            started[-1].stop()
        started.append(InProcess(data_dir=tmp_path).start())
        url = started[-1].url
        return started[-1], lambda name: boto3.client(
            name, endpoint_url=url, region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test",
            config=Config(retries={"total_max_attempts": 1}))  # fmt: skip

    yield start
    started[-1].stop()


def test_a_restart_keeps_zones_keys_and_certificates(running):
    emulator, client = running()
    route53, acm, kms = client("route53"), client("acm"), client("kms")
    zone = route53.create_hosted_zone(Name="example.com", CallerReference="z")["HostedZone"]["Id"]
    key = kms.create_key(KeyUsage="SIGN_VERIFY", KeySpec="ECC_NIST_P256")["KeyMetadata"]["Arn"]
    route53.create_key_signing_key(CallerReference="k", HostedZoneId=zone, KeyManagementServiceArn=key, Name="ksk",
                                   Status="ACTIVE")  # fmt: skip
    route53.enable_hosted_zone_dnssec(HostedZoneId=zone)
    arn = acm.request_certificate(DomainName="example.com", ValidationMethod="DNS")["CertificateArn"]
    record = acm.describe_certificate(CertificateArn=arn)["Certificate"]["DomainValidationOptions"][0]["ResourceRecord"]
    route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": [{
        "Action": "CREATE", "ResourceRecordSet": {"Name": record["Name"], "Type": "CNAME", "TTL": 1,
                                                  "ResourceRecords": [{"Value": record["Value"]}]}}]})
    wait(emulator, lambda: acm.describe_certificate(CertificateArn=arn)["Certificate"]["Status"] == "ISSUED")

    def state(acm, route53):
        return (acm.get_certificate(CertificateArn=arn)["Certificate"],
                route53.get_dnssec(HostedZoneId=zone)["KeySigningKeys"],
                route53.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"])

    before = state(acm, route53)
    _, client = running()
    route53, acm = client("route53"), client("acm")
    assert before == state(acm, route53)
    assert route53.get_dnssec(HostedZoneId=zone)["Status"]["ServeSignature"] == "SIGNING"
