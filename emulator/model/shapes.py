"""Shapes, operations and services as light objects over the model's JSON; everything is resolved on first use."""

from functools import cached_property

SCALARS = frozenset(
    ("string", "character", "integer", "long", "short", "byte", "float", "double", "bigdecimal", "boolean", "blob",
     "timestamp")
)


class Shape:
    """A shape as seen from one reference to it: the traits of the reference win over those of the shape.

    ``type`` is the model's word (structure, list, map, string, integer, long, float, double, boolean, blob,
    timestamp). ``traits`` holds everything else under the model's names, read with :meth:`get`.
    """

    def __init__(self, service: "ServiceModel", reference: dict):
        self.service = service
        self.name: str = reference["shape"]
        definition = service.definitions[self.name]
        self.type: str = definition["type"]
        self.traits: dict = definition if len(reference) == 1 else {**definition, **reference}
        # Traits that change how the wire looks differ between "on the member" and "on the shape".
        self.reference = reference

    def __repr__(self) -> str:
        return f"<Shape {self.name}: {self.type}>"

    def get(self, trait: str, default=None):
        return self.traits.get(trait, default)

    @cached_property
    def members(self) -> "dict[str, Shape]":
        """The members of a structure, by name, in the model's order."""
        return {name: Shape(self.service, ref) for name, ref in self.traits.get("members", {}).items()}

    @cached_property
    def required(self) -> tuple[str, ...]:
        return tuple(self.traits.get("required", ()))

    @cached_property
    def member(self) -> "Shape":
        """The element of a list."""
        return Shape(self.service, self.traits["member"])

    @cached_property
    def key(self) -> "Shape":
        return Shape(self.service, self.traits["key"])

    @cached_property
    def value(self) -> "Shape":
        return Shape(self.service, self.traits["value"])

    @property
    def enum(self) -> tuple[str, ...]:
        return tuple(self.traits.get("enum", ()))

    @property
    def is_union(self) -> bool:
        return bool(self.traits.get("union"))

    @property
    def is_event_stream(self) -> bool:
        return bool(self.traits.get("eventstream"))

    @property
    def is_streaming(self) -> bool:
        """A blob that is the body and is never held in memory as a whole."""
        return self.type == "blob" and bool(self.traits.get("streaming"))

    @property
    def is_document(self) -> bool:
        return bool(self.traits.get("document"))

    @cached_property
    def payload(self) -> "str | None":
        """Name of the member that is the HTTP body, if one is."""
        return self.traits.get("payload")

    # Errors

    @cached_property
    def error_code(self) -> str:
        """The code on the wire of an exception shape: the ``error`` trait's, else the shape's name."""
        return self.traits.get("error", {}).get("code", self.name)

    @cached_property
    def error_status(self) -> int:
        default = 500 if self.traits.get("fault") else 400
        return self.traits.get("error", {}).get("httpStatusCode", default)

    @cached_property
    def error_sender(self) -> bool:
        """Whether the caller is at fault; the query protocols say so in the answer."""
        return not self.traits.get("fault") and self.traits.get("error", {}).get("senderFault", True)


class Operation:
    """One operation of a service."""

    def __init__(self, service: "ServiceModel", name: str, definition: dict):
        self.service = service
        self.name = name
        self.definition = definition
        http = definition.get("http", {})
        self.method: str = http.get("method", "POST")
        self.uri: str = http.get("requestUri", "/")
        self.status: int = http.get("responseCode", 200)

    def __repr__(self) -> str:
        return f"<Operation {self.service.name}.{self.name}>"

    @cached_property
    def input(self) -> Shape | None:
        reference = self.definition.get("input")
        return Shape(self.service, reference) if reference else None

    @cached_property
    def output(self) -> Shape | None:
        reference = self.definition.get("output")
        return Shape(self.service, reference) if reference else None

    @cached_property
    def errors(self) -> dict[str, Shape]:
        """The errors that the model declares for this operation, by code on the wire."""
        shapes = [Shape(self.service, reference) for reference in self.definition.get("errors", ())]
        return {shape.error_code: shape for shape in shapes}

    @cached_property
    def streaming_input(self) -> str | None:
        """Name of the input member that is a streamed body, if there is one."""
        shape = self.input
        if shape and shape.payload and shape.members[shape.payload].is_streaming:
            return shape.payload
        return None

    @cached_property
    def checksum(self) -> dict:
        """The ``httpChecksum`` trait: which members name the algorithms of the flexible checksums."""
        return self.definition.get("httpChecksum", {})


class ServiceModel:
    """One service: its metadata, shapes and operations. ``definitions`` and ``raw`` are the model's own JSON."""

    def __init__(self, name: str, raw: dict):
        self.name = name
        self.raw = raw
        self.metadata: dict = raw["metadata"]
        self.definitions: dict = raw["shapes"]

    def __repr__(self) -> str:
        return f"<ServiceModel {self.name}>"

    @cached_property
    def operations(self) -> dict[str, Operation]:
        return {name: Operation(self, name, each) for name, each in self.raw.get("operations", {}).items()}

    @cached_property
    def protocols(self) -> tuple[str, ...]:
        """Wire protocols, the model's preferred one first, those that patches add last."""
        listed = self.metadata.get("protocols") or [self.metadata["protocol"]]
        return tuple(listed)

    @cached_property
    def signing_name(self) -> str:
        return self.metadata.get("signingName") or self.metadata["endpointPrefix"]

    @cached_property
    def errors(self) -> dict[str, Shape]:
        """Every error of the service by its code on the wire, and by its shape name."""
        found: dict[str, Shape] = {}
        for name, definition in self.definitions.items():
            if definition.get("exception"):
                shape = Shape(self, {"shape": name})
                found[shape.error_code] = shape
                found.setdefault(name, shape)
        return found

    def shape(self, name: str) -> Shape:
        return Shape(self, {"shape": name})
