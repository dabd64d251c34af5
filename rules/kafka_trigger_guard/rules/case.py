"""A case: one trigger on its ground, under one rule's parameters."""

from __future__ import annotations

from dataclasses import dataclass

from kafka_trigger_guard.network.answers import Answer, Doubt, DoubtKind, all_of
from kafka_trigger_guard.network.conditions import Context
from kafka_trigger_guard.network.hops import Hop, HopKind
from kafka_trigger_guard.network.model import Endpoint, Resource
from kafka_trigger_guard.network.policies import Caller, Request, permits
from kafka_trigger_guard.rules.ground import Ground
from kafka_trigger_guard.rules.parameters import Parameters
from kafka_trigger_guard.rules.situation import Situation
from kafka_trigger_guard.triggers.trigger import Call, Need, Trigger

_LAMBDA = "lambda.amazonaws.com"
_ENDPOINT = "AWS::EC2::VPCEndpoint"
_ABSENT_FOR_SERVICES = frozenset(
    {"aws:principalorgid", "aws:principalaccount", "aws:principalorgpaths", "aws:principaltag/"}
)
_ABSENT_FOR_ROLES = frozenset({"aws:principalservicename", "aws:principalservicenameslist"})


@dataclass(frozen=True, slots=True)
class Case:
    """What a rule judges: a trigger on its ground, under the rule's parameters."""

    ground: Ground
    trigger: Trigger
    parameters: Parameters

    @property
    def situation(self) -> Situation:
        """Where the trigger stands."""
        return self.ground.situation

    def policy_hop(self, need: Need, endpoint: Endpoint) -> Hop | None:
        """The hop at the endpoint's policy; None where it is AWS's open default."""
        if endpoint.policy is None or endpoint.policy.open:
            return None
        answers = [
            permits(endpoint.policy, self._request(call), self._context(call, need, endpoint))
            for call in need.calls
        ]
        resource = Resource(endpoint.id, _ENDPOINT, endpoint.account)
        actions = " and ".join(call.action for call in need.calls)
        text = f"the policy of {endpoint.id} on {actions}"
        doubt = Doubt(
            DoubtKind.NOT_MODELLED, f"{text} cannot be evaluated", endpoint.id, _ENDPOINT, endpoint.account
        )
        if self.trigger.role_arn is None and any(not call.by_service for call in need.calls):
            operation = f"lambda:GetFunctionConfiguration {self.trigger.function_arn}"
            text = f"{operation} was not read, and {text} names roles"
            doubt = Doubt(DoubtKind.NOT_COLLECTED, text, account=self.trigger.account)
        answer = all_of(answers)
        if answer is Answer.DENY:
            text = f"the policy of {endpoint.id} does not allow {actions}"
        return Hop(HopKind.POLICY, answer, resource, text, doubt=doubt)

    def _request(self, call: Call) -> Request:
        if call.by_service:
            return Request(call.action, call.resources, Caller(self.trigger.account, service=_LAMBDA))
        caller = Caller(self.trigger.account, role_arn=self.trigger.role_arn)
        return Request(call.action, call.resources, caller, whole=False)

    def _context(self, call: Call, need: Need, endpoint: Endpoint) -> Context:
        """Service principals carry no organization. IAM/latest/UserGuide/reference_policies_condition-keys"""
        known = {
            "aws:sourcevpc": (endpoint.vpc_id,),
            "aws:sourcevpce": (endpoint.id,),
            "aws:securetransport": ("true",),
            "aws:requestedregion": (need.region,),
            "aws:principalisawsservice": ("true" if call.by_service else "false",),
        }
        if call.by_service:
            known["aws:principalservicename"] = (_LAMBDA,)
            return Context(known, _ABSENT_FOR_SERVICES)
        known["aws:principalaccount"] = (self.trigger.account,)
        if self.trigger.role_arn is not None:
            known["aws:principalarn"] = (self.trigger.role_arn,)
        return Context(known, _ABSENT_FOR_ROLES)
