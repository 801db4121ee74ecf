"""Which rule of a listener a request meets, and what its actions make of it. Pure.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-rules.html and rule-condition-types.html
"""

import ipaddress
import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote

from emulator.engines.firewall.patterns import compiled

STATUSES = {"HTTP_301": 301, "HTTP_302": 302}


class Asked(NamedTuple):
    """A request at a listener. ``host`` without a port, ``path`` and ``query`` as they came; ``headers`` by pairs."""

    method: str
    host: str
    path: str
    query: str
    headers: tuple[tuple[str, str], ...]
    client: str
    protocol: str  # HTTP or HTTPS
    port: int  # of the listener, as it was declared


def matching(rules: list[dict], asked: Asked) -> dict:
    """The first of rules (in the order of their priorities, the default last) whose conditions all hold."""
    return next(rule for rule in rules if all(holds(each, asked) for each in rule["Conditions"]))


def holds(condition: dict, asked: Asked) -> bool:
    return TESTS[condition["Field"]](condition, asked)


@lru_cache(maxsize=1024)
def _wildcard(pattern: str, ignore_case: bool) -> re.Pattern:
    """``*`` is any characters, ``?`` one; a backslash takes the next as it is."""
    parts, place = [], 0
    while place < len(pattern):
        each = pattern[place]
        if each == "\\" and place + 1 < len(pattern):
            place += 1
            parts.append(re.escape(pattern[place]))
        else:
            parts.append({"*": ".*", "?": "."}.get(each) or re.escape(each))
        place += 1
    return re.compile("".join(parts), re.DOTALL | (re.IGNORECASE if ignore_case else 0))


def _fits(config: dict, text: str, ignore_case: bool) -> bool:
    if any(_wildcard(each, ignore_case).fullmatch(text) for each in config.get("Values", ())):
        return True
    return any(compiled(("(?i)" if ignore_case else "") + each).fullmatch(text.encode("latin-1", "replace"))
               for each in config.get("RegexValues", ()))


def _host(condition: dict, asked: Asked) -> bool:
    return _fits(condition["HostHeaderConfig"], asked.host, True)


def _path(condition: dict, asked: Asked) -> bool:
    return _fits(condition["PathPatternConfig"], asked.path, False)


def _header(condition: dict, asked: Asked) -> bool:
    config = condition["HttpHeaderConfig"]
    named = config["HttpHeaderName"].lower()
    return any(_fits(config, value, True) for name, value in asked.headers if name.lower() == named)


def _method(condition: dict, asked: Asked) -> bool:
    return asked.method in condition["HttpRequestMethodConfig"]["Values"]


def _query(condition: dict, asked: Asked) -> bool:
    given = (each.partition("=") for each in asked.query.split("&"))
    pairs = [(unquote(key), unquote(value)) for key, _, value in given]
    for wanted in condition["QueryStringConfig"]["Values"]:
        value = _wildcard(wanted["Value"], True)
        key = _wildcard(wanted["Key"], True) if wanted.get("Key") else None
        for each_key, each_value in pairs:
            if value.fullmatch(each_value) and (key is None or key.fullmatch(each_key)):
                return True
            if key is None and not each_value and value.fullmatch(each_key):
                return True
    return False


def _source(condition: dict, asked: Asked) -> bool:
    client = ipaddress.ip_address(asked.client)
    return any(client in ipaddress.ip_network(each, strict=False) for each in condition["SourceIpConfig"]["Values"])


TESTS = {
    "host-header": _host, "path-pattern": _path, "http-header": _header, "http-request-method": _method,
    "query-string": _query, "source-ip": _source,
}  # fmt: skip


def redirect(config: dict, asked: Asked) -> tuple[int, str]:
    """The status and the location of a redirect action."""
    kept = {"protocol": asked.protocol.lower(), "host": asked.host, "port": str(asked.port),
            "path": asked.path.lstrip("/"), "query": asked.query}

    def filled(text: str) -> str:
        return re.sub(r"#\{(protocol|host|port|path|query)\}", lambda found: kept[found[1]], text)

    protocol, port = filled(config["Protocol"]).lower(), filled(config["Port"])
    query = filled(config["Query"])
    place = f"{protocol}://{filled(config['Host'])}:{port}{filled(config['Path'])}"
    return STATUSES[config["StatusCode"]], place + (f"?{query}" if query else "")


def rewritten(transforms: list[dict], asked: Asked) -> Asked:
    """The request after a rule's transforms: the first rewrite of each kind that fits is done."""
    for transform in transforms:
        if transform["Type"] == "host-header-rewrite":
            for each in transform.get("HostHeaderRewriteConfig", {}).get("Rewrites", ()):
                asked = asked._replace(host=_replaced(each, asked.host))
        else:
            whole = asked.path + (f"?{asked.query}" if asked.query else "")
            for each in transform.get("UrlRewriteConfig", {}).get("Rewrites", ()):
                path, _, query = _replaced(each, whole).partition("?")
                asked = asked._replace(path=path, query=query)
    return asked


def _replaced(rewrite: dict, text: str) -> str:
    """A text with what the pattern finds replaced; ``$1`` stands for a group."""
    found = compiled(rewrite["Regex"]).search(text.encode("latin-1", "replace"))
    if found is None:
        return text
    groups = [(each or b"").decode("latin-1") for each in (found.group(0), *found.groups())]
    put = re.sub(r"\$(\d)", lambda one: groups[int(one[1])] if int(one[1]) < len(groups) else "", rewrite["Replace"])
    return text[: found.start()] + put + text[found.end():]


def chosen(weighted: list[tuple[str, int]], point: float) -> str | None:
    """The one of weighted names that a point (0 to 1) falls on; None where all weigh nothing."""
    total = sum(weight for _, weight in weighted)
    place = point * total
    for name, weight in weighted:
        if place < weight:
            return name
        place -= weight
    return None
