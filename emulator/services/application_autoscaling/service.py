"""The service that the modules of this package declare their operations on."""

from emulator.kernel.service import Service

service = Service("application-autoscaling")
