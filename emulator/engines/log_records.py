"""Records of vended logs in the form that a delivery wants: which fields, in which order, in which format.

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateDelivery.html and
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging.html
"""

import json
from collections.abc import Iterable
from typing import NamedTuple

from emulator.engines import columnar
from emulator.kernel.errors import AwsError

NOTHING = "-"  # stands where a field has no value
JSON, W3C, PARQUET = "json", "w3c", "parquet"
HEAD = "#Version: 1.0\n#Fields: {}\n"

Log = str | dict[str, str]  # a line that is finished, or the values of a record by the names of its fields


class Form(NamedTuple):
    """How a delivery wants its records; without ``fields`` they have all that they came with."""

    format: str = JSON
    fields: tuple[str, ...] = ()
    delimiter: str = "\t"

    def _picked(self, record: dict[str, str]) -> dict[str, str]:
        return {name: record.get(name) or NOTHING for name in self.fields or record}

    def line(self, log: Log) -> str:
        """One record as a line; a finished line stays as it is."""
        if isinstance(log, str):
            return log
        values = self._picked(log)
        return json.dumps(values) if self.format == JSON else self.delimiter.join(values.values())

    def file(self, logs: Iterable[Log]) -> bytes:
        """Records as one file. Raises AwsError for Parquet where this machine can't write it."""
        logs = list(logs)
        records = [self._picked(each) for each in logs if isinstance(each, dict)]
        if self.format == PARQUET and records:
            if not columnar.available():
                raise AwsError("ServiceUnavailableException", "Parquet needs paritylab[engines].", 503)
            return columnar.written([(name, "string") for name in records[0]], records, "parquet")
        head = HEAD.format(" ".join(records[0])) if self.format == W3C and records else ""
        return (head + "".join(f"{self.line(each)}\n" for each in logs)).encode()
