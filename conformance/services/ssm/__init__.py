"""Systems Manager: parameters, documents, nodes, commands, automation, windows, associations, baselines, OpsCenter.

https://docs.aws.amazon.com/systems-manager/latest/APIReference/
"""

from conformance.services.ssm import checks, presence, rules, run_checks
from conformance.services.ssm.fixtures import declared

__all__ = ["checks", "declared", "presence", "rules", "run_checks"]
