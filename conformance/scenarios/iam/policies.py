"""Managed policies: versions, the default one, attachments, and what they allow.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-versioning.html
"""

import json

from conformance.scenarios import refused

COST = "Free: IAM charges nothing."


def allow(action):
    return json.dumps({"Version": "2012-10-17",
                       "Statement": [{"Effect": "Allow", "Action": action, "Resource": "arn:aws:s3:::example/*"}]})


def run(aws):
    iam = aws.client("iam")
    arn = iam.create_policy(PolicyName=aws.name("policies"), PolicyDocument=allow("s3:GetObject"))["Policy"]["Arn"]
    aws.afterwards(iam.delete_policy, PolicyArn=arn)
    made = iam.create_policy_version(PolicyArn=arn, PolicyDocument=allow("s3:PutObject"))
    second = made["PolicyVersion"]["VersionId"]
    aws.afterwards(iam.delete_policy_version, PolicyArn=arn, VersionId=second)
    iam.get_policy_version(PolicyArn=arn, VersionId=second)
    iam.set_default_policy_version(PolicyArn=arn, VersionId=second)
    iam.get_policy(PolicyArn=arn)
    refused(iam.delete_policy_version, PolicyArn=arn, VersionId=second)  # the default one stays
    iam.set_default_policy_version(PolicyArn=arn, VersionId="v1")
    iam.list_policy_versions(PolicyArn=arn)
    iam.list_entities_for_policy(PolicyArn=arn)
    iam.simulate_custom_policy(PolicyInputList=[allow("s3:GetObject")], ActionNames=["s3:GetObject", "s3:PutObject"],
                               ResourceArns=["arn:aws:s3:::example/key"])
    refused(iam.create_policy, PolicyName=aws.name("policies"), PolicyDocument=allow("s3:GetObject"))
    refused(iam.create_policy, PolicyName=aws.name("broken"), PolicyDocument='{"Statement": 1}')
    refused(iam.get_policy, PolicyArn=f"{arn}-absent")
