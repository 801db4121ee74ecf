"""Grok patterns: ``%{NAME:field}`` in a regular expression.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch-Logs-Transformation-Processors.html
"""

import re
from functools import lru_cache

from emulator.engines.timed_regex import Expression

REFERENCE = re.compile(r"%\{(\w+)(?::([\w.@\-\[\]]+))?(?::(int|long|float|double))?\}")
PATTERNS = {
    "WORD": r"\b\w+\b", "NOTSPACE": r"\S+", "SPACE": r"\s*", "DATA": r".*?", "GREEDYDATA": r".*",
    "GREEDYDATA_MULTILINE": r"[\s\S]*", "INT": r"[+-]?\d+", "NUMBER": r"[+-]?(?:\d+(?:\.\d+)?|\.\d+)",
    "BASE10NUM": r"[+-]?(?:\d+(?:\.\d+)?|\.\d+)", "POSINT": r"[1-9]\d*", "NONNEGINT": r"\d+",
    "BASE16NUM": r"(?:0[xX])?[0-9a-fA-F]+", "BOOLEAN": r"(?i:true|false)",
    "QUOTEDSTRING": r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'", "QS": r"%{QUOTEDSTRING}",
    "UUID": r"[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}",
    "IPV4": r"(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)",
    "IPV6": r"[0-9A-Fa-f]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f.]*", "IP": r"(?:%{IPV4}|%{IPV6})",
    "HOSTNAME": r"\b[0-9A-Za-z](?:[0-9A-Za-z\-]{0,62})(?:\.[0-9A-Za-z](?:[0-9A-Za-z\-]{0,62}))*\.?",
    "HOST": r"%{HOSTNAME}", "IPORHOST": r"(?:%{IP}|%{HOSTNAME})", "HOSTPORT": r"%{IPORHOST}:%{POSINT}",
    "USERNAME": r"[\w.\-]+", "USER": r"%{USERNAME}", "EMAILADDRESS": r"[\w.+\-]+@%{HOSTNAME}",
    "PATH": r"(?:/[\w_%!$@:.,+~\-]*)+", "UNIXPATH": r"%{PATH}", "URIPROTO": r"[A-Za-z][A-Za-z+\-.]+",
    "URIPATH": r"(?:/[\w$.+!*'(){},~:;=@#%&\-]*)+", "URIPARAM": r"\?[\w$.+!*'|(){},~@#%&/=:;?\-\[\]<>]*",
    "URIPATHPARAM": r"%{URIPATH}(?:%{URIPARAM})?",
    "URI": r"%{URIPROTO}://(?:%{USER}(?::[^@]*)?@)?(?:%{IPORHOST}(?::%{POSINT})?)?(?:%{URIPATHPARAM})?",
    "YEAR": r"\d{4}|\d{2}", "MONTHNUM": r"0?[1-9]|1[0-2]", "MONTHDAY": r"0[1-9]|[12]\d|3[01]|[1-9]",
    "MONTH": r"\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\b",
    "DAY": r"\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*\b", "HOUR": r"2[0-3]|[01]?\d", "MINUTE": r"[0-5]\d",
    "SECOND": r"(?:[0-5]?\d|60)(?:[.,]\d+)?", "TIME": r"(?:%{HOUR}):(?:%{MINUTE})(?::(?:%{SECOND}))?",
    "ISO8601_TIMEZONE": r"Z|[+-](?:%{HOUR}):?(?:%{MINUTE})",
    "TIMESTAMP_ISO8601": r"\d{4}-(?:%{MONTHNUM})-(?:%{MONTHDAY})[T ](?:%{HOUR}):?(?:%{MINUTE})(?::?(?:%{SECOND}))?"
                         r"(?:%{ISO8601_TIMEZONE})?",
    "HTTPDATE": r"(?:%{MONTHDAY})/%{MONTH}/(?:%{YEAR}):%{TIME} %{INT}",
    "SYSLOGTIMESTAMP": r"%{MONTH} +(?:%{MONTHDAY}) %{TIME}", "DATESTAMP_RFC2822":
        r"%{DAY}, (?:%{MONTHDAY}) %{MONTH} (?:%{YEAR}) %{TIME} (?:%{ISO8601_TIMEZONE})",
    "LOGLEVEL": r"(?i:trace|debug|notice|info(?:rmation)?|warn(?:ing)?|err(?:or)?|crit(?:ical)?|fatal|severe|emerg"
                r"(?:ency)?|alert)",
    "PROG": r"[\w._/%\-]+", "SYSLOGPROG": r"%{PROG:program}(?:\[%{POSINT:pid}\])?",
    "COMMONAPACHELOG": r"%{IPORHOST:clientip} %{USER:ident} %{USER:auth} \[%{HTTPDATE:timestamp}\] "
                       r'"(?:%{WORD:verb} %{NOTSPACE:request}(?: HTTP/%{NUMBER:httpversion})?|%{DATA:rawrequest})" '
                       r"%{NUMBER:response} (?:%{NUMBER:bytes}|-)",
    "COMBINEDAPACHELOG": r"%{COMMONAPACHELOG} %{QS:referrer} %{QS:agent}",
}  # fmt: skip
CASTS = {"int": int, "long": int, "float": float, "double": float}


@lru_cache(maxsize=256)
def compiled(text: str) -> tuple[Expression, dict[str, tuple[str, str]]]:
    """The expression, and for each of its groups the field and its type. Raises ValueError."""
    fields: dict[str, tuple[str, str]] = {}

    def spelled(found: re.Match) -> str:
        name, field, kind = found.groups()
        if name not in PATTERNS:
            raise ValueError(f"the grok pattern {name} is not known")
        inner = REFERENCE.sub(spelled, PATTERNS[name])
        if field is None:
            return f"(?:{inner})"
        group = f"f{len(fields)}"
        fields[group] = (field, kind or "")
        return f"(?P<{group}>{inner})"

    return Expression(REFERENCE.sub(spelled, text)), fields


def match(text: str, message: str) -> dict | None:
    """The fields of a message; None where it does not match."""
    expression, fields = compiled(text)
    found = expression.search(message)
    if found is None:
        return None
    return {
        field: CASTS[kind](found[group]) if kind else found[group]
        for group, (field, kind) in fields.items() if found[group] is not None
    }  # fmt: skip
