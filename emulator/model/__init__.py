"""AWS's service models, read from the data files of the installed botocore, lazily.

The model is the program: operations, members, constraints, wire names and errors all come from here.
What AWS does but its model does not tell stands as data in ``emulator/model/patches/<service>.json``,
deep-merged over the model before anything is built from it.

Source of the format: https://smithy.io and botocore's ``service-2.json`` files.
"""

from emulator.model.loader import SERVICES, UnknownService, load, manifest
from emulator.model.shapes import Operation, ServiceModel, Shape

__all__ = ["SERVICES", "Operation", "ServiceModel", "Shape", "UnknownService", "load", "manifest"]
