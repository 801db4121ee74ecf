"""Every declared operation fits its model: the name is one of the model's, the parameters are input members."""

import pytest

from emulator import services
from emulator.gateway import registry
from emulator.kernel.service import bind, snake_case
from emulator.model import SERVICES, load


@pytest.mark.parametrize("name", [each for each in SERVICES if services.package_name(each) in services.packages()])
def test_the_operations_of_a_service_fit_its_model(name):
    service, model = services.load(name), load(name)
    known = {snake_case(each): operation for each, operation in model.operations.items()}
    assert service.functions and set(service.functions) <= set(known)
    for function_name in service.functions:
        assert registry.entry(known[function_name]).implemented


def test_a_parameter_that_the_model_lacks_is_refused():
    def operation(ctx, QueueName, Nonsense=None):
        """Has one parameter too many."""

    with pytest.raises(TypeError, match="Nonsense"):
        bind(operation, {"QueueName"})


def test_parameters_are_the_members_by_name_with_their_defaults():
    def operation(ctx, QueueName, from_=1, **rest):
        return QueueName, from_, rest

    assert bind(operation, {"QueueName", "from", "tags"})(None, {"QueueName": "q"}) == ("q", 1, {})

    def plain(ctx, from_, tags="none"):
        return from_, tags

    assert bind(plain, {"from", "tags"})(None, {"from": 2}) == (2, "none")
