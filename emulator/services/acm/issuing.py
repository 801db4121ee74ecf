"""From a validated request to a certificate, and on through its renewals to its end.

https://docs.aws.amazon.com/acm/latest/userguide/managed-renewal.html
"""

from emulator.engines import certificate_store, certificates, key_pairs
from emulator.engines.certificates import Authority, days
from emulator.kernel.store import GLOBAL, Record, Table
from emulator.services.acm import validation
from emulator.services.acm.certificates import ISSUED, LATEST, PENDING, Certificate, settle
from emulator.services.acm.service import service
from emulator.services.acm.validation import SUCCESS

VALIDITY = 198  # days
RENEWAL = 45  # days before the end


class Kept(Record):
    """The local authority, made when the first certificate is issued."""

    authority: Authority


authorities = Table("acm.authority", Kept, key=lambda _: "local", scope=GLOBAL)


@service.job
def validate(ctx, id):
    """Look for what proves the domains; issue when all are proven, give up after three days."""
    record = Certificate.rows(ctx).get((id,))
    if record is None or record.document["Status"] != PENDING:
        return
    options = [_looked(ctx, each) for each in record.document["DomainValidationOptions"]]
    record = settle(ctx, record, DomainValidationOptions=options)
    if all(each["ValidationStatus"] == SUCCESS for each in options):
        ctx.after(0, "issue", job_id=f"issue/{id}", id=id)
    elif ctx.now >= record.created + LATEST:
        failed = [{**each, "ValidationStatus": "FAILED"} if each["ValidationStatus"] != SUCCESS else each
                  for each in options]
        settle(ctx, record, Status="VALIDATION_TIMED_OUT", DomainValidationOptions=failed)
    else:
        if any(_waits(each, "HTTP") for each in options):
            ctx.after(0, "ask_domains", job_id=f"ask/{id}", id=id)
        validation.look_again(ctx, record, min(validation.EVERY, record.created + LATEST - ctx.now))


@service.job
async def ask_domains(ctx, id):
    """Ask the domains that prove themselves by HTTP; look at all of them again when one does."""
    record = Certificate.rows(ctx).get((id,))
    options = record.document["DomainValidationOptions"] if record is not None else ()
    proven = {each["DomainName"] for each in options if _waits(each, "HTTP") and await validation.redirected(ctx, each)}
    record = Certificate.rows(ctx).get((id,))
    if record is None or not proven:
        return
    options = [{**each, "ValidationStatus": SUCCESS} if each["DomainName"] in proven else each
               for each in record.document["DomainValidationOptions"]]
    validation.look_again(ctx, settle(ctx, record, DomainValidationOptions=options), 0)


def _waits(option: dict, method: str) -> bool:
    return option["ValidationStatus"] == validation.PENDING and option["ValidationMethod"] == method


def _looked(ctx, option: dict) -> dict:
    proven = _waits(option, "DNS") and validation.answered(ctx, option)
    return {**option, "ValidationStatus": SUCCESS} if proven else option


@service.page(validation.APPROVALS)
def approve(ctx, rest):
    """The link of a validation mail: one look approves its domain."""
    region, account, id, domain = (rest.split("/") + [""] * 4)[:4]
    ctx.region, ctx.account = region, account
    record = Certificate.rows(ctx).get((id,))
    if record is None or record.document["Status"] != PENDING:
        return None
    with ctx.transaction():
        options = [{**each, "ValidationStatus": SUCCESS} if each["DomainName"] == domain else each
                   for each in record.document["DomainValidationOptions"]]
        settle(ctx, record, DomainValidationOptions=options)
        validation.look_again(ctx, record, 0)
    return "text/plain", f"The certificate for {domain} is approved.\n".encode()


