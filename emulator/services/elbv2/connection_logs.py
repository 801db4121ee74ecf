"""Connection logs of application load balancers: each connection, also one whose client was refused.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-connection-logs.html
"""

from emulator.backends.secured import Secured
from emulator.services.elbv2 import listeners, log_files, metrics, tls
from emulator.services.elbv2.listening import HOST
from emulator.services.elbv2.log_files import moment, resource

KIND = "connection_logs"


def note(ctx, plane, listener_arn: str, client: tuple[str, int], secured: Secured | None, failure: str) -> str:
    """Count a connection, and log it where its load balancer does; its id, under which access logs know it."""
    trace = f"TID_{ctx.ids.hex(32)}"
    listener = listeners.Listener.find(ctx, {"ListenerArn": listener_arn})
    if listener is not None:
        balancer = listeners.balancer(ctx, listener)
        metrics.connected(ctx, balancer, bool(failure))
        if log_files.wanted(balancer, KIND):
            told = " ".join(_security(secured, failure)) if secured else "- - - - - - -"
            log_files.note(ctx, plane, balancer, KIND, (
                f"{moment(ctx.now)} {client[0]} {client[1]} {listener.document['Port']} {told} {trace} - "
                f"{resource(balancer.arn)} {HOST}"))
    return trace


def _security(secured: Secured, failure: str) -> list[str]:
    """Protocol, cipher, seconds of the handshake, the client's certificate, and what became of it."""
    chain = secured.chain()
    certificate = [f'"{tls.subject(chain[0])}"', tls.validity(chain[0]), tls.serial(chain[0])] if chain else ["-"] * 3
    return [secured.version(), secured.cipher() or "-", "-" if failure else f"{secured.seconds:.3f}", *certificate,
            f"Failed:{failure}" if failure else "Success"]
