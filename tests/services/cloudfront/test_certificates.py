"""Certificates of viewers: looked up in ACM or IAM, told as in use there, shown to who asks for an alternate name."""

import shutil
import ssl
import subprocess
import time

import pytest
import urllib3
from distribution_configs import behavior, config, items
from self_signed import self_signed, signed

DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
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


def test_viewers_are_shown_no_certificate_that_signs_itself(client, refused):
    arn = client("acm").import_certificate(**self_signed("www.example.com"))["CertificateArn"]
    shown = {"ACMCertificateArn": arn, "SSLSupportMethod": "sni-only"}
    assert refused("create_distribution", DistributionConfig=config(
        Aliases=items("www.example.com"), ViewerCertificate=shown)) == (
        "InvalidViewerCertificate", "The specified SSL certificate doesn't exist, isn't in us-east-1 region, isn't "
        "valid, or doesn't include a valid certificate chain.", 400)  # fmt: skip


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
    given = signed("www.example.com")
    made = client("iam").upload_server_certificate(
        ServerCertificateName="own", Path="/cloudfront/", CertificateBody=given["Certificate"].decode(),
        PrivateKey=given["PrivateKey"].decode(),
        CertificateChain=given["CertificateChain"].decode())["ServerCertificateMetadata"]
    shown = {"IAMCertificateId": made["ServerCertificateId"], "SSLSupportMethod": "sni-only"}
    found = distribution(Aliases=items("www.example.com"), ViewerCertificate=shown)["Distribution"]
    assert found["DistributionConfig"]["ViewerCertificate"]["CertificateSource"] == "iam"
    absent = {**shown, "IAMCertificateId": "ASCAABSENTEXAMPLE"}
    assert refused("create_distribution", DistributionConfig=config("2", ViewerCertificate=absent))[0] == (
        "InvalidViewerCertificate")


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_an_alternate_name_is_shown_its_certificate(secure, web, tmp_path):
    aws, port, authority = secure
    given = signed("www.example.com")
    shown = {"ACMCertificateArn": aws("acm").import_certificate(**given)["CertificateArn"],
             "SSLSupportMethod": "sni-only"}  # fmt: skip
    web.pages["/a"] = (200, {}, b"hello")
    default = {"TargetOriginId": "o", "ViewerProtocolPolicy": "https-only", "MinTTL": 0, "ForwardedValues": {
        "QueryString": False, "Cookies": {"Forward": "none"}}}  # fmt: skip
    made = aws("cloudfront").create_distribution(DistributionConfig=config(
        origins=[web.described()], default=default, Aliases=items("www.example.com"), ViewerCertificate=shown))
    own = tmp_path / "own.pem"
    own.write_bytes(given["CertificateChain"])

    def curl(host, trusted):
        done = subprocess.run(["curl", "-sS", "--cacert", trusted, "--connect-to", f"{host}:443:127.0.0.1:{port}",
                               f"https://{host}/a"], capture_output=True, timeout=20, check=False)  # fmt: skip
        return done.returncode, done.stdout

    domain = made["Distribution"]["DomainName"]
    assert curl("www.example.com", own) == (0, b"hello")
    assert curl("www.example.com", authority)[0] == 60  # the certificate is not of this CA
    assert curl(domain, authority) == (0, b"hello")
    assert curl(domain.replace(".net", ".localhost"), authority) == (0, b"hello")


@pytest.fixture
def over_tls(secure, web):
    """``over_tls(certificate, host, name, …)``: the status for a Host where TLS was asked for another name."""
    def ask(own, host, name, shown=None):
        context = ssl.create_default_context(cadata=own["CertificateChain"].decode())
        if shown:
            context.load_cert_chain(shown)
        with urllib3.HTTPSConnectionPool("127.0.0.1", secure[1], ssl_context=context, retries=False,
                                         server_hostname=name, assert_hostname=name) as pool:  # fmt: skip
            return pool.request("GET", "/", headers={"Host": host}).status

    web.pages["/"] = (200, {}, b"hello")
    return ask


@pytest.mark.parametrize(("demands", "account", "status"), [
    (False, "000000000000", 200), (False, "222222222222", 421), (True, "000000000000", 421)])
