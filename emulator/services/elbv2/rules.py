"""Rules of listeners, in the order of their priorities; the default one is the listener's own.

https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateRule.html
"""

from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.resources import Among, IdPattern, Listing, Of, Resource
from emulator.services.elbv2 import actions, conditions, facts, listeners, target_groups
from emulator.services.elbv2.listeners import Listener, tail
from emulator.services.elbv2.service import INVALID_MARKER, TAGS, refused, service
from emulator.services.elbv2.target_groups import TargetGroup

MISSING = ("RuleNotFound", "One or more rules not found")
DEFAULT = "default"

Rule = Resource(
    "Rule", service, id=IdPattern("{16:hex}", "RuleId"), arn_member="RuleArn", by_arn=True,
    arn="arn:{partition}:elasticloadbalancing:{region}:{account}:listener-rule/{ListenerArn}/{RuleId}",
    words={"ListenerArn": tail}, tags=TAGS, missing=MISSING,
    create="CreateRule", update="ModifyRule", delete="DeleteRule",
    list=Listing("DescribeRules", {"RuleArns": Among("RuleArn", MISSING), "ListenerArn": Of(Listener, "ListenerArn")},
                 limit=400, order=lambda view: _rank(view["Priority"]), invalid_token=INVALID_MARKER),
    cloudformation="AWS::ElasticLoadBalancingV2::ListenerRule",
)  # fmt: skip


def _rank(priority: int | str) -> int:
    return 50001 if priority == DEFAULT else int(priority)


@Rule.on_validate
def check(ctx, document, before):
    Listener.get(ctx, {"ListenerArn": document["ListenerArn"]})
    if before is not None and before.document["Priority"] == DEFAULT:
        raise AwsError("OperationNotPermitted", f"Default rule '{before.arn}' cannot be modified")
    if before is None:
        _check_free(ctx, document["ListenerArn"], document["Priority"], ())
        balancer = document["ListenerArn"].replace(":listener/", ":listener-rule/").rpartition("/")[0]
        there = [each.document["Priority"] for each in Rule.rows(ctx) if each.arn.startswith(balancer)]
        own = len(there) - there.count(DEFAULT)
        facts.check_quota("rules-per-application-load-balancer", own, "TooManyRules")


def _check_free(ctx, listener: str, priority: int, leaving: tuple) -> None:
    for each in of(ctx, listener):
        if each.arn not in leaving and each.document["Priority"] == priority:
            raise AwsError("PriorityInUse", f"Priority '{priority}' is currently in use")


def _complete(ctx, record, before=None):
    document, listener = record.document, listeners.find(ctx, record.document["ListenerArn"])
    protocol, kept = listener.document.get("Protocol", ""), before.document["Actions"] if before else []
    kind = listeners.balancer(ctx, listener).document["Type"]
    full = actions.complete(ctx, document["Actions"], kind, protocol, kept)
    document = {**document, "Actions": full, "Conditions": conditions.complete(document["Conditions"])}
    if document.pop("ResetTransforms", False):
        document["Transforms"] = []
    return replace(record, document=document)


Rule.on_create(_complete)
Rule.on_update(_complete)


@Rule.on_delete
def stays(ctx, record):
    if record.document["Priority"] == DEFAULT and Listener.find(ctx, {"ListenerArn": record.document["ListenerArn"]}):
        raise AwsError("OperationNotPermitted", f"Default rule '{record.arn}' cannot be deleted")


@Rule.on_read
def shown(ctx, record):
    document = record.document
    default = document["Priority"] == DEFAULT
    does = listeners.find(ctx, document["ListenerArn"]).document["DefaultActions"] if default else document["Actions"]
    return {"Priority": str(document["Priority"]), "IsDefault": default, "Actions": actions.shown(does),
            "Conditions": document["Conditions"], "Transforms": document.get("Transforms", [])}  # fmt: skip


@Listener.on_create
def default_rule(ctx, listener):
    Rule.make(ctx, {"ListenerArn": listener.arn, "Priority": DEFAULT, "Conditions": [], "Actions": []})


@Listener.on_delete
def go_along(ctx, listener):
    for each in of(ctx, listener.arn):
        Rule.rows(ctx).delete(each.id)


def of(ctx, listener: str) -> list:
    """The rules of a listener, by priority."""
    found = [each for each in Rule.rows(ctx) if each.document["ListenerArn"] == listener]
    return sorted(found, key=lambda each: _rank(each.document["Priority"]))


@service.operation
def set_rule_priorities(ctx, RulePriorities):
    """All at once, so that rules may change places. Raises RuleNotFound, PriorityInUse, OperationNotPermitted."""
    wanted = {each.get("RuleArn", ""): each.get("Priority") for each in RulePriorities}
    changed = []
    if len(set(wanted.values())) < len(wanted) or len(wanted) < len(RulePriorities):
        raise refused("Rule priorities must be unique")
    for arn, priority in wanted.items():
        record = Rule.get(ctx, {"RuleArn": arn})
        if record.document["Priority"] == DEFAULT:
            raise AwsError("OperationNotPermitted", f"Priority of default rule '{arn}' cannot be modified")
        _check_free(ctx, record.document["ListenerArn"], priority, tuple(wanted))
        changed.append(Rule.put(ctx, replace(record, document={**record.document, "Priority": priority})))
    return {"Rules": [Rule.output(ctx, each, "CreateRule")["Rules"][0] for each in changed]}


# What target groups are told of who forwards to them


def users(ctx, group: str) -> list[str]:
    """The ARNs of the load balancers whose listeners or rules forward to a target group."""
    using = [each.document["LoadBalancerArn"] for each in Listener.rows(ctx)
             if group in actions.groups_of(each.document["DefaultActions"])]
    for each in Rule.rows(ctx):
        if group in actions.groups_of(each.document["Actions"]):
            using.append(listeners.find(ctx, each.document["ListenerArn"]).document["LoadBalancerArn"])
    return sorted(set(using))


@TargetGroup.on_read
def behind(ctx, record):
    return {"LoadBalancerArns": users(ctx, record.arn)}


@TargetGroup.on_delete
def in_use(ctx, record):
    if users(ctx, record.arn):
        raise target_groups.in_use(record.arn)


