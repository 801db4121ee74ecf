"""Telling SQL injection and cross-site scripting from harmless text, in our own way: AWS does not publish how it does.

https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-type-sqli-match.html and -xss-match.html
"""

import re

# What only code of a database looks like, whoever writes it.
_SQL_LOW = re.compile(
    rb"""(?ix)
    \bunion\b (\s|/\*.*?\*/|\()+ (all|distinct)? \s* select\b
    | ['"`)] \s* (or|and|xor|\|\||&&) \s*
      (['"`(]|\d|not\b|exists\b|true\b|null\b|[\w]+ \s* (=|like|<|>|in\b|is\b))
    | ['"] \s* (;|--(\s|$)|\#|/\*)
    | ; \s* (drop|alter|create|truncate|insert|update|delete|exec(ute)?|shutdown|declare|merge)\s
    | \b(select)\b .{1,200} \bfrom\b .{0,100} \b(information_schema|pg_catalog|sysobjects|sqlite_master|dual)\b
    | \b(sleep|benchmark|pg_sleep|extractvalue|updatexml|load_file|xp_cmdshell|dbms_pipe\.receive_message) \s* \(
    | \bwaitfor \s+ delay\b | \binto \s+ (out|dump)file\b | \bhaving \s+ \d+ \s* [=<>] \s* \d+
    | \b(or|and) \s+ ['"]?\w+['"]? \s* = \s* ['"]?\w+['"]? \s* (--|\#|/\*|;|$)
    """,
)  # fmt: skip
# What may also be in a sentence.
_SQL_HIGH = re.compile(
    rb"""(?ix)
    \bselect\b .{1,200} \bfrom\b
    | \b(insert \s+ into|delete \s+ from|drop \s+ (table|database)|update \s+ \w+ \s+ set)\b
    | ['"`] \s* (or|and) \b | (--|/\*|\*/) | \b(or|and) \s+ \d+ \s* [=<>] \s* \d+ | \bchar \s* \( \s* \d+
    | ['"] \s* \+ \s* ['"] | \|\| \s* ['"]
    """,
)  # fmt: skip

_TAG = rb"script|iframe|object|embed|applet|meta|link|style|base|form|svg|math|img|video|audio|body|input|details"
_XSS = re.compile(
    rb"""(?ix)
    < \s* /? \s* (script|iframe|object|embed|applet|base|frameset|xml|import)\b
    | < [^>]* [\s/"'] on[a-z]{3,24} \s* =
    | (["'\s]) on(error|load|click|focus|blur|mouse[a-z]+|key[a-z]+|toggle|animation[a-z]+|begin|pageshow)
      \s* = \s* \S
    | < \s* (%s)\b [^>]*
      (src|href|data|action|formaction|xlink:href|srcdoc) \s* = \s* ["']? \s* (javascript|vbscript|data) \s* :
    | \b(javascript|vbscript) \s* : \s* [\w(\[{'"/]
    | \bdata \s* : \s* text/html | <!\[CDATA\[ | <!ENTITY | expression \s* \( | -moz-binding \s* : | < \s* svg\b
    """ % _TAG,
)  # fmt: skip


def is_sql(text: bytes, sensitive: bool = False) -> bool:
    """Whether a text looks like SQL injection; ``sensitive`` also takes what harmless texts hold at times."""
    return bool(_SQL_LOW.search(text) or (sensitive and _SQL_HIGH.search(text)))


def is_script(text: bytes) -> bool:
    """Whether a text looks like cross-site scripting."""
    return bool(_XSS.search(text))
