"""Domain names as Route 53 writes, compares and refuses them.

https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html
"""

import re

PLAIN = re.compile(r"[a-z0-9_.-]")
ESCAPE = re.compile(r"\\([0-7]{3})")


def written(name: str) -> str:
    """A name in full: lower case, with its last dot, unusual characters as octal codes (``*`` as ``\\052``)."""
    plain = ESCAPE.sub(lambda code: chr(int(code[1], 8)), name).lower()
    plain = plain if plain.endswith(".") else plain + "."
    return "".join(each if PLAIN.fullmatch(each) else f"\\{ord(each):03o}" for each in plain)


def order(name: str) -> str:
    """The key by which names are listed: labels in reverse, with the last dot (``com.example.www.``)."""
    return ".".join(reversed(name.rstrip(".").split("."))) + "."


def inside(name: str, zone: str) -> bool:
    """Whether a written name is the zone's own or one below it."""
    return name == zone or name.endswith(f".{zone}") or zone == "."


def problem(name: str) -> str | None:
    """What is wrong with a written name in AWS's words; None for a good one."""
    labels = name.removesuffix(".").split(".")
    if "" in labels and name != ".":
        return f"DomainLabelEmpty (Domain label is empty) encountered with '{name}'"
    if any(len(ESCAPE.sub("x", label)) > 63 for label in labels):
        return f"DomainLabelTooLong (Domain label is too long) encountered with '{name}'"
    if len(ESCAPE.sub("x", name)) > 255:
        return f"DomainNameTooLong (Domain name is too long) encountered with '{name}'"
    return None
