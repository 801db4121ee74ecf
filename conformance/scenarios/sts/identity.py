"""Who calls: the caller's identity in two regions, and an access key that is none.

https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
"""

from conformance.scenarios import refused

COST = "Free: STS charges nothing."


def run(aws):
    sts = aws.client("sts")
    sts.get_caller_identity()
    aws.client("sts", "eu-west-1").get_caller_identity()
    refused(sts.get_access_key_info, AccessKeyId="AKIA?NOT*A*KEY*ID***")
