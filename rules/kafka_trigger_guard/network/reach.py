"""One network with everything that answers questions about it, each answer worked out once."""

from __future__ import annotations

from kafka_trigger_guard.network.endpoints import Endpoints
from kafka_trigger_guard.network.internet import Internet
from kafka_trigger_guard.network.names import Names
from kafka_trigger_guard.network.nat import Nats
from kafka_trigger_guard.network.network import Network
from kafka_trigger_guard.network.network_acls import NetworkAcls
from kafka_trigger_guard.network.paths import Paths
from kafka_trigger_guard.network.routes import Routes
from kafka_trigger_guard.network.security_groups import SecurityGroups
from kafka_trigger_guard.network.targets import Targets
from kafka_trigger_guard.network.ways import Ways


class Reach:
    """The questions that a network answers; work shared by senders is done once."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.groups = SecurityGroups(network)
        self.network_acls = NetworkAcls(network)
        self.routes = Routes(network)
        self.ways = Ways(network, self.routes)
        self.names = Names(network)
        self.endpoints = Endpoints(network, self.names)
        nats = Nats(network, self.routes, self.groups, self.network_acls)
        self.internet = Internet(network, self.routes, self.ways, nats)
        self.targets = Targets(network, self.endpoints, self.routes, self.ways, nats)
        self.paths = Paths(network, self.groups, self.network_acls, self.ways)
