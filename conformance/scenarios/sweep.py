"""Clean-up: ``python -m conformance.scenarios.sweep`` removes what scenarios that were cut off left in the account.

Only things whose names begin with the scenarios' prefix are touched.
"""

import boto3

from conformance.scenarios import PREFIX, refused


def buckets(s3) -> list[str]:
    """Empty and delete the scenarios' buckets; their names."""
    found = [each["Name"] for each in s3.list_buckets()["Buckets"] if ours(each["Name"])]
    for name in found:
        for page in s3.get_paginator("list_multipart_uploads").paginate(Bucket=name):
            for each in page.get("Uploads", ()):
                s3.abort_multipart_upload(Bucket=name, Key=each["Key"], UploadId=each["UploadId"])
        for page in s3.get_paginator("list_object_versions").paginate(Bucket=name):
            for each in (*page.get("Versions", ()), *page.get("DeleteMarkers", ())):
                s3.delete_object(Bucket=name, Key=each["Key"], VersionId=each["VersionId"])
        s3.delete_bucket(Bucket=name)
    return found


def queues(sqs) -> list[str]:
    """Delete the scenarios' queues; their URLs."""
    pages = sqs.get_paginator("list_queues").paginate(QueueNamePrefix=f"{PREFIX}-")
    found = [url for page in pages for url in page.get("QueueUrls", ())]
    for url in found:
        sqs.delete_queue(QueueUrl=url)
    return found


def topics(sns) -> list[str]:
    """Delete the scenarios' topics with their subscriptions; their ARNs."""
    found = [each["TopicArn"] for page in sns.get_paginator("list_topics").paginate() for each in page["Topics"]
             if ours(each["TopicArn"].rpartition(":")[2])]
    for arn in found:
        for page in sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=arn):
            for each in page["Subscriptions"]:
                refused(sns.unsubscribe, SubscriptionArn=each["SubscriptionArn"])
        sns.delete_topic(TopicArn=arn)
    return found


def tables(dynamodb) -> list[str]:
    """Delete the scenarios' tables; their names."""
    pages = dynamodb.get_paginator("list_tables").paginate()
    found = [name for page in pages for name in page["TableNames"] if ours(name)]
    for name in found:
        refused(dynamodb.update_table, TableName=name, DeletionProtectionEnabled=False)
        refused(dynamodb.delete_table, TableName=name)
    return found


def schedule_groups(scheduler) -> list[str]:
    """Delete the scenarios' schedule groups with what is in them; their names."""
    pages = scheduler.get_paginator("list_schedule_groups").paginate(NamePrefix=f"{PREFIX}-")
    found = [each["Name"] for page in pages for each in page["ScheduleGroups"] if each["State"] == "ACTIVE"]
    for name in found:
        refused(scheduler.delete_schedule_group, Name=name)
    return found


def identities(iam) -> list[str]:
    """Delete the scenarios' roles, users, groups and policies; their names."""
    found = []
    for page in iam.get_paginator("get_account_authorization_details").paginate(
            Filter=["User", "Role", "Group", "LocalManagedPolicy"]):
        for kind, remove in (("RoleDetailList", remove_role), ("UserDetailList", remove_user),
                             ("GroupDetailList", remove_group), ("Policies", remove_policy)):
            for each in page.get(kind, ()):
                name = each.get("RoleName") or each.get("UserName") or each.get("GroupName") or each["PolicyName"]
                if ours(name):
                    remove(iam, each)
                    found.append(name)
    return found


def remove_role(iam, role: dict) -> None:
    name = role["RoleName"]
    for each in role["AttachedManagedPolicies"]:
        iam.detach_role_policy(RoleName=name, PolicyArn=each["PolicyArn"])
    for each in role["RolePolicyList"]:
        iam.delete_role_policy(RoleName=name, PolicyName=each["PolicyName"])
    iam.delete_role(RoleName=name)


def remove_user(iam, user: dict) -> None:
    name = user["UserName"]
    for key in iam.list_access_keys(UserName=name)["AccessKeyMetadata"]:
        iam.delete_access_key(UserName=name, AccessKeyId=key["AccessKeyId"])
    for group in user.get("GroupList", ()):
        iam.remove_user_from_group(UserName=name, GroupName=group)
    iam.delete_user(UserName=name)


def remove_group(iam, group: dict) -> None:
    for user in iam.get_group(GroupName=group["GroupName"])["Users"]:
        iam.remove_user_from_group(UserName=user["UserName"], GroupName=group["GroupName"])
    iam.delete_group(GroupName=group["GroupName"])


def remove_policy(iam, policy: dict) -> None:
    for version in policy["PolicyVersionList"]:
        if not version["IsDefaultVersion"]:
            iam.delete_policy_version(PolicyArn=policy["Arn"], VersionId=version["VersionId"])
    iam.delete_policy(PolicyArn=policy["Arn"])


def ours(name: str) -> bool:
    return name.startswith(f"{PREFIX}-")


SWEEPS = {"s3": buckets, "sqs": queues, "sns": topics, "dynamodb": tables, "scheduler": schedule_groups,
          "iam": identities}


def main(region: str = "us-east-1") -> None:
    for service, sweep in SWEEPS.items():
        for name in sweep(boto3.client(service, region_name=region)):
            print(f"removed {name}")


if __name__ == "__main__":
    main()
