"""What is done with certificates that stand: import, reading, export, renewal by hand, revocation, options.

https://docs.aws.amazon.com/acm/latest/userguide/import-certificate-prerequisites.html
"""

from emulator.engines import certificate_store, certificates
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.resources import page, tags
from emulator.services.acm import issuing, validation
from emulator.services.acm.certificates import ISSUED, PENDING, Certificate, find, settle
from emulator.services.acm.service import INVALID_TOKEN, TAGS, invalid, service


@service.operation
def import_certificate(ctx, Certificate_, PrivateKey, CertificateArn=None, CertificateChain=None, Tags=None):
    """Take somebody else's certificate in. Raises ValidationException, ResourceNotFoundException and those of tags."""
    try:
        certificate, key = certificates.read(Certificate_), certificates.read_key(PrivateKey)
        certificates.check_pair(certificate, key)
        if CertificateChain:
            certificates.check_chain(certificate, CertificateChain)
    except certificates.Unfit as unfit:
        raise invalid(str(unfit)) from None
    told = certificates.describe(certificate)
    if not told["NotBefore"] <= ctx.now <= told["NotAfter"]:
        raise invalid("The certificate is expired or is not valid yet.")
    names = told.pop("Names")
    document = {
        **told, "DomainName": names[0], "SubjectAlternativeNames": names, "Status": ISSUED, "Type": "IMPORTED",
        "ImportedAt": ctx.now, "CertificateKeyPairOrigin": "CUSTOMER_PROVIDED",
        "Options": {"CertificateTransparencyLoggingPreference": "DISABLED", "Export": "DISABLED"},
    }
    if CertificateArn:
        before = find(ctx, CertificateArn)
        if Tags:
            raise AwsError("InvalidParameterException")
        if before.document["Type"] != "IMPORTED":
            raise invalid(f"The certificate {CertificateArn} was not imported.")
        record = Certificate.put(ctx, replace(before, document=document, modified=ctx.now))
    else:
        record = Certificate.make(ctx, document, tags.check({}, _plain(Tags), TAGS))
    chain = (CertificateChain or b"").decode()
    ctx.rows(certificate_store.materials).put(certificate_store.Material(record.arn, Certificate_.decode(), chain, key))
    ctx.at(told["NotAfter"], "expire", job_id=f"expire/{record.id[0]}", id=record.id[0])
    return {"CertificateArn": record.arn}


def _plain(given) -> dict[str, str]:
    return {each["Key"]: each.get("Value", "") for each in given or ()}


def _material(ctx, record):
    """Raises RequestInProgressException while there is no certificate yet."""
    found = ctx.rows(certificate_store.materials).get(record.arn)
    if found is None:
        raise AwsError("RequestInProgressException", f"Certificate {record.arn} is not yet issued.")
    return found


@service.operation
def get_certificate(ctx, CertificateArn):
    """Raises ResourceNotFoundException, RequestInProgressException."""
    found = _material(ctx, find(ctx, CertificateArn))
    return {"Certificate": found.pem} | ({"CertificateChain": found.chain} if found.chain else {})


@service.operation
def export_certificate(ctx, CertificateArn, Passphrase):
    """The certificate with its key, encrypted. Raises ValidationException, RequestInProgressException."""
    record = find(ctx, CertificateArn)
    if record.document["Type"] == "IMPORTED" or record.document["Options"]["Export"] != "ENABLED":
        raise invalid(f"Certificate ARN: {CertificateArn} is not exportable.")
    found = _material(ctx, record)
    Certificate.put(ctx, replace(record, private={**record.private, "exported": True}))
    return {"Certificate": found.pem, "CertificateChain": found.chain,
            "PrivateKey": certificates.encrypted(found.key, Passphrase)}


@service.operation
def renew_certificate(ctx, CertificateArn):
    """Raises ValidationException for what cannot be renewed, RequestInProgressException."""
    record = find(ctx, CertificateArn)
    _material(ctx, record)
    if Certificate.view(ctx, record)["RenewalEligibility"] != "ELIGIBLE":
        raise invalid(f"Certificate {CertificateArn} is not eligible for renewal.")
    issuing.start_renewal(ctx, record)


@service.operation
def revoke_certificate(ctx, CertificateArn, RevocationReason):
    """For ever. Raises ConflictException, ResourceInUseException, ValidationException."""
    record = find(ctx, CertificateArn)
    if certificate_store.users(ctx, record.arn):
        raise AwsError("ResourceInUseException", f"Certificate {record.arn} in account {ctx.account} is in use.")
    if record.document["Status"] != ISSUED:
        raise AwsError("ConflictException", f"Certificate {CertificateArn} is not in a state in which it can be "
                                            "revoked.")
    if not record.private.get("exported"):
        raise invalid(f"Certificate {CertificateArn} has not been exported.")
    settle(ctx, record, Status="REVOKED", RevokedAt=ctx.now, RevocationReason=RevocationReason)
    return {"CertificateArn": record.arn}


