"""The SMS sandbox, in which every new account is: only numbers that were verified get messages.

https://docs.aws.amazon.com/sns/latest/dg/sns-sms-sandbox.html
"""

from emulator.kernel import ledger
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.resources.pagination import page
from emulator.services.sns.service import service
from emulator.services.sns.tables import PhoneNumber as Destination
from emulator.services.sns.tables import opted_out, sandbox
from emulator.services.sns.topics import BAD_TOKEN, PAGE

MOST = 10
PASSWORD_DIGITS = 6
STAYS = 86_400.0  # seconds that a verified number must stay


def _missing() -> AwsError:
    return AwsError("ResourceNotFound", "Phone number not found")


@service.operation
def get_sms_sandbox_account_status(ctx):
    return {"IsInSandbox": True}


@service.operation
def create_sms_sandbox_phone_number(ctx, PhoneNumber, LanguageCode=None):
    """Add a destination and send it a one-time password. Raises OptedOut, UserError."""
    if PhoneNumber in ctx.rows(opted_out):
        raise AwsError("OptedOut", "The phone number is opted out")
    rows = ctx.rows(sandbox)
    known = rows.get(PhoneNumber)
    if known is not None and known.status == "Verified":
        return {}
    if known is None and len(rows) >= MOST:
        raise AwsError("UserError", f"The SMS sandbox holds at most {MOST} destination phone numbers")
    password = ctx.ids.text(PASSWORD_DIGITS, "0123456789")
    rows.put(Destination(PhoneNumber, "Pending", password, ctx.now))
    ledger.write(
        ctx, "sms", PhoneNumber, MessageId=ctx.ids.uuid(), LanguageCode=LanguageCode or "en-US",
        SMSType="Transactional", Message=f"Your verification code is {password}", OneTimePassword=password,
        status="SUCCESS",
    )  # fmt: skip
    return {}


@service.operation
def verify_sms_sandbox_phone_number(ctx, PhoneNumber, OneTimePassword):
    """Raises ResourceNotFound, VerificationException."""
    rows = ctx.rows(sandbox)
    known = rows.get(PhoneNumber)
    if known is None:
        raise _missing()
    if known.status != "Verified" and known.password != OneTimePassword:
        raise AwsError(
            "VerificationException", "The one-time password is not valid", 400, Status="InvalidVerificationCode"
        )
    rows.put(replace(known, status="Verified"))
    return {}


@service.operation
def delete_sms_sandbox_phone_number(ctx, PhoneNumber):
    """Raises ResourceNotFound, UserError."""
    rows = ctx.rows(sandbox)
    known = rows.get(PhoneNumber)
    if known is None:
        raise _missing()
    if known.status == "Verified" and ctx.now < known.created + STAYS:
        raise AwsError("UserError", "A verified phone number can be deleted 24 hours after it was added")
    rows.delete(PhoneNumber)
    return {}


@service.operation
def list_sms_sandbox_phone_numbers(ctx, NextToken=None, MaxResults=None):
    """Raises InvalidParameter."""
    rows = ctx.rows(sandbox)
    found, following = page(
        ctx, lambda after: rows.range(after, after=after is not None), lambda each: each.number, NextToken,
        MaxResults or PAGE, invalid=BAD_TOKEN,
    )  # fmt: skip
    answer = {"PhoneNumbers": [{"PhoneNumber": each.number, "Status": each.status} for each in found]}
    return answer | ({"NextToken": following} if following else {})
