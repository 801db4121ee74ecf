"""Whether a role trusts a caller: its trust policy together with what the caller may do itself.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_terms-and-concepts.html#term_trust-policy
"""

from emulator.auth.authorization import controls_of, layers_of, principal_keys
from emulator.auth.evaluation import TRUST, Decision, Question, Source, evaluate
from emulator.auth.identities import Identity, account_of, identity_of
from emulator.auth.policies import Keys, global_keys
from emulator.kernel.context import Context, Principal


def trusts(
    ctx: Context, role: Identity, action: str, principal: Principal, keys: Keys, ask_caller: bool = True
) -> Decision:
    """The decision on ``action`` (``sts:AssumeRole``, ``sts:TagSession``) by a principal on a role.

    ``keys`` are condition keys in lower case. Without ``ask_caller`` the caller's own policies are left aside: the
    trust policy alone decides.
    """
    caller = identity_of(ctx, principal.issuer or principal.arn)
    owner = account_of(role.arn)
    sources = layers_of(ctx, principal, caller) if ask_caller else {}
    sources |= controls_of(ctx, principal, caller, owner)
    sources[TRUST] = (Source(role.name, "trust", role.details["AssumeRolePolicyDocument"]),)
    question = Question(
        principal, action, role.arn, lambda: global_keys(ctx) | principal_keys(principal, caller) | keys
    )
    foreign = bool(principal.account) and principal.account != owner
    return evaluate(question, sources, foreign=foreign, needs_resource_policy=True)