@service.operation
def update_certificate_options(ctx, CertificateArn, Options):
    """Logging, exporting, and the move from e-mail to DNS. Raises InvalidStateException, ValidationException."""
    record = find(ctx, CertificateArn)
    if record.document["Type"] == "IMPORTED":
        raise invalid(f"The options of the imported certificate {CertificateArn} cannot be changed.")
    if record.document["Status"] not in (ISSUED, PENDING):
        raise AwsError("InvalidStateException", f"Certificate {CertificateArn} is not in a state for that.")
    given = dict(Options)
    method = given.pop("ValidationMethod", None)
    record = settle(ctx, record, Options={**record.document["Options"], **given})
    if method and method != record.document["DomainValidationOptions"][0]["ValidationMethod"]:
        if method != "DNS":
            raise invalid("The validation method can be changed from EMAIL to DNS only.")
        summary = {"Status": "PENDING_DOMAIN_VALIDATION", "Type": "DOMAIN_VALIDATION_METHOD", "RequestedAt": ctx.now,
                   "UpdatedAt": ctx.now, "DomainValidationMethodUpdateSummary": {"From": "EMAIL", "To": "DNS"}}
        record = settle(ctx, record, UpdateSummary=summary)
        ctx.after(0, "migrate", job_id=f"migrate/{record.id[0]}", id=record.id[0])


def _requested(ctx, record) -> list[dict]:
    """The DNS challenges of a certificate that moves from e-mail to DNS."""
    return [validation.challenge(ctx, each["DomainName"], "DNS", each["ValidationDomain"])
            for each in record.document["DomainValidationOptions"]]


@service.job
def migrate(ctx, id):
    """Look for the DNS records of a new validation method; it holds when all are there."""
    record = Certificate.rows(ctx).get((id,))
    if record is None or record.document.get("UpdateSummary", {}).get("Status") != "PENDING_DOMAIN_VALIDATION":
        return
    summary = {**record.document["UpdateSummary"], "UpdatedAt": ctx.now}
    wanted = _requested(ctx, record)
    if all(validation.answered(ctx, each) for each in wanted):
        proven = [{**each, "ValidationStatus": validation.SUCCESS} for each in wanted]
        settle(ctx, record, DomainValidationOptions=proven, UpdateSummary={**summary, "Status": "SUCCESS"})
    elif ctx.now >= summary["RequestedAt"] + 3 * 86400:
        settle(ctx, record, UpdateSummary={**summary, "Status": "FAILED"})
    else:
        ctx.after(validation.EVERY, "migrate", job_id=f"migrate/{id}", id=id)
        ctx.hasten_on(validation.CHANGED, f"migrate/{id}")


@service.operation
def list_certificate_domain_validations(ctx, CertificateArn, NextToken=None, MaxItems=100):
    """Raises ResourceNotFoundException."""
    record = find(ctx, CertificateArn)
    options = sorted(record.document.get("DomainValidationOptions", ()), key=lambda each: each["DomainName"])
    moving = record.document.get("UpdateSummary", {}).get("Status") == "PENDING_DOMAIN_VALIDATION"
    wanted = {each["DomainName"]: each for each in _requested(ctx, record)} if moving else {}
    rows = [{"DomainName": each["DomainName"], "ActiveValidationConfiguration": _configuration(each)} | (
        {"RequestedValidationConfiguration": _configuration(wanted[each["DomainName"]])} if moving else {})
        for each in options]  # fmt: skip
    found, following = page(ctx, rows, lambda each: each["DomainName"], NextToken, MaxItems, query=CertificateArn,
                            invalid=INVALID_TOKEN)  # fmt: skip
    return {"DomainValidationSummaryList": found} | ({"NextToken": following} if following else {})


def _configuration(option: dict) -> dict:
    record, mails = option.get("ResourceRecord"), option.get("ValidationEmails")
    challenge = {"DnsValidationChallenge": {"ResourceRecord": record}} if record else {
        "EmailValidationChallenge": {"ValidationDomain": option["ValidationDomain"], "ValidationEmails": mails}}
    return {"ValidationMethod": option["ValidationMethod"], "ValidationStatus": option["ValidationStatus"],
            "ValidationChallenge": challenge}


@service.operation
def resend_validation_email(ctx, CertificateArn, Domain, ValidationDomain):
    """Raises ResourceNotFoundException, InvalidStateException, InvalidDomainValidationOptionsException."""
    record = find(ctx, CertificateArn)
    options = record.document.get("DomainValidationOptions", ())
    option = next((each for each in options if each["DomainName"] == Domain), None)
    if option is None:
        raise validation.unfit(f"{Domain} is not a name of the certificate.")
    if Domain != ValidationDomain and not Domain.endswith(f".{ValidationDomain}"):
        raise validation.unfit(f"The validation domain {ValidationDomain} is not a superdomain of {Domain}.")
    if option["ValidationMethod"] != "EMAIL" or option["ValidationStatus"] != PENDING:
        raise AwsError("InvalidStateException", f"The certificate {CertificateArn} does not wait for an e-mail's "
                                                "approval.")
    validation.send(ctx, record, validation.challenge(ctx, Domain, "EMAIL", ValidationDomain))
