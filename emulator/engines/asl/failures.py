"""How a state fails: what Retry and Catch may match, and what ends an execution whatever they say.

https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
"""


class Failure(Exception):
    """A state's failure by its error name and cause, either of which may be None, as AWS tells them."""

    located = False  # whether the cause begins with the state in which it happened
    also = ""  # another name by which Retry and Catch may match it

    def __init__(self, error: str | None, cause: str | None = None):
        super().__init__(error, cause)
        self.error = error
        self.cause = cause

    @property
    def output(self) -> dict[str, str | None]:
        """What a Catch hands on."""
        return {"Error": self.error, "Cause": self.cause}


class HeartbeatFailure(Failure):
    """A task gave no sign of life."""

    also = "States.HeartbeatTimeout"

    def __init__(self):
        super().__init__("States.Timeout")


class EngineFailure(Failure):
    """What the engine itself finds wrong; the interpreter adds in which state."""

    located = True


class RuntimeFailure(EngineFailure):
    """``States.Runtime``, which ends the execution: nothing catches it."""

    def __init__(self, cause: str):
        super().__init__("States.Runtime", cause)


class QueryFailure(EngineFailure):
    """``States.QueryEvaluationError``, at a place in the state (``Output/result``)."""

    def __init__(self, cause: str, location: str | None = None):
        super().__init__("States.QueryEvaluationError", cause)
        self.location = location


def intrinsic(cause: str) -> Failure:
    return EngineFailure("States.IntrinsicFailure", cause)
