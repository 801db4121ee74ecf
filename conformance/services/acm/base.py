"""ACM: certificates, imports, ACME endpoints. https://docs.aws.amazon.com/acm/latest/APIReference/"""

from functools import partial

from conformance.generator.hints import Leave, Ref, Samples, Unique
from conformance.services.declared import Declared, Error
from conformance.services.self_signed import pair

UUID = "1234abcd-12ab-34cd-56ef-1234567890ab"
CA = {"PublicCertificateAuthority": {"AllowedKeyAlgorithms": ["RSA_2048"]}}
WIDER = {"PublicCertificateAuthority": {"AllowedKeyAlgorithms": ["RSA_2048", "EC_prime256v1", "EC_secp384r1"]}}
ROLE = "arn:aws:iam::111122223333:role/acme"
TAGS = Samples([{"Key": "a", "Value": "1"}], [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": ""}])
NAME = Leave("a filter of another kind")
PRIVATE = "arn:aws:acm-pca:us-east-1:111122223333:certificate-authority/1234abcd-12ab-34cd-56ef-1234567890ab"


CERTIFICATE, KEY = pair()
FILTERS = (
    {"Filter": {"AcmCertificateMetadataFilter": {"Status": "ISSUED"}}},
    {"Filter": {"X509AttributeFilter": {"Subject": {"CommonName": {
        "Value": "imported", "ComparisonOperator": "CONTAINS"}}}}},
    {"And": [{"Filter": {"AcmCertificateMetadataFilter": {"Type": "IMPORTED", "InUse": False}}},
             {"Not": {"Filter": {"X509AttributeFilter": {"KeyAlgorithm": "RSA_2048"}}}}]},
    {"Or": [{"Filter": {"X509AttributeFilter": {"SubjectAlternativeName": {"DnsName": {
        "Value": "imported.example.com", "ComparisonOperator": "EQUALS"}}}}},
            {"Filter": {"X509AttributeFilter": {"SerialNumber": "00:01:02:03:04:05:06:07:08:09:0a:0b:0c:0d:0e:0f"}}}]},
)  # fmt: skip

declared = Declared("acm", {
    "RequestCertificate.DomainName": Unique("www.example-"), "CertificateArn": Ref("imported", "Arn"),
    "RequestCertificate.SubjectAlternativeNames": Samples(["one.example.com"], ["*.two.example.org"]),
    "RequestCertificate.ValidationMethod": Samples("DNS", "EMAIL"),
    "RequestCertificate.DomainValidationOptions": Leave("names the certificate's own domains"),
    "RequestCertificate.Options.ValidationMethod": Leave("is told by the member outside"),
    "RequestCertificate.CertificateAuthorityArn": Samples(PRIVATE),
    "RequestCertificate.ManagedBy": Samples("CLOUDFRONT"),
    "RequestCertificate.IdempotencyToken": Unique("token"), "IdempotencyToken": Unique("token"), "Tags": TAGS,
    "CertificateTags": TAGS, "RemoveTagsFromCertificate.Tags": Samples([{"Key": "k"}], [{"Key": "k", "Value": "v"}]),
    "TagKeys": Samples(["k"], ["k", "unknown"]), "ResourceArn": Ref("imported", "Arn"),
    "ImportCertificate.Certificate": Samples(CERTIFICATE), "ImportCertificate.PrivateKey": Samples(KEY),
    "ImportCertificate.CertificateChain": Samples(CERTIFICATE),
    "ImportCertificate.Tags": Leave("is not for what is imported again"),
    "ExportCertificate.Passphrase": Samples(b"secret"),
    "NextToken": Leave("a token comes from an answer; sequences follow pages"),
    "ExportCertificate.CertificateArn": Ref("issued", "Arn"),
    "RenewCertificate.CertificateArn": Ref("exported", "Arn"),
    "RevokeCertificate.CertificateArn": Ref("exported", "Arn"),
    "UpdateCertificateOptions.CertificateArn": Ref("requested", "Arn"),
    "UpdateCertificateOptions.Options.ValidationMethod": Samples("DNS"),
    "ResendValidationEmail.CertificateArn": Ref("mailed", "Arn"), "Domain": Ref("mailed", "Name", must=False),
    "ValidationDomain": Ref("mailed", "Name", must=False),
    "ListCertificateDomainValidations.CertificateArn": Ref("requested", "Arn"),
    "Includes": Samples({"keyTypes": ["EC_prime256v1"]}, {"keyTypes": ["EC_prime256v1"], "exportOption": "DISABLED"}),
    "CertificateStatuses": Samples(["ISSUED"]), "CertificateKeyPairOrigins": Samples(["CUSTOMER_PROVIDED"]),
    "FilterStatement": Samples(*FILTERS), "DaysBeforeExpiry": Samples(10, 45),
    "AcmeEndpointArn": Ref("endpoint", "Arn"), "CertificateAuthority": Samples(CA, WIDER), "RoleArn": Samples(ROLE),
    "AcmeExternalAccountBindingArn": Ref("binding", "Arn"), "AcmeDomainValidationArn": Ref("domain", "Arn"),
    "Expiration": Samples({"Value": 2, "Type": "HOURS"}, {"Value": 1, "Type": "DAYS"},
                          {"Value": 30, "Type": "MINUTES"}),
    "CreateAcmeDomainValidation.DomainName": Samples("acme.example.com"),
    "PrevalidationOptions": Samples(
        {"DnsPrevalidation": {"DomainScope": {"ExactDomain": "ENABLED", "Wildcards": "ENABLED"}}},
        {"DnsPrevalidation": {"HostedZoneId": "ZABSENT00000"}}),
    "AccountUrl": Samples("https://example.com/acme/account/1"),
})  # fmt: skip
declared.before.update(
    ListCertificates=("imported",), SearchCertificates=("imported",), ListAcmeEndpoints=("endpoint",),
    ListAcmeExternalAccountBindings=("binding",), ListAcmeDomainValidations=("domain",),
)
for _operation in ("DescribeAcmeAccount", "RevokeAcmeAccount"):
    declared.left_out[_operation] = "an account comes of an ACME client's registration, which this API has no call for"
# Answers name key algorithms with a dash (RSA-2048), as recorded; an exported key is an encrypted one.
declared.loose.update({"keyAlgorithm", "privateKey"})
declared.hints.always["CreateAcmeEndpoint"] = ("Tags",)
declared.alone.update({"ListCertificates", "SearchCertificates"})


@declared.rule("RequestCertificate")
def one_authority(given):
    if "CertificateAuthorityArn" in given and ("ValidationMethod" in given or "ManagedBy" in given):
        return "a private certificate is not validated"
    return given


MISSING = Error("ResourceNotFoundException", 400, "Could not find certificate {Arn}.")


def absent(kind, world):
    return {"Arn": f"arn:aws:acm:{world.region}:{world.account}:{kind}"}


absent_certificate = partial(absent, f"certificate/{UUID}")


def drop(world, fields):
    world.ask("DeleteCertificate", {"CertificateArn": fields["Arn"]})


@declared.fixture("imported", drop, absent_certificate, MISSING)
def imported(world):
    world.unknown("DescribeCertificate", {"CertificateArn": absent_certificate(world)["Arn"]})
    made = world.ask("ImportCertificate", {"Certificate": CERTIFICATE, "PrivateKey": KEY, "Tags": [
        {"Key": "k", "Value": "v"}]})
    return {"Arn": made["CertificateArn"], "Tags": {"k": "v"}}


@declared.fixture("requested", drop, absent_certificate, MISSING)
def requested(world):
    name = f"{world.unique('www')}.example.com"
    made = world.ask("RequestCertificate", {"DomainName": name, "ValidationMethod": "DNS"})
    return {"Arn": made["CertificateArn"], "Name": name}


@declared.fixture("mailed", drop, absent_certificate, MISSING)
def mailed(world):
    name = f"{world.unique('mail')}.example.com"
    made = world.ask("RequestCertificate", {"DomainName": name, "ValidationMethod": "EMAIL"})
    return {"Arn": made["CertificateArn"], "Name": name}


@declared.fixture("exported", drop, absent_certificate, MISSING)
def exported(world):
    """A certificate whose key was exported."""
    made = issued(world)
    world.ask("ExportCertificate", {"CertificateArn": made["Arn"], "Passphrase": b"secret"})
    return made


@declared.fixture("issued", drop, absent_certificate, MISSING)
def issued(world):
    """A certificate that was proven in a zone of Route 53."""
    name = f"{world.unique('issued')}.example".lower()
    zone = world.ask("CreateHostedZone", {"Name": name, "CallerReference": name}, "route53")["HostedZone"]["Id"]
    zone = zone.rpartition("/")[2]
    arn = world.ask("RequestCertificate", {
        "DomainName": name, "ValidationMethod": "DNS", "KeyAlgorithm": "EC_prime256v1",
        "Options": {"Export": "ENABLED"}})["CertificateArn"]
    wanted = world.ask("DescribeCertificate", {"CertificateArn": arn})["Certificate"]["DomainValidationOptions"][0]
    record = {"Name": wanted["ResourceRecord"]["Name"], "Type": "CNAME", "TTL": 60, "ResourceRecords": [
        {"Value": wanted["ResourceRecord"]["Value"]}]}

    def change(action):
        world.ask("ChangeResourceRecordSets", {"HostedZoneId": zone, "ChangeBatch": {"Changes": [
            {"Action": action, "ResourceRecordSet": record}]}}, "route53")

    change("CREATE")
    world.later(lambda: world.ask("DeleteHostedZone", {"Id": zone}, "route53"))
    world.later(lambda: change("DELETE"))
    world.wait(lambda: world.ask("DescribeCertificate", {"CertificateArn": arn})["Certificate"],
               lambda found: found["Status"] == "ISSUED")
    return {"Arn": arn, "Name": name}


def active(world):
    arn = world.ask("CreateAcmeEndpoint", {
        "AuthorizationBehavior": "PRE_APPROVED", "CertificateAuthority": CA, "Tags": [
            {"Key": "k", "Value": world.tag}]})["AcmeEndpointArn"]
    world.wait(lambda: world.ask("DescribeAcmeEndpoint", {"AcmeEndpointArn": arn})["AcmeEndpoint"],
               lambda found: found["Status"] == "ACTIVE")
    return {"Arn": arn}


declared.fixture(
    "endpoint", lambda world, fields: world.ask("DeleteAcmeEndpoint", {"AcmeEndpointArn": fields["Arn"]}),
    partial(absent, f"acme-endpoint/{UUID}"), Error("ResourceNotFoundException", 400))(active)  # fmt: skip


@declared.fixture("binding", lambda world, fields: world.ask(
    "DeleteAcmeExternalAccountBinding", {"AcmeExternalAccountBindingArn": fields["Arn"]}),
    partial(absent, f"acme-endpoint/{UUID}/acme-external-account-binding/{UUID}"),
    Error("ResourceNotFoundException", 400))  # fmt: skip
def binding(world):
    made = world.ask("CreateAcmeExternalAccountBinding", {"AcmeEndpointArn": world.fixture("endpoint")["Arn"],
                                                          "RoleArn": ROLE})["ExternalAccountBinding"]
    return {"Arn": made["AcmeExternalAccountBindingArn"], "AcmeEndpointArn": made["AcmeEndpointArn"], "RoleArn": ROLE}


@declared.fixture("domain", lambda world, fields: world.ask(
    "DeleteAcmeDomainValidation", {"AcmeDomainValidationArn": fields["Arn"]}),
    partial(absent, f"acme-endpoint/{UUID}/acme-domain-validation/{UUID}"),
    Error("ResourceNotFoundException", 400))  # fmt: skip
def domain(world):
    made = world.ask("CreateAcmeDomainValidation", {
        "AcmeEndpointArn": world.fixture("endpoint")["Arn"], "DomainName": "acme.example.com",
        "PrevalidationOptions": {"DnsPrevalidation": {}}})
    return {"Arn": made["AcmeDomainValidationArn"], "AcmeEndpointArn": world.fixture("endpoint")["Arn"]}


# Deleting what is not there succeeds, as their lists of errors tell; a list's endpoint need not stand.
declared.errors.update({
    ("DeleteAcmeEndpoint", "AcmeEndpointArn"): None, ("DeleteAcmeDomainValidation", "AcmeDomainValidationArn"): None,
    ("DeleteAcmeExternalAccountBinding", "AcmeExternalAccountBindingArn"): None,
})
