"""Systems Manager. https://docs.aws.amazon.com/systems-manager/latest/APIReference/"""

from conformance.services.declared import Declared

declared = Declared("ssm", {})
