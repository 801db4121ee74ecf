"""Platform applications and their endpoints.

https://docs.aws.amazon.com/sns/latest/dg/mobile-push-send-register.html
"""

import re

from emulator.kernel.context import Context
from emulator.kernel.store import replace
from emulator.resources.pagination import page
from emulator.services.sns import arns
from emulator.services.sns.errors import invalid, not_found
from emulator.services.sns.mobile import application_arn, endpoint_arn, find_application, read_endpoint
from emulator.services.sns.service import service
from emulator.services.sns.tables import Application, Endpoint, applications, endpoints
from emulator.services.sns.topics import BAD_TOKEN, PAGE

NAME = re.compile(r"[A-Za-z0-9_.-]+")
LONGEST_NAME = 256
PLATFORMS = frozenset(
    ("ADM", "APNS", "APNS_SANDBOX", "APNS_VOIP", "APNS_VOIP_SANDBOX", "BAIDU", "FCM", "GCM", "MACOS", "MACOS_SANDBOX",
     "MPNS", "WNS")
)  # fmt: skip
SECRETS = frozenset(("PlatformCredential", "PlatformPrincipal"))
WITHOUT_PRINCIPAL = frozenset(("FCM", "GCM"))
SETTABLE = SECRETS | frozenset(
    ("ApplePlatformBundleID", "ApplePlatformTeamID", "EventDeliveryFailure", "EventEndpointCreated",
     "EventEndpointDeleted", "EventEndpointUpdated", "FailureFeedbackRoleArn", "SuccessFeedbackRoleArn",
     "SuccessFeedbackSampleRate", "Enabled")
)  # fmt: skip
OF_ENDPOINTS = frozenset(("CustomUserData", "Enabled", "Token"))
LONGEST_USER_DATA = 2048


# Applications


@service.operation
def create_platform_application(ctx, Name, Platform, Attributes):
    """Make an application, or give the one of this name the attributes. Raises InvalidParameter."""
    if not Name:
        raise invalid("", "cannot be empty")
    if len(Name) > LONGEST_NAME:
        raise invalid(Name, f"must be at most {LONGEST_NAME} characters long")
    if not NAME.fullmatch(Name):
        raise invalid(Name, "must contain only characters 'a'-'z', 'A'-'Z', '0'-'9', '_', '-', and '.'")
    if Platform not in PLATFORMS:
        raise invalid("Platform", f"{Platform} is not supported")
    _check(Attributes)
    for name in sorted(SECRETS):
        if not Attributes.get(name) and not (name == "PlatformPrincipal" and Platform in WITHOUT_PRINCIPAL):
            raise invalid("Attributes", f"{name}: no value for required parameter")
    rows = ctx.rows(applications)
    existing = rows.get((Platform, Name))
    attributes = {**(existing.attributes if existing else {}), **Attributes}
    created = existing.created if existing else ctx.now
    application = rows.put(Application(Platform, Name, attributes, created))
    return {"PlatformApplicationArn": application_arn(ctx, application)}


def _check(attributes: dict[str, str]) -> None:
    for name, value in attributes.items():
        if name not in SETTABLE:
            raise invalid("Attributes", f"Invalid attribute name: {name}")
        if name == "SuccessFeedbackSampleRate" and not (value.isdigit() and int(value) <= 100):
            raise invalid("Attributes", f"{name}: Invalid value [{value}]. Must be between 0 and 100.")


@service.operation
def delete_platform_application(ctx, PlatformApplicationArn):
    """Delete an application and its endpoints; one that is not there is deleted already. Raises InvalidParameter."""
    arn = arns.read(PlatformApplicationArn, "PlatformApplicationArn")
    _, _, rest = arn.resource.partition("/")
    platform, _, name = rest.partition("/")
    if ctx.rows(applications, **arn.place).delete((platform, name)) is not None:
        for endpoint in _endpoints_of(ctx, platform, name):
            ctx.rows(endpoints).delete(endpoint.id)
    return {}


@service.operation
def get_platform_application_attributes(ctx, PlatformApplicationArn):
    """All attributes but the credentials. Raises InvalidParameter, NotFound."""
    return {"Attributes": _shown(find_application(ctx, PlatformApplicationArn))}


def _shown(application: Application) -> dict[str, str]:
    method = _authentication(application)
    return {"Enabled": "true"} | ({"AuthenticationMethod": method} if method else {}) | {
        name: value for name, value in application.attributes.items() if name not in SECRETS
    }


def _authentication(application: Application) -> str:
    """The kind of credential, for the platforms that know two."""
    if application.platform.startswith("APNS"):
        return "token" if "ApplePlatformTeamID" in application.attributes else "certificate"
    if application.platform in WITHOUT_PRINCIPAL:
        return "token" if application.attributes["PlatformCredential"].lstrip().startswith("{") else "key"
    return ""


@service.operation
def set_platform_application_attributes(ctx, PlatformApplicationArn, Attributes):
    """Raises InvalidParameter, NotFound."""
    application = find_application(ctx, PlatformApplicationArn)
    _check(Attributes)
    ctx.rows(applications).put(replace(application, attributes={**application.attributes, **Attributes}))
    return {}


