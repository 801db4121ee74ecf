"""What proves that a call on listeners, their rules and their certificates did its work."""

from conformance.services.elbv2.base import TAG_LIST, declared
from conformance.services.elbv2.reading import LISTENER, RULE, attributes, created, inside, looked, read, tags, undone
from conformance.services.readback import gone

created("CreateListener", LISTENER, {}, lambda given: {})


def told_conditions(conditions):
    """Conditions as they are told: values of hosts and paths both ways."""
    found = []
    for each in conditions:
        each = dict(each)
        config = {"path-pattern": "PathPatternConfig", "host-header": "HostHeaderConfig"}.get(each["Field"])
        if config:
            values = each.get(config) or {"Values": each["Values"]}
            each.update({config: values, **values})
        found.append(each)
    return found


@declared.check("CreateRule", "ModifyRule")
def rule_stands(proof, world, given, answer):
    made = inside(answer, RULE)
    found = read(proof, RULE, made["RuleArn"])
    proof.equal("DescribeRules", found, made)
    if "Conditions" in given:
        proof.equal("Conditions", told_conditions(given["Conditions"]), found["Conditions"])
    proof.holds("rule", {name: given[name] for name in ("Actions", "Transforms") if name in given}, found)
    proof.equal("Priority", str(given.get("Priority", 5)), found["Priority"])
    proof.equal("IsDefault", False, found["IsDefault"])
    if given.get("ResetTransforms"):
        proof.equal("Transforms", [], found.get("Transforms", []))
    wanted = given.get("Tags", []) if "Priority" in given else TAG_LIST
    proof.equal("tags", sorted(each["Key"] for each in wanted),
                sorted(each["Key"] for each in tags(proof, made["RuleArn"])))


@declared.check("ModifyListener")
def listener_changed(proof, world, given, answer):
    looked(proof, world, LISTENER)
    found = read(proof, LISTENER, given["ListenerArn"])
    proof.equal("answer", found, inside(answer, LISTENER))
    proof.holds("listener", given, found)
    rules = proof.read("DescribeRules", {"ListenerArn": given["ListenerArn"]})["Rules"]
    proof.equal("default rule", found["DefaultActions"], rules[-1]["Actions"])


attributes("Listener", {"routing.http.response.server.enabled": "true"})


@declared.check("DescribeListeners")
def listeners_told(proof, world, given, answer):
    if "ListenerArns" in given:
        made = world.fixture("listener")
        proof.equal("listeners", [made["ListenerArn"]], [each["ListenerArn"] for each in answer["Listeners"]])
        proof.holds("listener", {"Protocol": "HTTP", "Port": 80, "LoadBalancerArn": made["LoadBalancerArn"]},
                    answer["Listeners"][0])
        return
    proof.equal("listeners of one without", [], answer["Listeners"])


@declared.check("DescribeRules")
def rules_told(proof, world, given, answer):
    made = world.fixture("rule" if "RuleArns" in given else "listener")
    if "RuleArns" in given:
        proof.equal("rules", [made["RuleArn"]], [each["RuleArn"] for each in answer["Rules"]])
        proof.holds("rule", {"Priority": "5", "IsDefault": False}, answer["Rules"][0])
        return
    proof.holds("default", {"Priority": "default", "IsDefault": True}, answer["Rules"][-1])
    proof.equal("rules", 1, len(answer["Rules"]))


@declared.check("SetRulePriorities")
def priorities_stand(proof, world, given, answer):
    for wanted, rule in zip(given["RulePriorities"], answer["Rules"]):
        proof.equal("answer", (wanted["RuleArn"], str(wanted["Priority"])), (rule["RuleArn"], rule["Priority"]))
        proof.equal("DescribeRules", rule, read(proof, RULE, wanted["RuleArn"]))


@declared.check("AddListenerCertificates", "RemoveListenerCertificates")
def certificates_stand(proof, world, given, answer):
    found = proof.read("DescribeListenerCertificates", {"ListenerArn": given["ListenerArn"]})["Certificates"]
    made = world.fixture("secure")
    second = [{"CertificateArn": each["CertificateArn"], "IsDefault": False} for each in given["Certificates"]]
    removed = answer.get("Certificates") is None
    proof.equal("certificates", [{"CertificateArn": made["First"], "IsDefault": True}, *([] if removed else second)],
                found)
    if not removed:
        proof.equal("answer", second, answer["Certificates"])


@declared.check("DescribeListenerCertificates")
def certificates_told(proof, world, given, answer):
    made = world.fixture("secure")
    if "PageSize" in given:
        proof.pages("DescribeListenerCertificates", given, "Certificates", ("NextMarker", "Marker"), "CertificateArn")
    first = {"CertificateArn": made["First"], "IsDefault": True}
    second = {"CertificateArn": made["Second"][0]["CertificateArn"], "IsDefault": False}
    proof.equal("certificates", [first] if given.get("PageSize") == 1 else [first, second], answer["Certificates"])


gone(declared, "DeleteListener", read="DescribeRules", by=("ListenerArn",), code="ListenerNotFound")


@declared.check("DeleteRule")
def rule_gone(proof, world, given, answer):
    proof.refused("DescribeRules", {"RuleArns": [given["RuleArn"]]}, "RuleNotFound")


undone("CreateListener", "DeleteListener", LISTENER)
undone("CreateRule", "DeleteRule", RULE)
