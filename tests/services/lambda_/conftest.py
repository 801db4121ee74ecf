"""Functions out of source text."""

import io
import json
import time
import zipfile

import pytest

ROLE = "arn:aws:iam::000000000000:role/function"


def zipped(files: dict[str, str], mode: int = 0o644) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in files.items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = mode << 16
            archive.writestr(entry, text)
    return buffer.getvalue()


class Functions:
    """Makes functions and calls them."""

    def __init__(self, client):
        self.client = client

    def make(self, source: str, name: str = "f", **members) -> str:
        """Create a Python function from the text of its module; returns its ARN."""
        given = {"Runtime": "python3.11", "Handler": "index.handler", "Code": {"ZipFile": zipped({"index.py": source})}}
        return self.client.create_function(FunctionName=name, Role=ROLE, **{**given, **members})["FunctionArn"]

    @staticmethod
    def pause() -> None:
        """A moment of the machine's own time, in which processes get on."""
        time.sleep(0.05)

    def call(self, event=None, name: str = "f", **members):
        """(the payload as data, the whole answer)."""
        answer = self.client.invoke(FunctionName=name, Payload=json.dumps(event), **members)
        return json.loads(answer["Payload"].read() or "null"), answer


@pytest.fixture
def functions(client) -> Functions:
    return Functions(client("lambda"))
