"""GetAccountAuthorizationDetails: every identity and policy of the account with all that decides about access.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
"""

from emulator.auth.identities import GROUP, ROLE, USER, Identity, attached, groups_of, name_of
from emulator.kernel.context import Context
from emulator.services.iam import entities, instance_profiles, policies
from emulator.services.iam.common import encoded, paged, tags_to_wire
from emulator.services.iam.service import service

# Filter -> (kind, member of the answer), in the order in which they are listed.
FILTERS = {
    "User": (USER, "UserDetailList"), "Group": (GROUP, "GroupDetailList"), "Role": (ROLE, "RoleDetailList"),
    "LocalManagedPolicy": ("Local", "Policies"), "AWSManagedPolicy": ("AWS", "Policies"),
}  # fmt: skip


@service.operation
def get_account_authorization_details(ctx, Filter=None, MaxItems=None, Marker=None):
    """Everything, or the kinds asked for."""
    wanted = Filter or [*FILTERS]

    def everything():
        for place, (name, (kind, member)) in enumerate(FILTERS.items()):
            if name not in wanted:
                continue
            if member != "Policies":
                for each in entities.all_of(ctx, kind):
                    yield (place, each.name.lower()), member, each
            else:
                for each in policies.everything(ctx, kind):
                    if kind == "Local" or policies.attachment_count(ctx, each.arn):
                        yield (place, each.arn), member, each

    answer = paged(ctx, "found", everything(), lambda each: each[0], lambda each: each[1:])
    found = answer.pop("found")
    for _, member in FILTERS.values():
        answer[member] = [_view(ctx, each) for named, each in found if named == member]
    return answer


def _view(ctx: Context, each) -> dict:
    if isinstance(each, Identity):
        return _identity(ctx, each)
    shown = policies.view(ctx, each, "get")
    shown.pop("Tags", None)
    return shown | {"PolicyVersionList": [policies.version_view(each, one, True) for one in reversed(each.versions)]}


def _identity(ctx: Context, identity: Identity) -> dict:
    word = entities.KINDS[identity.kind].word
    shown = entities.view(ctx, identity)
    shown.pop("Description", None)
    if identity.inline:
        shown[f"{word}PolicyList"] = [
            {"PolicyName": name, "PolicyDocument": encoded(each)} for name, each in sorted(identity.inline.items())
        ]
    shown["AttachedManagedPolicies"] = [
        {"PolicyName": name_of(arn), "PolicyArn": arn} for arn in attached(ctx, identity)
    ]
    if identity.kind == GROUP:
        return shown
    shown |= entities.boundary_of(identity) | {"Tags": tags_to_wire(identity.tags)}
    if identity.kind == USER:
        return shown | {"GroupList": [group.name for group in groups_of(ctx, identity)]}
    found = instance_profiles.of_role(ctx, identity)
    profiles = [instance_profiles.view(ctx, each, False) for each in found]
    return shown | {"InstanceProfileList": profiles, "RoleLastUsed": entities.last_used(ctx, identity)}


