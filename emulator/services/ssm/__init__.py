"""AWS Systems Manager. https://docs.aws.amazon.com/systems-manager/latest/APIReference/"""

from emulator.services.ssm import parameter_expiration, parameter_labels, parameter_queries, parameters, tags
from emulator.services.ssm.common import service

__all__ = ["parameter_expiration", "parameter_labels", "parameter_queries", "parameters", "service", "tags"]
