"""The certificate list of a listener, beside its default certificate."""

from emulator.engines import certificate_store
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.services.elbv2 import certificates, listeners
from emulator.services.elbv2.listeners import Listener
from emulator.services.elbv2.service import changed, configuration, paged, service

MOST = 25


def _balancer(listener) -> str:
    return listener.document["LoadBalancerArn"]


@Listener.on_create
def served(ctx, listener):
    """ACM tells who uses its certificates: the load balancer."""
    for each in of(listener):
        certificate_store.use(ctx, each["CertificateArn"], _balancer(listener))


@Listener.on_update
def served_now(ctx, listener, before):
    released(ctx, before)
    served(ctx, listener)


@Listener.on_delete
def released(ctx, listener):
    others = [each for each in listeners.of(ctx, _balancer(listener)) if each.id != listener.id]
    kept = {each["CertificateArn"] for other in others for each in of(other)}
    for each in of(listener):
        if each["CertificateArn"] not in kept:
            certificate_store.release(ctx, each["CertificateArn"], _balancer(listener))


def of(listener) -> list[dict]:
    """All certificates of a listener, the default one first."""
    default = [{**each, "IsDefault": True} for each in listener.document.get("Certificates", ())]
    return default + [{"CertificateArn": arn, "IsDefault": False} for arn in listener.private.get("certificates", ())]


def _put(ctx, listener, arns: list[str]):
    now = replace(listener, private={**listener.private, "certificates": arns})
    served_now(ctx, Listener.put(ctx, now), listener)
    changed(ctx)


@service.operation
def add_listener_certificates(ctx, ListenerArn, Certificates):
    """Raises ListenerNotFound, CertificateNotFound, TooManyCertificates."""
    listener = listeners.find(ctx, ListenerArn)
    if listener.document.get("Protocol") not in listeners.SECURE:
        raise configuration("Certificates can be added to HTTPS and TLS listeners only")
    kept = list(listener.private.get("certificates", ()))
    for each in Certificates:
        certificates.check(ctx, each.get("CertificateArn", ""))
        if each["CertificateArn"] not in kept:
            kept.append(each["CertificateArn"])
    if len(kept) > MOST:
        raise AwsError("TooManyCertificates", f"A load balancer can have up to {MOST} certificates")
    _put(ctx, listener, kept)
    return {"Certificates": [{"CertificateArn": each["CertificateArn"], "IsDefault": False} for each in Certificates]}


@service.operation
def remove_listener_certificates(ctx, ListenerArn, Certificates):
    """Raises ListenerNotFound, OperationNotPermitted for the default certificate."""
    listener = listeners.find(ctx, ListenerArn)
    named = [each.get("CertificateArn", "") for each in Certificates]
    for each in listener.document.get("Certificates", ()):
        if each["CertificateArn"] in named:
            raise AwsError("OperationNotPermitted", "Default certificate cannot be removed")
    _put(ctx, listener, [arn for arn in listener.private.get("certificates", ()) if arn not in named])
    return {}


@service.operation
def describe_listener_certificates(ctx, ListenerArn, Marker=None, PageSize=None):
    """Raises ListenerNotFound."""
    known = of(listeners.find(ctx, ListenerArn))
    return paged(ctx, "Certificates", known, known.index, Marker, PageSize, ListenerArn)
