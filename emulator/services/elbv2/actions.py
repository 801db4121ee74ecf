"""Actions of listeners and rules: what may stand in them, what AWS fills in, and what it never tells again.

https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_Action.html
"""

import re

from emulator.kernel.errors import AwsError
from emulator.services.elbv2 import target_groups
from emulator.services.elbv2.service import refused

INVALID = "InvalidLoadBalancerAction"
FINAL = ("forward", "redirect", "fixed-response")
SECURE = ("authenticate-oidc", "authenticate-cognito", "jwt-validation")  # actions that only HTTPS listeners have
CONFIGS = {
    "authenticate-oidc": "AuthenticateOidcConfig", "authenticate-cognito": "AuthenticateCognitoConfig",
    "redirect": "RedirectConfig", "fixed-response": "FixedResponseConfig", "jwt-validation": "JwtValidationConfig",
}  # fmt: skip
SESSION = {
    "SessionCookieName": "AWSELBAuthSessionCookie", "Scope": "openid", "SessionTimeout": 604800,
    "OnUnauthenticatedRequest": "authenticate",
}  # fmt: skip
DEFAULTS = {
    "AuthenticateOidcConfig": SESSION, "AuthenticateCognitoConfig": SESSION, "FixedResponseConfig": {},
    "RedirectConfig": {"Protocol": "#{protocol}", "Port": "#{port}", "Host": "#{host}", "Path": "/#{path}",
                       "Query": "#{query}"},
    "JwtValidationConfig": {},
}  # fmt: skip
KINDS = {"application": ("application", "lambda"), "network": ("network",), "gateway": ("gateway",)}


def ordered(actions: list[dict]) -> list[dict]:
    return sorted(actions, key=lambda action: action.get("Order", 0))


def complete(ctx, actions: list[dict], kind: str, protocol: str, before: list[dict] = ()) -> list[dict]:
    """Actions as they are stored. ``kind`` is the load balancer's, ``before`` what they replace.

    Raises ValidationError, InvalidLoadBalancerAction, TargetGroupNotFound, IncompatibleProtocols.
    """
    actions = ordered(actions)
    if not actions or actions[-1]["Type"] not in FINAL or any(each["Type"] in FINAL for each in actions[:-1]):
        raise AwsError(INVALID, "The last action must be a forward, redirect or fixed-response action")
    if len(actions) > 1 and (orders := [each.get("Order") for each in actions]) and (
        None in orders or len(set(orders)) < len(orders)
    ):
        raise refused("When specifying more than one action, each action must have a unique order")
    return [_complete(ctx, action, kind, protocol, before) for action in actions]


def _complete(ctx, action: dict, kind: str, protocol: str, before: list[dict]) -> dict:
    if kind != "application" and action["Type"] != "forward":
        raise AwsError(INVALID, f"The action type '{action['Type']}' is not valid with {kind} load balancer")
    if action["Type"] in SECURE and protocol != "HTTPS":
        raise AwsError(INVALID, f"Actions of type '{action['Type']}' are supported only on HTTPS listeners")
    if action["Type"] == "forward":
        return _forward(ctx, action, kind)
    member = CONFIGS[action["Type"]]
    if member not in action:
        raise refused(f"You must specify a configuration ({member}) for actions of type '{action['Type']}'")
    config = {**DEFAULTS[member], **action[member]}
    if member == "RedirectConfig":
        _check_redirect(config)
    if member == "FixedResponseConfig" and not re.fullmatch(r"[245]\d\d", config["StatusCode"]):
        raise refused("The status code of a fixed response must be 2XX, 4XX or 5XX")
    if config.pop("UseExistingClientSecret", False):
        kept = [each[member]["ClientSecret"] for each in before if "ClientSecret" in each.get(member, {})]
        config |= {"ClientSecret": kept[0]} if kept else {}
    return {**action, member: config}


def _check_redirect(config: dict) -> None:
    unchanged = DEFAULTS["RedirectConfig"]
    if all(config[name] == value for name, value in unchanged.items() if name != "Query"):
        raise AwsError(INVALID, "The redirect configuration is not valid because it creates a loop.")
    if not config["Path"].startswith("/"):
        raise refused("The redirect path must start with a '/'")
    if not re.fullmatch(r"HTTPS?|#\{protocol\}", config["Protocol"]):
        raise refused(f"The redirect protocol '{config['Protocol']}' must be one of '[HTTP, HTTPS, #{{protocol}}]'")


def _forward(ctx, action: dict, kind: str) -> dict:
    """A forward action, told both ways where it has one target group."""
    config = action.get("ForwardConfig") or {}
    groups = config.get("TargetGroups") or [
        {"TargetGroupArn": arn} for arn in [action.get("TargetGroupArn")] if arn is not None]
    if not groups:
        raise refused("You must specify a target group for actions of type 'forward'")
    if "TargetGroupArn" in action and [action["TargetGroupArn"]] != [each["TargetGroupArn"] for each in groups]:
        raise refused("The target group ARN and the forward configuration must name the same target group")
    for each in groups:
        group = target_groups.find(ctx, each["TargetGroupArn"])
        if target_groups.family(group.document) not in KINDS[kind]:
            raise AwsError("IncompatibleProtocols", f"The protocol of the target group '{group.arn}' is not compatible "
                                                    "with the listener")  # fmt: skip
    full = {"TargetGroups": [{"Weight": 1, **each} for each in groups]}
    if kind == "application":
        full["TargetGroupStickinessConfig"] = {"Enabled": False, **config.get("TargetGroupStickinessConfig", {})}
    elif len(groups) > 1 and kind == "gateway":
        raise AwsError("TooManyTargetGroups", "Gateway load balancers forward to one target group")
    alone = {"TargetGroupArn": groups[0]["TargetGroupArn"]} if len(groups) == 1 else {}
    return {**action, **alone, "ForwardConfig": full}


def shown(actions: list[dict]) -> list[dict]:
    """Actions without what is never told."""
    def told(value):
        if not isinstance(value, dict):
            return value
        return {key: inner for key, inner in value.items() if key != "ClientSecret"}

    return [{name: told(value) for name, value in action.items()} for action in actions]


def groups_of(actions: list[dict]) -> list[str]:
    """The ARNs of the target groups that actions forward to."""
    return [each["TargetGroupArn"] for action in actions
            for each in action.get("ForwardConfig", {}).get("TargetGroups", ())]
