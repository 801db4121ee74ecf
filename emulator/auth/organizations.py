"""An organization that a file describes: its units, accounts and control policies. Organizations is no service here.

The file (``emulator start --organization FILE``) is JSON and has Organizations' own words::

    {"Id": "o-a1b2c3d4e5", "MasterAccountId": "111111111111",
     "Root": {"Id": "r-f6g7", "Policies": ["p-FullAWSAccess"], "Accounts": [{"Id": "222222222222"}],
              "OrganizationalUnits": [{"Id": "ou-f6g7-workloads", "Policies": ["p-denys3"], "Accounts": [...]}]},
     "Policies": [{"Id": "p-denys3", "Name": "DenyS3", "Type": "SERVICE_CONTROL_POLICY", "Content": {...}}]}

What names no ``Policies`` has the one that allows everything, as in Organizations. A call must be allowed on every
level from the root to the account. https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
"""

import json
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from emulator.kernel.context import Context

SERVICE_CONTROL, RESOURCE_CONTROL = "SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"
EVERYTHING = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})


class Policy(NamedTuple):
    """A control policy; ``document`` is its text."""

    id: str
    name: str
    type: str
    document: str


class Place(NamedTuple):
    """The root, a unit or an account: its id, and those of the policies that are attached to it."""

    id: str
    policies: tuple[str, ...]


#: What is attached where nothing is said, by the type of policy.
GIVEN = {
    "p-FullAWSAccess": Policy("p-FullAWSAccess", "FullAWSAccess", SERVICE_CONTROL, EVERYTHING),
    "p-RCPFullAWSAccess": Policy("p-RCPFullAWSAccess", "RCPFullAWSAccess", RESOURCE_CONTROL, EVERYTHING),
}


class Organization(NamedTuple):
    """``ways`` leads to every account: its places from the root down to itself."""

    id: str
    management: str
    ways: dict[str, tuple[Place, ...]]
    policies: dict[str, Policy]

    def attached(self, place: Place, kind: str) -> Iterator[Policy]:
        """The policies of a type at a place; the one that allows everything where there is no other of the type.

        From resources it can't be detached.
        """
        found = [self.policies[each] for each in place.policies if self.policies[each].type == kind]
        yield from found
        if not found or kind == RESOURCE_CONTROL:
            yield next(each for each in GIVEN.values() if each.type == kind)

    def levels(self, account: str, kind: str) -> list[tuple[str, Policy]]:
        """The policies that restrict an account, each with the id of its level; none for the management account."""
        way = () if account == self.management else self.ways.get(account, ())
        return [(place.id, policy) for place in way for policy in self.attached(place, kind)]

    def path(self, account: str) -> str:
        """What aws:PrincipalOrgPaths tells of an account."""
        return "/".join((self.id, *(place.id for place in self.ways[account][:-1]), ""))

    def below(self, path: str) -> list[str]:
        """The accounts at or under an entity's path (as IAM's access report names it), none for an unknown one."""
        names = path.strip("/").split("/")
        return [account for account, way in self.ways.items()
                if [self.id, *(place.id for place in way)][: len(names)] == names]  # fmt: skip


def of(ctx: Context) -> Organization | None:
    """The organization that the emulator was started with."""
    file = ctx.setting("organization")
    return read(file) if file else None


def account_keys(ctx: Context, account: str, prefix: str) -> dict[str, list[str]]:
    """``aws:PrincipalOrgID`` and ``aws:PrincipalOrgPaths``, or those of the resource; empty outside of it."""
    found = of(ctx)
    if found is None or account not in found.ways:
        return {}
    return {f"aws:{prefix}orgid": [found.id], f"aws:{prefix}orgpaths": [found.path(account)]}


@lru_cache
def read(file: str) -> Organization:
    """Raises ValueError that says what is wrong with the file, OSError."""
    try:
        given = json.loads(Path(file).read_text("utf-8"))
        policies = GIVEN | {each.id: each for each in map(_policy, given.get("Policies", ()))}
        ways = dict(_ways(given["Root"], ()))
        management = given["MasterAccountId"]
        ways.setdefault(management, (_place(given["Root"]), Place(management, ())))
        found = Organization(given["Id"], management, ways, policies)
    except (KeyError, TypeError, AttributeError, json.JSONDecodeError) as error:
        raise ValueError(f"{file} describes no organization: {type(error).__name__} {error}") from None
    for way in ways.values():
        for name in {name for place in way for name in place.policies} - policies.keys():
            raise ValueError(f"{file}: nobody describes the policy {name}")
    return found


def _policy(given: dict) -> Policy:
    content = given["Content"]
    text = content if isinstance(content, str) else json.dumps(content)
    return Policy(given["Id"], given.get("Name", given["Id"]), given.get("Type", SERVICE_CONTROL), text)


def _place(given: dict) -> Place:
    return Place(given["Id"], tuple(given.get("Policies", ())))


def _ways(given: dict, above: tuple[Place, ...]) -> Iterator[tuple[str, tuple[Place, ...]]]:
    here = (*above, _place(given))
    for account in given.get("Accounts", ()):
        yield account["Id"], (*here, _place(account))
    for unit in given.get("OrganizationalUnits", ()):
        yield from _ways(unit, here)
