"""Systems Manager: parameters, documents, nodes, commands, automation, windows, associations, baselines, OpsCenter.

https://docs.aws.amazon.com/systems-manager/latest/APIReference/
"""

from conformance.services.ssm import (
    checks,
    operations_fixtures,
    patch_checks,
    presence,
    rules,
    run_checks,
    run_fixtures,
)
from conformance.services.ssm.fixtures import declared

__all__ = [
    "checks", "declared", "operations_fixtures", "patch_checks", "presence", "rules", "run_checks", "run_fixtures",
]  # fmt: skip
