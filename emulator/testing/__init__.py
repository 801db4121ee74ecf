"""An emulator inside a test process: a context manager, a decorator and (through the pytest plugin) fixtures.

    from emulator.testing import emulated

    with emulated() as emulator:
        boto3.client("sqs").create_queue(QueueName="q")   # goes to emulator.url

The server runs in a thread of this process on a free port. While it runs, ``AWS_ENDPOINT_URL``, a region and fake
credentials are set, so that SDK clients made in the meantime find it by themselves.
"""

from emulator.testing.inprocess import InProcess, emulated

__all__ = ["InProcess", "emulated"]
