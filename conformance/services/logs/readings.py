"""How what was made is told: lately, and by every reading operation alike."""

from conformance.services.logs.hints import NOW
from conformance.services.logs.resource_fixtures import declared


def recent(proof, what, value):
    proof.true(what, value is not None and abs(value - NOW) < 3_600_000, "now", value)


def shows(operation, at, wanted, name):
    """An answer, or the row with the same name in a list, tells what the fixture was made of."""

    @declared.check(operation)
    def check(proof, world, given, answer):
        made, found = wanted(world), answer[at] if at else answer
        if isinstance(found, list):
            if any(member in given for member in ("limit", "maxResults")):
                return
            found = next((each for each in found if each.get(name) == made[name]), {})
        proof.holds(at or operation, made, found)
