"""Hybrid activations and the nodes that register with them.

A node that registers here is served by this machine: its commands run in a directory of its own. The registration is
the call that AWS's agent makes; it is in no SDK. https://docs.aws.amazon.com/systems-manager/latest/userguide/activations.html
"""

from emulator.backends import shell
from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.resources import Filters, IdPattern, Resource, page
from emulator.resources.tags import check as checked_tags
from emulator.services.ssm import tags
from emulator.services.ssm.common import INVALID_TOKEN, invalid, service
from emulator.services.ssm.node_tables import Node, nodes

DAY = 86400
AGENT = "3.3.0.0"  # the version that nodes report

Activation = Resource(
    "Activation", service, id=IdPattern("{uuid}", "ActivationId"), create="CreateActivation", delete="DeleteActivation",
    missing=("InvalidActivationId", "The activation {ActivationId} does not exist."), tags=tags.RULES,
    defaults={"RegistrationLimit": 1}, created="CreatedDate",
)  # fmt: skip


@Activation.on_create
def activated(ctx: Context, record):
    expires = record.document.get("ExpirationDate")
    if expires is None:
        expires = ctx.now + DAY
    elif not ctx.now < expires <= ctx.now + 30 * DAY:
        raise AwsError("InvalidParameters", "The expiration date must be in the future, and at most 30 days away.")
    document = {**record.document, "ExpirationDate": expires, "ActivationCode": ctx.ids.text(20)}
    return replace(record, document=document)


def _registered(ctx: Context, activation_id: str) -> int:
    return sum(node.activation_id == activation_id for node in ctx.rows(nodes))


ACTIVATION_FILTERS = Filters(
    {"ActivationIds": "ActivationId", "DefaultInstanceName": "DefaultInstanceName", "IamRole": "IamRole"},
    ("InvalidFilter", "The filter key {key} is not valid."), key="FilterKey", values="FilterValues",
)  # fmt: skip


@service.operation
def describe_activations(ctx: Context, Filters=None, MaxResults=None, NextToken=None):
    """Activations, without their codes. Raises InvalidFilter, InvalidNextToken."""
    ACTIVATION_FILTERS.check(Filters or ())
    found, following = page(
        ctx, (record for record in Activation.rows(ctx) if ACTIVATION_FILTERS(Activation.view(ctx, record),
                                                                              Filters or ())),
        lambda record: record.id, NextToken, MaxResults or 50, query=Filters, invalid=INVALID_TOKEN,
    )  # fmt: skip
    return {"ActivationList": [_shown_activation(ctx, record) for record in found], "NextToken": following}


def _shown_activation(ctx: Context, record) -> dict:
    names = ("Description", "DefaultInstanceName", "IamRole", "RegistrationLimit", "ExpirationDate")
    return {
        "ActivationId": record.id[0], **{name: record.document.get(name) for name in names},
        "RegistrationsCount": _registered(ctx, record.id[0]) or None, "CreatedDate": record.created,
        "Expired": record.document["ExpirationDate"] <= ctx.now,
        "Tags": [{"Key": key, "Value": value} for key, value in record.tags.items()],
    }  # fmt: skip


@service.operation
def register_managed_instance(ctx: Context, ActivationId, ActivationCode, **given):
    """A node comes, with the id and the code of an activation. Raises InvalidActivation."""
    activation = Activation.rows(ctx).get((ActivationId,))
    if activation is None or activation.document["ActivationCode"] != ActivationCode:
        raise AwsError("InvalidActivation", "The activation isn't valid.", 400)
    if activation.document["ExpirationDate"] <= ctx.now:
        raise AwsError("InvalidActivation", "The activation has expired.", 400)
    if _registered(ctx, ActivationId) >= activation.document["RegistrationLimit"]:
        raise AwsError("InvalidActivation", "The registration limit of the activation is reached.", 400)
    machine = shell.machine()
    node = ctx.rows(nodes).put(Node(
        f"mi-0{ctx.ids.hex(16)}", activation.document.get("DefaultInstanceName") or "", ActivationId,
        activation.document["IamRole"], ctx.now,
        machine.platform, machine.system, machine.release, machine.name, tags=activation.tags,
    ))  # fmt: skip
    return {"InstanceId": node.id}


def node_of(ctx: Context, name: str) -> Node:
    found = ctx.rows(nodes).get(name)
    if found is None:
        raise AwsError("InvalidInstanceId", f"Instances [[{name}]] not in a valid state for account {ctx.account}")
    return found


