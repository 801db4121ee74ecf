"""AWS Security Token Service: who calls, and credentials for a while. https://docs.aws.amazon.com/STS/latest/APIReference/

Known limitations: until IAM stands, every well-formed role ARN can be assumed, trust policies, MFA devices and identity
providers are not asked, and managed policies named by ARN don't restrict a session.
"""

import importlib
import pkgutil

from emulator.kernel.service import Service

service = Service("sts")

# Every module beside this one may declare operations; each registers them when it is imported.
for _module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_module.name}")
