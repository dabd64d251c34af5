"""Why something failed, as one sentence that says who must do what."""

from __future__ import annotations

import re

from botocore.exceptions import BotoCoreError, ClientError

_ERROR = re.compile(
    r"An error occurred \((?P<code>[\w.]+)\) when calling the (?P<operation>\w+) operation"
    r"(?: \([^)]*\))?: (?P<message>.*)",
    re.S,
)
_GUIDE = re.compile(r"\s*Please refer to Automation Service Troubleshooting Guide.*", re.S)
_RAISED = re.compile(r"^[\w.]*(?:Error|Exception|Failed)(?: - |: )(?P<text>.+)", re.S | re.M)
_REMEDIES = {
    "RulesPerSecurityGroupLimitExceeded": "the group has all the rules its quota allows: remove unused rules, "
    "or ask AWS for a higher quota of rules per security group",
    "VpcEndpointLimitExceeded": "the VPC has all the interface endpoints its quota allows: remove unused ones, "
    "or ask AWS for a higher quota of interface endpoints per VPC",
    "SecurityGroupLimitExceeded": "the Region has all the security groups its quota allows: remove unused "
    "ones, or ask AWS for a higher quota",
    "UnauthorizedOperation": "give the document's role this action, and look for a service control policy that "
    "denies it",
    "AccessDenied": "give the document's role this action, and look for a service control policy that denies it",
    "RequestLimitExceeded": "AWS throttles this account: start the document again later",
    "Throttling": "AWS throttles this account: start the document again later",
    "InvalidGroup.NotFound": "somebody deleted the group meanwhile: start the document again",
    "InvalidGroupId.NotFound": "somebody deleted the group meanwhile: start the document again",
    "InvalidVpcEndpointId.NotFound": "somebody deleted the endpoint meanwhile: start the document again",
}
_PATTERNS = {
    "conflicting DNS domain": "another endpoint or a private hosted zone of the VPC holds the service's name: "
    "its owner must give it up, or serve the trigger with it",
    "does not support the availability zone": "the service is not offered in that zone: give the trigger a "
    "subnet in another zone",
}
_ALIASES = {
    "AccessDeniedException": "AccessDenied",
    "ThrottlingException": "Throttling",
    "UnauthorizedException": "AccessDenied",
}


def explained(error: ClientError | BotoCoreError) -> str:
    """A failed AWS call: what was refused, why, and what helps."""
    return cause(str(error))


def cause(message: str) -> str:
    """The same for a step's FailureMessage, which wraps AWS's text or a script's traceback."""
    text = _GUIDE.sub("", message).strip()
    failed = _ERROR.search(text)
    if failed:
        code, told = failed["code"], " ".join(failed["message"].split()).rstrip(".")
        remedy = next((remedy for part, remedy in _PATTERNS.items() if part in told), "")
        remedy = remedy or _REMEDIES.get(_ALIASES.get(code, code), "")
        said = f"AWS refused {failed['operation']} ({code}: {told})"
        return f"{said}: {remedy}" if remedy else said
    raised = _RAISED.findall(text)
    told = raised[-1] if raised else re.sub(r"^Step fails when it is [\w/ ]+\. ", "", text)
    return " ".join(told.split()).rstrip(".")
