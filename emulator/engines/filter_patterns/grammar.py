"""The three languages of filter patterns, as grammars of one set of conditions.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
"""

_CONDITIONS = r"""
?any_of: all_of ("||" all_of)*
?all_of: _one ("&&" _one)*
_one: comparison | "(" any_of ")"

operand: QUOTED | REGEX | WORD
OPERATOR: "!=" | "<=" | ">=" | "=" | "<" | ">"
QUOTED: /"(\\.|[^"\\])*"/
REGEX: /%[^%]+%/
%import common.WS
%ignore WS
"""

# { $.status = 500 && ($.user IS NULL || $.latency > 0.5) }
JSON = r"""
start: "{" any_of "}"
comparison: SELECTOR OPERATOR operand -> compared
          | SELECTOR _IS (NULL | TRUE | FALSE) -> is_constant
          | SELECTOR _NOT _EXISTS -> not_exists
SELECTOR: /\$(\.?\[(\d+|\*|'[^']*'|"[^"]*")\]|\.[^\s.\[\]=!<>()&|{}"'%]+)+/
_IS.2: /IS\b/i
_NOT.2: /NOT\b/i
_EXISTS.2: /EXISTS\b/i
NULL.2: /NULL\b/i
TRUE.2: /TRUE\b/i
FALSE.2: /FALSE\b/i
WORD: /[^\s=!<>()&|{}"'%$]+/
""" + _CONDITIONS

# [ip, user, ..., status = 4*, bytes > 1000]
SPACE = r"""
start: "[" field ("," field)* "]"
?field: any_of | NAME -> named | ELLIPSIS -> ellipsis | -> unnamed
comparison: NAME OPERATOR operand -> compared
ELLIPSIS.2: "..."
NAME.1: /[A-Za-z_][\w.\-]*/
WORD: /[^\s=!<>()&|\[\],"'%]+/
""" + _CONDITIONS

# ERROR "out of memory" -healthcheck ?warn %5\d\d%
TEXT = r"""
start: term*
term: [SIGN] (QUOTED | REGEX | WORD)
SIGN: "-" | "?"
WORD: /[^\s"%?\-][^\s"]*/
QUOTED: /"(\\.|[^"\\])*"/
REGEX: /%[^%]+%/
%import common.WS
%ignore WS
"""
