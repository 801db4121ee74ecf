"""Regular expressions as AWS WAF has them: RE2's, which know neither lookaround nor back references.

https://docs.aws.amazon.com/waf/latest/developerguide/waf-regex-pattern-support.html
"""

from functools import lru_cache

import re2

_OPTIONS = re2.Options()
_OPTIONS.log_errors = False
_OPTIONS.encoding = re2.Options.Encoding.LATIN1  # requests are bytes


class PatternError(ValueError):
    """A pattern that cannot be compiled."""


@lru_cache(maxsize=1024)
def compiled(text: str):
    """A pattern that searches bytes. Raises PatternError."""
    try:
        return re2.compile(text.encode("latin-1", "replace"), _OPTIONS)
    except re2.error as error:
        raise PatternError(str(error)) from None
