"""Step Functions: machines, versions, aliases, activities, executions, map runs.

https://docs.aws.amazon.com/step-functions/latest/apireference/
"""

from conformance.services.stepfunctions import checks, running_checks
from conformance.services.stepfunctions.fixtures import declared

__all__ = ["checks", "declared", "running_checks"]
