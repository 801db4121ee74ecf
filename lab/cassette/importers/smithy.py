"""Connection recordings of smithy's Rust runtime (JSON): events by connection, the data of each direction joined.

https://docs.rs/aws-smithy-runtime (``dvr``)
"""

import base64
import json
from pathlib import Path

from lab.cassette.importers.exchange import Exchange, Recording, pairs, request, response


def matches(path: Path, head: bytes) -> bool:
    return path.suffix == ".json" and b'"connection_id"' in head


def read(path: Path) -> list[Recording]:
    data = json.loads(path.read_bytes())
    connections: dict[int, list[dict]] = {}
    for event in data["events"] if isinstance(data, dict) else data:
        connections.setdefault(event["connection_id"], []).append(event["action"])
    exchanges = [exchange(actions) for actions in connections.values() if "Request" in actions[0]]
    return [Recording(path.stem, exchanges)]


def exchange(actions: list[dict]) -> Exchange:
    sent = actions[0]["Request"]["request"]
    got = next((each["Response"]["response"].get("Ok") for each in actions if "Response" in each), None)
    made = request(sent["method"], sent["uri"], pairs(sent["headers"]), joined(actions, "Request"))
    answer = got and response(got["status"], pairs(got["headers"]), joined(actions, "Response"))
    return Exchange(made, answer)


def joined(actions: list[dict], direction: str) -> bytes:
    parts = []
    for each in actions:
        data = each.get("Data") if isinstance(each, dict) else None
        if data and data["direction"] == direction:
            kind, content = next(iter(data["data"].items()))
            parts.append(base64.b64decode(content) if kind == "Base64" else content.encode())
    return b"".join(parts)
