"""OpenSearch's Piped Processing Language over log groups, onto the same relations as the Logs Insights language.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_AnalyzeLogData_PPL.html
"""

from functools import cache

from emulator.engines.insights.ppl_commands import COMMANDS
from emulator.engines.insights.ppl_functions import AGGREGATES, FORMS, FUNCTIONS
from emulator.engines.insights.relation import Dialect
from emulator.engines.insights.syntax import Command


def parse(text: str) -> list[Command]:
    """Raises QueryError, Unsupported."""
    return _reader()(text)


@cache
def _reader():
    from emulator.engines.insights import ppl_reading, reading  # lark is heavy, and not wanted before a query is

    return reading.reader(ppl_reading.GRAMMAR, ppl_reading.Reader)


PPL = Dialect(parse, COMMANDS, FUNCTIONS, AGGREGATES, FORMS, pointed=False)
