"""What AWS publishes and no call changes: security and ALPN policies, hosted zones, the limits of an account."""

import json
from functools import cache
from pathlib import Path

from emulator.kernel.errors import AwsError
from emulator.services.elbv2.service import paged, service

DATA = Path(__file__).parent / "data"
# The protocols that a TLS listener negotiates by its ALPN policy, by preference.
ALPN = {
    "HTTP1Only": ("http/1.1", "http/1.0"), "HTTP2Only": ("h2",), "HTTP2Optional": ("http/1.1", "http/1.0", "h2"),
    "HTTP2Preferred": ("h2", "http/1.1", "http/1.0"), "None": (),
}  # fmt: skip
PROTOCOLS = ("TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3")


@cache
def hosted_zones(kind: str) -> dict[str, str]:
    """The hosted zones of load balancers' DNS names, by region; ``kind`` is the load balancer's."""
    return json.loads((DATA / "hosted_zones.json").read_text())[kind]


@cache
def ssl_policies() -> dict[str, dict]:
    """Security policies by name, in AWS's order. A protocol that is written with + goes up to TLS 1.3, else to 1.2."""
    data = json.loads((DATA / "ssl_policies.json").read_text())
    found = {}
    for name, (lowest, groups) in data["policies"].items():
        last = None if lowest.endswith("+") else -1
        ciphers = [cipher for group in groups for cipher in data["ciphers"][group]]
        found[name] = {
            "Name": name, "SslProtocols": list(PROTOCOLS[PROTOCOLS.index(lowest.rstrip("+")):last]),
            "Ciphers": [{"Name": cipher, "Priority": place} for place, cipher in enumerate(ciphers, 1)],
            "SupportedLoadBalancerTypes": ["application", "network"],
        }  # fmt: skip
    return found


def check_ssl_policy(name: str) -> None:
    if name not in ssl_policies():
        raise AwsError("SSLPolicyNotFound", f"SSL policy '{name}' not found")


@service.operation
def describe_ssl_policies(ctx, Names=None, Marker=None, PageSize=None, LoadBalancerType=None):
    """Raises SSLPolicyNotFound."""
    for name in Names or ():
        check_ssl_policy(name)
    wanted = [each for place, each in enumerate(ssl_policies().values())
              if (not Names or each["Name"] in Names)
              and (LoadBalancerType or "network") in each["SupportedLoadBalancerTypes"]]  # fmt: skip
    order = {name: place for place, name in enumerate(ssl_policies())}
    query = [Names, LoadBalancerType]
    return paged(ctx, "SslPolicies", wanted, lambda each: order[each["Name"]], Marker, PageSize, query)


@cache
def limits() -> list[dict]:
    data = json.loads((DATA / "limits.json").read_text())
    return [{"Name": name, "Max": str(value)} for name, value in data["limits"].items()]


def check_quota(name: str, count: int, code: str) -> None:
    """Raise ``code`` where there are already as many of something as a quota allows."""
    most = next(int(each["Max"]) for each in limits() if each["Name"] == name)
    if count >= most:
        raise AwsError(code, f"The quota of {most} ({name}) has been reached")


@service.operation
def describe_account_limits(ctx, Marker=None, PageSize=None):
    """The default quotas of an account."""
    order = {each["Name"]: place for place, each in enumerate(limits())}
    return paged(ctx, "Limits", limits(), lambda each: order[each["Name"]], Marker, PageSize)
