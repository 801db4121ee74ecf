"""AWS Systems Manager. https://docs.aws.amazon.com/systems-manager/latest/APIReference/"""

from emulator.services.ssm import (
    access,
    association_runs,
    associations,
    automation,
    automation_previews,
    automation_runs,
    baselines,
    calendars,
    command_runs,
    commands,
    compliance,
    connectors,
    document_sharing,
    documents,
    inventory,
    node_lists,
    nodes,
    ops_items,
    ops_metadata,
    parameter_expiration,
    parameter_labels,
    parameter_queries,
    parameters,
    sessions,
    settings,
    syncs,
    tags,
    window_executions,
    windows,
)
from emulator.services.ssm.common import service

__all__ = [
    "access", "association_runs", "associations", "automation", "automation_previews", "automation_runs",
    "baselines", "calendars", "command_runs", "commands", "compliance", "connectors", "document_sharing",
    "documents", "inventory", "node_lists", "nodes", "ops_items", "ops_metadata", "parameter_expiration",
    "parameter_labels", "parameter_queries", "parameters", "service", "sessions", "settings", "syncs", "tags",
    "window_executions", "windows",
]  # fmt: skip
