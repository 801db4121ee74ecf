"""How callers name functions: a name, a partial or a whole ARN, with a version or an alias behind it or apart.

https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_RequestSyntax
"""

import re
from typing import NamedTuple

from emulator.kernel.context import Context, arn
from emulator.services.lambda_.errors import invalid, missing
from emulator.services.lambda_.tables import LATEST, Alias, Common, Function, aliases, commons, functions

NAME = re.compile(
    r"(?:arn:[^:]+:lambda:)?(?:(?P<region>[a-z]{2,}(?:-[a-z]+)+-\d):)?(?:(?P<account>\d{12}):)?(?:function:)?"
    r"(?P<name>[\w.-]+)(?::(?P<qualifier>\$LATEST|[\w-]+))?"
)


class Reference(NamedTuple):
    """Which function is meant. ``qualifier`` is empty when the caller named none."""

    account: str
    name: str
    qualifier: str

    def arn(self, ctx: Context, qualifier: str | None = None) -> str:
        qualifier = self.qualifier if qualifier is None else qualifier
        return arn(ctx, "lambda", f"function:{self.name}{':' * bool(qualifier)}{qualifier}", account=self.account)

    def rows(self, ctx: Context, table):
        return ctx.rows(table, account=self.account)


def read(ctx: Context, text: str, qualifier: str | None = None) -> Reference:
    """Raises InvalidParameterValueException, or ResourceNotFoundException for another region's function."""
    found = NAME.fullmatch(text)
    if found is None:
        raise invalid(f"Invalid function name: {text}")
    if found["region"] and found["region"] != ctx.region:
        raise missing(f"Functions from '{found['region']}' are not reachable in this region ('{ctx.region}')")
    if found["qualifier"] and qualifier and found["qualifier"] != qualifier:
        raise invalid("The derived qualifier from the function name does not match the specified qualifier.")
    return Reference(found["account"] or ctx.account, found["name"], qualifier or found["qualifier"] or "")


def common(ctx: Context, reference: Reference) -> Common:
    """Raises ResourceNotFoundException."""
    found = reference.rows(ctx, commons).get(reference.name)
    if found is None:
        raise missing(f"Function not found: {reference.arn(ctx)}")
    return found


def alias(ctx: Context, reference: Reference) -> Alias | None:
    return reference.rows(ctx, aliases).get((reference.name, reference.qualifier))


def version(ctx: Context, reference: Reference, number: str) -> Function | None:
    """A version by its number or as $LATEST."""
    if number != LATEST and not number.isdecimal():
        return None
    return reference.rows(ctx, functions).get((reference.name, 0 if number == LATEST else int(number)))


def function(ctx: Context, reference: Reference) -> Function:
    """The version that is meant, through its alias as the case may be. Raises ResourceNotFoundException."""
    named = alias(ctx, reference)
    found = version(ctx, reference, named.version if named else reference.qualifier or LATEST)
    if found is None:
        raise missing(f"Function not found: {reference.arn(ctx)}")
    return found
