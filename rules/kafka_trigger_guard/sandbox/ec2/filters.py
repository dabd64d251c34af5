"""Filters of EC2's Describe calls: several values mean any of them; moto wants all of a list's.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Filter.html
"""

from fnmatch import fnmatchcase
from typing import Any

import moto.ec2.utils
from moto.ec2.utils import is_filter_matching as _moto_is_filter_matching

from kafka_trigger_guard.sandbox.corrections import correct


@correct(moto.ec2.utils, "is_filter_matching")
def _is_filter_matching(item: Any, name: str, wanted: Any) -> bool:
    found = item.get_filter_value(name)
    if not isinstance(found, list | set | tuple) or not isinstance(wanted, list):
        return bool(_moto_is_filter_matching(item, name, wanted))
    return any(fnmatchcase(str(each), str(pattern)) for each in found for pattern in wanted)
