"""Route 53: values, and the things that must stand. https://docs.aws.amazon.com/Route53/latest/APIReference/"""

import json
from functools import partial

from conformance.generator.hints import Leave, Ref, Samples, Unique
from conformance.services.declared import Declared

VPC = {"VPCRegion": "us-east-1", "VPCId": "vpc-0a1b2c3d4e5f60718"}
OTHER = {"VPCRegion": "eu-west-1", "VPCId": "vpc-0fedcba9876543210"}
POLICY = {
    "AWSPolicyFormatVersion": "2015-10-01", "RecordType": "A", "StartEndpoint": "one",
    "Endpoints": {"one": {"Type": "value", "Value": "192.0.2.1"}, "two": {"Type": "value", "Value": "192.0.2.2"}},
}
WEIGHTED = {
    **{name: value for name, value in POLICY.items() if name != "StartEndpoint"}, "StartRule": "both",
    "Rules": {"both": {"RuleType": "weighted", "Items": [{"EndpointReference": "one", "Weight": "1"},
                                                          {"EndpointReference": "two", "Weight": "2"}]}},
}
CHECKS = (
    {"IPAddress": "192.0.2.44", "Port": 80, "Type": "HTTP", "ResourcePath": "/", "RequestInterval": 30,
     "FailureThreshold": 3},
    {"FullyQualifiedDomainName": "example.com", "Port": 443, "Type": "HTTPS_STR_MATCH", "SearchString": "ok",
     "EnableSNI": True, "MeasureLatency": True, "Inverted": True, "RequestInterval": 10, "FailureThreshold": 1,
     "Regions": ["us-east-1", "us-west-1", "eu-west-1"]},
    {"IPAddress": "192.0.2.45", "Port": 22, "Type": "TCP", "Disabled": True, "RequestInterval": 30,
     "FailureThreshold": 10},
    {"Type": "CALCULATED", "HealthThreshold": 0, "ChildHealthChecks": [], "Inverted": False},
    {"Type": "CLOUDWATCH_METRIC", "AlarmIdentifier": {"Region": "us-east-1", "Name": "alarm"},
     "InsufficientDataHealthStatus": "Healthy"},
    {"Type": "RECOVERY_CONTROL",
     "RoutingControlArn": "arn:aws:route53-recovery-control::111122223333:controlpanel/abc/routingcontrol/def"},
)  # fmt: skip
MARKER = Leave("a marker comes from an answer; sequences follow pages")
LINKED = Leave("AWS services alone may say that")
PAGE = Samples("1", "100")

