"""Answers that a load balancer makes itself.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html
"""

from emulator.backends.http_messages import Response

SERVER = "awselb/2.0"
PHRASES = {
    400: "Bad Request", 401: "Authorization Required", 403: "Forbidden", 405: "Not Allowed",
    413: "Request Entity Too Large",
    500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Temporarily Unavailable", 504: "Gateway Time-out",
    561: "Unauthorized",
}  # fmt: skip


class Failed(Exception):
    """A request cannot be answered: the status of its error page, and the ``error_reason`` of access logs."""

    def __init__(self, status: int, reason: str = "-"):
        super().__init__(status, reason)
        self.status, self.reason = status, reason


def page(status: int) -> bytes:
    told = f"{status} {PHRASES.get(status, '')}".strip()
    return (f"<html>\r\n<head><title>{told}</title></head>\r\n<body>\r\n<center><h1>{told}</h1></center>\r\n</body>\r\n"
            "</html>\r\n").encode()  # fmt: skip


def failed(status: int) -> Response:
    """An error page."""
    return Response(status, (("Server", SERVER), ("Content-Type", "text/html")), page(status))


def redirected(status: int, location: str, more=()) -> Response:
    headers = (("Server", SERVER), ("Content-Type", "text/html"), ("Location", location), *more)
    return Response(status, headers, page(status))


def fixed(config: dict) -> Response:
    """What a fixed-response action says."""
    content_type = config.get("ContentType", "text/plain")
    headers = (("Server", SERVER), ("Content-Type", f"{content_type}; charset=utf-8"))
    return Response(int(config["StatusCode"]), headers, config.get("MessageBody", "").encode())
