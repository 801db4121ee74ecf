"""The published JSON Schema of a cassette; ``python -m lab.cassette.schema`` writes it after a change of structs."""

from pathlib import Path

import msgspec

from lab.cassette.model import Cassette

PATH = Path(__file__).with_name("schema.json")


def schema() -> dict:
    """JSON Schema 2020-12, made from the structs."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Paritylab cassette",
            **msgspec.json.schema(Cassette)}


def render() -> bytes:
    return msgspec.json.format(msgspec.json.encode(schema(), order="deterministic"), indent=2) + b"\n"


if __name__ == "__main__":
    PATH.write_bytes(render())
