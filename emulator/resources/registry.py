"""What is declared: the resources of each service, the resource that an operation acts on, and their schemas."""

from typing import TYPE_CHECKING

from emulator.kernel.service import Service

if TYPE_CHECKING:
    from emulator.resources.resource import Resource

_declared: dict[Service, list["Resource"]] = {}


def register(resource: "Resource") -> None:
    _declared.setdefault(resource.service, []).append(resource)


def declared(service: Service) -> list["Resource"]:
    """The resources of a service, in the order of their declaration."""
    return _declared.get(service, [])


def by_kind(service: Service, kind: str) -> "Resource":
    return next(each for each in declared(service) if each.kind == kind)


def by_arn(ctx, service: Service, arn: str, operation: str = "") -> tuple["Resource", dict[str, str]] | None:
    """The resource whose ARN template an ARN fits, among those with that tag operation, and the template's fields."""
    for resource in declared(service):
        if not operation or operation in resource.operations:
            fields = resource.parse_arn(arn)
            if fields is not None:
                return resource, fields
    return None


def resource_of(ctx, service: Service, operation: str, given: dict) -> str:
    """The ARN that IAM's policies are held against for a call.

    That of the resource named, a pattern where its id is not known yet, ``*`` for an operation without one.
    """
    for resource in declared(service):
        role = resource.operations.get(operation)
        if role == "tags":
            return next((value for value in given.values() if isinstance(value, str)), "*")
        if role == "list":
            return "*"
        if role is not None:
            named = resource.stored(given)
            own = named.get(resource.id_member) or named.get(resource.arn_member)
            if resource.by_arn and isinstance(own, str) and own.startswith("arn:"):
                return own
            return resource.arn_of(ctx, resource.key(named, unknown="*"), members=named)
    return "*"
