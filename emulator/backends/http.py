"""HTTP to the outside: one blocking request, for a worker thread; only to this machine unless told otherwise.

A test's endpoint listens on loopback; a message that leaves the machine by accident cannot be taken back.
"""

import ipaddress
import socket
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

PORTS = {"http": 80, "https": 443}


class Outcome(NamedTuple):
    """``status`` of the answer, 0 when there was none; ``reason`` tells what went wrong, "" when nothing did."""

    status: int
    reason: str = ""
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()


def is_loopback(host: str, port: int) -> bool:
    """Whether every address of a host is this machine's own. Raises OSError for a name that has no address."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return all(ipaddress.ip_address(address[0].partition("%")[0]).is_loopback for *_, address in found)


def post(url: str, headers: dict[str, str], body: bytes, timeout: float, anywhere: bool = False) -> Outcome:
    """As :func:`request`, by POST."""
    return request("POST", url, headers, body, timeout, anywhere)


def request(
    method: str, url: str, headers: dict[str, str], body: bytes, timeout: float, anywhere: bool = False,
    encoded: bool = False, connecting: tuple[float, int] | None = None, identity: str | None = None,
) -> Outcome:  # fmt: skip
    """Ask once, following no redirect. ``anywhere`` allows other machines than this one. Never raises.

    ``encoded`` leaves a compressed body as it came. ``connecting`` are the seconds for a connection, and the attempts;
    else it has the time of the answer, and is tried once. ``identity`` is the path of a certificate with its chain and
    key (PEM), for endpoints that ask for one.

    Certificates of loopback endpoints are not verified: nobody issues them one that could be.
    """
    import urllib3

    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
        local = is_loopback(host, port)
    except (OSError, ValueError, KeyError) as error:
        return Outcome(0, f"{url} cannot be reached: {error}")
    if not (local or anywhere):
        return Outcome(0, f"{host} is not on this machine; start the emulator with --outbound to reach it")
    if parts.username is not None:
        credentials = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        headers = {**headers, **urllib3.util.make_headers(basic_auth=credentials)}
    target = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path or '/'}"
    target += f"?{parts.query}" if parts.query else ""
    seconds, attempts = connecting or (timeout, 1)
    with urllib3.PoolManager(
        cert_reqs="CERT_NONE" if local else "CERT_REQUIRED", cert_file=identity,
        timeout=urllib3.Timeout(connect=seconds, read=timeout),
        retries=urllib3.Retry(attempts - 1, read=0, other=0, redirect=False, status=False) if attempts > 1 else False,
    ) as pool:  # fmt: skip
        if local:
            urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
        try:
            answer = pool.request(
                method, target, body=body, headers=headers, redirect=False, decode_content=not encoded)  # fmt: skip
        except (urllib3.exceptions.HTTPError, OSError) as error:
            return Outcome(0, f"{url} did not answer: {error}")
    reason = "" if answer.status < 300 else f"{url} answered {answer.status}"
    return Outcome(answer.status, reason, answer.data, tuple(answer.headers.items()))
