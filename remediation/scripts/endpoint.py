"""Diagnosis of the four endpoint rules: is a service reached privately, and what would make it so?

vpc/latest/privatelink/create-interface-endpoint, privatelink-access-aws-services.
"""

from __future__ import annotations

from remediation.scripts.diagnosing import Question, diagnose, nothing, person, unsettled
from remediation.scripts.diagnosis import Clients, Diagnosis, Inputs
from remediation.scripts.endpoint_plan import plan_endpoint
from remediation.scripts.exits import Exit, exit_of
from remediation.scripts.grounds import (
    Ground,
    allows_nat,
    doubt_of,
    exits_of,
    gateway_border,
    gateway_route,
    service_paths,
    serving_here,
)
from remediation.scripts.hops import DENIED, OPEN, Hop, deciding
from remediation.scripts.policies import policy_hop
from remediation.scripts.pollers import Need, Poller
from remediation.scripts.serving import Serving

_SERVICES = {"destination": ("sqs", "sns", "s3")}


def diagnose_endpoint(clients: Clients, inputs: Inputs) -> Diagnosis:
    """Whether the service of the rule `Rule` is reached; APPLY where an endpoint can be made or mended."""
    return diagnose(clients, inputs, Question(_judge_services, _unneeded))


def _needs_of_rule(poller: Poller, inputs: Inputs) -> list[Need]:
    """The needs that a rule such as `kafka-trigger-sts-endpoint` judges."""
    name = inputs["Rule"].removeprefix("kafka-trigger-").removesuffix("-endpoint")
    return [need for need in poller.needs if need.service in _SERVICES.get(name, (name,))]


def _unneeded(poller: Poller, inputs: Inputs) -> str:
    if _needs_of_rule(poller, inputs):
        return ""
    return f"The trigger needs none of what {inputs['Rule']} judges."


def _judge_services(ground: Ground, inputs: Inputs) -> Diagnosis:
    """All needs of the rule; what needs a person comes before what can be mended."""
    found = [_judge_service(ground, need, inputs) for need in _needs_of_rule(ground.poller, inputs)]
    order = ("person", "apply", "nothing")
    return min(found, key=lambda each: order.index(each.decision))


def _judge_service(ground: Ground, need: Need, inputs: Inputs) -> Diagnosis:
    serving = serving_here(ground, need)
    if serving.in_use:
        return _through_endpoint(ground, need, serving, inputs)
    if serving.doubt:
        return unsettled(f"How {need.service} is served is not known: {serving.doubt}")
    if serving.captured:
        return plan_endpoint(ground, need, serving, inputs)
    exits = exits_of(ground)
    if not allows_nat(need, inputs.get("AllowNat", "")):
        doubt = doubt_of(exits)
        if doubt and not any(each.kind in ("nat", "central") for each in exits):
            return unsettled(f"Whether a NAT carries {need.service} is not known: {doubt}")
        return plan_endpoint(ground, need, serving, inputs)
    hop = deciding(each.hop for each in exits)
    if hop.answer == OPEN:
        return nothing(f"{need.service} is reached through {exits[0].by}, which AllowNat lets count.")
    if hop.answer != DENIED:
        return unsettled(f"{need.service} leaves the VPC, but {hop.text}")
    return plan_endpoint(ground, need, serving, inputs)


def _through_endpoint(ground: Ground, need: Need, serving: Serving, inputs: Inputs) -> Diagnosis:
    endpoint = serving.endpoint
    assert endpoint is not None
    hops = [policy_hop(ground.reading, ground.poller, need, endpoint)]
    if endpoint["VpcEndpointType"] == "Interface":
        hops += [hop for path in service_paths(ground, serving) for hop in path.way]
    else:
        hops += _past_gateway(ground, need, serving, inputs)
    hop = deciding(hops)
    name = endpoint["VpcEndpointId"]
    if hop.answer == OPEN:
        return nothing(f"{need.service} is reached through {name}.")
    if hop.answer == DENIED:
        return person(f"{need.service} through {name}: {hop.text}. The network team must allow it there.")
    return unsettled(f"{need.service} through {name}: {hop.text}")


def _past_gateway(ground: Ground, need: Need, serving: Serving, inputs: Inputs) -> list[Hop]:
    """Subnets whose table does not lead to the gateway endpoint need a NAT path that counts."""
    assert serving.endpoint is not None
    hops = []
    for subnet in ground.subnets:
        if gateway_route(ground, subnet, serving.endpoint):
            hops += gateway_border(ground, subnet, serving.endpoint)
            continue
        found: Exit = exit_of(ground.reading, subnet, ground.group_ids)
        counts = allows_nat(need, inputs.get("AllowNat", "")) or found.kind != "nat"
        said = f"{subnet['SubnetId']} leaves by {found.by}, not by the gateway endpoint"
        hops.append(found.hop if counts else Hop(DENIED, said))
    return hops
