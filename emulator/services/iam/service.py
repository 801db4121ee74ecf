"""The service itself, to which the other modules of this package add their operations."""

from emulator.kernel.service import Service

service = Service("iam")
