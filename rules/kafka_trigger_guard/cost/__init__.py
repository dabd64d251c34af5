"""What a path costs a month and what its endpoints would: exact decimals, dated prices, words. Pure.

`demand` tells what a trigger needs, `monthly` what that costs, `leftovers` which endpoints nobody needs,
`totals` the sums; `PriceList` holds one Region's prices and `endpoint_monthly` what endpoints charge.
"""

from kafka_trigger_guard.cost.charges import (
    EndpointCharge,
    endpoint_monthly,
    endpoint_sentence,
    nat_monthly,
)
from kafka_trigger_guard.cost.demand import Demand, demand
from kafka_trigger_guard.cost.leftovers import Leftover, leftovers
from kafka_trigger_guard.cost.money import money, quantity
from kafka_trigger_guard.cost.monthly import Cheaper, Cost, monthly
from kafka_trigger_guard.cost.price_list import PriceError, PriceList
from kafka_trigger_guard.cost.sentences import headline
from kafka_trigger_guard.cost.totals import Totals, totals
from kafka_trigger_guard.cost.volume import Basis, Stated, Volume, VolumeError

__all__ = [
    "Basis",
    "Cheaper",
    "Cost",
    "Demand",
    "EndpointCharge",
    "Leftover",
    "PriceError",
    "PriceList",
    "Stated",
    "Totals",
    "Volume",
    "VolumeError",
    "demand",
    "endpoint_monthly",
    "endpoint_sentence",
    "headline",
    "leftovers",
    "money",
    "monthly",
    "nat_monthly",
    "quantity",
    "totals",
]
