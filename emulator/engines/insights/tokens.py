"""The patterns of messages: what events have in common, with the words that vary left open.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_AnalyzeLogData_Patterns.html
"""

import ipaddress
import re

OPEN = "<*>"
WORD = re.compile(r"[\w.:\-/]+")
PARTS = re.compile(rf"({re.escape(OPEN)}|\s+)")
KINDS = {
    "UUID": re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE),
    "Number": re.compile(r"[-+]?\d+(\.\d+)?"),
    "Date": re.compile(r"\d{4}-\d\d-\d\d(T[\d:.]+Z?)?"),
    "Time": re.compile(r"\d\d:\d\d(:\d\d([.,]\d+)?)?"),
}


def _varies(word: str) -> bool:
    return any(map(str.isdigit, word))


def pattern_of(message: str) -> str:
    """A message with its variable words, those that hold digits, left open."""
    return WORD.sub(lambda word: OPEN if _varies(word[0]) else word[0], message)


def values_of(message: str) -> list[str]:
    """The words of a message that its pattern leaves open."""
    return [word for word in WORD.findall(message) if _varies(word)]


def parts_of(pattern: str) -> list[str]:
    """A pattern as its tokens, blanks among them."""
    return [part for part in PARTS.split(pattern) if part]


def expression_of(pattern: str) -> str:
    """The regular expression of what a pattern fits."""
    return WORD.pattern.join(map(re.escape, pattern.split(OPEN)))


def kind_of(value: str) -> str:
    """What a variable word looks like: its kind in the names of tokens."""
    try:
        ipaddress.ip_address(value)
        return "IPAddress"
    except ValueError:
        return next((name for name, expression in KINDS.items() if expression.fullmatch(value)), "String")
