"""Patterns of paths: ``*`` is any text, ``?`` any one character, all else itself.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html
"""

import re
from functools import lru_cache


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> re.Pattern:
    parts = {"*": ".*", "?": "."}
    return re.compile("".join(parts.get(each) or re.escape(each) for each in pattern), re.DOTALL)


def matches(pattern: str, path: str) -> bool:
    """Whether a path fits; a pattern's leading slash may be left out."""
    return bool(_compiled("/" + pattern.removeprefix("/")).fullmatch(path))


def fits(pattern: str, text: str) -> bool:
    """Whether any text fits, as a policy's resource does."""
    return bool(_compiled(pattern).fullmatch(text))
