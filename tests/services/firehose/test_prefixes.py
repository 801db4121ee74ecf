"""Times in prefixes, as Java's DateTimeFormatter writes them."""

from datetime import UTC, datetime

import pytest

from emulator.services.firehose.prefixes import formatted

AT = datetime(2027, 1, 5, 15, 4, 9, 120_000, UTC)


@pytest.mark.parametrize(
    "pattern, text",
    [
        ("yyyy/MM/dd/HH", "2027/01/05/15"),
        ("yy-M-d", "27-1-5"),
        ("hh:mm:ss.SSS a", "03:04:09.120 PM"),
        ("EEE EEEE MMM MMMM", "Tue Tuesday Jan January"),
        ("DDD", "005"),
        ("yyyy'-T''s-'MM", "2027-T's-01"),
    ],
)
def test_patterns(pattern, text):
    assert formatted(AT, pattern) == text
