"""TCP to the outside: one connection that is opened and closed, for a worker thread; to this machine unless told."""

import socket

from emulator.backends.http import is_loopback


def connect(host: str, port: int, timeout: float, anywhere: bool = False) -> str:
    """What kept a connection from being established; "" when it was. ``anywhere`` allows other machines. Never "
                                                       "raises."""
    try:
        if not (anywhere or is_loopback(host, port)):
            return f"{host} is not on this machine; start the emulator with --outbound to reach it"
        with socket.create_connection((host, port), timeout):
            return ""
    except OSError as error:
        return f"{host}:{port} cannot be reached: {error}"
