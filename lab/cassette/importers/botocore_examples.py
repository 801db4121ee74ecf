"""The examples that AWS publishes with its models (``examples-1.json`` of an installed botocore), decoded.

Values are made up by their authors, so only members and types count; what an example needs beforehand is not told.
"""

import base64
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from botocore.model import OperationNotFoundError
from dateutil import parser as dates

from emulator.model import manifest
from lab.cassette.decode import model
from lab.cassette.model import Cassette, Interaction, Truth
from lab.cassette.values import to_plain

NAME = "examples-1.json"

#: Zones that examples name by letters, in seconds from UTC.
ZONES = {"PST": -8 * 3600, "PDT": -7 * 3600}


def matches(path: Path, head: bytes) -> bool:
    return path.name == NAME


def cassettes(path: Path, origin) -> list[Cassette]:
    """One cassette for every example of an operation that the service's model has."""
    service, version = path.parts[-3:-1]
    if service not in manifest()["services"]:
        return []
    made = []
    for operation, examples in sorted(json.loads(path.read_bytes())["examples"].items()):
        for number, example in enumerate(examples, 1):
            try:
                step = interaction(service, operation, example)
            except (OperationNotFoundError, ValueError, TypeError):  # the examples are older than the model
                continue
            made.append(Cassette(
                id=f"botocore-examples/{service}/{operation}-{number}", title=example.get("title") or operation,
                service=service, provenance="aws-documented", region="us-east-1", trust="shape",
                missing=sorted({"request", "headers", "body", *origin.missing}), model_version=f"{service} {version}",
                notes=[note for note in (*origin.notes, example.get("description")) if note], interactions=[step],
            ))  # fmt: skip
    return made


def interaction(service: str, operation: str, example: dict) -> Interaction:
    described = model(service).operation_model(operation)
    output = typed(example.get("output") or {}, described.output_shape)
    return Interaction(service=service, operation=operation, region="us-east-1", output=output,
                       input=typed(example.get("input") or {}, described.input_shape),
                       truth=[Truth(how="answer", answer=output)])


def typed(value: Any, shape) -> Any:
    """An example's value as decoded data: times and bytes by the model. Raises ValueError for a member it lacks."""
    match shape.type_name if shape is not None else None:
        case "structure" if isinstance(value, dict):
            unknown = value.keys() - shape.members.keys()
            if unknown:
                raise ValueError(f"{shape.name} has no member {min(unknown)}")
            return {key: typed(each, shape.members[key]) for key, each in value.items()}
        case "map" if isinstance(value, dict):
            return {key: typed(each, shape.value) for key, each in value.items()}
        case "list" if isinstance(value, list):
            return [typed(each, shape.member) for each in value]
        case "timestamp":
            return to_plain(moment(value))
        case "blob" if isinstance(value, str):
            return {"$b64": base64.b64encode(value.encode()).decode()}
        case "integer" | "long" if isinstance(value, str):
            return int(value)
    return value


def moment(value: Any):
    """A time as examples write it: epoch seconds, also as text, or a date whose blanks are typing errors."""
    try:
        return datetime.fromtimestamp(float(value), UTC)
    except ValueError:
        pass
    found = dates.parse(str(value).replace(": ", ":"), tzinfos=ZONES)
    return found if found.tzinfo else found.replace(tzinfo=UTC)
