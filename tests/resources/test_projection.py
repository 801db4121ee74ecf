"""Every member that can be written is readable in every output that has it: arbitrary inputs over real shapes."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emulator.kernel.service import Service
from emulator.model import load
from emulator.resources import IdPattern, Resource
from emulator.resources.projection import Projection

SCALARS = {
    "string": st.text("abc", min_size=1, max_size=3), "boolean": st.booleans(), "integer": st.integers(0, 9),
    "long": st.integers(0, 9), "float": st.floats(0, 1), "double": st.floats(0, 1), "blob": st.binary(max_size=3),
    "timestamp": st.integers(0, 2_000_000_000),
}  # fmt: skip


def values(shape, depth=0):
    """Arbitrary values of a shape; structures thin out with depth, so that recursive shapes end."""
    kind = shape.type
    if kind in SCALARS:
        return SCALARS[kind]
    if kind == "list":
        return st.lists(values(shape.member, depth + 1), max_size=2) if depth < 5 else st.just([])
    if kind == "map":
        return st.dictionaries(SCALARS["string"], values(shape.value, depth + 1), max_size=2)
    if depth > 5:
        return st.just({})
    members = {name: st.deferred(lambda m=member: values(m, depth + 1)) for name, member in shape.members.items()}
    return st.fixed_dictionaries({}, optional=members)


CASES = {
    # service; operations; the structure of the read output that is the resource; options of the declaration
    "flat": ("scheduler", "CreateSchedule", "GetSchedule", "UpdateSchedule", None, {"id": "Name"}),
    "wrapped": ("lambda", "CreateFunction", "GetFunction", "UpdateFunctionConfiguration", "Configuration",
                {"id": "FunctionName", "arn_member": "FunctionArn"}),
    "body": ("cloudfront", "CreateDistribution", "GetDistribution", "UpdateDistribution", "Distribution",
             {"id": IdPattern("E{13:A-Z0-9}"), "body": "DistributionConfig", "arn_member": "ARN"}),
    "renamed": ("cognito-idp", "CreateUserPool", "DescribeUserPool", "UpdateUserPool", "UserPool",
                {"id": IdPattern("{9:a-zA-Z0-9}"), "names": {"PoolName": "Name", "UserPoolId": "Id"}}),
}  # fmt: skip


def alike(source, target) -> bool:
    """Whether AWS writes and shows a member as the same kind of value; where it does not, a hook has to translate."""
    if source is None or source.type != target.type:
        return False
    return source.type != "list" or alike(source.member, target.member)


def same(written, shown, source, target, path=""):
    """Assert that all of ``written`` that the target shape can carry stands in ``shown``."""
    if source.type == "structure":
        for name, value in written.items():
            if name in target.members and alike(source.members.get(name), target.members[name]):
                assert name in shown, f"{path}.{name} was written and is not shown"
                same(value, shown[name], source.members[name], target.members[name], f"{path}.{name}")
    elif source.type == "list":
        assert len(written) == len(shown), path
        for one, other in zip(written, shown, strict=True):
            same(one, other, source.member, target.member, f"{path}[]")
    else:
        assert written == shown, path


class Stored:
    """An input's shape under the resource's stored names."""

    type = "structure"

    def __init__(self, resource, shape):
        self.members = {resource.names.get(name, name): member for name, member in shape.members.items()}


@pytest.mark.parametrize("case", CASES)
@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_written_members_are_readable(bench, case, data):
    service_name, create, read, update, wrapper, options = CASES[case]
    service = Service(service_name)
    resource = Resource(
        "R", service, arn="arn:{partition}:x:{region}:{account}:r", create=create, read=read, update=update,
        created="-created", modified="-modified", **options,
    )  # fmt: skip
    made = bench(service)
    model = load(service_name).operations
    target = model[read].output.members[wrapper] if wrapper else model[read].output
    id_wire = next((wire for wire, stored in resource.names.items() if stored == "Id"), resource.id_member)

    def check(operation, given, identity):
        made.call(operation, **{**given, **identity})
        record = next(iter(resource.rows(made.context())))
        answer = made.call(read, **{id_wire: record.id[-1]})
        written = {name: value for name, value in resource.stored(given).items() if name != resource.id_member}
        same(written, answer[wrapper] if wrapper else answer, Stored(resource, model[operation].input), target)
        return {id_wire: record.id[-1]}

    def draw(operation):
        drawn = data.draw(values(model[operation].input))
        return {name: value for name, value in drawn.items() if name != "ClientToken"}

    identity = check(create, draw(create), {id_wire: "own"} if id_wire in model[create].input.members else {})
    check(update, draw(update), identity)


def test_a_value_of_another_kind_is_left_out():
    shape = load("scheduler").operations["GetSchedule"].output
    project = Projection({}, {"Arn"}).of(shape)
    assert project({"Name": {"a": 1}, "Target": "x", "State": "ENABLED", "Unknown": 1}) == {"State": "ENABLED"}
