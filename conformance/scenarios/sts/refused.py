"""What STS refuses: roles that are not there, tokens that are none, messages that can't be decoded.

https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
"""

from conformance.scenarios import refused

COST = "Free: STS charges nothing."


def run(aws):
    sts = aws.client("sts")
    account = sts.get_caller_identity()["Account"]
    role = f"arn:aws:iam::{account}:role/{aws.name('absent')}"
    refused(sts.assume_role_with_web_identity, RoleArn=role, RoleSessionName="session", WebIdentityToken="no token")
    refused(sts.assume_role, RoleArn=role, RoleSessionName="session", DurationSeconds=899)
    refused(sts.assume_role, RoleArn="no arn", RoleSessionName="session")
    refused(sts.decode_authorization_message, EncodedMessage="no message")
