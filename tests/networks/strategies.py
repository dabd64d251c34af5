"""Hypothesis strategies for whole snapshot documents: a healthy trigger, and up to four variations of it."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from hypothesis import strategies as st
from hypothesis.vendor.pretty import RepresentationPrinter

from tests.networks import triggers, vary_endpoints, vary_filters, vary_routes, vary_sources
from tests.networks.builder import COLLECTIONS, KEYED, Scenario
from tests.networks.healthy import healthy, healthy_msk, healthy_serverless, healthy_vpc_connection
from tests.networks.shapes import Json

Variation = Callable[[st.DrawFn, Scenario], None]

VARIATIONS: tuple[Variation, ...] = (
    *vary_endpoints.VARIATIONS,
    *vary_routes.VARIATIONS,
    vary_endpoints.serve_by_a_hosted_zone,
    *vary_filters.VARIATIONS,
    *vary_sources.VARIATIONS,
)
STARTS = (
    healthy,
    healthy,
    healthy,
    healthy,
    healthy_msk,
    healthy_msk,
    healthy_serverless,
    healthy_vpc_connection,
)
NO_PARAMETERS: Mapping[str, str] = {}
PARAMETERS: tuple[Mapping[str, str], ...] = (
    {"AllowNat": "true"},
    {"AllowNat": "false"},
    {"IncludeDisabled": "true"},
    {"MinimumBrokers": "3"},
    {"MinimumBrokers": "1", "MinimumZones": "1"},
    {"MinimumZones": "3"},
    {"Exempt": f"{triggers.UUID}@2999-12-31"},
    {"Exempt": "other@2999-12-31,orders@2999-12-31"},
    {"Exempt": f"{triggers.UUID}@2020-12-31"},
)
MAY_BE_LEFT_OUT = {
    "ec2:DescribeVpcs": ("OwnerId", "InstanceTenancy", "IsDefault", "Tags"),
    "ec2:DescribeSubnets": ("Tags", "SubnetArn", "MapPublicIpOnLaunch", "AvailabilityZoneId"),
    "ec2:DescribeRouteTables": ("Tags", "PropagatingVgws", "OwnerId"),
    "ec2:DescribeNetworkAcls": ("Tags", "OwnerId"),
    "ec2:DescribeSecurityGroups": ("Tags", "SecurityGroupArn", "Description"),
    "ec2:DescribeNetworkInterfaces": ("PrivateDnsName", "TagSet", "InterfaceType", "PrivateIpAddresses"),
    "ec2:DescribeVpcEndpoints": ("IpAddressType", "DnsOptions", "ServiceRegion", "RouteTableIds", "Tags"),
    "ec2:DescribeNatGateways": ("ConnectivityType", "AvailabilityMode", "Tags"),
}


@dataclass(frozen=True, slots=True, repr=False)
class Network:
    """A snapshot document and the parameters under which it is judged."""

    document: Json
    parameters: Mapping[str, str]
    made_of: tuple[str, ...]

    def __repr__(self) -> str:
        return f"<{' + '.join(self.made_of)} {dict(self.parameters)}>"

    def _repr_pretty_(self, printer: RepresentationPrinter, _cycle: bool) -> None:
        """How Hypothesis prints a network in a failure: by its parts, not by its document."""
        printer.text(repr(self))

    def copy(self) -> Json:
        """The document, to be changed."""
        return copy.deepcopy(self.document)


@st.composite
def scenarios(
    draw: st.DrawFn,
    most: int = 3,
    variations: Sequence[Variation] = VARIATIONS,
    always: tuple[Variation, ...] = (),
) -> tuple[Scenario, tuple[str, ...]]:
    """A healthy trigger with up to `most` variations beside those it `always` has, all of it collected; and
    the names of the parts."""
    start = draw(st.sampled_from(STARTS))
    scenario = start()
    others = draw(st.lists(st.sampled_from(variations), max_size=most, unique=True))
    chosen = dict.fromkeys((*always, *others))
    ordered = sorted(chosen, key=variations.index)
    for variation in ordered:
        variation(draw, scenario)
    return scenario, (start.__name__, *(each.__name__ for each in ordered))


@st.composite
def networks(
    draw: st.DrawFn,
    most: int = 3,
    variations: Sequence[Variation] = VARIATIONS,
    always: tuple[Variation, ...] = (),
) -> Network:
    """A whole network: everything was collected, lists in any order, some optional fields left out."""
    scenario, names = draw(scenarios(most, variations, always))
    if draw(st.integers(0, 4)) == 0:
        leave_fields_out(draw, scenario)
    if draw(st.booleans()):
        reorder(draw, scenario)
    parameters = draw(st.sampled_from(PARAMETERS)) if draw(st.integers(0, 2)) == 0 else NO_PARAMETERS
    return Network(scenario.document(), parameters, names)


@st.composite
def incomplete_networks(draw: st.DrawFn, most: int = 2) -> tuple[Network, Network, str]:
    """A network of which one operation was not collected, the same network whole, and what is missing."""
    scenario, names = draw(scenarios(most))
    whole = scenario.document()
    missing = leave_an_operation_out(draw, scenario)
    parameters = draw(st.sampled_from((NO_PARAMETERS, {"AllowNat": "true"}, {"AllowNat": "false"})))
    return Network(scenario.document(), parameters, names), Network(whole, parameters, names), missing


def leave_an_operation_out(draw: st.DrawFn, scenario: Scenario) -> str:
    """Drop one operation, refuse it, or drop one key of it; the name of what is missing."""
    paged = [each for each in COLLECTIONS if each != "lambda:ListEventSourceMappings"]
    keyed = [each for each in KEYED if scenario.responses[each]]
    operation = draw(st.sampled_from([*paged, *keyed, "ec2:DescribeVpcBlockPublicAccessOptions"]))
    if operation in KEYED:
        key = draw(st.sampled_from(sorted(scenario.responses[operation])))
        scenario.absent(operation, key)
        if draw(st.booleans()):
            scenario.errors[f"{operation} {key}"] = {
                "code": "ThrottlingException",
                "message": "Rate exceeded",
            }
        return operation
    if draw(st.booleans()):
        scenario.not_collected(operation)
    else:
        scenario.absent(operation)
    return operation


def leave_fields_out(draw: st.DrawFn, scenario: Scenario) -> None:
    """Leave an optional field out of every object of one kind."""
    operation = draw(st.sampled_from(sorted(MAY_BE_LEFT_OUT)))
    field = draw(st.sampled_from(MAY_BE_LEFT_OUT[operation]))
    if field == "InterfaceType" or (field == "OwnerId" and operation == "ec2:DescribeVpcs"):
        return
    for each in scenario.items(operation):
        if each.get(field) not in ("private", "regional"):
            each.pop(field, None)


def reorder(draw: st.DrawFn, scenario: Scenario) -> None:
    """Turn every list of the answers around; AWS promises no order."""
    step = draw(st.sampled_from((-1, 1)))
    scenario.responses = {key: _turned(value, step) for key, value in scenario.responses.items()}


def _turned(value: object, step: int) -> Json:
    if isinstance(value, dict):
        return {key: _turned(each, step) for key, each in value.items()}
    if isinstance(value, list):
        return [_turned(each, step) for each in value][::step]  # type: ignore[return-value]
    return value  # type: ignore[return-value]
