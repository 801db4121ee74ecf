"""ACM: certificates, imports, ACME endpoints. https://docs.aws.amazon.com/acm/latest/APIReference/"""

from datetime import UTC, datetime, timedelta
from functools import cache, partial

from conformance.generator.hints import Leave, Ref, Samples, Unique
from conformance.services.declared import Declared, Error
from conformance.services.readback import gone, inside, tagged, told

UUID = "1234abcd-12ab-34cd-56ef-1234567890ab"
CA = {"PublicCertificateAuthority": {"AllowedKeyAlgorithms": ["RSA_2048"]}}
WIDER = {"PublicCertificateAuthority": {"AllowedKeyAlgorithms": ["RSA_2048", "EC_prime256v1", "EC_secp384r1"]}}
ROLE = "arn:aws:iam::111122223333:role/acme"
TAGS = Samples([{"Key": "a", "Value": "1"}], [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": ""}])
NAME = Leave("a filter of another kind")
PRIVATE = "arn:aws:acm-pca:us-east-1:111122223333:certificate-authority/1234abcd-12ab-34cd-56ef-1234567890ab"


@cache
def pair(name="imported.example.com", number=1):
    """A certificate that signs itself, and its key, in PEM: made anew in each run; ``number``: which of a name's."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    subject, now = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)]), datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1))
    builder = builder.not_valid_after(now + timedelta(days=3650))
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), False)
    builder = builder.add_extension(x509.BasicConstraints(True, None), True)
    usages = dict.fromkeys((
        "content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "crl_sign", "encipher_only",
        "decipher_only"), False)
    builder = builder.add_extension(x509.KeyUsage(digital_signature=True, key_cert_sign=True, **usages), True)
    builder = builder.add_extension(x509.ExtendedKeyUsage([x509.ExtendedKeyUsageOID.SERVER_AUTH]), False)
    certificate = builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    return certificate, key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                          serialization.NoEncryption())


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


# Certificates


@declared.check("RequestCertificate")
def request_stands(proof, world, given, answer):
    arn = answer["CertificateArn"]
    found = proof.read("DescribeCertificate", {"CertificateArn": arn})["Certificate"]
    names = list(dict.fromkeys([given["DomainName"], *given.get("SubjectAlternativeNames", ())]))
    private, method = "CertificateAuthorityArn" in given, given.get("ValidationMethod", "EMAIL")
    options = {"CertificateTransparencyLoggingPreference": "ENABLED", "Export": "DISABLED", **given.get("Options", {})}
    proof.holds("Certificate", {
        "CertificateArn": arn, "DomainName": names[0], "SubjectAlternativeNames": names, "Subject": f"CN={names[0]}",
        "KeyAlgorithm": given.get("KeyAlgorithm", "RSA_2048").replace("_", "-", 1), "InUseBy": [],
        "Status": "FAILED" if private else "PENDING_VALIDATION", "Type": "PRIVATE" if private else "AMAZON_ISSUED",
        "RenewalEligibility": "INELIGIBLE", "CertificateKeyPairOrigin": "AWS_MANAGED", "Issuer": "Amazon",
        "KeyUsages": [], "ExtendedKeyUsages": [], "Options": options}, found)
    proof.equal("others", (given.get("CertificateAuthorityArn"), given.get("ManagedBy")), (
        found.get("CertificateAuthorityArn"), found.get("ManagedBy")))
    shown = [(each["DomainName"], each["ValidationMethod"], each["ValidationStatus"])
             for each in found.get("DomainValidationOptions", ())]
    wanted = [] if private else [(name, method, "PENDING_VALIDATION") for name in names]
    proof.equal("DomainValidationOptions", wanted, shown)
    for each in found.get("DomainValidationOptions", ()):
        proof.true("challenge", "ResourceRecord" in each if method == "DNS" else len(each["ValidationEmails"]) == 5,
                   "a record or five mailboxes", each)
    tags = proof.read("ListTagsForCertificate", {"CertificateArn": arn})["Tags"]
    proof.equal("Tags", given.get("Tags", []), tags)
    proof.true("CreatedAt", "CreatedAt" in found, "told", found)


declared.undo["RequestCertificate"] = lambda world, given, answer: drop(world, {"Arn": answer["CertificateArn"]})


@declared.check("ImportCertificate")
def import_stands(proof, world, given, answer):
    found = proof.read("GetCertificate", {"CertificateArn": answer["CertificateArn"]})
    proof.equal("Certificate", CERTIFICATE.decode(), found["Certificate"])
    proof.equal("CertificateChain", CERTIFICATE.decode() if "CertificateChain" in given else None,
                found.get("CertificateChain"))
    if "CertificateArn" in given:
        proof.equal("CertificateArn", given["CertificateArn"], answer["CertificateArn"])


declared.undo["ImportCertificate"] = lambda world, given, answer: "CertificateArn" in given or drop(
    world, {"Arn": answer["CertificateArn"]})
IMPORTED = {
    "DomainName": "imported.example.com", "SubjectAlternativeNames": ["imported.example.com"], "Type": "IMPORTED",
    "Subject": "CN=imported.example.com", "Issuer": "imported.example.com", "Status": "ISSUED", "InUseBy": [],
    "KeyAlgorithm": "EC-prime256v1", "SignatureAlgorithm": "SHA256WITHECDSA", "RenewalEligibility": "INELIGIBLE",
    "KeyUsages": [{"Name": "DIGITAL_SIGNATURE"}, {"Name": "CERTIFICATE_SIGNING"}],
    "ExtendedKeyUsages": [{"Name": "TLS_WEB_SERVER_AUTHENTICATION", "OID": "1.3.6.1.5.5.7.3.1"}],
    "CertificateKeyPairOrigin": "CUSTOMER_PROVIDED",
}  # fmt: skip
USAGES = {"KeyUsages": ["DIGITAL_SIGNATURE", "CERTIFICATE_SIGNING"],
          "ExtendedKeyUsages": ["TLS_WEB_SERVER_AUTHENTICATION"]}


@declared.check("DescribeCertificate")
def import_told(proof, world, given, answer):
    proof.holds("Certificate", {"CertificateArn": given["CertificateArn"], **IMPORTED}, answer["Certificate"])
    proof.present("Certificate.Serial", "Certificate.ImportedAt", "Certificate.NotBefore", "Certificate.NotAfter",
                  "Certificate.Options.Export", "Certificate.Options.CertificateTransparencyLoggingPreference")


@declared.check("GetCertificate")
def pem_told(proof, world, given, answer):
    proof.equal("Certificate", CERTIFICATE.decode(), answer["Certificate"])


@declared.check("ExportCertificate")
def key_told(proof, world, given, answer):
    found = proof.read("GetCertificate", {"CertificateArn": given["CertificateArn"]})
    proof.equal("Certificate", found["Certificate"], answer["Certificate"])
    proof.equal("CertificateChain", found["CertificateChain"], answer["CertificateChain"])
    proof.true("PrivateKey", answer["PrivateKey"].startswith("-----BEGIN ENCRYPTED PRIVATE KEY-----"), "encrypted",
               answer["PrivateKey"][:40])
    rows = proof.read("ListCertificates", {"Includes": {"keyTypes": ["EC_prime256v1"], "exportOption": "ENABLED"}})
    exported = {each["CertificateArn"]: each["Exported"] for each in rows["CertificateSummaryList"]}
    proof.equal("Exported", True, exported.get(given["CertificateArn"]))


@declared.check("RenewCertificate")
def renewal_stands(proof, world, given, answer):
    found = proof.read("DescribeCertificate", {"CertificateArn": given["CertificateArn"]})["Certificate"]
    status = found.get("RenewalSummary", {}).get("RenewalStatus")
    proof.equal("Certificate", world.fixture("exported")["Name"], found["DomainName"])
    proof.true("RenewalStatus", status in ("PENDING_AUTO_RENEWAL", "SUCCESS"), "under way or done", status)


@declared.check("RevokeCertificate")
def revocation_stands(proof, world, given, answer):
    found = proof.read("DescribeCertificate", {"CertificateArn": given["CertificateArn"]})["Certificate"]
    proof.holds("Certificate", {"Status": "REVOKED", "RevocationReason": given["RevocationReason"]}, found)
    proof.equal("CertificateArn", given["CertificateArn"], answer["CertificateArn"])
    proof.true("RevokedAt", "RevokedAt" in found, "told", found)


gone(declared, "DeleteCertificate", read="DescribeCertificate", by=("CertificateArn",),
     code="ResourceNotFoundException")


@declared.check("UpdateCertificateOptions")
def options_stand(proof, world, given, answer):
    found = proof.read("DescribeCertificate", {"CertificateArn": given["CertificateArn"]})["Certificate"]
    sent = {name: value for name, value in given["Options"].items() if name != "ValidationMethod"}
    proof.equal("Certificate", world.fixture("requested")["Name"], found["DomainName"])
    proof.holds("Options", {"CertificateTransparencyLoggingPreference": "ENABLED", "Export": "DISABLED", **sent},
                found["Options"])


@declared.check("ResendValidationEmail")
def mail_sent(proof, world, given, answer):
    found = proof.read("DescribeCertificate", {"CertificateArn": given["CertificateArn"]})["Certificate"]
    proof.equal("Certificate", (given["Domain"], "PENDING_VALIDATION"), (found["DomainName"], found["Status"]))


@declared.check("ListCertificateDomainValidations")
def validations_told(proof, world, given, answer):
    made = world.fixture("requested")
    found = proof.read("DescribeCertificate", {"CertificateArn": made["Arn"]})["Certificate"]
    record = found["DomainValidationOptions"][0]["ResourceRecord"]
    proof.equal("DomainValidationSummaryList", [{"DomainName": made["Name"], "ActiveValidationConfiguration": {
        "ValidationMethod": "DNS", "ValidationStatus": "PENDING_VALIDATION", "ValidationChallenge": {
            "DnsValidationChallenge": {"ResourceRecord": record}}}}], answer["DomainValidationSummaryList"])


@declared.check("ListCertificates")
def certificates_listed(proof, world, given, answer):
    made = world.fixture("imported")
    rows = {each["CertificateArn"]: each for each in answer["CertificateSummaryList"]}
    if "Includes" not in given:  # the fixture's key is of a type that must be asked for
        proof.equal("CertificateSummaryList", None, rows.get(made["Arn"]))
        return
    found = proof.read("DescribeCertificate", {"CertificateArn": made["Arn"]})["Certificate"]
    same = ("DomainName", "Status", "Type", "KeyAlgorithm", "RenewalEligibility", "NotBefore", "NotAfter", "ImportedAt",
            "CertificateKeyPairOrigin")
    proof.holds("CertificateSummaryList", {name: found[name] for name in same} | {
        "SubjectAlternativeNameSummaries": found["SubjectAlternativeNames"], "InUse": False, **USAGES,
        "HasAdditionalSubjectAlternativeNames": False, "ExportOption": "DISABLED"},
        rows.get(made["Arn"]))
    proof.true("CreatedAt", "CreatedAt" in rows.get(made["Arn"], {}), "told", rows)


@declared.check("SearchCertificates")
def certificates_found(proof, world, given, answer):
    made = world.fixture("imported")
    rows = {each["CertificateArn"]: each for each in answer["Results"]}
    found = proof.read("DescribeCertificate", {"CertificateArn": made["Arn"]})["Certificate"]
    name = {"CommonName": "imported.example.com"}
    proof.holds("Results", {"CertificateArn": made["Arn"], "X509Attributes": {
        "Subject": name, "Issuer": name, "SubjectAlternativeNames": [{"DnsName": "imported.example.com"}],
        "KeyAlgorithm": "EC-prime256v1", "SerialNumber": found["Serial"], **USAGES,
        "NotBefore": found["NotBefore"], "NotAfter": found["NotAfter"]}, "CertificateMetadata": {
            "AcmCertificateMetadata": {
                "Status": "ISSUED", "Type": "IMPORTED", "InUse": False, "ExportOption": "DISABLED",
                "RenewalEligibility": "INELIGIBLE", "CertificateKeyPairOrigin": "CUSTOMER_PROVIDED",
                "ImportedAt": found["ImportedAt"]}}}, rows.get(made["Arn"]))


# Tags

tagged(declared, "TagResource", "UntagResource", "ListTagsForResource", by=("ResourceArn",), fixture="imported")


@declared.check("AddTagsToCertificate", "RemoveTagsFromCertificate", "ListTagsForCertificate", "ListTagsForResource")
def tags_stand(proof, world, given, answer):
    arn = given.get("CertificateArn") or given["ResourceArn"]
    rows = proof.read("ListTagsForCertificate", {"CertificateArn": arn})["Tags"]
    found = {each["Key"]: each["Value"] for each in rows}
    sent = {each["Key"]: each.get("Value") for each in given.get("Tags", ())}
    wanted = {} if "k" in sent else {"k": "v", **sent}
    proof.equal("Tags", wanted, found)
    if "Tags" in answer:
        proof.equal("answer", wanted, {each["Key"]: each["Value"] for each in answer["Tags"]})


# The account


@declared.check("PutAccountConfiguration")
def configuration_stands(proof, world, given, answer):
    days = given.get("ExpiryEvents", {}).get("DaysBeforeExpiry", 45)
    proof.equal("ExpiryEvents", {"DaysBeforeExpiry": days}, proof.read("GetAccountConfiguration", {})["ExpiryEvents"])


@declared.check("GetAccountConfiguration")
def configuration_told(proof, world, given, answer):
    proof.true("DaysBeforeExpiry", answer["ExpiryEvents"]["DaysBeforeExpiry"] in (10, 45), "the default, or what is "
                                                                                           "set",
               answer)


# ACME


@declared.check("CreateAcmeEndpoint", "UpdateAcmeEndpoint")
def endpoint_stands(proof, world, given, answer):
    arn = answer.get("AcmeEndpointArn") or given["AcmeEndpointArn"]
    found = proof.read("DescribeAcmeEndpoint", {"AcmeEndpointArn": arn})["AcmeEndpoint"]
    kept = ("AuthorizationBehavior", "Contact", "CertificateAuthority", "CertificateTags")
    proof.holds("AcmeEndpoint", {"AcmeEndpointArn": arn, "AuthorizationBehavior": "PRE_APPROVED",
                                 "CertificateAuthority": CA, "Contact": "NOT_REQUIRED"}
                | {name: given[name] for name in kept if name in given}, found)
    name = arn.rpartition("/")[2].replace("-", "")
    proof.true("EndpointUrl", name in found["EndpointUrl"], "names the endpoint", found)
    rows = {each["AcmeEndpointArn"]: each for each in proof.read("ListAcmeEndpoints", {})["AcmeEndpoints"]}
    proof.equal("ListAcmeEndpoints", {**found, "Status": ""}, {**rows.get(arn, {}), "Status": ""})
    tags = proof.read("ListTagsForResource", {"ResourceArn": arn})["Tags"]
    proof.equal("Tags", given.get("Tags", [{"Key": "k", "Value": world.tag}]), tags)


declared.undo["CreateAcmeEndpoint"] = lambda world, given, answer: world.ask(
    "DeleteAcmeEndpoint", {"AcmeEndpointArn": answer["AcmeEndpointArn"]})


def _endpoint(proof, world, found):
    arn = world.fixture("endpoint")["Arn"]
    proof.holds("AcmeEndpoint", {"AcmeEndpointArn": arn, "Status": "ACTIVE", "AuthorizationBehavior": "PRE_APPROVED",
                                 "Contact": "NOT_REQUIRED", "CertificateAuthority": CA}, found)
    name = arn.rpartition("/")[2].replace("-", "")
    proof.true("EndpointUrl", name in found["EndpointUrl"], "names the endpoint", found)
    proof.true("times", "CreatedAt" in found and "UpdatedAt" in found, "told", found)


@declared.check("DescribeAcmeEndpoint")
def endpoint_told(proof, world, given, answer):
    _endpoint(proof, world, answer["AcmeEndpoint"])


@declared.check("ListAcmeEndpoints")
def endpoints_listed(proof, world, given, answer):
    rows = {each["AcmeEndpointArn"]: each for each in answer["AcmeEndpoints"]}
    _endpoint(proof, world, rows.get(world.fixture("endpoint")["Arn"], {"EndpointUrl": ""}))


@declared.check("DeleteAcmeEndpoint")
def endpoint_gone(proof, world, given, answer):
    found = world.caller().call("DescribeAcmeEndpoint", {"AcmeEndpointArn": given["AcmeEndpointArn"]})
    state = "gone" if found.code == "ResourceNotFoundException" else inside(found.parsed, "AcmeEndpoint.Status")
    proof.true("Status", state in ("gone", "DELETING"), "DELETING or gone", state)


BINDING = ("ExternalAccountBinding", "DescribeAcmeExternalAccountBinding", "AcmeExternalAccountBindingArn")


@declared.check("CreateAcmeExternalAccountBinding")
def binding_stands(proof, world, given, answer):
    made = answer["ExternalAccountBinding"]
    found = proof.read(BINDING[1], {BINDING[2]: made[BINDING[2]]})[BINDING[0]]
    proof.equal("ExternalAccountBinding", made, found)
    proof.holds("own", {name: given[name] for name in ("AcmeEndpointArn", "RoleArn")}, made)
    proof.true("times", "CreatedAt" in made and "UpdatedAt" in made, "told", made)
    if "Expiration" in given:
        unit = {"MINUTES": 60, "HOURS": 3600, "DAYS": 86400}[given["Expiration"]["Type"]]
        proof.equal("ExpiresAt", given["Expiration"]["Value"] * unit,
                    round((made["ExpiresAt"] - made["CreatedAt"]).total_seconds()))


declared.undo["CreateAcmeExternalAccountBinding"] = lambda world, given, answer: world.ask(
    "DeleteAcmeExternalAccountBinding", {BINDING[2]: answer[BINDING[0]][BINDING[2]]})
told(declared, "DescribeAcmeExternalAccountBinding", fixture="binding", names=("AcmeEndpointArn", "RoleArn"),
     at=BINDING[0])
declared.tells("DescribeAcmeExternalAccountBinding", "CreatedAt", "UpdatedAt", BINDING[2], at=BINDING[0])


@declared.check("ListAcmeExternalAccountBindings")
def bindings_listed(proof, world, given, answer):
    made = world.fixture("binding")
    rows = {each[BINDING[2]]: each for each in answer["ExternalAccountBindings"]}
    proof.equal("ExternalAccountBindings", proof.read(BINDING[1], {BINDING[2]: made["Arn"]})[BINDING[0]],
                rows.get(made["Arn"]))
    proof.holds("row", {"AcmeEndpointArn": made["AcmeEndpointArn"], "RoleArn": ROLE}, rows.get(made["Arn"]))


gone(declared, "DeleteAcmeExternalAccountBinding", read=BINDING[1], by=(BINDING[2],), code="ResourceNotFoundException")


@declared.check("GetAcmeExternalAccountBindingCredentials")
def credentials_told(proof, world, given, answer):
    again = proof.read("GetAcmeExternalAccountBindingCredentials", given)
    proof.equal("answer", {name: again[name] for name in ("KeyId", "MacKey")},
                {name: answer[name] for name in ("KeyId", "MacKey")})
    proof.true("MacKey", len(answer["MacKey"]) >= 43, "256 bits in base64url", answer["MacKey"])


@declared.check("RevokeAcmeExternalAccountBinding")
def binding_revoked(proof, world, given, answer):
    found = proof.read(BINDING[1], given)[BINDING[0]]
    proof.holds("binding", {name: world.fixture("binding")[name] for name in ("AcmeEndpointArn", "RoleArn")}, found)
    proof.true("RevokedAt", "RevokedAt" in found, "told", found)


@declared.check("CreateAcmeDomainValidation", "UpdateAcmeDomainValidation")
def domain_stands(proof, world, given, answer):
    arn = answer.get("AcmeDomainValidationArn") or given["AcmeDomainValidationArn"]
    found = proof.read("DescribeAcmeDomainValidation", {"AcmeDomainValidationArn": arn})["AcmeDomainValidation"]
    sent = given.get("PrevalidationOptions", {}).get("DnsPrevalidation", {})
    scope = {"ExactDomain": "ENABLED", "Subdomains": "DISABLED", "Wildcards": "DISABLED", **sent.get("DomainScope", {})}
    details = found["PrevalidationDetails"]["DnsPrevalidation"]
    proof.equal("details", (scope, sent.get("HostedZoneId")), (details["DomainScope"], details.get("HostedZoneId")))
    proof.holds("own", {"AcmeDomainValidationArn": arn, "DomainName": "acme.example.com",
                        "PrevalidationType": "DNS_PREVALIDATION"}, found)
    proof.equal("record", "CNAME", details["ResourceRecord"]["Type"])


declared.undo["CreateAcmeDomainValidation"] = lambda world, given, answer: world.ask(
    "DeleteAcmeDomainValidation", {"AcmeDomainValidationArn": answer["AcmeDomainValidationArn"]})


def _domain(proof, world, found):
    made = world.fixture("domain")
    proof.holds("AcmeDomainValidation", {
        "AcmeDomainValidationArn": made["Arn"], "AcmeEndpointArn": made["AcmeEndpointArn"], "Status": "VALIDATING",
        "DomainName": "acme.example.com", "PrevalidationType": "DNS_PREVALIDATION", "PrevalidationDetails": {
            "DnsPrevalidation": {"DomainScope": {"ExactDomain": "ENABLED", "Subdomains": "DISABLED",
                                                 "Wildcards": "DISABLED"}}}}, found)
    record = inside(found, "PrevalidationDetails.DnsPrevalidation.ResourceRecord") or {}
    proof.equal("record", ("CNAME", True, True), (record.get("Type"), "Name" in record, "Value" in record))
    proof.true("times", "CreatedAt" in found and "UpdatedAt" in found, "told", found)


@declared.check("DescribeAcmeDomainValidation")
def domain_told(proof, world, given, answer):
    _domain(proof, world, answer["AcmeDomainValidation"])


@declared.check("ListAcmeDomainValidations")
def domains_listed(proof, world, given, answer):
    rows = {each["AcmeDomainValidationArn"]: each for each in answer["AcmeDomainValidations"]}
    _domain(proof, world, rows.get(world.fixture("domain")["Arn"], {}))


gone(declared, "DeleteAcmeDomainValidation", read="DescribeAcmeDomainValidation", by=("AcmeDomainValidationArn",),
     code="ResourceNotFoundException")


@declared.check("ListAcmeAccounts")
def no_accounts_yet(proof, world, given, answer):
    proof.equal("AcmeAccounts", [], answer["AcmeAccounts"])
