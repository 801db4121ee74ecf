"""AWS Systems Manager. https://docs.aws.amazon.com/systems-manager/latest/APIReference/"""

from emulator.services.ssm import (
    baselines,
    command_runs,
    commands,
    document_sharing,
    documents,
    nodes,
    parameter_expiration,
    parameter_labels,
    parameter_queries,
    parameters,
    tags,
    window_executions,
    windows,
)
from emulator.services.ssm.common import service

__all__ = [
    "baselines", "command_runs", "commands", "document_sharing", "documents", "nodes", "parameter_expiration",
    "parameter_labels", "parameter_queries", "parameters", "service", "tags", "window_executions", "windows",
]  # fmt: skip
