"""What stands: for each operation its function bound to the model, its validator and its way of refusing input."""

from emulator import services
from emulator.kernel.errors import AwsError, NotImplementedByEmulator
from emulator.kernel.service import Service, bind, snake_case
from emulator.model import SERVICES, Operation, Shape, load, manifest
from emulator.model.validation import Violation, validator

# The code of a validation error where a service's patches do not name another.
VALIDATION_CODE = {
    "query": "ValidationError",
    "json": "ValidationException",
    "rest-json": "ValidationException",
    "rest-xml": "InvalidInput",
    "smithy-rpc-v2-cbor": "ValidationException",
}
INTERNAL_FAILURE = {
    "code": "InternalFailure", "message": "The request processing has failed because of an unknown error."
}  # fmt: skip


def _valid(_given: dict) -> tuple:
    return ()


def _only(validate, kinds: frozenset[str]):
    """A validator that sees violations of these kinds alone."""

    def check(given: dict):
        violations = validate(given)
        return violations and [each for each in violations if each.kind in kinds]

    return check


def _bound(shape: Shape):
    """Hold an input only to the required members that stand in the query string or in headers."""
    wanted = [
        (name, shape.members[name].get("locationName", name))
        for name in shape.required
        if shape.members[name].get("location") in ("querystring", "header")
    ]

    def check(given: dict):
        return [Violation(wire, "required", "null", "") for name, wire in wanted if given.get(name) is None]

    return check if wanted else _valid


class Entry:
    """One operation as the chain uses it."""

    __slots__ = (
        "answered", "before", "extra_headers", "implemented", "operation", "path_member", "run", "streaming",
        "validate", "wording",
    )  # fmt: skip

    def __init__(self, operation: Operation):
        self.operation = operation
        metadata = operation.service.metadata
        shape = operation.input
        service = services.load(operation.service.name)
        function = service.functions.get(snake_case(operation.name)) if service else None
        self.implemented = function is not None
        self.run = bind(function, set(shape.members) if shape else set()) if function else None
        self.before = service.before if service else ()
        self.answered = service.answered if service else ()
        self.extra_headers = service.extra_headers if service else Service.extra_headers
        self.streaming = operation.streaming_input is not None
        self.path_member = metadata.get("pathMember") if shape and metadata.get("pathMember") in shape.members else None
        # {"scope": "bound": only what is required outside the body, "kinds": [those that are checked], "code": … (or
        # several: the first that the operation declares, else the first of all),
        # "<kind>": {"code": …, "message": "… {member} {Member} {value} …", "status": …,
        # "outermost": true where it is not for what stands inside a parameter}}
        self.wording = metadata.get("validation", {})
        make = _bound if self.wording.get("scope") == "bound" else validator
        self.validate = make(shape) if shape else _valid
        if "kinds" in self.wording:
            self.validate = _only(self.validate, frozenset(self.wording["kinds"]))

    def refuse(self, violations, describe) -> AwsError:
        """The error for input that breaks the model's constraints, in the words of the service."""
        first = violations[0]
        special = self.wording.get(first.kind)
        if special and not (special.get("outermost") and "." in first.path):
            member = first.path.rsplit(".", 1)[-1]
            text = special["message"].format(
                member=member, Member=member[:1].upper() + member[1:], path=first.path, value=first.value,
                operation=self.operation.name,
            ) if "message" in special else describe(violations)  # fmt: skip
            return AwsError(special["code"], text, special.get("status", 400))
        code = self.wording.get("code") or VALIDATION_CODE[self.operation.service.protocols[0]]
        if isinstance(code, list):
            code = next((each for each in code if each in self.operation.errors), code[0])
        return AwsError(code, describe(violations), self.wording.get("status", 400))


_entries: dict[Operation, Entry] = {}


def entry(operation: Operation) -> Entry:
    found = _entries.get(operation)
    if found is None:
        found = _entries[operation] = Entry(operation)
    return found


def complete(error: AwsError, operation: Operation | None) -> None:
    """Give an error that was raised without a status the one that the model declares; 400 when it is silent.

    One without a message gets what the service's patches say under ``messages``: words that are always the same.
    """
    if not error.message and operation is not None:
        error.message = operation.service.metadata.get("messages", {}).get(error.code, "")
    shape = operation and (operation.errors.get(error.code) or operation.service.errors.get(error.code))
    error.status = shape.error_status if shape else 400


def internal_failure(service: str | None) -> AwsError:
    """What a defect of ours, or a disk without room, looks like: AWS's own failure."""
    words = load(service).metadata.get("internalFailure", INTERNAL_FAILURE) if service else INTERNAL_FAILURE
    return AwsError(words["code"], words["message"], 500, sender=False)


def unknown_operation(service: str, request, what: str) -> AwsError:
    """An operation that AWS has is 501; one that no model knows is AWS's own refusal."""
    named = what or request.headers.get("x-amz-target", "").rpartition(".")[2] or request.path
    protocols = load(service).protocols
    query = "query" in protocols and "x-amz-target" not in request.headers
    if query and not what:
        return AwsError("MissingAction", "The request is missing an action or a required parameter.", 400)
    refusal = load(service).metadata.get("unknownOperation")
    if refusal and (query or "query" not in protocols):
        return AwsError(refusal["code"], refusal["message"].format(operation=named), refusal.get("status", 400))
    if query:
        version = request.form.get("Version", "") if request.body.__class__ is bytes else ""
        text = f"Could not find operation {named} for version {version or 'NO_VERSION_SPECIFIED'}"
        return AwsError("InvalidAction", text, 400)
    if "json" in protocols:
        return AwsError("UnknownOperationException", "", 400)
    return NotImplementedByEmulator(f"{service} {request.method} {named}")


def operations(service: str | None = None) -> list[dict]:
    """Rows ``{service, operation, implemented}`` over the manifest: what the gateway really has."""
    if service is not None and service not in SERVICES:
        raise LookupError(f"no service is called {service}; see emulator operations")
    rows = []
    for name in [service] if service else SERVICES:
        found = services.load(name)
        functions = found.functions if found else {}
        rows.extend(
            {"service": name, "operation": each, "implemented": snake_case(each) in functions}
            for each in manifest()["services"][name]["operations"]
        )
    return rows
