"""IAM's users, groups, roles and policies."""

from conformance.sequences.kind import Kind, follow
from conformance.services.iam import samples

PATHS = ("/", "/a/", "/a/b/")


def paged(operation, member, name):
    """The functions that list all at once and by pages."""
    def pages(trial, prefix, size):
        found = follow(trial, operation, {"MaxItems": size}, member, ("Marker", "Marker"), name)
        return [each for each in found if each.startswith(prefix)]

    return {"pages": pages, "listed": lambda trial, prefix: pages(trial, prefix, 1000)}


def tagging(noun, member):
    """The functions that tag, untag and tell tags."""
    def told(trial, name):
        return {each["Key"]: each["Value"] for each in trial.ask(f"List{noun}Tags", **{member: name})["Tags"]}

    return {
        "tag": lambda trial, name, given: trial.ask(f"Tag{noun}", **{member: name}, Tags=[
            {"Key": key, "Value": value} for key, value in given.items()]),
        "untag": lambda trial, name, keys: trial.ask(f"Untag{noun}", **{member: name}, TagKeys=keys),
        "tags": told,
    }


def policy(trial, name):
    return f"arn:aws:iam::{trial.world.account}:policy/{name}"


KINDS = [
    *(Kind("iam", noun.lower(), PATHS, missing="NoSuchEntity", again="EntityAlreadyExists",
           create=lambda trial, name, value, noun=noun: trial.ask(f"Create{noun}", **{f"{noun}Name": name}, Path=value),
           read=lambda trial, name, noun=noun: trial.ask(f"Get{noun}", **{f"{noun}Name": name})[noun]["Path"],
           update=lambda trial, name, value, noun=noun: trial.ask(f"Update{noun}", **{f"{noun}Name": name},
                                                                  NewPath=value),
           delete=lambda trial, name, noun=noun: trial.ask(f"Delete{noun}", **{f"{noun}Name": name}),
           **paged(f"List{noun}s", f"{noun}s", f"{noun}Name"), **(tagging(noun, "UserName") if noun == "User" else {}))
      for noun in ("User", "Group")),
    Kind("iam", "role", (3600, 7200), missing="NoSuchEntity", again="EntityAlreadyExists",
         create=lambda trial, name, value: trial.ask(
             "CreateRole", RoleName=name, AssumeRolePolicyDocument=samples.TRUST, MaxSessionDuration=value),
         read=lambda trial, name: trial.ask("GetRole", RoleName=name)["Role"]["MaxSessionDuration"],
         update=lambda trial, name, value: trial.ask("UpdateRole", RoleName=name, MaxSessionDuration=value),
         delete=lambda trial, name: trial.ask("DeleteRole", RoleName=name),
         **paged("ListRoles", "Roles", "RoleName"), **tagging("Role", "RoleName")),
    Kind("iam", "policy", ("one", "two"), missing="NoSuchEntity", again="EntityAlreadyExists",
         create=lambda trial, name, value: trial.ask(
             "CreatePolicy", PolicyName=name, PolicyDocument=samples.POLICY, Description=value),
         read=lambda trial, name: trial.ask("GetPolicy", PolicyArn=policy(trial, name))["Policy"]["Description"],
         delete=lambda trial, name: trial.ask("DeletePolicy", PolicyArn=policy(trial, name)),
         listed=lambda trial, prefix: [
             each for each in follow(trial, "ListPolicies", {"Scope": "Local"}, "Policies", ("Marker", "Marker"),
                                     "PolicyName") if each.startswith(prefix)]),
]  # fmt: skip
