"""Tags of everything in IAM that can be tagged: three operations for each kind, made from one table.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from emulator.auth.identities import ROLE, USER, identities, policies
from emulator.kernel.context import Context
from emulator.kernel.store import Table, replace
from emulator.services.iam import entities, instance_profiles, mfa, oidc, saml, server_certificates
from emulator.services.iam import policies as managed_policies
from emulator.services.iam.common import add_tags, paged, remove_tags, tags_to_wire
from emulator.services.iam.service import service


class Taggable(NamedTuple):
    """``name`` in operations' names, ``member`` that names the resource; how it is found, and where it is kept."""

    name: str
    member: str
    find: Callable[[Context, str], Any]
    table: Table


TAGGABLE = (
    Taggable("user", "UserName", lambda ctx, name: entities.find(ctx, USER, name), identities),
    Taggable("role", "RoleName", lambda ctx, name: entities.find_modifiable(ctx, ROLE, name), identities),
    Taggable("policy", "PolicyArn", managed_policies.find_own, policies),
    Taggable("instance_profile", "InstanceProfileName", instance_profiles.find, instance_profiles.profiles),
    Taggable("mfa_device", "SerialNumber", mfa.find, mfa.devices),
    Taggable("open_id_connect_provider", "OpenIDConnectProviderArn", oidc.find, oidc.providers),
    Taggable("saml_provider", "SAMLProviderArn", saml.find, saml.providers),
    Taggable(
        "server_certificate", "ServerCertificateName", server_certificates.find, server_certificates.certificates
    ),
)


def _declare(kind: Taggable) -> None:
    def put(ctx: Context, name: str, change: Callable[[dict], dict]) -> None:
        record = kind.find(ctx, name)
        ctx.rows(kind.table).put(replace(record, tags=change(record.tags)))

    def tag(ctx, /, **given):
        put(ctx, given[kind.member], lambda tags: add_tags(tags, given["Tags"]))

    def untag(ctx, /, **given):
        put(ctx, given[kind.member], lambda tags: remove_tags(tags, given["TagKeys"]))

    def list_tags(ctx, /, **given):
        found = sorted(kind.find(ctx, given[kind.member]).tags.items())
        return paged(ctx, "Tags", found, lambda each: each[0], lambda each: tags_to_wire(dict([each]))[0])

    service.functions |= {
        f"tag_{kind.name}": tag, f"untag_{kind.name}": untag, f"list_{kind.name}_tags": list_tags,
    }  # fmt: skip


for _kind in TAGGABLE:
    _declare(_kind)
