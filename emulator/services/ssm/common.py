"""The service object, and the errors that all of Systems Manager shares."""

import json

from emulator.kernel.context import Context, Principal
from emulator.kernel.errors import AwsError
from emulator.kernel.service import Service

service = Service("ssm")
SSM = Principal("Service", "", "ssm.amazonaws.com", "ssm.amazonaws.com")  # who does what nobody asked for at the moment


def invalid(message: str) -> AwsError:
    """What Systems Manager answers to input that no modelled error covers."""
    return AwsError("ValidationException", message, 400)


INVALID_TOKEN = ("InvalidNextToken", "The specified token isn't valid.")


def tell(ctx: Context, detail_type: str, arn: str, detail: dict) -> None:
    """Put an event of Systems Manager on the account's default bus. While EventBridge does not stand nobody listens."""
    entry = {"Source": "aws.ssm", "DetailType": detail_type, "Resources": [arn], "Detail": json.dumps(detail)}
    try:
        ctx.call("events", "PutEvents", {"Entries": [entry]}, as_=SSM)
    except AwsError as error:
        if error.code != "NotImplemented":
            raise