@service.operation
def list_platform_applications(ctx, NextToken=None):
    """100 a page. Raises InvalidParameter."""
    rows = ctx.rows(applications)
    found, following = page(
        ctx, lambda after: rows.range(after, after=after is not None), lambda each: (each.platform, each.name),
        NextToken, PAGE, invalid=BAD_TOKEN,
    )  # fmt: skip
    answer = {
        "PlatformApplications": [
            {"PlatformApplicationArn": application_arn(ctx, each), "Attributes": _shown(each)} for each in found
        ]
    }
    return answer | ({"NextToken": following} if following else {})


# Endpoints


def _endpoints_of(ctx: Context, platform: str, name: str) -> list[Endpoint]:
    """The oldest first."""
    return list(ctx.rows(endpoints).by("application", (platform, name), (platform, name, float("inf"))))


@service.operation
def create_platform_endpoint(ctx, PlatformApplicationArn, Token, CustomUserData=None, Attributes=None):
    """Register a device, or find the one of this token when its attributes agree. Raises InvalidParameter, NotFound."""
    application = find_application(ctx, PlatformApplicationArn)
    if not Token:
        raise invalid("Token", "no value for required parameter")
    given = _checked({**({"CustomUserData": CustomUserData} if CustomUserData else {}), **(Attributes or {})})
    token = given.pop("Token", Token)
    rows = ctx.rows(endpoints)
    same_token = (application.platform, application.name, token)
    existing = next(rows.by("token", same_token, same_token), None)
    if existing is not None:
        wanted = {"Enabled": "true", **given}
        if {**existing.attributes} != wanted:
            arn = endpoint_arn(ctx, existing)
            raise invalid("Token", f"Endpoint {arn} already exists with the same Token, but different attributes.")
        return {"EndpointArn": endpoint_arn(ctx, existing)}
    endpoint = rows.put(
        Endpoint(
            ctx.ids.uuid(), application.platform, application.name, token, {"Enabled": "true", **given}, ctx.now
        )
    )
    return {"EndpointArn": endpoint_arn(ctx, endpoint)}


def _checked(given: dict[str, str]) -> dict[str, str]:
    """Raises InvalidParameter."""
    for name, value in given.items():
        if name not in OF_ENDPOINTS:
            raise invalid("Attributes", f"Invalid attribute name: {name}")
        if name == "Enabled" and value.lower() not in ("true", "false"):
            raise invalid("Attributes", f"Enabled: Invalid value [{value}]. Must be true or false.")
        if name == "CustomUserData" and len(value.encode()) > LONGEST_USER_DATA:
            raise invalid("CustomUserData", f"must be at most {LONGEST_USER_DATA} bytes long in UTF-8 encoding")
    return {name: value.lower() if name == "Enabled" else value for name, value in given.items()}


def _find(ctx: Context, text: str) -> Endpoint:
    """Raises InvalidParameter, NotFound."""
    endpoint = read_endpoint(ctx, text)
    if endpoint is None:
        raise not_found("Endpoint")
    return endpoint


def _described(endpoint: Endpoint) -> dict[str, str]:
    return {**endpoint.attributes, "Token": endpoint.token}


@service.operation
def delete_endpoint(ctx, EndpointArn):
    """One that is not there is deleted already. Raises InvalidParameter."""
    endpoint = read_endpoint(ctx, EndpointArn)
    if endpoint is not None:
        ctx.rows(endpoints).delete(endpoint.id)
    return {}


@service.operation
def get_endpoint_attributes(ctx, EndpointArn):
    """Raises InvalidParameter, NotFound."""
    return {"Attributes": _described(_find(ctx, EndpointArn))}


@service.operation
def set_endpoint_attributes(ctx, EndpointArn, Attributes):
    """Raises InvalidParameter, NotFound."""
    endpoint = _find(ctx, EndpointArn)
    given = _checked(Attributes)
    token = given.pop("Token", endpoint.token)
    ctx.rows(endpoints).put(replace(endpoint, token=token, attributes={**endpoint.attributes, **given}))
    return {}


@service.operation
def list_endpoints_by_platform_application(ctx, PlatformApplicationArn, NextToken=None):
    """100 a page, the oldest first. Raises InvalidParameter, NotFound."""
    application = find_application(ctx, PlatformApplicationArn)
    found, following = page(
        ctx, sorted(_endpoints_of(ctx, application.platform, application.name), key=_age), _age, NextToken, PAGE,
        query=PlatformApplicationArn, invalid=BAD_TOKEN,
    )  # fmt: skip
    answer = {
        "Endpoints": [{"EndpointArn": endpoint_arn(ctx, each), "Attributes": _described(each)} for each in found]
    }
    return answer | ({"NextToken": following} if following else {})


def _age(endpoint: Endpoint) -> tuple[float, str]:
    return endpoint.created, endpoint.id
