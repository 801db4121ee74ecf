"""The history of all services together: after each run, the sum over the newest runs of every service until then."""

from lab.matrix.cells import Past, Service
from lab.matrix.records import added


def overall(services: list[Service], suite: str = "replay") -> list[Past]:
    """One entry for each run of the suite, newest first."""
    events = sorted(((past.run.started_at, past.run.id, service.service, past)
                     for service in services for past in service.history if past.suite == suite),
                    key=lambda event: event[:3])
    state: dict[str, dict[str, int]] = {}
    found: dict[str, Past] = {}
    for _, id, service, past in events:
        state[service] = past.counts
        found[id] = Past(suite, past.run, added(list(state.values())))
    return list(found.values())[::-1]
