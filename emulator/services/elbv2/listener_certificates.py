"""The certificate list of a listener, beside its default certificate."""

from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.services.elbv2 import certificates, listeners
from emulator.services.elbv2.listeners import Listener
from emulator.services.elbv2.service import configuration, paged, service

MOST = 25


def of(listener) -> list[dict]:
    """All certificates of a listener, the default one first."""
    default = [{**each, "IsDefault": True} for each in listener.document.get("Certificates", ())]
    return default + [{"CertificateArn": arn, "IsDefault": False} for arn in listener.private.get("certificates", ())]


def _put(ctx, listener, arns: list[str]):
    return Listener.put(ctx, replace(listener, private={**listener.private, "certificates": arns}))


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
