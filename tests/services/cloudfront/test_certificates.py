"""Certificates of viewers: looked up in ACM or IAM, told as in use there, shown to who asks for an alternate name."""

import shutil
import subprocess

import pytest
from distribution_configs import config, items
from self_signed import self_signed

ABSENT = {"ACMCertificateArn": "arn:aws:acm:us-east-1:000000000000:certificate/11111111-2222-3333-4444-555555555555",
          "SSLSupportMethod": "sni-only"}  # fmt: skip


def users(client, shown):
    return client("acm").describe_certificate(CertificateArn=shown["ACMCertificateArn"])["Certificate"]["InUseBy"]


def changed(cloudfront, made, **members):
    given = {**made["Distribution"]["DistributionConfig"], **members}
    return cloudfront.update_distribution(Id=made["Distribution"]["Id"], IfMatch=made["ETag"], DistributionConfig=given)


def test_a_certificate_must_be_there_and_cover_the_names(refused, certificate):
    def words(shown, *names):
        code, message, status = refused("create_distribution", DistributionConfig=config(
            Aliases=items(*names), ViewerCertificate=shown))  # fmt: skip
        return code, message.partition(",")[0].partition(" (")[0], status

    assert words(ABSENT, "www.example.com") == (
        "InvalidViewerCertificate", "The specified SSL certificate doesn't exist", 400)
    for name in ("example.com", "a.b.example.com", "www.example.net"):
        assert words(certificate("*.example.com"), "www.example.com", name) == (
            "InvalidViewerCertificate",
            "The certificate that is attached to your distribution doesn't cover the alternate domain name", 400)


def test_acm_knows_who_uses_a_certificate(client, cloudfront, distribution, certificate):
    first, second = certificate("www.example.com"), certificate("www.example.com")
    made = distribution(Aliases=items("www.example.com"), ViewerCertificate=first)
    arn = made["Distribution"]["ARN"]
    assert (users(client, first), users(client, second)) == ([arn], [])
    with pytest.raises(client("acm").exceptions.ResourceInUseException):
        client("acm").delete_certificate(CertificateArn=first["ACMCertificateArn"])
    made = changed(cloudfront, made, ViewerCertificate=second, Enabled=False)
    assert (users(client, first), users(client, second)) == ([], [arn])
    client("acm").delete_certificate(CertificateArn=first["ACMCertificateArn"])
    cloudfront.delete_distribution(Id=made["Distribution"]["Id"], IfMatch=made["ETag"])
    assert users(client, second) == []


def test_a_certificate_of_iam_is_named_by_its_id(client, distribution, refused):
    given = self_signed("www.example.com")
    made = client("iam").upload_server_certificate(
        ServerCertificateName="own", Path="/cloudfront/", CertificateBody=given["Certificate"].decode(),
        PrivateKey=given["PrivateKey"].decode())["ServerCertificateMetadata"]
    shown = {"IAMCertificateId": made["ServerCertificateId"], "SSLSupportMethod": "sni-only"}
    found = distribution(Aliases=items("www.example.com"), ViewerCertificate=shown)["Distribution"]
    assert found["DistributionConfig"]["ViewerCertificate"]["CertificateSource"] == "iam"
    absent = {**shown, "IAMCertificateId": "ASCAABSENTEXAMPLE"}
    assert refused("create_distribution", DistributionConfig=config("2", ViewerCertificate=absent))[0] == (
        "InvalidViewerCertificate")


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_an_alternate_name_is_shown_its_certificate(secure, web, tmp_path):
    aws, port, authority = secure
    given = self_signed("www.example.com")
    shown = {"ACMCertificateArn": aws("acm").import_certificate(**given)["CertificateArn"],
             "SSLSupportMethod": "sni-only"}  # fmt: skip
    web.pages["/a"] = (200, {}, b"hello")
    behavior = {"TargetOriginId": "o", "ViewerProtocolPolicy": "https-only", "MinTTL": 0, "ForwardedValues": {
        "QueryString": False, "Cookies": {"Forward": "none"}}}  # fmt: skip
    made = aws("cloudfront").create_distribution(DistributionConfig=config(
        origins=[web.described()], default=behavior, Aliases=items("www.example.com"), ViewerCertificate=shown))
    own = tmp_path / "own.pem"
    own.write_bytes(given["Certificate"])

    def curl(host, trusted):
        done = subprocess.run(["curl", "-sS", "--cacert", trusted, "--connect-to", f"{host}:443:127.0.0.1:{port}",
                               f"https://{host}/a"], capture_output=True, timeout=20, check=False)  # fmt: skip
        return done.returncode, done.stdout

    domain = made["Distribution"]["DomainName"]
    assert curl("www.example.com", own) == (0, b"hello")
    assert curl("www.example.com", authority)[0] == 60  # the certificate is not of this CA
    assert curl(domain, authority) == (0, b"hello")
    assert curl(domain.replace(".net", ".localhost"), authority) == (0, b"hello")
