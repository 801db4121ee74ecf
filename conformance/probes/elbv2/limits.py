"""What load balancers have to do with a network and with services that are not here; each probe tells its cause."""

import http.client
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from conformance.probes import probe
from conformance.probes.elbv2.resources import API, GUIDE, SUBNETS, balancer, group, listener

GATEWAY = "https://docs.aws.amazon.com/elasticloadbalancing/latest/gateway/"
EC2 = "belong to EC2, which is none of the services here: nobody knows which there are"
SHARING = "sharing between accounts is Resource Access Manager's, which is none of the services here"
ONE_PLACE = ("all nodes of a load balancer are one process at one loopback address of one machine, behind no internet "
             "gateway: what is set for zones and their addresses is kept and told, and has nothing to act on")


@probe("elbv2", "CreateLoadBalancer", "The subnets that a load balancer is put into must exist",
       API + "API_CreateLoadBalancer.html#API_CreateLoadBalancer_Errors", f"subnets {EC2}")
def subnets_exist(trial):
    given = {"Name": trial.unique("lb"), "Subnets": ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]}
    trial.refused("CreateLoadBalancer", "SubnetNotFound", 400, **given)


@probe("elbv2", "CreateLoadBalancer", "The security groups of a load balancer must exist, and decide on who gets in",
       API + "API_CreateLoadBalancer.html#API_CreateLoadBalancer_Errors", f"security groups {EC2}")
def security_groups_exist(trial):
    trial.refused("CreateLoadBalancer", "InvalidSecurityGroup", 400, Name=trial.unique("lb"), Subnets=SUBNETS,
                  SecurityGroups=["sg-0123456789abcdef0"])


@probe("elbv2", "RegisterTargets", "The instances of a target group must exist", API + "API_RegisterTargets.html",
       f"instances {EC2}")
def instances_exist(trial):
    trial.refused("RegisterTargets", "InvalidTarget", 400, Targets=[{"Id": "i-0123456789abcdef0"}],
                  TargetGroupArn=group(trial, TargetType="instance"))


@probe("elbv2", "GetResourcePolicy", "A trust store that is shared with another account tells its policy",
       API + "API_GetResourcePolicy.html", SHARING)
def shared_trust_stores(trial):
    store = trial.fixture("store")["TrustStoreArn"]
    trial.ask("CreateResourceShare", service="ram", name=trial.unique("share"), resourceArns=[store],
              principals=["111122223333"])
    assert "111122223333" in trial.ask("GetResourcePolicy", ResourceArn=store)["Policy"]


@probe("elbv2", "DescribeLoadBalancers", "The name of a load balancer has an address in each of its zones",
       "https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/how-elastic-load-balancing-works.html",
       ONE_PLACE)
def an_address_in_each_zone(trial):
    found = trial.ask("DescribeLoadBalancers", LoadBalancerArns=[balancer(trial)])["LoadBalancers"][0]
    zone = f"{trial.unique('zone')}.example.com."
    created = trial.ask("CreateHostedZone", "route53", Name=zone, CallerReference=zone)["HostedZone"]
    made = created["Id"].rpartition("/")[2]
    alias = {"HostedZoneId": found["CanonicalHostedZoneId"], "DNSName": found["DNSName"], "EvaluateTargetHealth": False}
    trial.ask("ChangeResourceRecordSets", "route53", HostedZoneId=made, ChangeBatch={"Changes": [{
        "Action": "UPSERT", "ResourceRecordSet": {"Name": zone, "Type": "A", "AliasTarget": alias}}]})
    addresses = trial.ask("TestDNSAnswer", "route53", HostedZoneId=made, RecordName=zone,
                          RecordType="A")["RecordData"]
    assert len(addresses) >= len(SUBNETS), f"the addresses are {', '.join(addresses) or 'none'}"


@probe("elbv2", "ModifyLoadBalancerAttributes", "A zonal shift moves the traffic of a load balancer out of a zone",
       GUIDE + "zonal-shift.html", ONE_PLACE)
def zonal_shifts(trial):
    arn = balancer(trial)
    trial.ask("ModifyLoadBalancerAttributes", LoadBalancerArn=arn, Attributes=[
        {"Key": "zonal_shift.config.enabled", "Value": "true"}])
    trial.ask("StartZonalShift", "arc-zonal-shift", resourceIdentifier=arn, awayFrom="use1-az1", expiresIn="1h",
              comment="a probe")


@probe("elbv2", "CreateLoadBalancer", "The packets of VPC endpoints reach a gateway load balancer",
       GATEWAY + "create-endpoint-service.html",
       "packets are routed by the tables of a VPC, which are EC2's and need a network of their own; here a packet is "
       "sent to the listener's port by whoever has one")
def endpoints_of_gateways(trial):
    arn = balancer(trial, Type="gateway", Subnets=SUBNETS[:1])
    trial.ask("CreateVpcEndpointServiceConfiguration", "ec2", GatewayLoadBalancerArns=[arn])


class Target(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(self.server.status)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


@contextmanager
def targets(*statuses):
    """The ports of servers of this machine that answer with these statuses."""
    servers = [ThreadingHTTPServer(("127.0.0.1", 0), Target) for _ in statuses]
    try:
        for server, server.status in zip(servers, statuses, strict=True):
            threading.Thread(target=server.serve_forever, daemon=True).start()
        yield [server.server_port for server in servers]
    finally:
        for server in servers:
            server.shutdown()
            server.server_close()


@probe("elbv2", "DescribeTargetHealth", "A target that fails more often than the others is found to be an anomaly",
       GUIDE + "load-balancer-target-groups.html#automatic-target-weights",
       "AWS does not publish what it takes for an anomaly, nor how it then weighs its targets")
def anomalies(trial):
    arn, at = group(trial), balancer(trial)
    trial.ask("ModifyTargetGroupAttributes", TargetGroupArn=arn, Attributes=[
        {"Key": "load_balancing.algorithm.type", "Value": "weighted_random"},
        {"Key": "load_balancing.algorithm.anomaly_mitigation", "Value": "on"}])
    listener(trial, at, DefaultActions=[{"Type": "forward", "TargetGroupArn": arn}])
    name = trial.ask("DescribeLoadBalancers", LoadBalancerArns=[at])["LoadBalancers"][0]["DNSName"]
    with targets(200, 200, 500) as ports:
        trial.ask("RegisterTargets", TargetGroupArn=arn, Targets=[{"Id": "127.0.0.1", "Port": port} for port in ports])
        for _ in range(60):
            connection = http.client.HTTPConnection(urlsplit(trial.world.endpoint.url).netloc, timeout=10)
            connection.request("GET", "/", headers={"Host": name})
            connection.getresponse().read()
            connection.close()
    found = trial.ask("DescribeTargetHealth", TargetGroupArn=arn, Include=["AnomalyDetection"])
    results = [each["AnomalyDetection"]["Result"] for each in found["TargetHealthDescriptions"]]
    assert "anomalous" in results, f"the results are {results}"
