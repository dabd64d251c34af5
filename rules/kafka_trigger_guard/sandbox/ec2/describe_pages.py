"""Pages of EC2's Describe calls: MaxResults and NextToken, which moto ignores for most.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/Query-Requests.html
"""

from typing import Any

from botocore.model import ListShape
from moto.core.responses import ActionResult
from moto.core.utils import get_service_model
from moto.ec2.responses import EC2Response

from kafka_trigger_guard.sandbox.corrections import correct
from kafka_trigger_guard.sandbox.operations import Refusal, paged

_moto_serialized: Any = EC2Response.serialized


@correct(EC2Response, "serialized")
def _serialized(response: Any, action_result: Any) -> Any:
    result = action_result.result
    asked = response.params.get("MaxResults") or response.params.get("NextToken")
    if asked and isinstance(result, dict) and not result.get("NextToken"):
        action_result = ActionResult(_page(response, result))
    return _moto_serialized(response, action_result)


def _page(response: Any, result: dict[str, Any]) -> Any:
    operation = get_service_model("ec2").operation_model(response._get_action())
    members = operation.output_shape.members
    listed = next((name for name in result if isinstance(members.get(name), ListShape)), None)
    if listed is None or "NextToken" not in members:
        return result
    limit, token = response.params.get("MaxResults"), response.params.get("NextToken")
    try:
        page, following = paged(list(result[listed]), limit, token)
    except ValueError:
        return Refusal("InvalidParameterValue", "The token is not valid.")
    return {**result, listed: page, "NextToken": following}
