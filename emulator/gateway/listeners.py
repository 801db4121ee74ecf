"""Ports of their own: what a service listens on, beside the emulator's port, when a setting names the port.

A service declares ``async def listen(host, port, open)`` with ``Service.listener``; ``open()`` gives a context, and
what it returns has ``close()``. ``emulator start --set route53.dns-port=5353``
"""

from typing import TYPE_CHECKING

from emulator import services
from emulator.gateway.identify import DEFAULT_REGION
from emulator.kernel.context import Context, root

if TYPE_CHECKING:
    from emulator.gateway.emulator import Emulator

# By setting: whose port it is.
LISTENERS = {"route53.dns-port": "route53"}


async def start(emulator: "Emulator") -> list:
    """Open every port that a setting asks for. Raises OSError for one that is taken."""
    found = []
    for setting, name in LISTENERS.items():
        port = emulator.runtime.settings.get(setting)
        if port is None:
            continue
        account = emulator.options.account

        def open(name: str = name, account: str = account) -> Context:
            return Context(emulator.runtime, name, "", account, DEFAULT_REGION, root(account))

        found.append(await services.load(name).listeners[setting](emulator.options.host, int(port), open))
    return found
