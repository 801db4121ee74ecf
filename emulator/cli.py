"""The ``emulator`` command: start an emulator, and speak to a running one through its admin API."""

import argparse
import json
import os
import sys
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

DEFAULT_PORT = 4566


def main(arguments: list[str] | None = None) -> int:
    """Exit codes: 0 done, 1 the emulator refused or something is wrong, 2 the command line is."""
    options = parser().parse_args(arguments)
    try:
        return options.run(options) or 0
    except CommandError as error:
        print(f"emulator: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        return 0


def setting(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (name and equals):
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    return name, value


class CommandError(Exception):
    """Something the user can mend; the text says how."""


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="emulator", description="A local AWS whose parity is proven.")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    start = commands.add_parser("start", help="run an emulator in the foreground; prints Ready.")
    start.add_argument("--host", default=os.environ.get("PARITYLAB_HOST", "127.0.0.1"))
    start.add_argument("--port", type=port, default=port(os.environ.get("PARITYLAB_PORT", str(DEFAULT_PORT))),
                       help="0 takes a free one")  # fmt: skip
    start.add_argument("--data-dir", type=Path, metavar="DIR", help="keep state here; without it all is in memory")
    start.add_argument("--services", default="", metavar="A,B", help="serve only these")
    start.add_argument("--account", default="000000000000", type=account, help="account of keys that name none")
    start.add_argument("--verify-signatures", choices=("off", "on"), default="off")
    start.add_argument("--iam", choices=("off", "audit", "enforce"), default="off")
    start.add_argument("--organization", metavar="FILE", help="units, accounts and control policies, as JSON")
    start.add_argument("--outbound", action="store_true", help="let deliveries by HTTP leave this machine")
    start.add_argument("--limits", choices=("on", "off", "strict"), default="on",
                       help="off: throttle nobody; strict: hold tables to their throughput too")  # fmt: skip
    start.add_argument("--set", action="append", default=[], type=setting, metavar="NAME=VALUE",
                       help="a setting of a service, such as dynamodb.table-seconds=5; may be repeated")  # fmt: skip
    start.add_argument("--seed", type=int, metavar="N", help="make ids repeatable")
    start.add_argument("--tls-port", type=port, metavar="PORT",
                       help="serve HTTPS there too, with a local CA's certificate")  # fmt: skip
    start.set_defaults(run=run_start)

    for name, function, text in (
        ("status", run_status, "is it running, and what does it serve"),
        ("reset", run_reset, "forget all state"),
        ("clock", run_clock, "show or move the clock"),
        ("snapshot", run_snapshot, "take, restore, list or delete named snapshots"),
        ("logs", run_logs, "the last calls, decoded"),
        ("env", run_env, "environment variables for clients, to be evaluated by a shell"),
        ("doctor", run_doctor, "which data planes and tools this machine has"),
    ):
        command = commands.add_parser(name, help=text)
        command.add_argument("--endpoint", default=os.environ.get("AWS_ENDPOINT_URL", f"http://127.0.0.1:{DEFAULT_PORT}"))
        command.add_argument("--json", action="store_true")
        command.set_defaults(run=function)
        ARGUMENTS.get(name, lambda _: None)(command)

    iam = commands.add_parser("iam", help="why a call was allowed or refused, and the least policy for what was done")
    iam.add_argument("action", choices=("explain", "policy"))
    _iam_arguments(iam)
    iam.set_defaults(run=run_iam)

    operations = commands.add_parser("operations", help="every operation in scope, and whether it is implemented")
    operations.add_argument("--implemented", action="store_true")
    operations.add_argument("--service")
    output = operations.add_mutually_exclusive_group()
    output.add_argument("--count", action="store_true")
    output.add_argument("--json", action="store_true")
    operations.set_defaults(run=run_operations)
    return top


def _clock_arguments(command) -> None:
    move = command.add_mutually_exclusive_group()
    move.add_argument("--advance", type=float, metavar="SECONDS")
    move.add_argument("--freeze", action="store_true")
    move.add_argument("--set", type=float, metavar="EPOCH")
    move.add_argument("--resume", action="store_true")
    move.add_argument("--real", action="store_true")


def _snapshot_arguments(command) -> None:
    command.add_argument("action", choices=("take", "restore", "list", "delete"))
    command.add_argument("name", nargs="?")


def _iam_arguments(command) -> None:
    command.add_argument("request_id", nargs="?", help="explain: a call of the request log")
    command.add_argument("--principal", metavar="ARN", help="who asks; policy: only what this one did")
    command.add_argument("--iam-action", metavar="ACTION", help="explain: s3:GetObject")
    command.add_argument("--resource", metavar="ARN", default="*")
    command.add_argument("--context", action="append", default=[], metavar="KEY=VALUE", help="explain: a condition key")
    command.add_argument("--endpoint", default=os.environ.get("AWS_ENDPOINT_URL", f"http://127.0.0.1:{DEFAULT_PORT}"))
    command.add_argument("--json", action="store_true")


def _logs_arguments(command) -> None:
    command.add_argument("--service")
    command.add_argument("--operation")
    command.add_argument("--status", type=int)
    command.add_argument("--text", help="only calls in which this text occurs")
    command.add_argument("--limit", type=int, default=20)


ARGUMENTS = {"clock": _clock_arguments, "snapshot": _snapshot_arguments, "logs": _logs_arguments}


def port(text: str) -> int:
    if not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError("a port is a number from 0 to 65535")
    return int(text)


def account(text: str) -> str:
    if len(text) != 12 or not text.isdigit():
        raise argparse.ArgumentTypeError("an account is 12 digits")
    return text


# start


def run_start(options) -> int:
    from emulator.gateway.run import serve

    return serve(options)


# Speaking to a running one


def call(options, method: str, path: str, data: dict | None = None):
    """The admin API's answer. Raises CommandError with what to do."""
    body = None if data is None else json.dumps(data).encode()
    request = urllib.request.Request(options.endpoint.rstrip("/") + path, body, method=method)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        raise CommandError(json.load(error).get("error", str(error))) from None
    except (urllib.error.URLError, OSError) as error:
        raise CommandError(
            f"nothing answers at {options.endpoint} ({getattr(error, 'reason', error)}); run: emulator start"
        ) from None


def show(options, data, lines) -> None:
    if options.json:
        print(json.dumps(data, indent=2))
    else:
        for line in lines:
            print(line)


def run_status(options) -> None:
    data = call(options, "GET", "/_emulator/health")
    rows = call(options, "GET", "/_emulator/operations")
    counts = {
        name: [row["implemented"] for row in rows if row["service"] == name] for name in data["services"]
    }  # fmt: skip
    show(options, data, [
        f"{options.endpoint}: {data['status']}, version {data['version']}, "
        f"{'durable' if data['persistence'] else 'in memory'}",
        *(f"  {name:24} {sum(each):4} of {len(each):4} operations" for name, each in counts.items()),
    ])  # fmt: skip


def run_reset(options) -> None:
    show(options, call(options, "POST", "/_emulator/reset"), ["All state is gone."])


def run_clock(options) -> None:
    moves = {
        name: getattr(options, name)
        for name in ("advance", "freeze", "set", "resume", "real")
        if getattr(options, name) not in (None, False)
    }
    data = call(options, "POST", "/_emulator/clock", moves) if moves else call(options, "GET", "/_emulator/clock")
    show(options, data, [f"{data['now']:.3f}{' (frozen)' if data['frozen'] else ''}"])


def run_snapshot(options) -> None:
    if options.action == "list":
        data = call(options, "GET", "/_emulator/snapshots")
        return show(options, data, data["snapshots"] or ["No snapshots."])
    if not options.name:
        raise CommandError(f"emulator snapshot {options.action} needs a name")
    method, path = {
        "take": ("POST", "/_emulator/snapshots"),
        "restore": ("POST", "/_emulator/snapshots/restore"),
        "delete": ("DELETE", "/_emulator/snapshots"),
    }[options.action]
    data = call(options, method, path, {"name": options.name})
    return show(options, data, [f"{options.action}: {data['name']} ({data.get('records', 0)} records)"])


def run_logs(options) -> None:
    query = {name: getattr(options, name) for name in ("service", "operation", "status", "text", "limit")}
    wanted = urllib.parse.urlencode({name: value for name, value in query.items() if value is not None})
    data = call(options, "GET", f"/_emulator/requests?{wanted}")
    show(options, data, [_log_line(row) for row in reversed(data)])


def _log_line(row: dict) -> str:
    line = f"{row['status']} {row['service']}.{row['operation']} {row['duration_ms']:.1f} ms"
    error = row["error"]
    return f"{line} {json.dumps(row['input'])[:160]}" + (f" -> {error['code']}: {error['message']}" if error else "")


def run_iam(options) -> None:
    if options.action == "policy":
        query = urllib.parse.urlencode({"principal": options.principal} if options.principal else {})
        print(json.dumps(call(options, "GET", f"/_emulator/iam/policy?{query}"), indent=2))
        return
    if options.request_id:
        question = {"request_id": options.request_id}
    elif options.principal and options.iam_action:
        context = dict(each.partition("=")[::2] for each in options.context)
        question = {"principal": options.principal, "action": options.iam_action, "resource": options.resource,
                    "context": context}  # fmt: skip
    else:
        raise CommandError("give a request id (see emulator logs --json), or --principal and --iam-action")
    data = call(options, "POST", "/_emulator/iam/explain", question)
    show(options, data, [line for each in data for line in each["explanation"]])


def run_env(options) -> None:
    variables = {
        "AWS_ENDPOINT_URL": options.endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": os.environ.get("AWS_DEFAULT_REGION", "us-east-1"),
    }
    show(options, variables, [f"export {name}={value}" for name, value in variables.items()])


def run_doctor(options) -> None:
    from emulator.backends.doctor import examine

    rows = examine()
    show(options, rows, [f"{row['state']:8} {row['plane']:24} {row['detail']}" for row in rows])


def run_operations(options) -> None:
    from emulator.gateway.registry import operations

    try:
        rows = operations(options.service)
    except LookupError as error:
        raise CommandError(str(error)) from None
    if options.implemented:
        rows = [row for row in rows if row["implemented"]]
    if options.count:
        print(len(rows))
    elif options.json:
        print(json.dumps(rows, indent=1))
    else:
        for row in rows:
            print(f"{'yes' if row['implemented'] else 'no':4} {row['service']}.{row['operation']}")


if __name__ == "__main__":
    sys.exit(main())
