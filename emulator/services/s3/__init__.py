"""Amazon S3: buckets, objects, versions, multipart uploads. https://docs.aws.amazon.com/AmazonS3/latest/API/"""

import importlib
import pkgutil

from emulator.kernel.service import Service

service = Service("s3")

# Every module beside this one may declare operations; each registers them when it is imported.
for _module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_module.name}")
importlib.import_module(f"{__name__}.requester_pays").apply()
