"""Listeners: a port of a load balancer, with its default actions.

https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateListener.html
"""

from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.resources import Among, IdPattern, Listing, Of, Resource, Unique
from emulator.services.elbv2 import actions, certificates, facts
from emulator.services.elbv2.load_balancers import LoadBalancer
from emulator.services.elbv2.service import INVALID_MARKER, TAGS, configuration, refused, service

MISSING = ("ListenerNotFound", "One or more listeners not found")
PROTOCOLS = {
    "application": ("HTTP", "HTTPS"), "network": ("TCP", "TLS", "UDP", "TCP_UDP", "QUIC", "TCP_QUIC"), "gateway": (),
}  # fmt: skip
SECURE = ("HTTPS", "TLS")


def tail(arn: str) -> str:
    """What follows the resource's kind in an ARN: ``app/name/id…``."""
    return arn.split(":", 5)[-1].partition("/")[2] or arn


Listener = Resource(
    "Listener", service, id=IdPattern("{16:hex}", "ListenerId"), arn_member="ListenerArn", by_arn=True,
    arn="arn:{partition}:elasticloadbalancing:{region}:{account}:listener/{LoadBalancerArn}/{ListenerId}",
    words={"LoadBalancerArn": tail}, tags=TAGS, missing=MISSING, lenient_delete=False,
    create="CreateListener", update="ModifyListener", delete="DeleteListener",
    list=Listing("DescribeListeners", {
        "ListenerArns": Among("ListenerArn", MISSING), "LoadBalancerArn": Of(LoadBalancer, "LoadBalancerArn"),
    }, limit=400, order="created", invalid_token=INVALID_MARKER),
    unique=(Unique(("LoadBalancerArn", "Port"), (
        "DuplicateListener", "A listener already exists on this port for this load balancer '{LoadBalancerArn}'")),),
    cloudformation="AWS::ElasticLoadBalancingV2::Listener",
)  # fmt: skip


@Listener.on_validate
def check(ctx, document, before):
    kind = LoadBalancer.get(ctx, {"LoadBalancerArn": document["LoadBalancerArn"]}).document["Type"]
    if kind == "gateway":
        if "Protocol" in document or "Port" in document:
            raise refused("Port and protocol cannot be specified for listeners of gateway load balancers")
        return
    if before is None:
        there = len(of(ctx, document["LoadBalancerArn"]))
        facts.check_quota(f"listeners-per-{kind}-load-balancer", there, "TooManyListeners")
    protocol = document.get("Protocol")
    if protocol is None or "Port" not in document:
        raise refused(f"A listener {'port' if protocol else 'protocol'} must be specified")
    if protocol not in PROTOCOLS[kind]:
        raise refused(f"Listener protocol '{protocol}' must be one of '{', '.join(PROTOCOLS[kind])}'")
    if protocol in SECURE:
        _check_secure(ctx, document)
    elif document.get("Certificates"):
        raise configuration(f"You cannot specify a certificate for {protocol} listeners")


def _check_secure(ctx, document: dict) -> None:
    named = [each.get("CertificateArn", "") for each in document.get("Certificates", ())]
    if not named:
        raise refused(f"A certificate must be specified for {document['Protocol']} listeners")
    if len(named) > 1:
        raise refused(f"Up to one certificate can be specified, but '{len(named)}' were specified")
    certificates.check(ctx, named[0])
    facts.check_ssl_policy(document.get("SslPolicy", "ELBSecurityPolicy-2016-08"))
    if any(each not in facts.ALPN for each in document.get("AlpnPolicy", ())):
        raise AwsError("ALPNPolicyNotSupported", "The specified ALPN policy is not supported")
    mutual = document.get("MutualAuthentication", {})
    if mutual.get("Mode") == "verify" and "TrustStoreArn" not in mutual:
        raise refused("A trust store must be specified for the mutual authentication mode 'verify'")


def _complete(ctx, record, before=None):
    """The record as it is stored: actions and security in full."""
    document = record.document
    kind = balancer(ctx, record).document["Type"]
    kept = before.document["DefaultActions"] if before else []
    full = actions.complete(ctx, document["DefaultActions"], kind, document.get("Protocol", ""), kept)
    document = {**document, "DefaultActions": full}
    if document.get("Protocol") in SECURE:
        document = {"SslPolicy": "ELBSecurityPolicy-2016-08", **document}
        document["Certificates"] = [{"CertificateArn": document["Certificates"][0]["CertificateArn"]}]
    if document.get("Protocol") == "HTTPS":
        document["MutualAuthentication"] = {"Mode": "off", **document.get("MutualAuthentication", {})}
    elif "SslPolicy" in document and document.get("Protocol") not in SECURE:
        document = {name: value for name, value in document.items()
                    if name not in ("SslPolicy", "Certificates", "MutualAuthentication")}  # fmt: skip
    return replace(record, document=document)


Listener.on_create(_complete)
Listener.on_update(_complete)


@Listener.on_read
def shown(ctx, record):
    return {"DefaultActions": actions.shown(record.document["DefaultActions"])}


@LoadBalancer.on_delete
def go_along(ctx, load_balancer):
    for each in of(ctx, load_balancer.arn):
        Listener.remove(ctx, each)


def of(ctx, load_balancer: str) -> list:
    """The listeners of a load balancer."""
    return [each for each in Listener.rows(ctx) if each.document["LoadBalancerArn"] == load_balancer]


def find(ctx, arn: str):
    return Listener.get(ctx, {"ListenerArn": arn})


def balancer(ctx, listener):
    """The load balancer of a listener."""
    return LoadBalancer.get(ctx, {"LoadBalancerArn": listener.document["LoadBalancerArn"]})
