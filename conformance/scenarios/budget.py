"""The budget guard: ``python -m conformance.scenarios.budget NAME`` fails unless that AWS budget has room left.

Exit code 0: less than SHARE of the budget's limit is spent. 1: no room, or no
such budget: nothing may be recorded then.
https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-managing-costs.html
"""

import sys
from decimal import Decimal

import boto3
from botocore.exceptions import ClientError

#: The part of the limit up to which recordings may start.
SHARE = Decimal("0.8")


def room(budgets, account: str, name: str) -> tuple[bool, str]:
    """Whether there is room, and a sentence about it. ``budgets``: a client of AWS Budgets."""
    try:
        budget = budgets.describe_budget(AccountId=account, BudgetName=name)["Budget"]
    except ClientError as error:
        return False, f"the budget {name} can't be read: {error.response['Error']['Message']}"
    limit = Decimal(budget["BudgetLimit"]["Amount"])
    spent = Decimal(budget["CalculatedSpend"]["ActualSpend"]["Amount"])
    return spent < SHARE * limit, f"{spent:.2f} of {limit:.2f} {budget['BudgetLimit']['Unit']} are spent"


def main() -> None:
    account = boto3.client("sts").get_caller_identity()["Account"]
    found, sentence = room(boto3.client("budgets", region_name="us-east-1"), account, sys.argv[1])
    print(sentence)
    sys.exit(0 if found else 1)


if __name__ == "__main__":
    main()
