"""AWS Security Token Service: who calls, and credentials for a while. https://docs.aws.amazon.com/STS/latest/APIReference/

Known limitations: while IAM is off, a role or identity provider that nobody made is taken for one that trusts every
caller. The signatures of identity providers are verified with ``--verify-signatures on`` alone.
"""

import importlib
import pkgutil

from emulator.kernel.service import Service

service = Service("sts")

# Every module beside this one may declare operations; each registers them when it is imported.
for _module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_module.name}")
