"""AWS Glue: the Data Catalog's databases, tables with their versions, and partitions.

https://docs.aws.amazon.com/glue/latest/dg/catalog-and-crawler.html
"""

from emulator.services.glue import databases, partitions, tables
from emulator.services.glue.common import service

__all__ = ["databases", "partitions", "service", "tables"]
