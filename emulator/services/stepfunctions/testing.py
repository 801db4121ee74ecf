"""TestState: one state by itself, with what happened on its way.

https://docs.aws.amazon.com/step-functions/latest/dg/test-state-isolation.html
"""

from emulator.kernel.errors import NotImplementedByEmulator
from emulator.services.stepfunctions.service import service


@service.operation
def test_state(ctx, definition):
    raise NotImplementedByEmulator("stepfunctions TestState")
