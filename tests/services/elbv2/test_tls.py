"""TLS at listeners: protocols of policies, clients with certificates and without, and what is logged of them."""

import json
import shutil
import subprocess
from urllib.parse import unquote

import pytest
from cryptography import x509

from tests.services.elbv2.conftest import Authority, curl, forward, until

pytestmark = [pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed"),
              pytest.mark.usefixtures("data_plane")]


@pytest.fixture
def identity(tmp_path):
    """``identity(authority, name)``: curl's options for a client with a certificate."""
    def make(authority, name, days=30):
        certificate, key = authority.issue(name, days=days)
        (tmp_path / f"{name}.pem").write_text(certificate)
        (tmp_path / f"{name}.key").write_text(key)
        return "--cert", str(tmp_path / f"{name}.pem"), "--key", str(tmp_path / f"{name}.key")

    return make


@pytest.fixture
def trust_store(elb, client, authority):
    s3 = client("s3")
    s3.create_bucket(Bucket="trust")
    s3.put_object(Bucket="trust", Key="ca.pem", Body=authority.certificate.encode())
    return elb.create_trust_store(Name="store", CaCertificatesBundleS3Bucket="trust",
                                  CaCertificatesBundleS3Key="ca.pem")["TrustStores"][0]["TrustStoreArn"]


def test_certificates_of_clients_pass_through(listener, to, serve, address, server_certificate, identity, free):
    stranger = identity(Authority("Nobody's CA ~~~???"), "stranger")  # in base64 these make + and /, wherever they lie
    arn = listener(forward((to(serve()), 1)), Protocol="HTTPS", Port=free, MutualAuthentication={"Mode": "passthrough"},
                   Certificates=[{"CertificateArn": server_certificate("a.example.com")}])
    url = f"https://{address(arn)}/"
    body = curl(url, "-k", *stranger)[2]
    quoted = body.partition('"x-amzn-mtls-clientcert": "')[2].partition('"')[0]
    (shown,) = x509.load_pem_x509_certificates(unquote(quoted).encode())
    assert shown.subject.rfc4514_string() == "CN=stranger" and {"+", "/"} <= set(quoted) and "%0A" in quoted
    assert "x-amzn-mtls-clientcert" not in curl(url, "-k")[2]


def test_connection_logs(balancer, listener, ok, address, server_certificate, identity, authority, trust_store, free,
                         logged):  # fmt: skip
    lb = balancer()
    connections, accesses = logged(lb, "connection_logs"), logged(lb, "access_logs")
    arn = listener(ok, LoadBalancerArn=lb, Protocol="HTTPS", Port=free,
                   MutualAuthentication={"Mode": "verify", "TrustStoreArn": trust_store},
                   Certificates=[{"CertificateArn": server_certificate("a.example.com")}])
    url = f"https://{address(arn)}/"
    assert curl(url, "-k", *identity(authority, "friend"))[0] == 200
    for refused in (identity(Authority("Nobody's CA"), "stranger"), ()):
        with pytest.raises(subprocess.CalledProcessError):
            curl(url, "-k", *refused)
    key, (well, stranger, nobody) = connections()
    assert key.startswith("connection_logs/AWSLogs/000000000000/elasticloadbalancing/us-east-1/2027/01/15/conn_log_")
    assert well[1] == "127.0.0.1" and well[3] == str(free) and well[4] == "TLSv1.2" and 0 < float(well[6]) < 5
    assert well[7] == "CN=friend" and well[8].startswith("NotBefore=") and int(well[9], 16) and well[10] == "Success"
    assert stranger[6:8] == ["-", "CN=stranger"] and stranger[10] == "Failed:ClientCertUntrusted"
    assert nobody[7:11] == ["-", "-", "-", "Failed:UnmappedConnectionError"]
    (entry,) = accesses()[1]
    assert entry[0] == "h2" and entry[-1] == well[11] and entry[12].endswith("/ HTTP/2.0")


