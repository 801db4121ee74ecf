"""Who owns a domain: challenges by DNS, by HTTP and by e-mail, and the job that looks for their answers.

https://docs.aws.amazon.com/acm/latest/userguide/domain-ownership-validation.html
"""

import hashlib
from urllib.parse import urlsplit

from emulator.backends import http
from emulator.engines.dns_resolution import CHANGED
from emulator.kernel import ledger
from emulator.kernel.context import acting
from emulator.kernel.errors import AwsError
from emulator.kernel.host_names import found, host_names
from emulator.services.acm.service import invalid

MAILBOXES = ("administrator", "webmaster", "postmaster", "hostmaster", "admin")
PATIENCE = 10.0  # seconds for a domain to answer
EVERY = 60.0  # seconds between two looks; a change of Route 53's records brings the next
APPROVALS = "/_acm/approvals/"
PENDING, SUCCESS = "PENDING_VALIDATION", "SUCCESS"


def check(document: dict) -> None:
    """Raises InvalidDomainValidationOptionsException, ValidationException."""
    names = [document["DomainName"], *document.get("SubjectAlternativeNames", ())]
    for each in document.get("DomainValidationOptions", ()):
        name, domain = each["DomainName"], each["ValidationDomain"]
        if name not in names:
            raise unfit(f"{name} is not a name of the certificate.")
        if name != domain and not name.endswith(f".{domain}"):
            raise unfit(f"The validation domain {domain} is not a superdomain of {name}.")
    if document.get("ValidationMethod") == "HTTP" and document.get("ManagedBy") != "CLOUDFRONT":
        raise invalid("HTTP validation is only supported for certificates that are managed by CloudFront.")


def unfit(message: str) -> AwsError:
    return AwsError("InvalidDomainValidationOptionsException", message)


def challenges(ctx, names: list[str], method: str, options) -> list[dict]:
    """DomainValidationOptions of a new certificate."""
    domains = {each["DomainName"].lower(): each["ValidationDomain"] for each in options}
    return [challenge(ctx, name, method, domains.get(name, name)) for name in names]


def challenge(ctx, name: str, method: str, domain: str) -> dict:
    found = {"DomainName": name, "ValidationDomain": domain, "ValidationStatus": PENDING, "ValidationMethod": method}
    if method == "DNS":
        found["ResourceRecord"] = record_for(ctx, name)
    elif method == "EMAIL":
        found["ValidationEmails"] = [f"{box}@{domain.removeprefix('*.')}" for box in MAILBOXES]
    else:
        secret = _digest(ctx, name, "redirect")
        found["HttpRedirect"] = {
            "RedirectFrom": f"http://{name}/.well-known/pki-validation/{secret}.txt",
            "RedirectTo": f"https://validation.{ctx.region}.acm-validations.aws/{ctx.account}/{secret}.txt"}
    return found


def record_for(ctx, name: str) -> dict:
    """The CNAME that proves a domain to be the account's: always the same for a domain and an account."""
    domain = name.removeprefix("*.")
    value = f"_{_digest(ctx, domain, 'value')}.{_letters(ctx, domain)}.acm-validations.aws."
    return {"Name": f"_{_digest(ctx, domain, 'name')}.{domain}.", "Type": "CNAME", "Value": value}


def _digest(ctx, *parts: str) -> str:
    return hashlib.md5("/".join((ctx.account, *parts)).encode(), usedforsecurity=False).hexdigest()


def _letters(ctx, domain: str) -> str:
    return "".join(chr(ord("a") + int(each, 16)) for each in _digest(ctx, domain, "zone")[:10])


def begin(ctx, record) -> None:
    """Send the mails, and look for answers from now on."""
    for each in record.document["DomainValidationOptions"]:
        send(ctx, record, each)
    look_again(ctx, record, 0.0)


def look_again(ctx, record, seconds: float = EVERY) -> None:
    job_id = f"validate/{record.id[0]}"
    ctx.after(seconds, "validate", job_id=job_id, id=record.id[0])
    ctx.hasten_on(CHANGED, job_id)


# By e-mail


def send(ctx, record, option: dict) -> None:
    """Mail one domain's request for approval, into the ledger."""
    if option["ValidationMethod"] != "EMAIL" or option["ValidationStatus"] != PENDING:
        return
    link = f"{ctx.endpoint}{APPROVALS}{ctx.region}/{ctx.account}/{record.id[0]}/{option['DomainName']}"
    for address in option["ValidationEmails"]:
        ledger.write(
            ctx, "email", address, CertificateArn=record.arn, Domain=option["DomainName"], ApprovalURL=link,
            Subject=f"Certificate approval for {option['DomainName']}",
            Message=f"Amazon Certificate Manager asks to approve a certificate for {option['DomainName']}: {link}",
        )  # fmt: skip


# By HTTP


async def redirected(ctx, option: dict) -> bool:
    """Whether a domain redirects as a challenge asks; a host that is the emulator's is asked there."""
    wanted, domain = option["HttpRedirect"], option["DomainName"]
    place = urlsplit(wanted["RedirectFrom"])
    ours = found(ctx.rows(host_names), domain) is not None
    url = f"{ctx.endpoint}{place.path}" if ours else wanted["RedirectFrom"]
    outcome = await ctx.in_thread(
        http.request, "GET", url, {"host": domain}, b"", PATIENCE, bool(ctx.setting("outbound")))
    return wanted["RedirectTo"] in (value for name, value in outcome.headers if name.lower() == "location")


# By DNS


def answered(ctx, option: dict) -> bool:
    """Whether the record that a challenge asks for is there: Route 53's own zones are all the DNS there is."""
    wanted = option["ResourceRecord"]
    name = wanted["Name"].rstrip(".")
    labels = name.split(".")
    role = acting("acm.amazonaws.com", "", ctx.account)
    for count in range(1, len(labels)):
        zone = ".".join(labels[count:]) + "."
        try:
            found = ctx.call("route53", "ListHostedZonesByName", {"DNSName": zone, "MaxItems": "10"}, as_=role)
            for each in found["HostedZones"]:
                if each["Name"] == zone and not each["Config"]["PrivateZone"]:
                    asked = {"HostedZoneId": each["Id"].rpartition("/")[2], "RecordName": name, "RecordType": "CNAME"}
                    answer = ctx.call("route53", "TestDNSAnswer", asked, as_=role)
                    told = [value.rstrip(".").lower() for value in answer["RecordData"]]
                    return wanted["Value"].rstrip(".") in told
        except AwsError:
            return False
    return False
