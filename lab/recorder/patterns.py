"""What a secret looks like in text: one table, used by the redaction while recording and by the leak scan afterwards.

What carries one of PLACEHOLDERS (the marks of this recorder's fakes and of AWS's published examples) is no secret.

Key prefixes: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

PLACEHOLDERS = re.compile(r"REDACTED|EXAMPLE|Example")

#: Between a name and its value: JSON (also inside a string), XML, header, query and form all fit.
GLUE = r"""(?:["'\\\s:=>]|%3D){1,24}"""


class Secret(NamedTuple):
    """``kind`` of secret; ``leak``: whether finding one fails the scan, or it is only mapped while recording."""

    kind: str
    leak: bool
    pattern: re.Pattern[str]


def secret(kind: str, pattern: str, leak: bool = True) -> Secret:
    return Secret(kind, leak, re.compile(pattern, re.DOTALL))


SECRETS = (
    secret("access key id", r"(?<![A-Za-z0-9+])(?P<value>(?:AKIA|ASIA)[A-Z2-7]{16})(?![A-Za-z0-9+])"),
    # Not secret, but the account id can be computed from it.
    secret("unique id", r"(?<![A-Za-z0-9])(?P<value>A(?:IDA|ROA|GPA|NPA|NVA|IPA|SCA|PKA|CCA|BIA)[A-Z2-7]{16,17})"
                        r"(?![A-Za-z0-9])", leak=False),
    secret("secret access key", rf"(?i:secret_?-?(?:access)?_?-?key){GLUE}(?P<value>[A-Za-z0-9/+]{{40}})"
                                r"(?![A-Za-z0-9/+=])"),
    secret("session token", r"(?P<value>(?:FwoGZXIvYXdz|FQoGZXIvYXdz|FQoDYXdz|IQoJb3JpZ2lu|AQoDYXdz)"
                            r"[A-Za-z0-9/+=%_-]{60,})"),
    secret("session token", rf"(?i:session_?-?token|security-token){GLUE}(?P<value>[A-Za-z0-9/+=%_-]{{100,}})"),
    secret("signature", rf"(?i:signature){GLUE}(?P<value>[0-9a-f]{{64,160}})(?![0-9A-Za-z])"),
    secret("signature", r"(?<=[?&])Signature=(?P<value>(?:[A-Za-z0-9/+]|%2[BbFf]){27}(?:=|%3[Dd]))"),
    secret("private key", r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----"
                          r"(?P<value>(?:[A-Za-z0-9+/=\s]|\\+[nr]){64,})-----END"),
    secret("JSON web token", r"(?<![A-Za-z0-9_-])(?P<value>eyJ[A-Za-z0-9_-]{10,}(?:\.[A-Za-z0-9_-]*){2,4})"),
    secret("bearer token", r"(?i:authorization)[\"'\s:=,\[]{1,8}(?i:bearer) (?P<value>[A-Za-z0-9._~+/=-]{16,})"),
    secret("Bedrock API key", r"(?P<value>ABSK[A-Za-z0-9+/]{60,}=*|bedrock-api-key-[A-Za-z0-9+/=]{60,})"),
    secret("GitHub token", r"(?<![A-Za-z0-9])(?P<value>gh[pousr]_[A-Za-z0-9]{36,})"),
)

#: Where an account id stands. Group 1 is the id.
ACCOUNTS = re.compile(
    r"(?:arn(?::|%3A)aws[a-z-]*(?::|%3A)[a-z0-9-]*(?::|%3A)[a-z0-9-]*(?::|%3A)"
    r"|https?(?:://|%3A%2F%2F)[^/%\s\"<]+(?:/|%2F)"
    r"|[\"'<](?:[A-Za-z]*Account(?:Id|ID)?|account(?:Id)?|OwnerId|registryId)(?:\\?\"\s*:\s*\\?\"|>)"
    r"|Credential=)(\d{12})(?!\d)"
)

#: A run of base64 that may hide text.
ENCODED = re.compile(r"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/]{32,}={0,2}(?![A-Za-z0-9+/=_-])")


def found(text: str, leaks_only: bool = False) -> Iterator[tuple[str, re.Match[str]]]:
    """Every secret in ``text`` as (kind, match with the group ``value``); fakes and published examples are none."""
    for kind, leak, pattern in SECRETS:
        if leak or not leaks_only:
            for match in pattern.finditer(text):
                if not PLACEHOLDERS.search(match["value"]):
                    yield kind, match
