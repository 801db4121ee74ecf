"""Definitions, compiled: what a state needs at run time is worked out at its first use and kept.

A machine is compiled once for each definition, whatever executions run by it.
"""

from collections.abc import Callable
from functools import cached_property, lru_cache
from typing import Any

from emulator.engines.asl import choices, paths, templates
from emulator.engines.asl.failures import RuntimeFailure
from emulator.engines.asl.scopes import Scope
from emulator.engines.asl.texts import loads

Evaluate = Callable[[Scope], Any]

MISSING = object()


class Machine:
    """A state machine or a part of one: the branch of a Parallel state, the processor of a Map state."""

    def __init__(self, definition: dict[str, Any], language: str = "JSONPath"):
        self.definition = definition
        self.language = definition.get("QueryLanguage", language)
        self.start_at: str = definition["StartAt"]
        self.timeout: int | None = definition.get("TimeoutSeconds")
        self.states = {name: State(name, each, self.language) for name, each in definition["States"].items()}

    def part(self, where: tuple) -> "Machine":
        """A part by its path: the names of states, each followed by the number of a branch."""
        machine = self
        for name, branch in zip(where[::2], where[1::2]):
            machine = machine.states[name].parts[branch]
        return machine


@lru_cache(maxsize=512)
def compiled(definition: str) -> Machine:
    """The machine of a valid definition."""
    return Machine(loads(definition))


@lru_cache(maxsize=512)
def compiled_part(definition: str, where: tuple) -> Machine:
    """The processor of a distributed Map state, which runs as executions of its own."""
    return compiled(definition).part(where)


class State:
    """One state. Its fields are compiled when they are first needed."""

    def __init__(self, name: str, definition: dict[str, Any], language: str):
        self.name = name
        self.definition = definition
        self.type: str = definition["Type"]
        self.language: str = definition.get("QueryLanguage", language)
        self.outer = language  # what parts of this state use that name no language: not this state's own
        self.jsonata = self.language == "JSONata"
        self.next: str | None = definition.get("Next")

    def get(self, name: str, default: Any = None) -> Any:
        return self.definition.get(name, default)

    @cached_property
    def parts(self) -> list[Machine]:
        """What runs inside this state."""
        if self.type == "Parallel":
            return [Machine(each, self.outer) for each in self.definition["Branches"]]
        return [Machine(self.processor, self.outer)]

    @cached_property
    def processor(self) -> dict[str, Any]:
        return self.definition.get("ItemProcessor") or self.definition["Iterator"]

    @cached_property
    def distributed(self) -> bool:
        return self.processor.get("ProcessorConfig", {}).get("Mode") == "DISTRIBUTED"

    # Templates and paths

    def template(self, field: str, within: dict | None = None, location: str | None = None) -> Evaluate | None:
        """A payload template of this state, or of an object inside it; None where it isn't given."""
        holder = self.definition if within is None else within
        key = (field, None if within is None else id(within))
        if key not in self._templates:
            given = holder.get(field, MISSING)
            if given is MISSING:
                self._templates[key] = None
            elif self.jsonata:
                self._templates[key] = templates.jsonata(given, location or field)
            else:
                self._templates[key] = templates.jsonpath(given)
        return self._templates[key]

    @cached_property
    def _templates(self) -> dict[Any, Evaluate | None]:
        return {}

    def path(self, field: str, default: str | None = "$") -> paths.Path | None:
        """A path that a field holds; None for one that is null."""
        text = self.definition.get(field, default)
        return None if text is None else paths.parse(text)

    def setting(self, field: str, scope: Scope, within: dict[str, Any] | None = None, default: Any = None) -> Any:
        """A field that may be a constant, an expression of JSONata, or (``FieldPath``) come from a path."""
        holder = self.definition if within is None else within
        if f"{field}Path" in holder:
            return read(paths.parse(holder[f"{field}Path"]), scope)
        if field not in holder:
            return default
        if self.jsonata:
            return self.template(field, within)(scope)
        return holder[field]

    @cached_property
    def rules(self) -> list[tuple[Callable[[Scope], bool], dict[str, Any]]]:
        """A Choice state's rules with what they lead to."""
        if self.jsonata:
            return [
                (choices.expression(rule, f"Choices[{index}]/Condition"), rule)
                for index, rule in enumerate(self.definition["Choices"])
            ]
        return [(choices.condition(rule), rule) for rule in self.definition["Choices"]]


def read(path: paths.Path, scope: Scope) -> Any:
    """What a path field of a state leads to. Raises RuntimeFailure in the words of AWS's JSONPath library."""
    try:
        return path.read(scope)
    except paths.NoResult as lack:
        raise RuntimeFailure(f"Invalid path '{path.text}' : {lack.detail}") from None
