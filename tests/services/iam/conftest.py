"""What the tests of IAM share."""

import pytest
from botocore.exceptions import ClientError


@pytest.fixture
def iam(client):
    return client("iam")


@pytest.fixture
def refusal():
    """``refusal(call, **arguments)``: (code, message, status) of the error that a call is answered with."""

    def ask(call, **arguments) -> tuple[str, str, int]:
        with pytest.raises(ClientError) as caught:
            call(**arguments)
        answer = caught.value.response
        return answer["Error"]["Code"], answer["Error"].get("Message", ""), answer["ResponseMetadata"]["HTTPStatusCode"]

    return ask
