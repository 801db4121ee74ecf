"""Lists of certificates, by filters of two kinds.

https://docs.aws.amazon.com/acm/latest/APIReference/API_ListCertificates.html and API_SearchCertificates.html
"""

from collections.abc import Callable
from typing import Any

from emulator.engines import certificate_store, certificates
from emulator.resources import page
from emulator.resources.documents import read
from emulator.services.acm.certificates import Certificate
from emulator.services.acm.service import INVALID_TOKEN, service

SHOWN_NAMES = 100  # in a summary
DEFAULT_KEYS = ["RSA_1024", "RSA_2048"]  # what is listed unless other key types are asked for


def summary(ctx, record) -> dict[str, Any]:
    """A CertificateSummary, from which filters read, too."""
    view = Certificate.view(ctx, record)
    names = view["SubjectAlternativeNames"]
    kept = ("CertificateArn", "DomainName", "Status", "Type", "KeyAlgorithm", "NotBefore", "NotAfter", "IssuedAt",
            "ImportedAt", "RevokedAt", "ManagedBy", "CertificateKeyPairOrigin", "RenewalEligibility")
    return {name: view[name] for name in kept if name in view} | {
        "CreatedAt": record.created, "SubjectAlternativeNameSummaries": names[:SHOWN_NAMES],
        "HasAdditionalSubjectAlternativeNames": len(names) > SHOWN_NAMES,
        "KeyUsages": [each["Name"] for each in view["KeyUsages"]],
        "ExtendedKeyUsages": [each["Name"] for each in view["ExtendedKeyUsages"]],
        "ExportOption": view["Options"]["Export"], "InUse": bool(view["InUseBy"]),
    } | ({} if view["Type"] == "IMPORTED" else {"Exported": record.private.get("exported", False)})  # fmt: skip


@service.operation
def list_certificates(
    ctx, CertificateStatuses=None, CertificateKeyPairOrigins=None, Includes=None, NextToken=None, MaxItems=1000,
    SortBy=None, SortOrder="ASCENDING",
):  # fmt: skip
    """Raises ValidationException for a token that is none."""
    wanted = Includes or {}
    tests: tuple[tuple[Any, Callable[[dict], bool]], ...] = (
        (CertificateStatuses, lambda each: each["Status"] in CertificateStatuses),
        (CertificateKeyPairOrigins, lambda each: each["CertificateKeyPairOrigin"] in CertificateKeyPairOrigins),
        (wanted.get("extendedKeyUsage"), lambda each: set(each["ExtendedKeyUsages"]) & set(wanted["extendedKeyUsage"])),
        (wanted.get("keyUsage"), lambda each: set(each["KeyUsages"]) & set(wanted["keyUsage"])),
        (wanted.get("exportOption"), lambda each: each["ExportOption"] == wanted["exportOption"]),
        (wanted.get("managedBy"), lambda each: each.get("ManagedBy") == wanted["managedBy"]),
    )
    keys = wanted.get("keyTypes") or DEFAULT_KEYS
    tests += ((keys, lambda each: each["KeyAlgorithm"].replace("-", "_", 1) in keys),)
    rows = [summary(ctx, record) for record in Certificate.rows(ctx)]
    found = [each for each in rows if all(test(each) for asked, test in tests if asked)]
    shown, following = _page(ctx, found, lambda each: each["CreatedAt"], SortOrder, NextToken, MaxItems,
                             [CertificateStatuses, CertificateKeyPairOrigins, wanted, SortBy])  # fmt: skip
    return {"CertificateSummaryList": shown} | ({"NextToken": following} if following else {})


def _page(ctx, items: list[dict], key: Callable[[dict], Any], order: str, token, limit, query):
    """A page in an order that both directions have: places are counted."""
    items.sort(key=lambda each: (key(each), each["CertificateArn"]), reverse=order == "DESCENDING")
    places = {each["CertificateArn"]: place for place, each in enumerate(items)}
    return page(ctx, items, lambda each: places[each["CertificateArn"]], token, limit, query=[query, order],
                invalid=INVALID_TOKEN)  # fmt: skip


# Search

_METADATA = {
    "Status": "Status", "Type": "Type", "InUse": "InUse", "Exported": "Exported", "ExportOption": "ExportOption",
    "ManagedBy": "ManagedBy", "CertificateKeyPairOrigin": "CertificateKeyPairOrigin", "RenewalStatus": "RenewalStatus",
    "ValidationMethod": "ValidationMethod", "AcmeEndpointArn": "AcmeEndpointArn", "AcmeAccountId": "AcmeAccountId",
}  # fmt: skip


