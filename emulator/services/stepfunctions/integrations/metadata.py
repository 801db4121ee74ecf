"""What optimized integrations add to an answer: how the SDK received it over HTTP.

https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html
"""

from datetime import UTC, datetime
from typing import Any
from zlib import crc32

from emulator.engines.asl.texts import dumps

PLAIN = frozenset(("events",))  # answers without metadata
MOMENT = 3  # characters by which a moment is longer on the wire (1.669832383999E9)
CONTENT = {
    "lambda": "application/json", "sns": "text/xml", "ecs": "application/x-amz-json-1.1",
    "glue": "application/x-amz-json-1.1", "athena": "application/x-amz-json-1.1",
}  # fmt: skip


def metadata(kind: str, answer: dict[str, Any], request_id: str, now: float, length: int | None = None) -> dict:
    """``SdkHttpMetadata`` and ``SdkResponseMetadata``, by the integration's name."""
    if kind in PLAIN:
        return {}
    if length is None:
        length = len(dumps(answer)) + MOMENT * sum(name.endswith("Date") for name in answer)
    size = str(length)
    date = datetime.fromtimestamp(now, UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")
    headers = {"Content-Length": size, "Content-Type": CONTENT.get(kind, "application/x-amz-json-1.0"), "Date": date,
               "x-amzn-RequestId": request_id}  # fmt: skip
    if kind in ("lambda", "dynamodb"):
        headers["Connection"] = "keep-alive"
    elif kind != "ecs":
        headers["connection"] = "keep-alive"
    if kind == "dynamodb":
        headers |= {"Server": "Server", "x-amz-crc32": str(_crc(answer))}
    if kind == "lambda":
        headers |= {
            "X-Amz-Executed-Version": answer.get("ExecutedVersion", "$LATEST"), "x-amzn-Remapped-Content-Length": "0",
            "X-Amzn-Trace-Id": f"root=1-{int(now):08x}-{request_id.replace('-', '')[:24]};sampled=0",
        }  # fmt: skip
    return {
        "SdkHttpMetadata": {
            "AllHttpHeaders": {name: [value] for name, value in headers.items()}, "HttpHeaders": headers,
            "HttpStatusCode": 200,
        },
        "SdkResponseMetadata": {"RequestId": request_id},
    }  # fmt: skip


def _crc(answer: dict[str, Any]) -> int:
    return crc32(dumps(answer).encode())