INFORMATION = {
    "InstanceIds": "InstanceId", "AgentVersion": "AgentVersion", "PingStatus": "PingStatus",
    "PlatformTypes": "PlatformType", "PlatformType": "PlatformType", "ActivationIds": "ActivationId",
    "IamRole": "IamRole", "ResourceType": "ResourceType", "AssociationStatus": "AssociationStatus",
}  # fmt: skip
UNKNOWN_FILTER = ("InvalidFilterKey", "The filter key {key} is not valid.")
NODE_FILTERS = Filters(INFORMATION, UNKNOWN_FILTER)
OLDER_FILTERS = Filters(INFORMATION, UNKNOWN_FILTER, key="key", values="valueSet")


def information(ctx: Context, node: Node) -> dict:
    """The ``InstanceInformation`` structure. A node of this machine is online for as long as the emulator is."""
    return {
        "InstanceId": node.id, "PingStatus": "Online", "LastPingDateTime": ctx.now, "AgentVersion": AGENT,
        "IsLatestVersion": True, "PlatformType": node.platform, "PlatformName": node.platform_name,
        "PlatformVersion": node.platform_version, "ActivationId": node.activation_id, "IamRole": node.role,
        "RegistrationDate": node.registered, "ResourceType": "ManagedInstance", "Name": node.name or None,
        "IPAddress": node.address, "ComputerName": node.computer_name or None, "SourceId": node.id,
        "SourceType": "AWS::SSM::ManagedInstance",
    }  # fmt: skip


@service.operation
def describe_instance_information(ctx: Context, InstanceInformationFilterList=None, Filters=None, MaxResults=None,
                                  NextToken=None):  # fmt: skip
    """The managed nodes. Raises InvalidFilterKey, InvalidNextToken."""
    older, newer = InstanceInformationFilterList or (), Filters or ()
    if older and newer:
        raise invalid("Filters and InstanceInformationFilterList can't be used together.")
    OLDER_FILTERS.check(older)
    NODE_FILTERS.check([each for each in newer if not each["Key"].startswith("tag")])

    def fits(node: Node) -> bool:
        shown = information(ctx, node)
        return OLDER_FILTERS(shown, older) and all(
            is_tagged(node, each) if each["Key"].startswith("tag") else NODE_FILTERS(shown, [each]) for each in newer
        )

    found, following = page(ctx, filter(fits, ctx.rows(nodes)), lambda node: node.id, NextToken, MaxResults or 50,
                            query=(older, newer), invalid=INVALID_TOKEN)  # fmt: skip
    return {"InstanceInformationList": [information(ctx, node) for node in found], "NextToken": following}


def is_tagged(node: Node, target: dict) -> bool:
    """Whether a target or filter on tags (``tag:name`` with values, ``tag-key``) means a node."""
    key, values = target["Key"], target.get("Values") or ()
    if key == "tag-key":
        return any(value in node.tags for value in values)
    return node.tags.get(key.removeprefix("tag:")) in values


def targeted(ctx: Context, targets: list[dict]) -> list[Node]:
    """The nodes that all of a request's targets mean. Raises ValidationException for a key that none can have."""
    found = list(ctx.rows(nodes))
    for each in targets:
        key, values = each.get("Key", ""), each.get("Values") or ()
        if key.lower() == "instanceids":
            found = [node for node in found if node.id in values or "*" in values]
        elif key.startswith("tag:") or key == "tag-key":
            found = [node for node in found if is_tagged(node, each)]
        else:
            raise invalid(f"The target key {key} is not supported.")
    return found


@service.operation
def update_managed_instance_role(ctx: Context, InstanceId, IamRole):
    ctx.rows(nodes).put(replace(node_of(ctx, InstanceId), role=IamRole))
    return {}


@service.operation
def deregister_managed_instance(ctx: Context, InstanceId):
    """The node goes, and its directory with it. Raises InvalidInstanceId."""
    node = node_of(ctx, InstanceId)
    ctx.rows(nodes).delete(node.id)
    shell.forget(node.id)
    return {}


@service.operation
def get_connection_status(ctx: Context, Target):
    connected = ctx.rows(nodes).get(Target) is not None
    return {"Target": Target, "Status": "connected" if connected else "notconnected"}


def _tags(ctx: Context, name: str) -> dict[str, str] | None:
    found = ctx.rows(nodes).get(name)
    return found.tags if found is not None else None


def _retag(ctx: Context, name: str, found: dict[str, str]) -> None:
    ctx.rows(nodes).put(replace(ctx.rows(nodes)[name], tags=checked_tags({}, found, tags.RULES)))


tags.types["ManagedInstance"] = tags.Tagged(_tags, _retag)
tags.tagged("Activation", Activation)
