"""Diagnosis of kafka-trigger-broker-access: routes, network ACLs, and the brokers' own groups."""

from __future__ import annotations

from remediation.scripts.diagnosing import Question, diagnose, nothing, person, unsettled
from remediation.scripts.diagnosis import Clients, Decision, Diagnosis, Inputs
from remediation.scripts.grounds import Ground, broker_paths, brokers_here
from remediation.scripts.hops import DENIED, OPEN, deciding
from remediation.scripts.ingress import open_ingress


def diagnose_broker_ingress(clients: Clients, inputs: Inputs) -> Diagnosis:
    """Whether the brokers let pollers in; APPLY where nothing but the brokers' groups shuts them out."""
    question = Question(_judge_brokers, in_provisioned_mode=True, when_gone=Decision.PERSON)
    return diagnose(clients, inputs, question)


def _judge_brokers(ground: Ground, _: Inputs) -> Diagnosis:
    brokers = brokers_here(ground)
    if not brokers:
        return person("The trigger names no broker: its owner must name the bootstrap servers.")
    paths = [path for broker in brokers for path in broker_paths(ground, broker)]
    for path in paths:
        hop = deciding(hop for hop in (*path.way, *path.ingress) if not hop.group_id)
        if hop.answer != OPEN:
            what = f"From {path.subnet['SubnetId']} to {path.target.name}: {hop.text}"
            denied = person(f"{what}. The network team must repair it.")
            return denied if hop.answer == DENIED else unsettled(what)
    shut = [path for path in paths if deciding(path.ingress).answer != OPEN]
    if not shut:
        return nothing(f"All {len(brokers)} brokers that the trigger names let pollers in.")
    return open_ingress(ground, shut)