declared = Declared("route53", {
    **{f"{operation}.Id": Ref("zone", "Id") for operation in (
        "GetHostedZone", "DeleteHostedZone", "UpdateHostedZoneComment")},
    "HostedZoneId": Ref("zone", "Id"), "ListHostedZonesByName.HostedZoneId": Leave("is told with its name alone"),
    "ListQueryLoggingConfigs.HostedZoneId": Ref("logging", "HostedZoneId", must=False),
    "ListHostedZonesByName.DNSName": Ref("zone", "Name", must=False),
    "ListHostedZones.DelegationSetId": Ref("set", "Id", must=False),
    "ListHostedZones.HostedZoneType": Samples("PrivateHostedZone"),
    "CreateHostedZone.Name": Unique("zone"), "CreateHostedZone.DelegationSetId": Ref("set", "Id"),
    "CreateHostedZone.VPC": Samples(VPC), "CreateHostedZone.HostedZoneConfig.PrivateZone": Samples(False),
    "CallerReference": Unique("reference"), "MaxItems": PAGE, "MaxResults": PAGE, "Marker": MARKER,
    "NextToken": MARKER, "StartRecordName": Leave("belongs with the type"), "StartRecordType": Leave("needs a name"),
    "StartRecordIdentifier": Leave("needs name and type"), "TrafficPolicyIdMarker": MARKER,
    "TrafficPolicyVersionMarker": MARKER, "HostedZoneIdMarker": MARKER, "TrafficPolicyInstanceNameMarker": MARKER,
    "TrafficPolicyInstanceTypeMarker": MARKER, "StartContinentCode": MARKER, "StartCountryCode": MARKER,
    "StartSubdivisionCode": MARKER,
    "AssociateVPCWithHostedZone.HostedZoneId": Ref("private", "Id"), "AssociateVPCWithHostedZone.VPC": Samples(OTHER),
    "DisassociateVPCFromHostedZone.HostedZoneId": Ref("two", "Id"), "DisassociateVPCFromHostedZone.VPC": Samples(OTHER),
    "CreateVPCAssociationAuthorization.HostedZoneId": Ref("private", "Id"),
    "CreateVPCAssociationAuthorization.VPC": Samples(OTHER),
    "DeleteVPCAssociationAuthorization.HostedZoneId": Ref("authorized", "Id"),
    "DeleteVPCAssociationAuthorization.VPC": Samples(OTHER),
    "ListVPCAssociationAuthorizations.HostedZoneId": Ref("authorized", "Id"),
    "VPCId": Samples(VPC["VPCId"]), "VPCRegion": Samples(VPC["VPCRegion"]),
    "GetHostedZoneLimit.HostedZoneId": Ref("private", "Id"), "GetChange.Id": Ref("change", "Id"),
    "CreateReusableDelegationSet.HostedZoneId": Ref("zone", "Id"),
    "GetReusableDelegationSet.Id": Ref("set", "Id"), "DeleteReusableDelegationSet.Id": Ref("set", "Id"),
    "DelegationSetId": Ref("set", "Id"),
    "CreateHealthCheck.HealthCheckConfig": Samples(*CHECKS), "HealthCheckId": Ref("check", "Id"),
    "UpdateHealthCheck.HealthCheckVersion": Samples(1), "UpdateHealthCheck.IPAddress": Samples("192.0.2.99"),
    "UpdateHealthCheck.SearchString": Leave("belongs to string matching"),
    "UpdateHealthCheck.Regions": Samples(["us-east-1", "us-west-1", "eu-west-1"]),
    "UpdateHealthCheck.ChildHealthChecks": Leave("belongs to calculated checks"),
    "UpdateHealthCheck.HealthThreshold": Leave("belongs to calculated checks"),
    "UpdateHealthCheck.InsufficientDataHealthStatus": Leave("belongs to checks that follow alarms"),
    "UpdateHealthCheck.AlarmIdentifier": Leave("belongs to checks that follow alarms"),
    "UpdateHealthCheck.ResetElements": Samples(["ResourcePath"]), "UpdateHealthCheck.Port": Samples(8080),
    "UpdateHealthCheck.FullyQualifiedDomainName": Samples("www.example.com"),
    "ResourceType": Samples("hostedzone"), "ResourceId": Ref("zone", "Id"),
    "ResourceIds": Samples([Ref("zone", "Id")]), "AddTags": Samples([{"Key": "a", "Value": "1"}]),
    "RemoveTagKeys": Samples(["k"]),
    "GetTrafficPolicy.Id": Ref("policy", "Id"), "DeleteTrafficPolicy.Id": Ref("policy", "Id"),
    "UpdateTrafficPolicyComment.Id": Ref("policy", "Id"), "ListTrafficPolicyVersions.Id": Ref("policy", "Id"),
    "CreateTrafficPolicyVersion.Id": Ref("policy", "Id"), "CreateTrafficPolicy.Name": Unique("policy"),
    "Document": Samples(json.dumps(POLICY), json.dumps(WEIGHTED)), "Version": Samples(1),
    "TrafficPolicyId": Ref("policy", "Id"), "TrafficPolicyVersion": Samples(1),
    "ListTrafficPolicyInstancesByPolicy.TrafficPolicyId": Ref("instance", "TrafficPolicyId"),
    "ListTrafficPolicyInstancesByHostedZone.HostedZoneId": Ref("instance", "HostedZoneId"),
    "CreateTrafficPolicyInstance.Name": Ref("zone", "Name", "instance.{}", must=False),
    "UpdateTrafficPolicyInstance.TrafficPolicyId": Ref("instance", "TrafficPolicyId"),
    **{f"{operation}TrafficPolicyInstance.Id": Ref("instance", "Id") for operation in ("Get", "Update", "Delete")},
    "CreateCidrCollection.Name": Unique("collection"), "ChangeCidrCollection.Id": Ref("collection", "Id"),
    "DeleteCidrCollection.Id": Ref("empty", "Id"), "CollectionId": Ref("collection", "Id"),
    "ChangeCidrCollection.CollectionVersion": Samples(2), "LocationName": Samples("here"),
    "ChangeCidrCollection.Changes": Samples(
        [{"LocationName": "there", "Action": "PUT", "CidrList": ["198.51.100.0/24", "2001:db8::/32"]}],
        [{"LocationName": "here", "Action": "DELETE_IF_EXISTS", "CidrList": ["192.0.2.0/24"]}]),
    "CreateQueryLoggingConfig.CloudWatchLogsLogGroupArn": Ref("group", "Arn", must=False),
    "GetQueryLoggingConfig.Id": Ref("logging", "Id"), "DeleteQueryLoggingConfig.Id": Ref("logging", "Id"),
    "CreateKeySigningKey.KeyManagementServiceArn": Ref("key", "Arn", must=False),
    "CreateKeySigningKey.Name": Samples("entry", "Entry_2"),
    "CreateKeySigningKey.Status": Samples("ACTIVE", "INACTIVE"),
    **{f"{operation}KeySigningKey.HostedZoneId": Ref("entry", "HostedZoneId") for operation in (
        "Activate", "Deactivate", "Delete")},
    **{f"{operation}KeySigningKey.Name": Ref("entry", "Name") for operation in ("Activate", "Deactivate", "Delete")},
    "DeleteKeySigningKey.HostedZoneId": Ref("idle", "HostedZoneId"), "DeleteKeySigningKey.Name": Ref("idle", "Name"),
    "EnableHostedZoneDNSSEC.HostedZoneId": Ref("entry", "HostedZoneId"),
    "DisableHostedZoneDNSSEC.HostedZoneId": Ref("signed", "HostedZoneId"),
    "GetDNSSEC.HostedZoneId": Ref("entry", "HostedZoneId"),
    "RecordName": Ref("record", "Name", must=False), "RecordType": Samples("A"),
    "TestDNSAnswer.HostedZoneId": Ref("record", "HostedZoneId"), "ResolverIP": Samples("192.0.2.53"),
    "EDNS0ClientSubnetIP": Samples("198.51.100.0"), "EDNS0ClientSubnetMask": Leave("needs an address"),
    "ListResourceRecordSets.HostedZoneId": Ref("record", "HostedZoneId"),
    "CreateResourceRecordSetProtections.HostedZoneId": Ref("record", "HostedZoneId"),
    "DeleteResourceRecordSetProtections.HostedZoneId": Ref("protected", "HostedZoneId"),
    "ListResourceRecordSetProtections.HostedZoneId": Ref("protected", "HostedZoneId"),
    "DeleteResourceRecordSetProtections.Protections.RecordName": Ref("protected", "Name", must=False),
    "GetGeoLocation.ContinentCode": Samples("EU"), "GetGeoLocation.CountryCode": Leave("not with a continent"),
    "GetGeoLocation.SubdivisionCode": Leave("needs a country"),
    "ChangeBatch.Changes": Samples(
        [{"Action": "CREATE", "ResourceRecordSet": {
            "Name": Ref("zone", "Name", "www.{}", must=False), "Type": "A", "TTL": 60,
            "ResourceRecords": [{"Value": "192.0.2.1"}, {"Value": "192.0.2.2"}]}}],
        [{"Action": "UPSERT", "ResourceRecordSet": {
            "Name": Ref("zone", "Name", "t.{}", must=False), "Type": "TXT", "TTL": 0,
            "ResourceRecords": [{"Value": '"one" "two"'}]}},
         {"Action": "CREATE", "ResourceRecordSet": {
             "Name": Ref("zone", "Name", "w.{}", must=False), "Type": "AAAA", "SetIdentifier": "one", "Weight": 3,
             "TTL": 1, "ResourceRecords": [{"Value": "2001:db8::1"}]}},
         {"Action": "CREATE", "ResourceRecordSet": {
             "Name": Ref("zone", "Name", "alias.{}", must=False), "Type": "A", "AliasTarget": {
                 "HostedZoneId": "Z2FDTNDATAQYW2", "DNSName": "d111111abcdef8.cloudfront.net.",
                 "EvaluateTargetHealth": False}}}],
        [{"Action": "CREATE", "ResourceRecordSet": {
            "Name": Ref("zone", "Name", "geo.{}", must=False), "Type": "MX", "SetIdentifier": "eu", "TTL": 300,
            "GeoLocation": {"ContinentCode": "EU"}, "ResourceRecords": [{"Value": "10 mail.example.com."}]}},
         {"Action": "CREATE", "ResourceRecordSet": {
             "Name": Ref("zone", "Name", "multi.{}", must=False), "Type": "A", "SetIdentifier": "m", "TTL": 300,
             "MultiValueAnswer": True, "ResourceRecords": [{"Value": "192.0.2.9"}]}}]),
})  # fmt: skip
declared.before.update(
    ListHostedZones=("zone", "private", "set"), ListHostedZonesByVPC=("private",), ListHealthChecks=("check",),
    ListReusableDelegationSets=("set",), ListTrafficPolicies=("policy",), ListTrafficPolicyInstances=("instance",),
    ListCidrCollections=("collection",), ListQueryLoggingConfigs=("logging",), GetHostedZoneCount=("zone",),
    GetHealthCheckCount=("check",), GetTrafficPolicyInstanceCount=("instance",), GetAccountLimit=("zone",),
    ListHostedZonesByName=("zone",),
)
# Ids are told with their path, which the model's length does not count; markers are told where there is a next page.
declared.loose.update({"id"})
declared.silent.update({"Marker", "TrafficPolicyIdMarker", "TrafficPolicyVersionMarker", "DelegationSet"})


@declared.rule("CreateHostedZone")
def one_kind_of_zone(given):
    if "VPC" in given and "DelegationSetId" in given:
        return "a private zone has no delegation set"
    return given


def bare(id):
    return id.rpartition("/")[2]


def named(*operations):
    """As ``declared.check``, for a function that is told the operation first."""

    def keep(function):
        for operation in operations:
            declared.check(operation)(partial(function, operation))
        return function

    return keep


def written(name):
    """A name as it is told again: with the dot of the root."""
    return name if name.endswith(".") else f"{name}."
