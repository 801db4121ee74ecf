"""Which headers, cookies and parameters make a cache key, and which reach the origin: policies of both generations.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-the-cache-key.html
"""

from typing import NamedTuple

from emulator.engines.edge.messages import Asked

# What CloudFront never passes on of the viewer's under ForwardedValues without being told to.
# https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html
REPLACED = ("accept", "accept-charset", "accept-encoding", "accept-language", "authorization", "connection", "cookie",
            "host", "keep-alive", "proxy-connection", "referer", "te", "transfer-encoding", "upgrade",
            "user-agent")  # fmt: skip
HOP_BY_HOP = frozenset(("connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding",
                        "upgrade", "expect", "content-length"))  # fmt: skip


class Selection(NamedTuple):
    """Some of the viewer's values: by a policy's behavior and the names that it lists (headers in lower case)."""

    behavior: str = "none"
    names: frozenset[str] = frozenset()

    def picks(self, name: str) -> bool:
        if self.behavior == "whitelist":
            return name in self.names
        if self.behavior == "allExcept":
            return name not in self.names
        if self.behavior == "allViewerAndWhitelistCloudFront":
            return not name.startswith("cloudfront-") or name in self.names
        return self.behavior in ("all", "allViewer")


class Selections(NamedTuple):
    headers: Selection = Selection()
    cookies: Selection = Selection()
    parameters: Selection = Selection()


class Rules(NamedTuple):
    """What a behavior says of caching: TTLs in seconds, the cache key, and what the origin gets beside it."""

    minimum: int
    default: int
    maximum: int
    gzip: bool
    brotli: bool
    key: Selections
    origin: Selections
    parameters_of_key: Selection | None = None  # where all parameters go to the origin but some make the key


def _selection(config: dict, kind: str, listed: str, lower: bool = False) -> Selection:
    names = config.get(listed, {}).get("Items", ())
    return Selection(config[kind], frozenset(each.lower() if lower else each for each in names))


def _selections(config: dict) -> Selections:
    return Selections(
        _selection(config["HeadersConfig"], "HeaderBehavior", "Headers", lower=True),
        _selection(config["CookiesConfig"], "CookieBehavior", "Cookies"),
        _selection(config["QueryStringsConfig"], "QueryStringBehavior", "QueryStrings"),
    )


def rules(behavior: dict, cache: dict | None, origin: dict | None) -> Rules:
    """The rules of a cache behavior, with the configurations of its cache and origin request policies."""
    beside = _selections(origin) if origin else Selections()
    if cache is None:
        return _legacy(behavior, beside)
    parameters = cache["ParametersInCacheKeyAndForwardedToOrigin"]
    return Rules(
        cache["MinTTL"], cache["DefaultTTL"], cache["MaxTTL"], parameters["EnableAcceptEncodingGzip"],
        parameters["EnableAcceptEncodingBrotli"], _selections(parameters), beside,
    )  # fmt: skip


def _legacy(behavior: dict, beside: Selections) -> Rules:
    """ForwardedValues: what makes the key and what is forwarded, in one."""
    values = behavior["ForwardedValues"]
    names = frozenset(each.lower() for each in values["Headers"].get("Items", ()))
    headers = Selection("all") if "*" in names else Selection("whitelist", names)
    cookies = values["Cookies"]
    kind = cookies["Forward"]
    key = Selections(
        headers,
        Selection(kind, frozenset(cookies.get("WhitelistedNames", {}).get("Items", ()))),
        Selection("all" if values["QueryString"] else "none"),
    )
    keys = frozenset(values["QueryStringCacheKeys"].get("Items", ()))
    forwarded = beside._replace(headers=Selection("allExcept", frozenset(REPLACED)))
    return Rules(
        behavior["MinTTL"], behavior["DefaultTTL"], behavior["MaxTTL"], behavior["Compress"], False, key, forwarded,
        Selection("whitelist", keys) if values["QueryString"] and keys else None,
    )  # fmt: skip


def accepted_encodings(asked: Asked, rules: Rules) -> tuple[str, ...]:
    """The encodings that the edge may answer with, best first: CloudFront's normalized Accept-Encoding."""
    wanted = {each.partition(";")[0].strip() for each in asked.headers.get("accept-encoding", "").lower().split(",")}
    kinds = (("br", rules.brotli), ("gzip", rules.gzip))
    return tuple(name for name, on in kinds if on and name in wanted)


def cache_key(asked: Asked, rules: Rules, provided: dict[str, str]) -> tuple:
    """What a cached answer is found by, beside its distribution; ``provided`` are CloudFront's own headers."""
    parameters = rules.parameters_of_key or rules.key.parameters
    headers = {**asked.headers, **{name: value for name, value in provided.items() if _named(name, (rules.key,))}}
    return (
        asked.path,
        "&".join(part for name, part in asked.parameters if parameters.picks(name)),
        tuple(sorted((name, value) for name, value in headers.items()
                     if rules.key.headers.picks(name) and name not in ("cookie", "accept-encoding"))),
        tuple(sorted((name, value) for name, value in asked.cookies.items() if rules.key.cookies.picks(name))),
        accepted_encodings(asked, rules),
        "OPTIONS" if asked.method == "OPTIONS" else "GET",
    )  # fmt: skip


def for_origin(asked: Asked, rules: Rules, provided: dict[str, str]) -> tuple[dict[str, str], str]:
    """Headers and query string for the origin; ``provided`` are CloudFront's own headers, sent where they are named."""
    both = (rules.key, rules.origin)
    viewer = {**{name: value for name, value in provided.items() if _named(name, both)}, **{
        name: value for name, value in asked.headers.items() if not name.startswith("cloudfront-")}}  # fmt: skip
    headers = {
        name: value for name, value in viewer.items()
        if name not in HOP_BY_HOP and name not in ("cookie", "accept-encoding")
        and (name in provided or any(each.headers.picks(name) for each in both))
    }  # fmt: skip
    if asked.body and "content-type" in asked.headers:
        headers["content-type"] = asked.headers["content-type"]
    cookies = [f"{name}={value}" for name, value in asked.cookies.items()
               if any(each.cookies.picks(name) for each in both)]  # fmt: skip
    if cookies:
        headers["cookie"] = "; ".join(cookies)
    encodings = accepted_encodings(asked, rules)
    if encodings:
        headers["accept-encoding"] = ",".join(encodings)
    query = "&".join(part for name, part in asked.parameters if any(each.parameters.picks(name) for each in both))
    return headers, query


def _named(name: str, both: tuple[Selections, ...]) -> bool:
    return any(name in each.headers.names and each.headers.picks(name) for each in both)