def _row(ctx, record) -> dict[str, Any]:
    """A summary with what only searches ask for."""
    document = record.document
    options = document.get("DomainValidationOptions") or [{}]
    more = {
        "Names": document["SubjectAlternativeNames"], "Serial": document.get("Serial"),
        "ValidationMethod": options[0].get("ValidationMethod"),
        "RenewalStatus": read(document, "RenewalSummary.RenewalStatus"),
        "AcmeEndpointArn": document.get("AcmeEndpointArn"), "AcmeAccountId": document.get("AcmeAccountId"),
    }  # fmt: skip
    return {**summary(ctx, record), **{name: value for name, value in more.items() if value is not None}}


def fits(statement: dict, row: dict) -> bool:
    """Whether a row fits a filter statement."""
    if "And" in statement:
        return all(fits(each, row) for each in statement["And"])
    if "Or" in statement:
        return any(fits(each, row) for each in statement["Or"])
    if "Not" in statement:
        return not fits(statement["Not"], row)
    return _filter(statement.get("Filter", {}), row)


def _filter(given: dict, row: dict) -> bool:
    if "CertificateArn" in given and given["CertificateArn"] != row["CertificateArn"]:
        return False
    metadata, attributes = given.get("AcmCertificateMetadataFilter", {}), given.get("X509AttributeFilter", {})
    if any(row.get(_METADATA[name]) != value for name, value in metadata.items()):
        return False
    return all(_ATTRIBUTES[name](row, value) for name, value in attributes.items())


def _text(given: dict, values: list[str]) -> bool:
    wanted = given["Value"].lower()
    if given["ComparisonOperator"] == "CONTAINS":
        return any(wanted in each.lower() for each in values)
    return any(wanted == each.lower() for each in values)


def _between(given: dict, moment: float | None) -> bool:
    return moment is not None and given.get("Start", moment) <= moment <= given.get("End", moment)


_ATTRIBUTES: dict[str, Callable[[dict, Any], bool]] = {
    "Subject": lambda row, given: _text(given["CommonName"], [row["DomainName"]]),
    "SubjectAlternativeName": lambda row, given: _text(given["DnsName"], row["Names"]),
    "ExtendedKeyUsage": lambda row, given: given in row["ExtendedKeyUsages"],
    "KeyUsage": lambda row, given: given in row["KeyUsages"],
    "KeyAlgorithm": lambda row, given: row["KeyAlgorithm"].replace("-", "_", 1) == given,
    "SerialNumber": lambda row, given: row.get("Serial") == given,
    "NotAfter": lambda row, given: _between(given, row.get("NotAfter")),
    "NotBefore": lambda row, given: _between(given, row.get("NotBefore")),
}


@service.operation
def search_certificates(
    ctx, FilterStatement=None, MaxResults=100, NextToken=None, SortBy="CREATED_AT", SortOrder="DESCENDING"
):
    """Raises ValidationException for a token that is none."""
    rows = [row for record in Certificate.rows(ctx) if fits(FilterStatement or {}, row := _row(ctx, record))]
    sort = "DomainName" if SortBy == "COMMON_NAME" else SortBy.title().replace("_", "")  # NOT_AFTER: NotAfter
    kinds = float if sort.endswith(("At", "After", "Before")) else str
    shown, following = _page(ctx, rows, lambda row: kinds(row.get(sort, 0)), SortOrder, NextToken, MaxResults,
                             [FilterStatement, SortBy])  # fmt: skip
    return {"Results": [_result(ctx, row) for row in shown]} | ({"NextToken": following} if following else {})


def _result(ctx, row: dict) -> dict:
    material = ctx.rows(certificate_store.materials).get(row["CertificateArn"])
    found = certificates.read(material.pem.encode()) if material is not None else None
    subject = certificates.distinguished(found.subject) if found else {"CommonName": row["DomainName"]}
    attributes = {
        "Subject": subject, "Issuer": certificates.distinguished(found.issuer) if found else {"CommonName": "Amazon"},
        "SubjectAlternativeNames": [{"DnsName": each} for each in row["Names"]], "KeyAlgorithm": row["KeyAlgorithm"],
        "KeyUsages": row["KeyUsages"], "ExtendedKeyUsages": row["ExtendedKeyUsages"],
    } | {told: row[name] for name, told in (("Serial", "SerialNumber"), ("NotBefore", "NotBefore"),
                                            ("NotAfter", "NotAfter")) if name in row}  # fmt: skip
    names = ("CreatedAt", "ImportedAt", "IssuedAt", "RenewalEligibility", "RevokedAt", *_METADATA)
    metadata = {name: row[name] for name in names if name in row}
    return {"CertificateArn": row["CertificateArn"], "X509Attributes": attributes,
            "CertificateMetadata": {"AcmCertificateMetadata": metadata}}