def test_tls_is_made_for_the_host_that_is_asked(secure, web, over_tls, tmp_path, demands, account, status):
    aws, _, _ = secure
    given, own = signed("one.example.com", "also.example.com", "two.example.com"), self_signed("viewer.example.com")
    viewer = tmp_path / "viewer.pem"
    viewer.write_bytes(own["Certificate"] + own["PrivateKey"])
    aws("s3").create_bucket(Bucket="bundles")
    aws("s3").put_object(Bucket="bundles", Key="ca.pem", Body=own["Certificate"])
    store = aws("cloudfront").create_trust_store(Name="t", CaCertificatesBundleSource={
        "CaCertificatesBundleS3Location": {"Bucket": "bundles", "Key": "ca.pem", "Region": "us-east-1"}})
    mutual = {"ViewerMtlsConfig": {"Mode": "required", "TrustStoreConfig": {
        "TrustStoreId": store["TrustStore"]["Id"]}}} if demands else {}  # fmt: skip

    def made(reference, owner, *names):
        own = {"aws_access_key_id": owner}
        arn = aws("acm", **own).import_certificate(**given)["CertificateArn"]
        return aws("cloudfront", **own).create_distribution(DistributionConfig=config(
            reference, origins=[web.described()], default=behavior(), Aliases=items(*names), **mutual,
            ViewerCertificate={"ACMCertificateArn": arn, "SSLSupportMethod": "sni-only",
                               "MinimumProtocolVersion": "TLSv1.2_2021"}))["Distribution"]  # fmt: skip

    made("1", "000000000000", "one.example.com", "also.example.com")
    made("2", account, "two.example.com")
    assert over_tls(given, "one.example.com", "one.example.com", viewer) == 200
    assert over_tls(given, "also.example.com", "one.example.com", viewer) == 200
    assert over_tls(given, "two.example.com", "one.example.com", viewer) == status


@pytest.fixture
def demanding(secure, web, tmp_path):
    """``demanding(mode, version)``: makes a distribution, and gives ``ask(pem, version)``: what a viewer sees of it."""
    aws, port, _ = secure
    own = signed("www.example.com")
    certificate = aws("acm").import_certificate(**own)["CertificateArn"]
    viewer, stranger = (self_signed("viewer.example.com") for _ in "12")
    files = {None: None}
    for name, each in (("viewer", viewer), ("stranger", stranger)):
        files[name] = tmp_path / f"{name}.pem"
        files[name].write_bytes(each["Certificate"] + each["PrivateKey"])
    aws("s3").create_bucket(Bucket="bundles")
    aws("s3").put_object(Bucket="bundles", Key="ca.pem", Body=viewer["Certificate"])
    store = aws("cloudfront").create_trust_store(Name="t", CaCertificatesBundleSource={
        "CaCertificatesBundleS3Location": {"Bucket": "bundles", "Key": "ca.pem", "Region": "us-east-1"}})
    store = store["TrustStore"]["Id"]
    web.pages["/"] = (200, {}, b"hello")
    policy = aws("cloudfront").create_origin_request_policy(OriginRequestPolicyConfig={
        "Name": "p", "CookiesConfig": {"CookieBehavior": "none"}, "QueryStringsConfig": {"QueryStringBehavior": "none"},
        "HeadersConfig": {"HeaderBehavior": "whitelist", "Headers": items(
            "CloudFront-Viewer-Cert-Present", "CloudFront-Viewer-Cert-Subject")}})["OriginRequestPolicy"]["Id"]

    def make(mode=None, version="TLSv1.2_2021", code=None):
        mutual = {"ViewerMtlsConfig": {"Mode": mode, "TrustStoreConfig": {"TrustStoreId": store}}} if mode else {}
        if code:
            function = aws("cloudfront").create_connection_function(
                Name="decides", ConnectionFunctionCode=code,
                ConnectionFunctionConfig={"Comment": "", "Runtime": "cloudfront-js-2.0"})
            id = function["ConnectionFunctionSummary"]["Id"]
            aws("cloudfront").publish_connection_function(Id=id, IfMatch=function["ETag"])
            mutual["ConnectionFunctionAssociation"] = {"Id": id}
        aws("cloudfront").create_distribution(DistributionConfig=config(
            origins=[web.described()], default=behavior(CachePolicyId=DISABLED, OriginRequestPolicyId=policy),
            Aliases=items("www.example.com"), **mutual, ViewerCertificate={
                "ACMCertificateArn": certificate, "SSLSupportMethod": "sni-only", "MinimumProtocolVersion": version}))

        def ask(shown=None, newest=ssl.TLSVersion.TLSv1_3):
            context = ssl.create_default_context(cadata=own["CertificateChain"].decode())
            context.maximum_version = newest
            if shown:
                context.load_cert_chain(files[shown])
            with urllib3.HTTPSConnectionPool("127.0.0.1", port, ssl_context=context, retries=False,
                                             server_hostname="www.example.com", assert_hostname="www.example.com",
                                             ) as pool:  # fmt: skip
                try:
                    return pool.request("GET", "/", headers={"Host": "www.example.com"}).status
                except (urllib3.exceptions.SSLError, urllib3.exceptions.ProtocolError):
                    return "refused"

        return ask

    return make


@pytest.mark.parametrize(("mode", "seen"), [
    ("required", ["refused", 200, "refused"]), ("optional", [200, 200, "refused"]), ("passthrough", [501, 501, 501])])
def test_viewers_show_certificates(demanding, web, mode, seen):
    ask = demanding(mode)
    assert [ask(shown) for shown in (None, "viewer", "stranger")] == seen
    seen = [each[2] for each in web.seen]
    told = [each.get("cloudfront-viewer-cert-subject", each["cloudfront-viewer-cert-present"]) for each in seen]
    assert told == {"required": ["CN=viewer.example.com"], "optional": ["0", "CN=viewer.example.com"]}.get(mode, [])


