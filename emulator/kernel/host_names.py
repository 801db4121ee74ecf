"""Host names under which services answer browsers and other clients: who put them there, and for which resource."""

from operator import attrgetter

from emulator.kernel.store import GLOBAL, Record, Table


class HostName(Record):
    """One host name, in lower case; ``*.`` at its beginning stands for any one label. ``arn`` is what answers there."""

    host: str
    service: str
    arn: str


host_names = Table("kernel.host-name", HostName, key=attrgetter("host"), scope=GLOBAL)
