"""The AWS CLI over snapshot documents: runs the commands that remedies print, as a POSIX shell would.

Each option is checked against botocore's model of the operation, each id against the account that runs the
command, so that a misspelled or misdirected command fails here.
"""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.networks.aws_cli_gateways import Gateways
from tests.networks.aws_cli_syntax import Options, parsed, statements
from tests.networks.shapes import Json, prefix_list_id


@dataclass
class Shell(Gateways):
    """Snapshots of several accounts, changed by commands."""

    documents: Sequence[Json]
    variables: dict[str, str] = field(default_factory=dict)
    ran: list[str] = field(default_factory=list)

    def run(self, account: str, commands: Sequence[str]) -> None:
        """Run an account's commands in order."""
        for command in commands:
            self._line(account, command)

    def items(self, operation: str, member: str) -> list[Json]:
        """The items of a listing in all documents; what two accounts see is there twice."""
        found = (document["responses"].get(operation, {}).get(member, []) for document in self.documents)
        return [item for items in found for item in items]

    def own(self, account: str) -> Json:
        """The document of an account."""
        return next(document for document in self.documents if document["account"] == account)

    def _line(self, account: str, command: str) -> None:
        added = statements(command)
        if added is not None:
            variable, read, wanted = added
            policy = json.loads(self.variables[read])
            policy["Statement"] += wanted
            self.variables[variable] = json.dumps(policy)
            return
        self.call = call = parsed(command, self.variables)
        self.ran.append(call.command)
        change = getattr(self, "_" + call.command.replace("-", "_").replace(" ", "_"))
        found: str | None = change(account, call.options)
        if call.keeps:
            self.variables[call.keeps] = found or ""

    # -- filters

    def _authorize_security_group_ingress(self, account: str, options: Options) -> None:
        self._authorize(account, options, "IpPermissions")

    def _authorize_security_group_egress(self, account: str, options: Options) -> None:
        self._authorize(account, options, "IpPermissionsEgress")

    def _authorize(self, account: str, options: Options, side: str) -> None:
        (group_id,) = options["group-id"]
        for group in self.items("ec2:DescribeSecurityGroups", "SecurityGroups"):
            if group["GroupId"] == group_id:
                assert group["OwnerId"] == account
                group[side] = [*group[side], *map(_checked, self.call.parameters["IpPermissions"])]

    def _create_network_acl_entry(self, account: str, options: Options) -> None:
        self._entry(account, options, replaces=False)

    def _replace_network_acl_entry(self, account: str, options: Options) -> None:
        self._entry(account, options, replaces=True)

    def _entry(self, account: str, options: Options, *, replaces: bool) -> None:
        (acl_id,), (number,) = options["network-acl-id"], options["rule-number"]
        assert options["protocol"] == ["tcp"]
        entry = {"RuleNumber": int(number), "Egress": "egress" in options, "Protocol": "6"}
        entry |= {"RuleAction": options["rule-action"][0], "CidrBlock": _cidr(options["cidr-block"][0])}
        entry["PortRange"] = self.call.parameters["PortRange"]
        for acl in self.items("ec2:DescribeNetworkAcls", "NetworkAcls"):
            if acl["NetworkAclId"] == acl_id:
                assert acl["OwnerId"] == account
                kept = [e for e in acl["Entries"] if not _same_place(e, entry)]
                assert (len(kept) < len(acl["Entries"])) is replaces
                acl["Entries"] = [*kept, entry]

    # -- routes

    def _create_route(self, account: str, options: Options) -> None:
        self._route(account, options, replaces=False)

    def _replace_route(self, account: str, options: Options) -> None:
        self._route(account, options, replaces=True)

    def _route(self, account: str, options: Options, *, replaces: bool) -> None:
        (table_id,), (block,) = options["route-table-id"], options["destination-cidr-block"]
        names = {
            "transit-gateway-id": "TransitGatewayId",
            "vpc-peering-connection-id": "VpcPeeringConnectionId",
            "gateway-id": "GatewayId",
            "nat-gateway-id": "NatGatewayId",
        }
        target = {names[name]: values[0] for name, values in options.items() if name in names}
        if "local-target" in options:
            target = {"GatewayId": "local"}
        assert len(target) == 1
        for table in self.items("ec2:DescribeRouteTables", "RouteTables"):
            if table["RouteTableId"] == table_id:
                assert table["OwnerId"] == account
                kept = [r for r in table["Routes"] if r.get("DestinationCidrBlock") != block]
                assert (len(kept) < len(table["Routes"])) is replaces
                route = {"DestinationCidrBlock": _cidr(block), "State": "active", "Origin": "CreateRoute"}
                table["Routes"] = [*kept, route | target]

    # -- transit gateways and peerings

    def _enable_transit_gateway_route_table_propagation(self, account: str, options: Options) -> None:
        (attachment_id,) = options["transit-gateway-attachment-id"]
        attachment = self._attachment(attachment_id, account)
        assert attachment["TransitGatewayOwnerId"] == account
        vpcs = self.items("ec2:DescribeVpcs", "Vpcs")
        vpc = next(each for each in vpcs if each["VpcId"] == attachment["ResourceId"])
        self._transit_route(account, options, vpc["CidrBlock"], "propagated")

    def _create_transit_gateway_route(self, account: str, options: Options) -> None:
        self._transit_route(account, options, options["destination-cidr-block"][0], "static")

    def _replace_transit_gateway_route(self, account: str, options: Options) -> None:
        self._transit_route(account, options, options["destination-cidr-block"][0], "static")

    def _transit_route(self, account: str, options: Options, block: str, kind: str) -> None:
        (table_id,), (attachment_id,) = (
            options["transit-gateway-route-table-id"],
            options["transit-gateway-attachment-id"],
        )
        attachment = self._attachment(attachment_id, account)
        routes = self.own(account)["responses"]["ec2:SearchTransitGatewayRoutes"][table_id]["Routes"]
        target = {"TransitGatewayAttachmentId": attachment_id, "ResourceType": attachment["ResourceType"]}
        target["ResourceId"] = attachment["ResourceId"]
        routes[:] = [
            r
            for r in routes
            if (r["DestinationCidrBlock"], r["Type"]) != (block, "static") or kind != "static"
        ]
        route = {"DestinationCidrBlock": _cidr(block), "TransitGatewayAttachments": [target]}
        routes.append(route | {"Type": kind, "State": "active"})

    def _associate_transit_gateway_route_table(self, account: str, options: Options) -> None:
        (attachment_id,) = options["transit-gateway-attachment-id"]
        (table_id,) = options["transit-gateway-route-table-id"]
        for item in self.items("ec2:DescribeTransitGatewayAttachments", "TransitGatewayAttachments"):
            if item["TransitGatewayAttachmentId"] == attachment_id:
                assert item["TransitGatewayOwnerId"] == account
                item["Association"] = {"TransitGatewayRouteTableId": table_id, "State": "associated"}

    def _modify_transit_gateway_vpc_attachment(self, account: str, options: Options) -> None:
        for item in self._vpc_attachments(options):
            assert item["VpcOwnerId"] == account
            item["SubnetIds"] = [*item["SubnetIds"], *options["add-subnet-ids"]]

    def _accept_transit_gateway_vpc_attachment(self, _account: str, options: Options) -> None:
        for item in (*self._vpc_attachments(options), *self._plain_attachments(options)):
            item["State"] = "available"

    def _accept_vpc_peering_connection(self, account: str, options: Options) -> None:
        (peering_id,) = options["vpc-peering-connection-id"]
        for item in self.items("ec2:DescribeVpcPeeringConnections", "VpcPeeringConnections"):
            if item["VpcPeeringConnectionId"] == peering_id:
                assert item["AccepterVpcInfo"]["OwnerId"] == account
                item["Status"] = {"Code": "active"}

    def _attachment(self, attachment_id: str, seen_by: str) -> Json:
        """A peering of gateways is another thing from each side."""
        listed = self._listed(seen_by, "ec2:DescribeTransitGatewayAttachments", "TransitGatewayAttachments")
        return next(each for each in listed if each["TransitGatewayAttachmentId"] == attachment_id)

    def _plain_attachments(self, options: Options) -> list[Json]:
        (attachment_id,) = options["transit-gateway-attachment-id"]
        listed = self.items("ec2:DescribeTransitGatewayAttachments", "TransitGatewayAttachments")
        return [each for each in listed if each["TransitGatewayAttachmentId"] == attachment_id]

    def _vpc_attachments(self, options: Options) -> list[Json]:
        (attachment_id,) = options["transit-gateway-attachment-id"]
        listed = self.items("ec2:DescribeTransitGatewayVpcAttachments", "TransitGatewayVpcAttachments")
        return [each for each in listed if each["TransitGatewayAttachmentId"] == attachment_id]

    # -- endpoints, names

    def _modify_vpc_endpoint(self, account: str, options: Options) -> None:
        for endpoint in self.items("ec2:DescribeVpcEndpoints", "VpcEndpoints"):
            if endpoint["VpcEndpointId"] == options["vpc-endpoint-id"][0]:
                assert endpoint["OwnerId"] == account
                if "add-route-table-ids" in options:
                    added = options["add-route-table-ids"]
                    self._lead(account, added, endpoint["VpcEndpointId"], prefix_list_id("s3"))
                if "private-dns-enabled" in options:
                    endpoint["PrivateDnsEnabled"] = True
                if "policy-document" in options:
                    endpoint["PolicyDocument"] = options["policy-document"][0]

    def _describe_vpc_endpoints(self, _account: str, options: Options) -> str:
        (found,) = (
            each
            for each in self.items("ec2:DescribeVpcEndpoints", "VpcEndpoints")
            if each["VpcEndpointId"] == options["vpc-endpoint-ids"][0]
        )
        assert options["query"] == ["VpcEndpoints[0].PolicyDocument"]
        return str(found["PolicyDocument"])

    def _delete_vpc_endpoints(self, account: str, options: Options) -> None:
        listed = self.own(account)["responses"]["ec2:DescribeVpcEndpoints"]["VpcEndpoints"]
        listed[:] = [each for each in listed if each["VpcEndpointId"] != options["vpc-endpoint-ids"][0]]

    def _create_security_group(self, account: str, options: Options) -> str:
        group_id = "sg-0123456789abcdef0"
        group = {"GroupId": group_id, "GroupName": options["group-name"][0], "OwnerId": account}
        group |= {"VpcId": options["vpc-id"][0], "Description": ""}
        listed = self.own(account)["responses"]["ec2:DescribeSecurityGroups"]["SecurityGroups"]
        listed.append({**group, "IpPermissions": [], "IpPermissionsEgress": []})
        return group_id

    def _create_vpc_endpoint(self, account: str, options: Options) -> None:
        if options["vpc-endpoint-type"] == ["Gateway"]:
            self._add_gateway_endpoint(account, options, prefix_list_id("s3"))
            return
        responses = self.own(account)["responses"]
        interfaces = []
        subnets = {s["SubnetId"]: s for s in responses["ec2:DescribeSubnets"]["Subnets"]}
        groups = [{"GroupId": each, "GroupName": each} for each in options["security-group-ids"]]
        for number, subnet_id in enumerate(options["subnet-ids"]):
            network = ipaddress.ip_network(subnets[subnet_id]["CidrBlock"])
            interfaces.append(f"eni-0{number:016x}")
            responses["ec2:DescribeNetworkInterfaces"]["NetworkInterfaces"].append(
                {
                    "NetworkInterfaceId": interfaces[-1],
                    "VpcId": options["vpc-id"][0],
                    "SubnetId": subnet_id,
                    "PrivateIpAddress": str(network[-3]),
                    "Groups": groups,
                    "InterfaceType": "vpc_endpoint",
                    "OwnerId": account,
                }
            )
        responses["ec2:DescribeVpcEndpoints"]["VpcEndpoints"].append(
            {
                "VpcEndpointId": "vpce-0fedcba9876543210",
                "VpcEndpointType": options["vpc-endpoint-type"][0],
                "VpcId": options["vpc-id"][0],
                "ServiceName": options["service-name"][0],
                "State": "available",
                "SubnetIds": options["subnet-ids"],
                "Groups": groups,
                "PrivateDnsEnabled": "private-dns-enabled" in options,
                "NetworkInterfaceIds": interfaces,
                "OwnerId": account,
            }
        )

    def _modify_vpc_attribute(self, account: str, options: Options) -> None:
        names = {"enable-dns-support": "EnableDnsSupport", "enable-dns-hostnames": "EnableDnsHostnames"}
        for document in self.documents:
            attributes = document["responses"]["ec2:DescribeVpcAttribute"].get(options["vpc-id"][0])
            for name in names.keys() & options.keys():
                assert options[name] == ["Value=true"]
                if attributes is not None:
                    attributes[names[name]] = {"Value": True}
        assert any(v["OwnerId"] == account for v in self.items("ec2:DescribeVpcs", "Vpcs"))

    def _create_vpc_association_authorization(self, account: str, options: Options) -> None:
        self.variables[f"authorized {options['hosted-zone-id'][0]}"] = account

    def _associate_vpc_with_hosted_zone(self, account: str, options: Options) -> None:
        (zone_id,), vpc = options["hosted-zone-id"], self.call.parameters["VPC"]
        owner = self.variables[f"authorized {zone_id}"]
        records = self.own(owner)["responses"]["route53:ListResourceRecordSets"][zone_id]
        name = next(r["Name"] for r in records["ResourceRecordSets"] if r["Type"] == "SOA")
        zones = self.own(account)["responses"]["route53:ListHostedZonesByVPC"][vpc["VPCId"]]
        summary = {"HostedZoneId": zone_id, "Name": name, "Owner": {"OwningAccount": owner}}
        zones["HostedZoneSummaries"].append(summary)

    def _change_resource_record_sets(self, account: str, options: Options) -> None:
        (change,) = self.call.parameters["ChangeBatch"]["Changes"]
        wanted = change["ResourceRecordSet"]
        assert (change["Action"], wanted["Type"]) == ("UPSERT", "A")
        zones = self.own(account)["responses"]["route53:ListResourceRecordSets"]
        records = zones[options["hosted-zone-id"][0]]["ResourceRecordSets"]
        name = f"{wanted['Name']}."
        records[:] = [r for r in records if (r["Name"], r["Type"]) != (name, "A")]
        records.append({**wanted, "Name": name})


def _cidr(block: str) -> str:
    return str(ipaddress.ip_network(block))


def _checked(permission: Json) -> Json:
    for block in permission.get("IpRanges", []):
        _cidr(block["CidrIp"])
    return permission


def _same_place(one: Json, other: Json) -> bool:
    return (one["RuleNumber"], one["Egress"]) == (other["RuleNumber"], other["Egress"])
