"""Text messages: settings, who does not want any, and sending, which ends in the ledger.

https://docs.aws.amazon.com/sns/latest/dg/sns-mobile-phone-number-as-subscriber.html
"""

import re
from typing import Any

from emulator.kernel import ledger
from emulator.kernel.context import Context
from emulator.resources.pagination import page
from emulator.services.sns.errors import invalid
from emulator.services.sns.service import service
from emulator.services.sns.tables import OptedOut, SmsSettings, opted_out, sandbox, sms_settings

PUBLISHABLE = re.compile(r"\+?[1-9]\d{1,14}")
NUMBER = re.compile(r"\+?\d{4,20}")
STOP_WORDS = frozenset(("ARRET", "CANCEL", "END", "OPT-OUT", "OPTOUT", "QUIT", "REMOVE", "STOP", "TD", "UNSUBSCRIBE"))
PAGE = 100
BAD_TOKEN = ("InvalidParameter", "Invalid parameter: nextToken")
DEFAULTS = {"MonthlySpendLimit": "1"}
SETTINGS: dict[str, re.Pattern] = {
    "DefaultSenderID": re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9-]{1,11}|"),
    "DefaultSMSType": re.compile(r"Promotional|Transactional"),
    "DeliveryStatusIAMRole": re.compile(r"arn:aws[a-z-]*:iam::\d{12}:role/.+|"),
    "DeliveryStatusSuccessSamplingRate": re.compile(r"\d{1,2}|100|"),
    "MonthlySpendLimit": re.compile(r"\d+"),
    "UsageReportS3Bucket": re.compile(r"[a-z0-9.-]{3,63}|"),
}
DELIVERED = "Message has been accepted by phone carrier"


def check_number(number: str) -> None:
    """Raises InvalidParameter for a number that nothing can be published to."""
    if not PUBLISHABLE.fullmatch(number):
        raise invalid("PhoneNumber", f"{number} is not valid to publish to")


def send(
    ctx: Context, number: str, text: str, message_id: str, attributes: dict[str, dict[str, Any]], place=None
) -> None:
    """Into the ledger, with what the carrier would have said. ``place`` is where the sender's settings are."""
    where = place or {"account": ctx.account, "region": ctx.region}
    refusal = _refusal(ctx, number, where)
    settings = ctx.rows(sms_settings, **where).get("settings")
    asked = {
        name.rpartition(".")[2]: value["StringValue"]
        for name, value in attributes.items()
        if name.startswith("AWS.SNS.SMS.") and "StringValue" in value
    }
    kept = settings.attributes if settings else {}
    ledger.write(
        ctx, "sms", number, MessageId=message_id, Message=text,
        SMSType=asked.get("SMSType", kept.get("DefaultSMSType", "Promotional")),
        SenderID=asked.get("SenderID", kept.get("DefaultSenderID", "")),
        status="FAILURE" if refusal else "SUCCESS", providerResponse=refusal or DELIVERED,
    )  # fmt: skip


def _refusal(ctx: Context, number: str, place: dict[str, str]) -> str:
    """Why the number gets no message; "" when it does."""
    if number in ctx.rows(opted_out, account=place["account"]):
        return "Phone number is opted out"
    known = ctx.rows(sandbox, **place).get(number)
    if known is None or known.status != "Verified":
        return "Phone number is not verified in the SMS sandbox"
    return ""


@service.job
def receive_sms(ctx, number, text):
    """A phone answers: a stop word opts it out, START lets messages through again."""
    word = text.strip().upper()
    if word in STOP_WORDS:
        ctx.rows(opted_out).put(OptedOut(number, ctx.now))
    elif word in ("START", "UNSTOP"):
        ctx.rows(opted_out).delete(number)


# Settings


@service.operation
def set_sms_attributes(ctx, attributes):
    """Raises InvalidParameter."""
    for name, value in attributes.items():
        if name not in SETTINGS:
            raise invalid("attributes", f"Unknown attribute {name}")
        if not SETTINGS[name].fullmatch(value):
            raise invalid(name, f"Invalid value [{value}]")
    rows = ctx.rows(sms_settings)
    current = rows.get("settings")
    rows.put(SmsSettings({**(current.attributes if current else {}), **attributes}))
    return {}


@service.operation
def get_sms_attributes(ctx, attributes=None):
    """The named settings that have a value; without names all."""
    current = ctx.rows(sms_settings).get("settings")
    found = DEFAULTS | (current.attributes if current else {})
    return {"attributes": {name: value for name, value in found.items() if not attributes or name in attributes}}


# Who opted out


def _checked(number: str) -> str:
    if not NUMBER.fullmatch(number):
        raise invalid("PhoneNumber", "input incorrectly formatted")
    return number


@service.operation
def check_if_phone_number_is_opted_out(ctx, phoneNumber):
    """Raises InvalidParameter."""
    return {"isOptedOut": _checked(phoneNumber) in ctx.rows(opted_out)}


@service.operation
def list_phone_numbers_opted_out(ctx, nextToken=None):
    """100 numbers a page. Raises InvalidParameter."""
    rows = ctx.rows(opted_out)
    found, following = page(
        ctx, lambda after: rows.range(after, after=after is not None), lambda each: each.number, nextToken, PAGE,
        invalid=BAD_TOKEN,
    )  # fmt: skip
    answer = {"phoneNumbers": [each.number for each in found]}
    return answer | ({"nextToken": following} if following else {})


@service.operation
def opt_in_phone_number(ctx, phoneNumber):
    """Let messages through to a number again; one that never opted out may. Raises InvalidParameter."""
    ctx.rows(opted_out).delete(_checked(phoneNumber))
    return {}


@service.operation
def list_origination_numbers(ctx, NextToken=None, MaxResults=None):
    """The numbers that messages are sent from: none, for SNS cannot acquire any."""
    return {"PhoneNumbers": []}