@pytest.mark.parametrize(("body", "seen"), [
    ("connection.allow();", [200, 200]), ("connection.deny(); connection.allow();", [200, 403]), ("", [200, 403]),
    ("connection.allow(); throw new Error('broken');", [200, 403]),
    ("const leaf = connection.clientCertificate.certificates.leaf; connection.logCustomData('seen');"
     "if (leaf.subject === 'CN=viewer.example.com' && leaf.san === 'DNS:viewer.example.com' && leaf.validity.notAfter"
     " && /^([0-9a-f]{2}:)*[0-9a-f]{2}$/.test(leaf.serialNumber) && leaf.sha256Fingerprint.length === 64"
     " && connection.clientIp === '127.0.0.1') return connection.allow();", [200, 200])])
def test_connection_functions_decide(demanding, body, seen):
    ask = demanding("optional", code=f"async function connectionHandler(connection) {{ {body} }}".encode())
    assert [ask(shown) for shown in (None, "viewer")] == seen  # without a certificate nothing is asked


def test_the_oldest_version_of_tls_is_held_to(demanding):
    ask = demanding(version="TLSv1.3_2025")
    assert [ask(newest=each) for each in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3)] == ["refused", 200]


def test_who_must_show_a_certificate_has_none_without_tls(cloudfront, client, distribution, certificate, visit):
    client("s3").create_bucket(Bucket="bundles")
    client("s3").put_object(Bucket="bundles", Key="ca.pem", Body=self_signed("ca.example.com")["Certificate"])
    store = cloudfront.create_trust_store(Name="t", CaCertificatesBundleSource={"CaCertificatesBundleS3Location": {
        "Bucket": "bundles", "Key": "ca.pem", "Region": "us-east-1"}})["TrustStore"]["Id"]
    made = distribution(ViewerMtlsConfig={"Mode": "required", "TrustStoreConfig": {"TrustStoreId": store}})
    assert visit(made, "/").status == 403
    assert visit(made, "/", X_Paritylab_Certificate="00").status == 403


@pytest.mark.parametrize(("host", "status"), [("cloudfront", "issued"), ("self-hosted", "pending-validation")])
def test_a_tenants_domain_proves_itself_at_the_edge(emulator, client, cloudfront, distribution, web, host, status):
    shared = distribution(origins=[web.described()], ConnectionMode="tenant-only")["Distribution"]["Id"]
    tenant = cloudfront.create_distribution_tenant(
        DistributionId=shared, Name="ten", Domains=[{"Domain": "ten.example.com"}],
        ManagedCertificateRequest={"ValidationTokenHost": host})["DistributionTenant"]["Id"]

    def told():
        return cloudfront.get_managed_certificate_details(Identifier=tenant)["ManagedCertificateDetails"]

    [token] = told()["ValidationTokenDetails"]
    assert token["RedirectFrom"].startswith("http://ten.example.com/.well-known/pki-validation/")
    for _ in range(100):
        if told()["CertificateStatus"] != "pending-validation":
            break
        emulator.advance(1)
        time.sleep(0.02)
    assert told()["CertificateStatus"] == status
    found = client("acm").describe_certificate(CertificateArn=told()["CertificateArn"])["Certificate"]
    assert (found["ManagedBy"], found["DomainName"]) == ("CLOUDFRONT", "ten.example.com")


def test_an_origin_is_shown_a_certificate(client, cloudfront, web, visit, refused, tmp_path):
    mine, served = self_signed("edge.example.com"), self_signed("localhost")
    pem = tmp_path / "origin.pem"
    pem.write_bytes(served["Certificate"] + served["PrivateKey"])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(cadata=mine["Certificate"].decode())
    web.server.socket = context.wrap_socket(web.server.socket, server_side=True)
    web.pages["/a"] = (200, {}, b"hello")
    arn = client("acm").import_certificate(**mine)["CertificateArn"]

    def asked(reference, **more) -> dict:
        plain = {"HTTPPort": 80, "HTTPSPort": web.port, "OriginProtocolPolicy": "https-only"}
        return {"DistributionConfig": config(
            reference, origins=[{**web.described(), "CustomOriginConfig": {**plain, **more}}])}  # fmt: skip

    shown = cloudfront.create_distribution(**asked("with", OriginMtlsConfig={"ClientCertificateArn": arn}))
    assert visit(shown, "/a").data == b"hello"
    assert users(client, {"ACMCertificateArn": arn}) == [shown["Distribution"]["ARN"]]
    assert visit(cloudfront.create_distribution(**asked("without")), "/a").status == 502
    absent = asked("absent", OriginMtlsConfig={"ClientCertificateArn": ABSENT["ACMCertificateArn"]})
    assert refused("create_distribution", **absent)[0] == "InvalidViewerCertificate"
