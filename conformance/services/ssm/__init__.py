"""Systems Manager: parameters, documents, nodes, commands, automation, windows, associations, baselines, OpsCenter.

https://docs.aws.amazon.com/systems-manager/latest/APIReference/
"""

from conformance.services.ssm import checks, patch_checks, presence, rules, run_checks
from conformance.services.ssm.fixtures import declared

__all__ = ["checks", "declared", "patch_checks", "presence", "rules", "run_checks"]
