"""AWS Identity and Access Management: identities, their credentials and their policies.

The tables that decide about access stand in emulator.auth.identities, where the policy engine reads them.
https://docs.aws.amazon.com/IAM/latest/APIReference/
"""

import importlib
import pkgutil

from emulator.services.iam.service import service

__all__ = ["service"]

# Every module beside this one may declare operations; each registers them when it is imported.
for _module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_module.name}")
