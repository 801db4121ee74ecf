"""AWS Lambda: functions that really run, as processes of this machine.

https://docs.aws.amazon.com/lambda/latest/api/
"""

from emulator.services.lambda_ import aliases, functions, invoking, mappings, polling, settings, tags, versions
from emulator.services.lambda_.service import service

__all__ = ["aliases", "functions", "invoking", "mappings", "polling", "service", "settings", "tags", "versions"]
