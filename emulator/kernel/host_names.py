"""Host names under which services answer browsers and other clients: who put them there, and for which resource."""

from operator import attrgetter

from emulator.kernel.store import GLOBAL, Record, Table


class HostName(Record):
    """One host name, in lower case; ``*.`` at its beginning stands for any one label. ``arn`` is what answers there.

    ``certificate`` is the ARN of what is shown over TLS, empty for the emulator's own certificate; ``minimum`` the
    lowest version of TLS. ``clients`` are to show certificates of their own (``required``, ``optional``, empty for no),
    which the bundle with the ARN ``trusted`` has signed, and which may have ended where ``expired``.
    """

    host: str
    service: str
    arn: str
    certificate: str = ""
    minimum: str = ""
    clients: str = ""
    trusted: str = ""
    expired: bool = False


host_names = Table("kernel.host-name", HostName, key=attrgetter("host"), scope=GLOBAL)


def found(rows, host: str) -> HostName | None:
    """The row of a host without port, in lower case: its own, or that of the wildcard around it."""
    return rows.get(host) or rows.get("*." + host.partition(".")[2])
