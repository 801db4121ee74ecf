"""Session tokens: temporary credentials and who they are, and durations that are refused.

https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html
"""

from botocore.exceptions import ClientError

from conformance.scenarios import refused

COST = "Free: STS charges nothing. Needs the key of an IAM user: temporary credentials can't ask for a session token."


def run(aws):
    sts = aws.client("sts")
    try:
        made = sts.get_session_token(DurationSeconds=900)["Credentials"]
    except ClientError:  # called with temporary credentials: the refusal is recorded, and there is no more to see
        return
    session = aws.client("sts", aws_access_key_id=made["AccessKeyId"], aws_secret_access_key=made["SecretAccessKey"],
                         aws_session_token=made["SessionToken"])
    session.get_caller_identity()
    refused(sts.get_session_token, DurationSeconds=899)
    refused(sts.get_session_token, DurationSeconds=129601)
