"""Dynamic partitioning: a jq query finds a record's partition keys.

https://docs.aws.amazon.com/firehose/latest/dev/dynamic-partitioning-partitioning-keys.html
"""

import json
from functools import lru_cache

from emulator.services.firehose.tables import Item


@lru_cache(maxsize=256)
def _compiled(query: str):
    import jq

    return jq.compile(query)


def extraction(parameters: dict, item: Item) -> list[Item]:
    """The record with the keys that the query gives. Raises ValueError where it gives none, or no plain values."""
    try:
        found = _compiled(parameters["MetadataExtractionQuery"]).input_text(item.data.decode()).first()
    except (ValueError, StopIteration) as error:
        raise ValueError(f"Metadata extraction failed: {error}") from None
    if not isinstance(found, dict):
        raise ValueError("Metadata extraction failed: the query does not give an object")
    keys = {}
    for name, value in found.items():
        if value is None or isinstance(value, dict | list):
            raise ValueError(f"Partition key {name} is null or no plain value")
        keys[name] = value if isinstance(value, str) else json.dumps(value)
    return [item._replace(query=item.query | keys)]


def documents(text: str) -> list:
    """The JSON documents that stand one after the other in a text, or in one array. Raises ValueError."""
    decoder, found, at = json.JSONDecoder(), [], 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        value, at = decoder.raw_decode(text, at)
        found.append(value)
    return found[0] if len(found) == 1 and isinstance(found[0], list) else found
