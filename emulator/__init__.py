"""An AWS emulator in one process: the wire protocols, the state and the behaviour of AWS services."""

__version__ = "0.1.0"
