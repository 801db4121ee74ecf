"""What this machine offers to the data planes, and why: the rows behind ``emulator doctor``."""

import importlib.util
import os
import shutil
import sqlite3
import sys

from emulator.backends import functions_container
from emulator.backends.functions_files import shut_off
from emulator.backends.functions_launch import Unavailable


def examine() -> list[dict]:
    """Rows ``{plane, state, detail}``.

    ``state`` is ``ok``, ``optional`` (absent, and nothing that stands needs it) or ``missing``.
    """
    return [
        {"plane": "Python", "state": "ok" if sys.version_info >= (3, 11) else "missing",
         "detail": sys.version.split()[0] + " (3.11 or later is needed)"},
        _module("event loop", "uvloop", "the standard loop is used instead, slower", optional=True),
        _module("checksums", "awscrt", "CRC32C and CRC64NVME cannot be computed"),
        {"plane": "journal", "state": "ok", "detail": f"SQLite {sqlite3.sqlite_version}"},
        _module("post-quantum keys", "cryptography.hazmat.primitives.asymmetric.mldsa",
                "the installed cryptography library has no ML-DSA and ML-KEM: KMS answers 501 to these", optional=True),
        _module("DNS", "dns", "Route 53's DNS server and DNSSEC cannot work"),
        _module("columns", "pyarrow", "install the extra 'engines' for Firehose's format conversion", optional=True),
        _module("log queries", "duckdb", "install the extra 'engines' for queries of CloudWatch Logs", optional=True),
        _module("field-level encryption", "aws_encryption_sdk", "install the extra 'engines' for CloudFront's",
                optional=True),
        _module("recording proxy", "mitmproxy", "install the extra 'record' for lab record", optional=True),
        _module("replay and diff", "deepdiff", "install the extra 'lab' for lab diff", optional=True),
        _program("AWS CLI", "aws", "not found on the path"),
        _program("Node.js", "node", "not found on the path"),
        _program("Ruby", "ruby", "not found on the path: functions in Ruby answer 501"),
        _program("Java", "javac", "no JDK (17 or later) is on the path: functions in Java answer 501"),
        _functions(),
        _containers(),
    ]  # fmt: skip


def _module(plane: str, name: str, without: str, optional: bool = False) -> dict:
    found = importlib.util.find_spec(name) is not None
    state = "ok" if found else "optional" if optional else "missing"
    return {"plane": plane, "state": state, "detail": name if found else without}


def _program(plane: str, name: str, without: str) -> dict:
    path = shutil.which(name)
    return {"plane": plane, "state": "ok" if path else "optional", "detail": path or without}


def _functions() -> dict:
    if shut_off():
        return {"plane": "functions", "state": "ok", "detail": "shut off in namespaces of their own"}
    detail = "this system lets no plain user have namespaces: functions are limited, but see this machine's files"
    return {"plane": "functions", "state": "optional", "detail": detail}


def _containers() -> dict:
    place = os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock")
    try:
        functions_container.engine().close()
    except Unavailable as lack:
        detail = f"{lack} answers 501 (looked for at {place})"
        return {"plane": "containers", "state": "optional", "detail": detail}
    return {"plane": "containers", "state": "ok", "detail": f"engine at {place}"}
