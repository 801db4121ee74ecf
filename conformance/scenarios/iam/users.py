"""Users and groups: keys, membership, tags, and what is refused.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateUser.html
"""

from conformance.scenarios import refused

COST = "Free: IAM charges nothing."


def run(aws):
    iam = aws.client("iam")
    user, group = aws.name("users"), aws.name("group")
    iam.create_user(UserName=user, Path="/scenarios/", Tags=[{"Key": "purpose", "Value": "parity"}])
    aws.afterwards(iam.delete_user, UserName=user)
    refused(iam.create_user, UserName=user)
    iam.get_user(UserName=user)
    iam.list_users(PathPrefix="/scenarios/")
    iam.list_user_tags(UserName=user)

    key = iam.create_access_key(UserName=user)["AccessKey"]["AccessKeyId"]
    aws.afterwards(iam.delete_access_key, UserName=user, AccessKeyId=key)
    iam.update_access_key(UserName=user, AccessKeyId=key, Status="Inactive")
    iam.list_access_keys(UserName=user)

    iam.create_group(GroupName=group)
    aws.afterwards(iam.delete_group, GroupName=group)
    iam.add_user_to_group(GroupName=group, UserName=user)
    aws.afterwards(iam.remove_user_from_group, GroupName=group, UserName=user)
    iam.get_group(GroupName=group)
    iam.list_groups_for_user(UserName=user)

    refused(iam.delete_group, GroupName=group)  # it has a member
    refused(iam.delete_user, UserName=user)  # so has the user a key
    refused(iam.get_user, UserName=aws.name("absent"))
    refused(iam.create_user, UserName="not a name")
