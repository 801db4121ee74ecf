"""Resource policies of trust stores, which another service (Resource Access Manager) writes: here there are none.

https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_GetResourcePolicy.html
"""

from emulator.kernel.errors import AwsError
from emulator.services.elbv2.service import service
from emulator.services.elbv2.trust_stores import TrustStore


@service.operation
def get_resource_policy(ctx, ResourceArn):
    """Raises ResourceNotFound: also where the trust store is there, since nothing shares it."""
    if TrustStore.find(ctx, {"TrustStoreArn": ResourceArn}) is None:
        raise AwsError("ResourceNotFound", f"The specified resource '{ResourceArn}' does not exist")
    raise AwsError("ResourceNotFound", f"The specified resource '{ResourceArn}' does not have a policy")
