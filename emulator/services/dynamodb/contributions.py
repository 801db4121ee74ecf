"""What CloudWatch's rules of contributor insights are told: which keys of a table were accessed.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/contributorinsights_HowItWorks.html
"""

from emulator.kernel.context import Context
from emulator.services.dynamodb.tables import DynamoTable
from emulator.services.dynamodb.values import Item

CLOUDWATCH = "cloudwatch"
THROTTLED_ONLY = "THROTTLED_KEYS"
PREFIX = "DynamoDBContributorInsights-"
OF_ACCESS = (f"{PREFIX}PKC-", f"{PREFIX}SKC-")


def rule_names(table: DynamoTable, index: str | None, setting: dict) -> dict[str, tuple[str, ...]]:
    """The rules of a table or an index, each with the attributes that are its contributors' keys.

    Of partition keys and, where there are, of sort keys; of what is accessed (C) and throttled (T).
    """
    of = table.index(index) if index else table
    kinds = ("T",) if setting["mode"] == THROTTLED_ONLY else ("C", "T")
    name = f"{table.name}-{index}" if index else table.name
    parts = {"PK": of.hash, "SK": (*of.hash, *of.range)} if of.range else {"PK": of.hash}
    return {
        f"{PREFIX}{key}{kind}-{name}-{setting['since'] * 1000:.0f}": tuple(part[0] for part in named)
        for key, named in parts.items() for kind in kinds
    }  # fmt: skip


def switch(ctx: Context, table: DynamoTable, index: str | None, setting: dict, on: bool) -> None:
    """Let CloudWatch keep the rules of a setting, or forget them."""
    for name, keys in rule_names(table, index, setting).items():
        ctx.hand(CLOUDWATCH, "keep_rule", table.account, table.region, name=name, keys=list(keys), on=on)


def accessed(ctx: Context, table: DynamoTable, item: Item) -> None:
    """An item, or a key, of a table was read or written."""
    setting = table.more.get("insights", {}).get("")
    if setting is None or not setting["on"]:
        return
    rules = {
        name: [([_text(item[key]) for key in keys], 1.0)]
        for name, keys in rule_names(table, None, setting).items() if name.startswith(OF_ACCESS)
    }  # fmt: skip
    if rules:
        ctx.hand(CLOUDWATCH, "contribute", table.account, table.region, rules=rules)


def _text(value) -> str:
    """A key's value, which is ``{"S": …}``, a number or bytes, as text."""
    (content,) = value.values()
    return content if isinstance(content, str) else str(content)