def client_of(where, *options):
    """What openssl's client says of a handshake, and whether it came about."""
    done = subprocess.run(["openssl", "s_client", "-connect", where, *options], input=b"", capture_output=True,
                          timeout=10)  # fmt: skip
    told = (done.stdout + done.stderr).decode(errors="replace")
    return told, "Cipher is (NONE)" not in told


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_protocols_of_old_and_new_policies(elb, listener, ok, address, server_certificate, free):
    arn = listener(ok, Protocol="HTTPS", Port=free, SslPolicy="ELBSecurityPolicy-2016-08",
                   Certificates=[{"CertificateArn": server_certificate("a.example.com")}])
    old = ("-tls1", "-cipher", "DEFAULT:@SECLEVEL=0")
    assert "Protocol  : TLSv1\n" in client_of(address(arn), *old)[0]
    assert not client_of(address(arn), "-tls1_3")[1]
    elb.modify_listener(ListenerArn=arn, SslPolicy="ELBSecurityPolicy-TLS13-1-3-2021-06")
    until(lambda: client_of(address(arn), "-tls1_3")[1])
    assert not client_of(address(arn), *old)[1]


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_what_clients_are_asked_for(elb, listener, ok, address, server_certificate, trust_store, free):
    arn = listener(ok, Protocol="HTTPS", Port=free, MutualAuthentication={
        "Mode": "verify", "TrustStoreArn": trust_store, "AdvertiseTrustStoreCaNames": "on"},
        Certificates=[{"CertificateArn": server_certificate("a.example.com")}])
    assert "Acceptable client certificate CA names\nCN = Test CA" in client_of(address(arn))[0]
    elb.modify_listener(ListenerArn=arn, MutualAuthentication={
        "Mode": "verify", "TrustStoreArn": trust_store, "AdvertiseTrustStoreCaNames": "off"})
    until(lambda: "No client certificate CA names sent" in client_of(address(arn))[0])


def test_certificates_that_have_expired(elb, listener, ok, address, server_certificate, identity, authority,
                                        trust_store, free):  # fmt: skip
    mutual = {"Mode": "verify", "TrustStoreArn": trust_store}
    arn = listener(ok, Protocol="HTTPS", Port=free, MutualAuthentication=mutual,
                   Certificates=[{"CertificateArn": server_certificate("a.example.com")}])
    old = identity(authority, "old", days=-1)

    def enters():
        try:
            return curl(f"https://{address(arn)}/", "-k", *old)[0] == 200
        except subprocess.CalledProcessError:
            return False

    assert not enters()
    elb.modify_listener(ListenerArn=arn, MutualAuthentication={**mutual, "IgnoreClientCertificateExpiry": True})
    until(enters)


def test_https_by_name_and_with_client_certificates(elb, client, listener, ok, address, authority, server_certificate,
                                                    serve, to, free, tmp_path):
    (tmp_path / "ca.pem").write_text(authority.certificate)
    first, second = server_certificate("a.example.com"), server_certificate("*.b.example.com")
    arn = listener(forward((to(serve()), 1)), Protocol="HTTPS", Port=free, Certificates=[{"CertificateArn": first}])
    elb.add_listener_certificates(ListenerArn=arn, Certificates=[{"CertificateArn": second}])
    elb.modify_listener(ListenerArn=arn, SslPolicy="ELBSecurityPolicy-TLS13-1-2-2021-06")

    def ask(host, *options):
        port = address(arn).rpartition(":")[2]
        return curl(f"https://{host}:{port}/", "--cacert", str(tmp_path / "ca.pem"), "--resolve",
                    f"{host}:{port}:127.0.0.1", *options)

    assert ask("a.example.com")[0] == ask("x.b.example.com")[0] == 200
    with pytest.raises(subprocess.CalledProcessError):
        ask("c.example.com")
    s3 = client("s3")
    s3.create_bucket(Bucket="trust")
    s3.put_object(Bucket="trust", Key="ca.pem", Body=authority.certificate.encode())
    store = elb.create_trust_store(Name="store", CaCertificatesBundleS3Bucket="trust",
                                   CaCertificatesBundleS3Key="ca.pem")["TrustStores"][0]["TrustStoreArn"]
    elb.modify_listener(ListenerArn=arn, MutualAuthentication={"Mode": "verify", "TrustStoreArn": store})
    certificate, key = authority.issue("client")
    (tmp_path / "client.pem").write_text(certificate)
    (tmp_path / "client.key").write_text(key)
    shown = ("--cert", str(tmp_path / "client.pem"), "--key", str(tmp_path / "client.key"))

    def verified():
        try:
            return "x-amzn-mtls-clientcert-subject" in ask("a.example.com", *shown)[2]
        except subprocess.CalledProcessError:
            return False

    until(verified)
    assert json.loads(ask("a.example.com", *shown)[2])["headers"]["x-amzn-mtls-clientcert-subject"] == "CN=client"
    with pytest.raises(subprocess.CalledProcessError):
        ask("a.example.com")
    s3.put_object(Bucket="trust", Key="crl.pem", Body=authority.revoke(certificate).encode())
    elb.add_trust_store_revocations(TrustStoreArn=store, RevocationContents=[
        {"S3Bucket": "trust", "S3Key": "crl.pem"}])
    until(lambda: not verified())
