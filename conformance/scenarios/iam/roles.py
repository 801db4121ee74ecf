"""Roles: create, read, change, policies attached and inline, tags, and what keeps a role from being deleted.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
"""

import json

from conformance.scenarios import refused

COST = "Free: IAM charges nothing."

LOGS = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"


def document(**statement):
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})


def run(aws):
    iam = aws.client("iam")
    name = aws.name("roles")
    trust = document(Principal={"Service": "lambda.amazonaws.com"}, Action="sts:AssumeRole")
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust, Description="of a scenario", MaxSessionDuration=7200)
    aws.afterwards(iam.delete_role, RoleName=name)
    refused(iam.create_role, RoleName=name, AssumeRolePolicyDocument=trust)
    iam.get_role(RoleName=name)
    iam.update_role(RoleName=name, Description="changed")
    iam.update_assume_role_policy(RoleName=name, PolicyDocument=document(
        Principal={"Service": "ec2.amazonaws.com"}, Action="sts:AssumeRole"))

    iam.put_role_policy(RoleName=name, PolicyName="inline", PolicyDocument=document(Action="s3:Get*", Resource="*"))
    aws.afterwards(iam.delete_role_policy, RoleName=name, PolicyName="inline")
    iam.get_role_policy(RoleName=name, PolicyName="inline")
    iam.list_role_policies(RoleName=name)
    iam.attach_role_policy(RoleName=name, PolicyArn=LOGS)
    aws.afterwards(iam.detach_role_policy, RoleName=name, PolicyArn=LOGS)
    iam.list_attached_role_policies(RoleName=name)
    iam.tag_role(RoleName=name, Tags=[{"Key": "purpose", "Value": "parity"}])
    iam.list_role_tags(RoleName=name)

    refused(iam.delete_role, RoleName=name)  # its policies are in the way
    refused(iam.put_role_policy, RoleName=name, PolicyName="broken", PolicyDocument="{}")
    refused(iam.create_role, RoleName=f"{name}-2", AssumeRolePolicyDocument="no JSON")
    refused(iam.get_role, RoleName=aws.name("absent"))
