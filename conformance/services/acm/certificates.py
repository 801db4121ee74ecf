"""What proves that calls on certificates did their work."""


from conformance.services.acm.base import CERTIFICATE, declared, drop
from conformance.services.readback import gone, tagged


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


@declared.check("PutAccountConfiguration")
def configuration_stands(proof, world, given, answer):
    days = given.get("ExpiryEvents", {}).get("DaysBeforeExpiry", 45)
    proof.equal("ExpiryEvents", {"DaysBeforeExpiry": days}, proof.read("GetAccountConfiguration", {})["ExpiryEvents"])


@declared.check("GetAccountConfiguration")
def configuration_told(proof, world, given, answer):
    proof.true("DaysBeforeExpiry", answer["ExpiryEvents"]["DaysBeforeExpiry"] in (10, 45), "the default, or what is "
                                                                                           "set",
               answer)
