"""States that a resource passes through by itself: declared paths, walked by jobs on the clock."""

from typing import NamedTuple

from emulator.kernel.store import replace
from emulator.resources.errors import Refusal

HANDLER = "resource_advance"  # the job that every service with declared resources gets


class after(NamedTuple):
    """A wait between two states, in seconds of the emulator's clock; ``setting`` names the one that says otherwise."""

    seconds: float
    setting: str = ""


class Lifecycle:
    """``Lifecycle("CREATING", after(30), "ACTIVE", delete=("DELETING", after(5)))``.

    The path given first is walked from creation, ``update`` from every update, ``delete`` from deletion to the
    record's removal; ``more`` are walked when an operation enters them by name. ``member`` is the state's wire name.
    ``busy`` is the error for an update or deletion in a state that is about to change; without it, they are allowed.
    """

    def __init__(
        self, *create, update: tuple = (), delete: tuple = (), member="Status", busy: Refusal | None = None,
        **more: tuple,
    ):  # fmt: skip
        self.paths = {"create": create, "update": update, "delete": delete, **more}
        self.member = member
        self.busy = busy

    @property
    def transient(self) -> set[str]:
        """States that end by themselves."""
        return {
            path[at]
            for path in self.paths.values()
            for at in range(len(path) - 1)
            if isinstance(path[at], str) and isinstance(path[at + 1], after)
        }

    def enter(self, ctx, resource, record, name: str):
        """The record at the start of a path (unchanged when there is none); what follows is due as a job."""
        path = self.paths[name]
        if not path:
            return record
        record = replace(record, state=path[0])
        self._wait(ctx, resource, record, name, 1)
        return record

    def _wait(self, ctx, resource, record, name: str, at: int) -> None:
        path = self.paths[name]
        if at < len(path):
            wait = path[at]
            ctx.after(
                float(ctx.setting(wait.setting, wait.seconds)), HANDLER,
                job_id=f"{resource.kind}/{'/'.join(record.id)}", kind=resource.kind, id=list(record.id),
                created=record.created, path=name, at=at + 1,
            )  # fmt: skip

    def advance(self, ctx, resource, record, name: str, at: int) -> None:
        """Take the next step of a path: a state, or the end of a resource that is being deleted."""
        path = self.paths[name]
        if at == len(path):
            resource.finish_delete(ctx, record)
            return
        record = replace(record, state=path[at])
        if resource.hooks["state"]:
            record = resource.run_hooks("state", ctx, record)
        resource.rows(ctx).put(record)
        self._wait(ctx, resource, record, name, at + 1)
