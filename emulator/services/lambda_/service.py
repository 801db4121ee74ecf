"""The service object, apart from what registers with it."""

from emulator.kernel.service import Service

service = Service("lambda")
