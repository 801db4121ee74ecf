"""What a partner is given for a delegation that was approved: a token that it trades in for credentials.

IAM gives it out and STS takes it. https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies-temporary-delegation.html
"""

from operator import attrgetter

from emulator.kernel.store import GLOBAL, Record, Table


class TradeInToken(Record):
    """``partner`` is the account that it is bound to, ``approver`` the ARN of whose permissions it gives.

    ``policy`` restricts them further; None when nobody knows what the partner's template allows.
    """

    token: str
    partner: str
    approver: str
    policy: str | None
    expires: float


tokens = Table("iam.trade_in_token", TradeInToken, key=attrgetter("token"), scope=GLOBAL)
