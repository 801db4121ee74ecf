"""How what load balancers are made of is read back, and the checks that all kinds share."""

from conformance.services.elbv2.base import declared
from conformance.services.elbv2.fixtures import absent

LB, TG, LISTENER, RULE, STORE = (f"{kind}s.0" for kind in (
    "LoadBalancer", "TargetGroup", "Listener", "Rule", "TrustStore"))
AT = {
    LB: ("DescribeLoadBalancers", "LoadBalancerArn"), TG: ("DescribeTargetGroups", "TargetGroupArn"),
    LISTENER: ("DescribeListeners", "ListenerArn"), RULE: ("DescribeRules", "RuleArn"),
    STORE: ("DescribeTrustStores", "TrustStoreArn"),
}  # fmt: skip


def inside(answer, at):
    kind, _ = at.split(".")
    return (answer.get(kind) or [{}])[0]


def read(proof, at, arn):
    """A resource as its description tells it."""
    operation, name = AT[at]
    return inside(proof.read(operation, {f"{name}s": [arn]}), at)


def tags(proof, arn):
    found = proof.read("DescribeTags", {"ResourceArns": [arn]})["TagDescriptions"]
    proof.equal("ResourceArn", [arn], [each["ResourceArn"] for each in found])
    return found[0]["Tags"]


def looked(proof, world, at):
    """An endpoint that knows what nobody made has proven nothing by what it tells."""
    operation, name = AT[at]
    proof.refused(operation, {f"{name}s": absent(world)[f"{name}s"]}, f"{name.removesuffix('Arn')}NotFound")


def created(operation, at, names, defaults):
    """What was made is told as it was asked for, in the answer and afterwards, with its tags."""
    @declared.check(operation)
    def check(proof, world, given, answer):
        made = inside(answer, at)
        found = read(proof, at, made[AT[at][1]])
        wanted = {**defaults(given), **{names.get(name, name): value for name, value in given.items()
                                        if name in names or name in found}}
        proof.holds(operation, wanted, found)
        proof.equal("members of the answer", sorted(found), sorted(made))
        proof.equal("tags", sorted((each["Key"], each["Value"]) for each in given.get("Tags", [])),
                    sorted((each["Key"], each["Value"]) for each in tags(proof, made[AT[at][1]])))


def attributes(kind, least):
    """Attributes as they were set, the others as before."""
    describe, modify, arn = f"Describe{kind}Attributes", f"Modify{kind}Attributes", f"{kind}Arn"

    @declared.check(modify)
    def changed(proof, world, given, answer):
        found = proof.read(describe, {arn: given[arn]})["Attributes"]
        held = {each["Key"]: each["Value"] for each in found}
        proof.holds("attributes", {each["Key"]: each["Value"] for each in given["Attributes"]}, held)
        told = {each["Key"]: each["Value"] for each in answer["Attributes"]}
        proof.holds("answer", told, held)
        proof.holds("given", {each["Key"]: each["Value"] for each in given["Attributes"]}, told)

    @declared.check(describe)
    def told(proof, world, given, answer):
        held = {each["Key"]: each["Value"] for each in answer["Attributes"]}
        proof.holds("attributes", least, held)


def described(operation, at, fixture, name, wanted=lambda made: {}):
    """The fixture is told, alone where it is asked for by name, and pages make up the whole."""
    kind, _ = at.split(".")

    @declared.check(operation)
    def check(proof, world, given, answer):
        made = world.fixture(fixture)
        if "PageSize" in given:
            proof.pages(operation, given, kind, ("NextMarker", "Marker"), name)
        rows = {each[name]: each for each in answer[kind]}
        if given.get("PageSize") != 1:
            proof.holds(kind, {name: made[name], **wanted(made)}, rows.get(made[name]))
        if any(each.endswith("s") for each in given):
            proof.equal("asked for alone", [made[name]], list(rows))


def undone(operation, delete, at):
    name = AT[at][1]
    declared.undo[operation] = lambda world, given, answer: world.ask(delete, {name: inside(answer, at)[name]})
