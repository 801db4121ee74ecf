"""A plain HTTP answer that no model reads, in the ways in which recordings show such answers.

``Text`` and ``Data``: the body as it stands, and what XML or JSON in it says; ``Headers``: under lower-case names;
``Whole``: status, headers and body together.
"""

import json
from typing import Any
from xml.parsers import expat

WHOLE = frozenset(("Body", "Headers", "StatusCode"))

#: Headers of one connection, which say nothing about the service.
HOP = frozenset(("connection", "keep-alive", "transfer-encoding"))


def views(status: int, headers: list[tuple[str, str]], body: bytes) -> dict[str, Any]:
    """``{Text, Data, Headers, Whole: {StatusCode, Headers, Body}}``; ``Data`` is None where the body is neither."""
    text = body.decode("utf-8", "replace")
    named: dict[str, str] = {}
    for key, value in ((name.lower(), value) for name, value in headers if name.lower() not in HOP):
        named[key] = f"{named[key]}, {value}" if key in named else value
    data = parsed(text)
    whole = {"StatusCode": status, "Headers": named, "Body": text if data is None else data}
    return {"Text": text, "Data": data, "Headers": named, "Whole": whole}


def parsed(text: str) -> Any:
    """JSON's value, or an XML document as ``{root: …}``; None for anything else."""
    try:
        if text.lstrip()[:1] in ("{", "["):
            return json.loads(text)
        return xml(text) if text.lstrip()[:5] == "<?xml" else None
    except (ValueError, expat.ExpatError):
        return None


def xml(text: str) -> dict:
    """An XML document as maps: attributes under ``@name``, repeated elements as lists, an empty element as None.

    Raises expat.ExpatError.
    """
    root: dict = {}
    stack: list[tuple[str, dict, list[str]]] = [("", root, [])]

    def start(name: str, attributes: dict) -> None:
        stack.append((name, {f"@{key}": value for key, value in attributes.items()}, []))

    def end(_name: str) -> None:
        name, members, words = stack.pop()
        content = "".join(words)
        value: Any = {**members, **({"#text": content} if content.strip() else {})} if members else content or None
        above = stack[-1][1]
        if name not in above:
            above[name] = value
        elif isinstance(above[name], list):
            above[name].append(value)
        else:
            above[name] = [above[name], value]

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = lambda words: stack[-1][2].append(words)
    parser.Parse(text.encode(), True)
    return root


def place(recorded: Any, answer: dict[str, Any]) -> tuple[list[str], Any] | None:
    """Where in the views of a reference's answer a recording belongs, and the recording as it stands there.

    None where that is not clear: a part of a body, or something that a test put together.
    """
    if isinstance(recorded, str):
        return ["Text"], recorded
    if not isinstance(recorded, dict) or "HTTPHeaders" in json.dumps(recorded):
        return None
    if recorded.keys() == WHOLE and isinstance(recorded["Headers"], dict):
        return ["Whole"], {**recorded, "Headers": lowered(recorded["Headers"])}
    if recorded.keys() == {"content"}:
        return ["Text"], recorded["content"]
    if isinstance(answer["Data"], dict) and recorded.keys() == answer["Data"].keys():
        return ["Data"], recorded
    names = lowered(recorded)
    return (["Headers"], names) if names and names.keys() <= answer["Headers"].keys() else None


def lowered(headers: dict) -> dict:
    return {name.lower(): value for name, value in headers.items() if name.lower() not in HOP}
