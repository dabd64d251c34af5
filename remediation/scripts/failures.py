"""Why something failed, as one sentence that says who must do what."""

from __future__ import annotations

import re

from botocore.exceptions import BotoCoreError, ClientError

_ERROR = re.compile(
    r"An error occurred \((?P<code>[\w.]+)\) when calling the (?P<operation>\w+) operation"
    r"(?: \([^)]*\))?: (?P<message>.*)",
    re.S,
)
_STAGE = re.compile(r"Step fails when it is [\w/ ]+\. ")
_GUIDE = re.compile(r"\s*Please refer to Automation Service Troubleshooting Guide.*", re.S)
_RAISED = re.compile(r"^[\w.]*(?:Error|Exception|Failed)(?: - |: )(?P<text>.+)", re.S | re.M)
_NO_ROOM = "remove what is not used, or ask AWS for a higher quota of"
_NOT_ALLOWED = "give the document's role this action, and look for a service control policy that denies it"
_THROTTLED = "AWS throttles this account: start the document again later"
_DELETED = "somebody deleted it meanwhile: start the document again"
_REMEDIES = {
    "RulesPerSecurityGroupLimitExceeded": f"{_NO_ROOM} rules per security group",
    "VpcEndpointLimitExceeded": f"{_NO_ROOM} interface endpoints per VPC",
    "SecurityGroupLimitExceeded": f"{_NO_ROOM} security groups per Region",
    "UnauthorizedOperation": _NOT_ALLOWED,
    "AccessDenied": _NOT_ALLOWED,
    "RequestLimitExceeded": _THROTTLED,
    "Throttling": _THROTTLED,
    "InvalidGroup.NotFound": _DELETED,
    "InvalidGroupId.NotFound": _DELETED,
    "InvalidVpcEndpoint.NotFound": _DELETED,
    "InvalidVpcEndpointId.NotFound": _DELETED,
    "InvalidSubnetID.NotFound": _DELETED,
}
_PATTERNS = {
    "conflicting DNS domain": "another endpoint or private hosted zone of the VPC holds this name: its owner "
    "must give it up, or serve the trigger with it",
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
    told = (_RAISED.findall(text) or [text])[-1]
    return " ".join(_STAGE.sub("", told).split()).rstrip(".")
