"""The first version of MSK's cluster API, which knows provisioned clusters only.

https://docs.aws.amazon.com/msk/1.0/apireference/clusters.html
"""

from dataclasses import replace
from typing import Any

from kafka_trigger_guard.sandbox.msk import records as msk_records
from kafka_trigger_guard.sandbox.msk.clusters import bad, create_cluster_v2, described, one_page
from kafka_trigger_guard.sandbox.msk.records import Cluster, readable_cluster
from kafka_trigger_guard.sandbox.operations import Call, Reply, operation

_OF_THE_CLUSTER = ("ClusterName", "Tags")
_OF_VERSION_TWO = ("ClusterType", "Provisioned", "Serverless")


@operation("kafka", "CreateCluster")
def create_cluster(call: Call) -> Reply:
    """Create a provisioned cluster."""
    given = dict(call.parameters)
    outer = {name: given.pop(name) for name in _OF_THE_CLUSTER if name in given}
    created = create_cluster_v2(replace(call, parameters=outer | {"Provisioned": given}))
    return {name: created[name] for name in ("ClusterArn", "ClusterName", "State")}


@operation("kafka", "DescribeCluster")
def describe_cluster(call: Call) -> Reply:
    """One provisioned cluster by ARN."""
    cluster = readable_cluster(call)
    if not cluster.provisioned:
        raise bad("This operation cannot be performed on serverless clusters.")
    return {"ClusterInfo": _flat(cluster)}


@operation("kafka", "ListClusters")
def list_clusters(call: Call) -> Reply:
    """The provisioned clusters by name prefix, one page of them."""
    prefix = call.given("ClusterNameFilter") or ""
    chosen = [
        _flat(cluster)
        for cluster in msk_records.clusters(call.account, call.region).values()
        if cluster.provisioned and cluster.cluster_name.startswith(prefix)
    ]
    page, token = one_page(call, chosen)
    return {"ClusterInfoList": page, "NextToken": token}


def _flat(cluster: Cluster) -> dict[str, Any]:
    info = described(cluster)
    return {**info["Provisioned"], **{name: info[name] for name in info if name not in _OF_VERSION_TWO}}
