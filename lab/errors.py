"""What the lab's commands can fail with."""


class LabError(Exception):
    """The command can't go on. The text is a whole sentence for a person and says what to do next."""
