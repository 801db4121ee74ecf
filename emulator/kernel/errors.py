"""The one exception that an operation raises to answer with an AWS error."""


class AwsError(Exception):
    """An error answer: ``code`` as it stands on the wire, ``message``, HTTP ``status`` and modelled ``members``.

    ``status`` may be left out when the model of the operation declares the code; the chain fills it in from there.
    """

    def __init__(self, code: str, message: str = "", status: int = 0, *, sender: bool = True, **members):
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.status = status
        self.sender = sender
        self.members = members

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


class NotImplementedByEmulator(AwsError):
    """A modelled operation or feature that this emulator doesn't have: always 501, never a 200 that lies."""

    def __init__(self, what: str):
        super().__init__("NotImplemented", f"{what} is not implemented by this emulator.", 501, sender=False)
