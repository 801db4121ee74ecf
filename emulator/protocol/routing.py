"""Which operation a REST request asks for: a trie over path segments, then the query and headers.

https://smithy.io/2.0/spec/http-bindings.html#http-trait and, for the ties that S3 makes, its API reference.
"""

from urllib.parse import parse_qsl, unquote

from emulator.model.shapes import Operation, ServiceModel
from emulator.protocol.errors import ParseError, UnknownOperation
from emulator.protocol.wire import Request


class Candidate:
    """One operation at one method and path."""

    __slots__ = ("headers", "labels", "literals", "operation", "queries", "rank")

    def __init__(self, operation: Operation, labels: tuple[str, ...], query: str):
        self.operation = operation
        self.labels = labels
        # A constraint without a value asks for the name only.
        self.literals = tuple((name, value or None) for name, value in parse_qsl(query, keep_blank_values=True))
        # From the model's JSON: building shapes for all operations would cost more than all of the start.
        reference = operation.definition.get("input")
        shape = operation.service.definitions[reference["shape"]] if reference else {}
        required = [shape["members"][name] for name in shape.get("required", ())]
        self.queries = tuple(each.get("locationName") for each in required if each.get("location") == "querystring")
        self.headers = tuple(each.get("locationName", "").lower() for each in required
                             if each.get("location") == "header")
        self.rank = not operation.definition.get("deprecated")

    @property
    def unconditional(self) -> bool:
        return not (self.literals or self.queries or self.headers)

    def score(self, request: Request) -> tuple | None:
        """How well the request fits: None when a literal of the query is not met, else greater is better."""
        arguments = request.arguments if request.query else {}
        for name, value in self.literals:
            found = arguments.get(name)
            if found is None or (value is not None and value not in found):
                return None
        present = 0
        for name in self.queries:
            present += name in arguments
        for name in self.headers:
            present += name in request.headers
        missing = len(self.queries) + len(self.headers) - present
        return len(self.literals), -missing, present, self.rank


class Ends:
    """The operations at one method and path: those without literals, and those with by the name of their first."""

    __slots__ = ("by_literal", "default", "plain", "triggers")

    def __init__(self):
        self.plain: list[Candidate] = []
        self.by_literal: dict[str, list[Candidate]] = {}
        # Without a query and without a header that another candidate requires, the unconditional one fits best.
        self.default: Candidate | None = None
        self.triggers: tuple[str, ...] = ()

    def add(self, candidate: Candidate) -> None:
        if candidate.literals:
            self.by_literal.setdefault(candidate.literals[0][0], []).append(candidate)
        else:
            self.plain.append(candidate)
            if candidate.unconditional and (self.default is None or candidate.rank > self.default.rank):
                self.default = candidate
            self.triggers = (*self.triggers, *candidate.headers)

    def choose(self, request: Request) -> Candidate | None:
        """The best fitting candidate; among equals the model's first."""
        if not request.query and self.default is not None:
            headers = request.headers
            for name in self.triggers:
                if name in headers:
                    break
            else:
                return self.default
        candidates = self.plain
        if request.query and self.by_literal:
            for name in request.arguments:
                candidates = candidates + self.by_literal.get(name, [])
        best, best_score = None, None
        for each in candidates:
            score = each.score(request)
            if score is not None and (best_score is None or score > best_score):
                best, best_score = each, score
        return best


class Node:
    """A place in the trie: what follows by literal segment, by label, by greedy label, and who ends here by method."""

    __slots__ = ("ends", "greedy", "label", "literal")

    def __init__(self):
        self.literal: dict[str, Node] = {}
        self.label: Node | None = None
        self.greedy: Node | None = None
        self.ends: dict[str, Ends] = {}


class Router:
    """Finds operations by method, path, query and headers."""

    def __init__(self, service: ServiceModel):
        self.service = service
        self.root = Node()
        for operation in service.operations.values():
            self.add(operation)
        # S3's shape, a label and then all the rest, needs no walk.
        below = self.root.label
        plain = below is not None and below.greedy is not None and not (below.label or below.literal)
        self.rest = below.greedy if plain and not below.greedy.literal else None

    def add(self, operation: Operation) -> None:
        path, _, query = operation.uri.partition("?")
        node, labels = self.root, []
        for segment in split(path.rstrip("/")):
            if segment.startswith("{"):
                name = segment.strip("{}")
                labels.append(name.rstrip("+"))
                kind = "greedy" if name.endswith("+") else "label"
                if getattr(node, kind) is None:
                    setattr(node, kind, Node())
                node = getattr(node, kind)
            else:
                node = node.literal.setdefault(segment, Node())
        node.ends.setdefault(operation.method, Ends()).add(Candidate(operation, tuple(labels), query))

    def route(self, request: Request) -> tuple[Operation, dict[str, str]]:
        """The operation and its decoded labels. Raises UnknownOperation; ParseError for an undecodable path."""
        both = self.label_and_rest(request.path)
        places = walk(self.root, split(request.path)) if both is None else [(self.rest, both)]
        for node, values in places:
            ends = node.ends.get(request.method)
            found = ends.choose(request) if ends is not None else None
            if found is not None:
                return found.operation, dict(zip(found.labels, map(decoded, values)))
        raise UnknownOperation(self.service.name, f"{request.method} {request.path}")

    def label_and_rest(self, path: str) -> tuple[str, str] | None:
        """The values of a label and of all the rest, where nothing else fits the path."""
        if self.rest is None:
            return None
        first, _, rest = path[1:].partition("/")
        return (first, rest) if first and rest and first not in self.root.literal and "%" not in first else None


def split(path: str) -> list[str]:
    """The segments of a path; one trailing slash does not count, unless a greedy label takes it (see ``walk``)."""
    return path[1:].split("/") if len(path) > 1 else []


def walk(root: Node, segments: list[str]):
    """Every node that the segments lead to, with the label values; literals before labels before greedy labels."""
    last = len(segments)
    places: list[tuple[Node, int, tuple]] = [(root, 0, ())]  # still to be tried, the most fitting at the end
    while places:
        node, at, values = places.pop()
        if at >= last or (at == last - 1 and segments[at] == ""):
            if node.ends:
                yield node, values
            continue
        segment = segments[at]
        greedy = node.greedy
        if greedy is not None:
            if greedy.ends:
                places.append((greedy, last, (*values, "/".join(segments[at:]))))
            if greedy.literal:
                for end in range(at + 1, last):
                    places.append((greedy, end, (*values, "/".join(segments[at:end]))))
        if node.label is not None and segment:
            places.append((node.label, at + 1, (*values, segment)))
        below = node.literal.get(segment) or (node.literal.get(unquote(segment)) if "%" in segment else None)
        if below is not None:
            places.append((below, at + 1, values))


def decoded(value: str) -> str:
    if "%" not in value:
        return value
    try:
        return unquote(value, errors="strict")
    except UnicodeDecodeError:
        raise ParseError("InvalidURI", "Couldn't parse the specified URI.") from None
