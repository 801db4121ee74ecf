"""CloudFront Functions: JavaScript in QuickJS, with the runtime's modules, a limit on time and one on memory.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-features.html
"""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

TIME, MEMORY = 0.1, 16 * 1024 * 1024  # seconds of the processor, bytes
IMPORT = re.compile(r"^\s*import\s+(?:(\w+)|\*\s+as\s+(\w+)|(\{[^}]*\}))\s+from\s+['\"](\w+)['\"]\s*;?", re.MULTILINE)

START = """
var __result, __failed;
Date = class extends Date { constructor(...given) { given.length ? super(...given) : super(%(now)d); }
  static now() { return %(now)d; } };
Math.random = (() => { let state = %(seed)d >>> 0; return () => {
  state = state + 0x6d2b79f5 | 0; let t = Math.imul(state ^ state >>> 15, 1 | state);
  t = t + Math.imul(t ^ t >>> 7, 61 | t) ^ t; return ((t ^ t >>> 14) >>> 0) / 4294967296; }; })();
"""
RUN = """
Promise.resolve().then(() => handler(%(event)s)).then(
  (value) => { __result = JSON.stringify(value === undefined ? null : value); },
  (error) => { __failed = error instanceof Error ? error.name + ": " + error.message : String(error); });
"""
# What a connection function decides; nothing said is a denial. There are no connection logs for data of its own.
CONNECT = """
var __verdict = "deny", __denied = false;
const __connection = Object.assign(%(event)s, { logCustomData() {},
  allow() { if (!__denied) __verdict = "allow"; }, deny() { __denied = true; __verdict = "deny"; } });
Promise.resolve().then(() => connectionHandler(__connection)).then(
  () => { __result = JSON.stringify(__verdict); },
  (error) => { __failed = error instanceof Error ? error.name + ": " + error.message : String(error); });
"""


class Outcome(NamedTuple):
    """What a run gave: ``value`` is what the handler returned, ``error`` tells why there is none.

    ``origin`` is what it asked of the origin (``update`` or ``select``); ``spent`` the share of time used, 0 to 100.
    """

    value: Any
    error: str
    logs: list[str]
    origin: dict | None
    spent: int


@cache
def _prelude() -> str:
    return (Path(__file__).parent / "prelude.js").read_text()


def _imported(code: str) -> str:
    """Imports as plain declarations: the engine has no modules to load."""
    return IMPORT.sub(lambda found: f"const {found[1] or found[2] or found[3].replace(' as ', ': ')} = "
                      f"__modules.{found[4]};", code)  # fmt: skip


def run(code: str, event: dict, stores: dict[str, dict[str, str]], now: float, seed: int, clock,
        call: str = RUN) -> Outcome:  # fmt: skip
    """Call a function's handler with an event; with ``CONNECT`` a connection's, whose value is ``allow`` or ``deny``.

    ``stores`` are the pairs of key value stores by id, the first one being the function's own; ``now`` is the moment
    that the code sees (epoch seconds), ``seed`` makes its random numbers; ``clock`` measures (seconds).
    """
    import quickjs

    engine = quickjs.Context()
    engine.set_memory_limit(MEMORY)
    began, error, value = clock(), "", None
    engine.eval(_prelude())
    engine.set_time_limit(TIME)
    try:
        engine.eval(START % {"now": int(now * 1000), "seed": seed} + _imported(code))
        engine.eval(call % {"event": json.dumps(event)})
        _settle(engine, stores)
    except quickjs.JSException as failure:
        error = str(failure).partition("\n")[0] or "InternalError: out of memory"
    engine.set_time_limit(-1)
    if not error:
        error = engine.get("__failed") or ""
        told = engine.get("__result")
        value = json.loads(told) if told is not None else None
        if not error and told is None:
            error = "Error: The function did not settle."
    logs = json.loads(engine.eval("JSON.stringify(__logs)"))
    origin = json.loads(engine.eval("JSON.stringify(__origin)"))
    return Outcome(value, error, logs, origin, min(100, int((clock() - began) / TIME * 100)))


ASKED = """JSON.stringify(__asked.splice(0).map(
  (each, at) => (globalThis["__" + at] = each, [each.what, each.store, each.key])))"""


def _settle(engine, stores: dict[str, dict[str, str]]) -> None:
    """Run what waits, and answer what is asked of key value stores, until nothing is left."""
    while True:
        while engine.execute_pending_job():
            pass
        asked = json.loads(engine.eval(ASKED))
        if not asked:
            return
        for at, (what, store, key) in enumerate(asked):
            found, error = _answer(stores, what, store, key)
            engine.eval(f"__{at}.{'reject' if error else 'resolve'}({error or json.dumps(found)})")


def _answer(stores: dict[str, dict[str, str]], what: str, store: str | None, key: str | None) -> tuple[Any, str]:
    """What a key value store answers, or the error's expression."""
    pairs = next(iter(stores.values()), None) if store is None else stores.get(store)
    if pairs is None:
        return None, "new Error('KVS not associated')"
    if what == "get":
        return (pairs[key], "") if key in pairs else (None, "new Error('KeyNotFound')")
    if what == "exists":
        return key in pairs, ""
    if what == "count":
        return len(pairs), ""
    return {"keyCount": len(pairs)}, ""
