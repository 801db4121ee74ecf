"""Regular expressions of users: they get only so much time, so that none holds up everybody else."""

import regex

TIMEOUT = 0.5  # seconds for one text


class Expression:
    """A compiled expression. Raises ValueError for a text that is none; what takes too long does not match."""

    def __init__(self, text: str):
        try:
            self._compiled = regex.compile(text)
        except regex.error as error:
            raise ValueError(f"Invalid regex: {error}") from None

    def search(self, text: str):
        """The first match; None when there is none in time."""
        try:
            return self._compiled.search(text, timeout=TIMEOUT)
        except TimeoutError:
            return None

    def sub(self, replacement: str, text: str) -> str:
        """The text with all matches replaced; as it is when that takes too long. Raises ValueError."""
        try:
            return self._compiled.sub(replacement, text, timeout=TIMEOUT)
        except TimeoutError:
            return text
        except (regex.error, IndexError) as error:
            raise ValueError(f"Invalid replacement: {error}") from None
