"""Diagnosis of kafka-trigger-endpoint-ingress: do the endpoints' groups let pollers in on 443?"""

from __future__ import annotations

from remediation.scripts.diagnosing import Question, diagnose, nothing, unsettled
from remediation.scripts.diagnosis import Clients, Diagnosis, Inputs
from remediation.scripts.grounds import Ground, candidate_of, service_paths
from remediation.scripts.hops import OPEN, Hop, deciding
from remediation.scripts.ingress import open_ingress
from remediation.scripts.ways import Path


def diagnose_endpoint_ingress(clients: Clients, inputs: Inputs) -> Diagnosis:
    """Whether the groups of the needed services' endpoints let pollers in."""
    return diagnose(clients, inputs, Question(_judge_endpoints))


def _judge_endpoints(ground: Ground, _: Inputs) -> Diagnosis:
    servings = [candidate_of(ground, need) for need in ground.poller.needs]
    guarded = [each for each in servings if each.endpoint and each.endpoint["VpcEndpointType"] == "Interface"]
    paths = [path for serving in guarded for path in service_paths(ground, serving)]
    doubts = [each.doubt for each in servings if each.doubt and each.endpoint is None]
    doubts += [f"{p.target.name}: {hop.text}" for p in paths if (hop := _undecided(p)) is not None]
    if doubts:
        return unsettled(doubts[0])
    if not guarded:
        return nothing("No service that the trigger needs has an endpoint, so there is no group to open.")
    shut = [path for path in paths if deciding(path.ingress).answer != OPEN]
    if not shut:
        names = dict.fromkeys(path.target.name for path in paths)
        return nothing(f"The groups of {', '.join(names)} let pollers in on 443.")
    return open_ingress(ground, shut)


def _undecided(path: Path) -> Hop | None:
    """A hop of the endpoint's own that is neither open nor shut by a group."""
    hop = deciding(hop for hop in path.ingress if not hop.group_id)
    return None if hop.answer == OPEN else hop
