"""The AWS CLI over snapshot documents: gateways, peerings, addresses, Profiles, MSK VPC connections.

What AWS does in time is done at once: gateways and connections are available as soon as they are made, an
attachment is accepted by its gateway, and a gateway endpoint writes its routes.
"""

from __future__ import annotations

from tests.networks.aws_cli_syntax import Call, Options
from tests.networks.shapes import Json

_NEW_PEERING = "pcx-0fedcba9876543210"


class Gateways:
    """Changes of what leads out of a VPC; `call` is the command that runs."""

    call: Call

    def items(self, operation: str, member: str) -> list[Json]:
        """The items of a listing in all documents."""
        raise NotImplementedError

    def own(self, account: str) -> Json:
        """The document of an account."""
        raise NotImplementedError

    def _listed(self, account: str, operation: str, member: str) -> list[Json]:
        found: list[Json] = self.own(account)["responses"].setdefault(operation, {}).setdefault(member, [])
        return found

    def _vpc(self, account: str, vpc_id: str) -> Json:
        vpcs = self.items("ec2:DescribeVpcs", "Vpcs")
        return next(v for v in vpcs if v["VpcId"] == vpc_id and v["OwnerId"] == account)

    # -- to the internet

    def _allocate_address(self, _account: str, options: Options) -> str:
        assert options["domain"] == ["vpc"]
        return "eipalloc-0fedcba9876543210"

    def _create_nat_gateway(self, account: str, options: Options) -> str:
        (subnet_id,) = options["subnet-id"]
        subnets = self.items("ec2:DescribeSubnets", "Subnets")
        subnet = next(s for s in subnets if s["SubnetId"] == subnet_id and s["OwnerId"] == account)
        gateway = {"NatGatewayId": "nat-0fedcba9876543210", "SubnetId": subnet_id, "VpcId": subnet["VpcId"]}
        gateway |= {"State": "available", "ConnectivityType": options["connectivity-type"][0]}
        address = {"AllocationId": options["allocation-id"][0], "PublicIp": "54.210.0.99"}
        gateways = self._listed(account, "ec2:DescribeNatGateways", "NatGateways")
        gateways.append(gateway | {"NatGatewayAddresses": [address]})
        return str(gateway["NatGatewayId"])

    def _wait_nat_gateway_available(self, account: str, options: Options) -> None:
        gateways = self._listed(account, "ec2:DescribeNatGateways", "NatGateways")
        (found,) = [g for g in gateways if g["NatGatewayId"] == options["nat-gateway-ids"][0]]
        assert found["State"] == "available"

    def _create_internet_gateway(self, account: str, _options: Options) -> str:
        gateway = {"InternetGatewayId": "igw-0fedcba9876543210", "Attachments": [], "OwnerId": account}
        self._listed(account, "ec2:DescribeInternetGateways", "InternetGateways").append(gateway)
        return str(gateway["InternetGatewayId"])

    def _attach_internet_gateway(self, account: str, options: Options) -> None:
        (gateway_id,), (vpc_id,) = options["internet-gateway-id"], options["vpc-id"]
        gateways = self._listed(account, "ec2:DescribeInternetGateways", "InternetGateways")
        (found,) = [g for g in gateways if g["InternetGatewayId"] == gateway_id]
        assert self._vpc(account, vpc_id)
        assert not found["Attachments"]
        found["Attachments"] = [{"State": "available", "VpcId": vpc_id}]

    def _create_vpc_block_public_access_exclusion(self, account: str, options: Options) -> None:
        parts = {name: values[0] for name, values in options.items() if name in ("subnet-id", "vpc-id")}
        ((kind, identifier),) = parts.items()
        arn = f"arn:aws:ec2:{options['region'][0]}:{account}:{kind.removesuffix('-id')}/{identifier}"
        exclusion = {"ExclusionId": "vpcbpa-exclude-0fedcba9876543210", "ResourceArn": arn}
        exclusion |= {"InternetGatewayExclusionMode": options["internet-gateway-exclusion-mode"][0]}
        listed = self._listed(
            account, "ec2:DescribeVpcBlockPublicAccessExclusions", "VpcBlockPublicAccessExclusions"
        )
        listed.append(exclusion | {"State": "create-complete"})

    def _modify_network_interface_attribute(self, account: str, options: Options) -> None:
        assert self.call.parameters["SourceDestCheck"] == {"Value": False}
        self._on_interface(account, options, SourceDestCheck=False)

    def _associate_address(self, account: str, options: Options) -> None:
        assert options["allocation-id"] == ["eipalloc-0fedcba9876543210"]
        self._on_interface(account, options, Association={"PublicIp": "54.210.0.99"})

    def _on_interface(self, account: str, options: Options, **fields: object) -> None:
        for each in self.items("ec2:DescribeNetworkInterfaces", "NetworkInterfaces"):
            if each["NetworkInterfaceId"] == options["network-interface-id"][0]:
                assert each["OwnerId"] == account
                each.update(fields)

    # -- inside, and to other VPCs

    def _delete_route(self, account: str, options: Options) -> None:
        (table_id,), (block,) = options["route-table-id"], options["destination-cidr-block"]
        for table in self.items("ec2:DescribeRouteTables", "RouteTables"):
            if table["RouteTableId"] == table_id:
                assert table["OwnerId"] == account
                kept = [r for r in table["Routes"] if r.get("DestinationCidrBlock") != block]
                assert len(kept) == len(table["Routes"]) - 1
                table["Routes"] = kept

    def _create_transit_gateway_vpc_attachment(self, account: str, options: Options) -> None:
        (gateway_id,), (vpc_id,) = options["transit-gateway-id"], options["vpc-id"]
        assert self._vpc(account, vpc_id)
        plain, detailed = "ec2:DescribeTransitGatewayAttachments", "ec2:DescribeTransitGatewayVpcAttachments"
        gateways = self.items("ec2:DescribeTransitGateways", "TransitGateways")
        owners = {g["OwnerId"] for g in gateways if g["TransitGatewayId"] == gateway_id}
        for who in sorted(owners | {account}):
            own = {"TransitGatewayAttachmentId": "tgw-attach-0fedcba9876543210", "State": "available"}
            own |= {"TransitGatewayId": gateway_id, "TransitGatewayOwnerId": min(owners)}
            seen = {"ResourceType": "vpc", "ResourceId": vpc_id, "ResourceOwnerId": account}
            self._listed(who, plain, "TransitGatewayAttachments").append(own | seen)
            inside = {"VpcId": vpc_id, "VpcOwnerId": account, "SubnetIds": list(options["subnet-ids"])}
            self._listed(who, detailed, "TransitGatewayVpcAttachments").append(own | inside)

    def _create_vpc_peering_connection(self, account: str, options: Options) -> None:
        (own_id,), (peer_id,) = options["vpc-id"], options["peer-vpc-id"]
        (peer_owner,), (peer_region,) = options["peer-owner-id"], options["peer-region"]
        ends = [(account, own_id, options["region"][0]), (peer_owner, peer_id, peer_region)]
        for seen_by in {account, peer_owner}:
            peering: Json = {"VpcPeeringConnectionId": _NEW_PEERING, "Status": {"Code": "pending-acceptance"}}
            for side, (owner, vpc_id, region) in zip(("Requester", "Accepter"), ends, strict=True):
                block = self._vpc(owner, vpc_id)["CidrBlock"]
                info = {"OwnerId": owner, "VpcId": vpc_id, "Region": region, "CidrBlock": block}
                peering[f"{side}VpcInfo"] = info | {"CidrBlockSet": [{"CidrBlock": block}]}
            listed = self._listed(seen_by, "ec2:DescribeVpcPeeringConnections", "VpcPeeringConnections")
            listed.append(peering)

    # -- S3

    def _add_gateway_endpoint(self, account: str, options: Options, prefix_list_id: str) -> None:
        (vpc_id,) = options["vpc-id"]
        endpoint = {"VpcEndpointId": "vpce-0fedcba9876543210", "VpcEndpointType": "Gateway", "VpcId": vpc_id}
        endpoint |= {"ServiceName": options["service-name"][0], "State": "available", "OwnerId": account}
        self._listed(account, "ec2:DescribeVpcEndpoints", "VpcEndpoints").append(endpoint)
        self._lead(account, options["route-table-ids"], str(endpoint["VpcEndpointId"]), prefix_list_id)

    def _lead(self, account: str, table_ids: list[str], endpoint_id: str, prefix_list_id: str) -> None:
        for table in self.items("ec2:DescribeRouteTables", "RouteTables"):
            if table["RouteTableId"] in table_ids:
                assert table["OwnerId"] == account
                route = {"DestinationPrefixListId": prefix_list_id, "GatewayId": endpoint_id}
                table["Routes"].append(route | {"State": "active", "Origin": "CreateRoute"})

    # -- names

    def _create_resource_share(self, account: str, options: Options) -> None:
        (arn,), (principal,) = options["resource-arns"], options["principals"]
        assert f":{account}:" in arn
        assert account != principal
        self.own(principal).setdefault("shared", []).append(arn)

    def _associate_profile(self, account: str, options: Options) -> None:
        (profile_id,), (vpc_id,) = options["profile-id"], options["resource-id"]
        assert self._vpc(account, vpc_id)
        assert any(arn.endswith(f":profile/{profile_id}") for arn in self.own(account).pop("shared"))
        association = {"Id": "rpassoc-0", "ProfileId": profile_id, "ResourceId": vpc_id, "Status": "COMPLETE"}
        self._listed(account, "route53profiles:ListProfileAssociations", "ProfileAssociations").append(
            association
        )

    # -- MSK

    def _delete_vpc_connection(self, account: str, options: Options) -> None:
        connections = self.own(account)["responses"]["kafka:DescribeVpcConnection"]
        connections[options["arn"][0]]["State"] = "DELETING"

    def _create_vpc_connection(self, account: str, options: Options) -> None:
        """The new connection, in the place of the one that the trigger names: the trigger is made anew."""
        connections = self.own(account)["responses"]["kafka:DescribeVpcConnection"]
        ((arn, old),) = connections.items()
        assert old["TargetClusterArn"] == options["target-cluster-arn"][0]
        parameters = self.call.parameters
        own = {"Subnets": parameters["ClientSubnets"], "SecurityGroups": parameters["SecurityGroups"]}
        own |= {"VpcId": parameters["VpcId"], "Authentication": parameters["Authentication"]}
        connections[arn] = {**old, **own, "State": "AVAILABLE"}
