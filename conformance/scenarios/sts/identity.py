"""Who calls: the caller's identity at two endpoints, and an access key that is none.

https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
"""

from conformance.scenarios import refused

COST = "Free: STS charges nothing."


def run(aws):
    sts = aws.client("sts")
    sts.get_caller_identity()
    aws.client("sts", endpoint_url="https://sts.amazonaws.com").get_caller_identity()
    refused(sts.get_access_key_info, AccessKeyId="AKIA?NOT*A*KEY*ID***")
