"""Pushes to mobile endpoints: finding them by ARN, and what they get, which ends in the ledger.

https://docs.aws.amazon.com/sns/latest/dg/sns-mobile-application-as-subscriber.html
"""

from emulator.kernel import ledger
from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.services.sns import arns
from emulator.services.sns.errors import invalid, not_found
from emulator.services.sns.tables import Application, Endpoint, Message, applications, endpoints


def application_arn(ctx: Context, application: Application) -> str:
    return f"arn:aws:sns:{ctx.region}:{ctx.account}:app/{application.platform}/{application.name}"


def endpoint_arn(ctx: Context, endpoint: Endpoint) -> str:
    where = f"arn:aws:sns:{ctx.region}:{ctx.account}"
    return f"{where}:endpoint/{endpoint.platform}/{endpoint.application}/{endpoint.id}"


def is_endpoint(text: str) -> bool:
    arn = arns.split(text)
    return isinstance(arn, arns.Arn) and arn.resource.startswith("endpoint/")


def find_application(ctx: Context, text: str) -> Application:
    """Raises InvalidParameter, NotFound."""
    arn = arns.read(text, "PlatformApplicationArn")
    parts = arn.resource.split("/")
    if len(parts) != 3 or parts[0] != "app":
        raise invalid("PlatformApplicationArn", "Wrong number of slashes in relative portion of the ARN.")
    found = ctx.rows(applications, **arn.place).get((parts[1], parts[2]))
    if found is None:
        raise not_found("PlatformApplication")
    return found


def read_endpoint(ctx: Context, text: str, parameter: str = "EndpointArn") -> Endpoint | None:
    """The endpoint of an ARN, None when there is none. Raises InvalidParameter."""
    arn = arns.read(text, parameter)
    parts = arn.resource.split("/")
    if len(parts) != 4 or parts[0] != "endpoint":
        raise invalid(parameter, "Wrong number of slashes in relative portion of the ARN.")
    return ctx.rows(endpoints, **arn.place).get(parts[3])


def find_target(ctx: Context, text: str) -> str:
    """The ARN of an endpoint that can be published to. Raises InvalidParameter, EndpointDisabled."""
    endpoint = read_endpoint(ctx, text, "TargetArn")
    if endpoint is None:
        raise invalid("TargetArn", "No endpoint found for the target arn specified")
    if endpoint.attributes["Enabled"] != "true":
        raise AwsError("EndpointDisabled", "Endpoint is disabled")
    return text


def push(ctx: Context, text: str, message: Message) -> None:
    """Into the ledger, as the endpoint's platform gets it. Raises NotFound, EndpointDisabled."""
    endpoint = read_endpoint(ctx, text)
    if endpoint is None:
        raise not_found("Endpoint")
    if endpoint.attributes["Enabled"] != "true":
        raise AwsError("EndpointDisabled", "Endpoint is disabled")
    ledger.write(
        ctx, "push", text, MessageId=message.id, Platform=endpoint.platform, Token=endpoint.token,
        Message=message.text(endpoint.platform),
    )  # fmt: skip
