"""Reads who owns functions: one tag of each, by the Resource Groups Tagging API.

resourcegroupstagging/latest/APIReference/API_GetResources: "ResourceARNList ... Maximum number of 100 items".
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import boto3

from kafka_trigger_guard.aws.calls import Progress, client_of
from kafka_trigger_guard.aws.failures import FAILURES, CollectError

DEFAULT_TAG: Final = "Owner"
_ARNS: Final = 100


def read_owners(
    session: boto3.Session,
    region: str,
    function_arns: Iterable[str],
    tag: str = DEFAULT_TAG,
    progress: Progress | None = None,
) -> dict[str, str]:
    """The owner of each function, by ARN as given; a function without the tag is left out.

    The tag's key is compared without regard to case. What may not be read (tag:GetResources) has no owner:
    a dashboard without owners is better than none.
    """
    by_function: dict[str, list[str]] = {}
    for arn in function_arns:
        by_function.setdefault(_unqualified(arn), []).append(arn)
    names = sorted(name for name in by_function if name.count(":") == 6)
    if not names:
        return {}
    found: dict[str, str] = {}
    try:
        client: Any = client_of(session, "resourcegroupstaggingapi", region, progress or (lambda _: None))
        for start in range(0, len(names), _ARNS):
            answer = client.get_resources(ResourceARNList=names[start : start + _ARNS])
            for resource in answer.get("ResourceTagMappingList", ()):
                owner = _owner(resource, tag)
                if owner:
                    found |= dict.fromkeys(by_function.get(resource["ResourceARN"], ()), owner)
    except (*FAILURES, CollectError):
        return found
    return found


def _unqualified(arn: str) -> str:
    """The function without its version or alias: only functions have tags.

    arn:aws:lambda:REGION:ACCOUNT:function:NAME[:QUALIFIER]; lambda/latest/dg/configuration-tags
    """
    return ":".join(arn.split(":")[:7])


def _owner(resource: Mapping[str, Any], tag: str) -> str:
    wanted = tag.casefold()
    return next((str(each["Value"]) for each in resource["Tags"] if each["Key"].casefold() == wanted), "")
