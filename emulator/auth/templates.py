"""Templates of IAM: JSON in which ``@{name}`` stands for the value of a parameter.

AWS publishes none of the templates that it or its partners register, so a file brings them.
https://docs.aws.amazon.com/IAM/latest/UserGuide/temporary-delegation-policy-templates.html
"""

import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

PLACE = re.compile(r"@\{([^}]+)\}")


@lru_cache
def read(file: str) -> Any:
    """A file of templates. Raises ValueError, OSError."""
    return json.loads(Path(file).read_text("utf-8"))


def filled(value: Any, parameters: dict[str, list[str]]) -> Any:
    """A text, list or dict with values put in; a text that is one place alone becomes the list of its values in a list.

    Raises KeyError for a parameter without a value.
    """
    if isinstance(value, dict):
        return {filled(name, parameters): filled(each, parameters) for name, each in value.items()}
    if isinstance(value, list):
        return [inner for each in value for inner in _spread(each, parameters)]
    if isinstance(value, str):
        whole = PLACE.fullmatch(value)
        if whole and len(parameters[whole[1]]) > 1:
            return list(parameters[whole[1]])
        return PLACE.sub(lambda place: parameters[place[1]][0], value)
    return value


def _spread(each: Any, parameters: dict[str, list[str]]) -> list:
    made = filled(each, parameters)
    return made if isinstance(each, str) and isinstance(made, list) else [made]
