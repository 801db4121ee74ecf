"""The grammar of the Logs Insights query language.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html
"""

# What the languages of queries have in common: conditions, names, words.
COMMON = r"""
by: named ("," named)*
names: name ("," name)*
named: expression [_AS name]
keys: key (_AND key)*
name: NAME | QUOTED_NAME
?expression: any_of
?any_of: all_of (_OR all_of)*
?all_of: negated (_AND negated)*
?negated: _NOT negated -> negation
        | comparison
?sum: product (SUM product)*
field: NAME | QUOTED_NAME
DIRECTION.5: /(asc|desc)\b/i
SUM: "+" | "-"
PRODUCT.2: "*" | "/" | "%"
NUMBER.1: /\d+(\.\d+)?([eE][+-]?\d+)?/
INT: /\d+/
CALLED.2: /[A-Za-z_]\w*\s*\(/
NAME: /[@$]?[A-Za-z_][\w$]*(\.[@$]?\w+|\[\d+\])*|@\w+/
QUOTED_NAME: /`[^`]+`/
TEXT: /"(\\.|[^"\\])*"|'(\\.|[^'\\])*'/
_PIPE: "|"
_AND.5: /and\b/i
_AS.5: /as\b/i
_BY.5: /by\b/i
_DEDUP.5: /dedup\b/i
_FIELDS.5: /fields\b/i
_HEAD.5: /head\b/i
_IN.5: /in\b/i
_JOIN.5: /join\b/i
_NOT.5: /not\b/i
_OR.5: /or\b/i
_PARSE.5: /parse\b/i
_SORT.5: /sort\b/i
_STATS.5: /stats\b/i
_WHERE.5: /where\b/i
_WITH.5: /with\b/i
%import common.WS
%ignore WS
%ignore COMMENT
"""

GRAMMAR = COMMON + r"""
start: _PIPE? command (_PIPE command)* _PIPE?
     | sourced (_PIPE command)* _PIPE?
sourced: _SOURCE source_of -> source
source_of: SOURCED
query: _SOURCE source_of (_PIPE command)*

?command: _FIELDS named ("," named)* -> fields
        | _DISPLAY named ("," named)* -> display
        | _FILTER condition -> filter
        | _FILTERINDEX condition -> filter_index
        | _STATS named ("," named)* [_BY by [_OFFSET PERIOD]] -> stats
        | _SORT order ("," order)* -> sort
        | (_LIMIT | _HEAD) INT -> limit
        | _DEDUP expression ("," expression)* -> dedup
        | _PARSE [parsed] TEXT _AS name ("," name)* -> parse_glob
        | _PARSE [parsed] REGEX -> parse_regex
        | _UNNEST field _INTO name -> unnest
        | _PATTERN field -> pattern
        | _LOOKUP name pair ("," pair)* _OUTPUT name ("," name)* -> lookup
        | _DIFF [DIFF_PERIOD] -> diff
        | _LOGCOMPARE _TIMESHIFT PERIOD -> diff
        | _JOIN options _WHERE keys "(" query ")" -> join
        | _FILLDOWN GLOB* -> filldown
        | _ACCUM name [_AS name] -> accum
        | _AUTOREGRESS name [_AS name] [LAGS] -> autoregress
        | _SESSIONIZE names [_MAXSPAN PERIOD] [_AS name] -> sessionize
        | _FILLMISSING [_WITH filled ("," filled)*] -> fillmissing
        | _COUNTFREQUENT names -> frequencies
        | _ADDTOTALS options [field ("," field)*] -> addtotals
        | UNSUPPORTED -> unsupported

filled: sum _FOR name
pair: name [_AS field]
order: expression [DIRECTION]
options: option*
option: OPTION (NAME | QUOTED_NAME)
key: NAME "=" NAME

?condition: any_of
?comparison: sum
           | sum COMPARISON sum -> compared
           | sum _LIKE (TEXT | REGEX) -> like
           | sum _NOT _LIKE (TEXT | REGEX) -> unlike
           | sum "=~" REGEX -> like
           | sum _IN "[" [expression ("," expression)*] "]" -> among
           | sum _NOT _IN "[" [expression ("," expression)*] "]" -> not_among
           | sum _IN "(" query ")" -> among
           | sum _NOT _IN "(" query ")" -> not_among
?product: power (PRODUCT power)*
?power: unary ("^" unary)?
?unary: "-" unary -> negative
      | atom
?atom: NUMBER -> number
     | PERIOD -> period
     | TEXT -> text
     | CALLED (argument ("," argument)*)? ")" -> call
     | "(" expression ")"
     | field
?argument: STAR -> star
         | REGEX -> regex
         | expression
parsed: NAME | QUOTED_NAME

UNSUPPORTED.3: /anomaly\b[\s\S]*/i
DIFF_PERIOD.5: /previous(Day|Week|Month)\b/i
OPTION.5: /(type|left|right|fieldname|row|col)\s*=\s*/i
LAGS.6: /p\s*=\s*\d+(-\d+)?/i
GLOB.4: /[@$]?[\w*?][\w*?.@$]*/
SOURCED.6: /(logGroups|dataSource)\s*\([^)]*\)|'[^']*'(\s*,\s*'[^']*')*|"[^"]*"(\s*,\s*"[^"]*")*|`[^`]*`/i
COMPARISON: "!=" | "<=" | ">=" | "=" | "<" | ">"
STAR.1: "*"
PERIOD.2: /\d+\s*(ms|msec|mo|mon|((milli)?sec(ond)?|min(ute)?|hour|day|week|month|quarter|year)s?|[smhdwqy]|hr)\b/i
REGEX.3: /\/(\\.|[^\/\\\n])+\//
_LOOKUP.5: /lookup\b/i
_OUTPUT.5: /output\b/i
_ACCUM.5: /accum\b/i
_ADDTOTALS.5: /addtotals\b/i
_AUTOREGRESS.5: /autoregress\b/i
_COUNTFREQUENT.5: /count_?frequent\b/i
_DIFF.5: /diff\b/i
_DISPLAY.5: /display\b/i
_FILLDOWN.5: /filldown\b/i
_FILLMISSING.5: /fillmissing\b/i
_FILTER.5: /filter\b/i
_FILTERINDEX.5: /filterIndex\b/i
_FOR.5: /for\b/i
_INTO.5: /into\b/i
_LIKE.5: /like\b/i
_LIMIT.5: /limit\b/i
_LOGCOMPARE.5: /logcompare\b/i
_MAXSPAN.5: /maxspan\b/i
_OFFSET.5: /offset\b/i
_PATTERN.5: /pattern\b/i
_SESSIONIZE.5: /sessionize\b/i
_SOURCE.5: /source\b/i
_TIMESHIFT.5: /timeshift\b/i
_UNNEST.5: /unnest\b/i
COMMENT: /#[^\n]*/
"""
