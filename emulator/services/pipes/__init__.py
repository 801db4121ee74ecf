"""Amazon EventBridge Pipes: from a queue or stream, through a filter and an enrichment, to a target.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes.html
"""

from emulator.services.pipes import polling, resource
from emulator.services.pipes.service import service

__all__ = ["polling", "resource", "service"]