@service.job
async def issue(ctx, id):
    """Make key and certificate in a worker thread, and store them; also for a renewal."""
    ctx.stand_by("issue", f"issue/{id}", id=id)
    record = Certificate.rows(ctx).get((id,))
    if record is None:
        ctx.cancel(f"issue/{id}")
        return
    kept = ctx.rows(authorities).get("local")
    algorithm = record.document["KeyAlgorithm"].replace("-", "_", 1)
    serial, names = int(ctx.ids.hex(31), 16), record.document["SubjectAlternativeNames"]
    made = await ctx.in_thread(_make, kept and kept.authority, algorithm, names, serial, ctx.now)
    kept = ctx.rows(authorities).get("local")
    if kept and kept.authority != made[0]:  # another certificate made an authority meanwhile: issue by that one
        made = await ctx.in_thread(_make, kept.authority, algorithm, names, serial, ctx.now)
    ctx.cancel(f"issue/{id}")
    record = Certificate.rows(ctx).get((id,))
    if record is not None and record.document["Status"] in (PENDING, ISSUED):
        ctx.rows(authorities).put(Kept(made[0]))
        _store(ctx, record, *made)


def _make(authority: Authority | None, algorithm: str, names: list[str], serial: int, now: float) -> tuple:
    """Blocking: an authority where there is none, a key, and a certificate."""
    authority = authority or certificates.authority(now)
    key = certificates.new_key(algorithm)
    begin = certificates.midnight(now)
    public = key_pairs.public_of(key)
    return authority, key, certificates.issue(authority, public, names, serial, begin, begin + days(VALIDITY) - 1)


def _store(ctx, record, authority: Authority, key: bytes, pem: str) -> None:
    ctx.rows(certificate_store.materials).put(
        certificate_store.Material(record.arn, pem, authority.pem + authority.root, key))
    told = certificates.describe(certificates.read(pem.encode()))
    del told["Names"], told["Issuer"]
    renewed = record.document["Status"] == ISSUED
    options = [{**each, "ValidationStatus": SUCCESS} for each in record.document["DomainValidationOptions"]]
    summary = {"RenewalStatus": "SUCCESS", "DomainValidationOptions": options, "UpdatedAt": ctx.now}
    record = settle(ctx, record, **told, Status=ISSUED, IssuedAt=ctx.now, DomainValidationOptions=options,
                    RenewalSummary=summary if renewed else None)  # fmt: skip
    ctx.at(told["NotAfter"] - days(RENEWAL), "renew", job_id=f"renew/{record.id[0]}", id=record.id[0])
    ctx.at(told["NotAfter"], "expire", job_id=f"expire/{record.id[0]}", id=record.id[0])


@service.job
def renew(ctx, id):
    """Managed renewal: what is in use and can still be proven is issued anew; the rest is looked at every day."""
    record = Certificate.rows(ctx).get((id,))
    if record is None or record.document["Status"] != ISSUED:
        return
    if Certificate.view(ctx, record)["RenewalEligibility"] == "ELIGIBLE" and start_renewal(ctx, record):
        return
    ctx.after(days(1), "renew", job_id=f"renew/{id}", id=id)


def start_renewal(ctx, record) -> bool:
    """Begin one; False while a domain is not proven, which the summary tells."""
    options = [{**each, "ValidationStatus": _still(ctx, each)} for each in record.document["DomainValidationOptions"]]
    proven = all(each["ValidationStatus"] == SUCCESS for each in options)
    summary = {"RenewalStatus": "PENDING_AUTO_RENEWAL" if proven else "PENDING_VALIDATION",
               "DomainValidationOptions": options, "UpdatedAt": ctx.now}
    settle(ctx, record, RenewalSummary=summary)
    if proven:
        ctx.after(0, "issue", job_id=f"issue/{record.id[0]}", id=record.id[0])
    return proven


def _still(ctx, option: dict) -> str:
    """DNS is asked again; who approved by mail is mailed again by hand."""
    if option["ValidationMethod"] != "DNS":
        return option["ValidationStatus"]
    return SUCCESS if validation.answered(ctx, option) else validation.PENDING


@service.job
def expire(ctx, id):
    record = Certificate.rows(ctx).get((id,))
    if record is not None and record.document["Status"] == ISSUED:
        settle(ctx, record, Status="EXPIRED")
