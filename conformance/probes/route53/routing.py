"""What TestDNSAnswer tells of routing, wildcards, aliases, health checks and DNSSEC."""

from conformance.probes import probe
from conformance.probes.route53.records import API, GUIDE, Zone


@probe("route53", "TestDNSAnswer", "A wildcard answers for names that nothing stands at",
       GUIDE + "DomainNameFormat.html#domain-name-format-asterisk")
def wildcards_answer(trial):
    zone = Zone(trial)
    zone.change(("CREATE", "*", "A", ["192.0.2.9"]), ("CREATE", "a.b", "A", ["192.0.2.1"]))
    assert zone.ask("other", "A") == ("NOERROR", ["192.0.2.9"]), zone.ask("other", "A")
    assert zone.ask("b", "A") == ("NOERROR", []), zone.ask("b", "A")


@probe("route53", "TestDNSAnswer", "A record with weight zero is answered only when there is no other",
       GUIDE + "routing-policy-weighted.html")
def weight_zero_waits(trial):
    zone = Zone(trial)
    zone.change(("CREATE", "w", "A", ["192.0.2.1"], {"SetIdentifier": "0", "Weight": 0}),
                ("CREATE", "w", "A", ["192.0.2.2"], {"SetIdentifier": "1", "Weight": 10}))
    found = {tuple(zone.ask("w", "A")[1]) for _ in range(8)}
    assert found == {("192.0.2.2",)}, found


@probe("route53", "TestDNSAnswer", "Multivalue routing answers with eight healthy records at most",
       GUIDE + "routing-policy-multivalue.html")
def eight_answers_at_most(trial):
    zone = Zone(trial)
    zone.change(*[("CREATE", "m", "A", [f"192.0.2.{each}"], {"SetIdentifier": str(each), "MultiValueAnswer": True})
                  for each in range(1, 11)])
    values = zone.ask("m", "A")[1]
    assert len(set(values)) == 8, values


@probe("route53", "TestDNSAnswer", "Geolocation without a default record has no answer for other places",
       GUIDE + "routing-policy-geo.html")
def no_default_no_answer(trial):
    zone = Zone(trial)
    zone.change(("CREATE", "g", "A", ["192.0.2.1"], {"SetIdentifier": "aq", "GeoLocation": {"CountryCode": "AQ"}}))
    assert zone.ask("g", "A")[1] == [], zone.ask("g", "A")
    zone.change(("CREATE", "g", "A", ["192.0.2.2"], {"SetIdentifier": "*", "GeoLocation": {"CountryCode": "*"}}))
    assert zone.ask("g", "A")[1] == ["192.0.2.2"], zone.ask("g", "A")


@probe("route53", "TestDNSAnswer", "IP-based routing answers by the resolver's block",
       GUIDE + "routing-policy-ipbased.html")
def blocks_route(trial):
    zone = Zone(trial)
    name = trial.unique("collection")
    id = trial.ask("CreateCidrCollection", Name=name, CallerReference=name)["Collection"]["Id"]
    change = {"LocationName": "here", "CidrList": ["198.51.100.0/24"]}
    trial.ask("ChangeCidrCollection", Id=id, Changes=[{**change, "Action": "PUT"}])
    trial.later(lambda: trial.ask("DeleteCidrCollection", Id=id))
    trial.later(lambda: trial.ask("ChangeCidrCollection", Id=id, Changes=[{**change, "Action": "DELETE_IF_EXISTS"}]))
    for location, value in (("here", "192.0.2.1"), ("*", "192.0.2.2")):
        zone.change(("CREATE", "i", "A", [value], {"SetIdentifier": location, "CidrRoutingConfig": {
            "CollectionId": id, "LocationName": location}}))
    assert zone.ask("i", "A", ResolverIP="198.51.100.9")[1] == ["192.0.2.1"]
    assert zone.ask("i", "A", ResolverIP="203.0.113.9")[1] == ["192.0.2.2"]


@probe("route53", "TestDNSAnswer", "An alias answers with the values of its target, under its own name",
       GUIDE + "resource-record-sets-choosing-alias-non-alias.html")
def aliases_answer(trial):
    zone = Zone(trial)
    zone.change(("CREATE", "target", "A", ["192.0.2.7"]))
    zone.change(("CREATE", "alias", "A", None, {"AliasTarget": {
        "HostedZoneId": zone.id, "DNSName": f"target.{zone.name}", "EvaluateTargetHealth": False}}))
    assert zone.ask("alias", "A") == ("NOERROR", ["192.0.2.7"]), zone.ask("alias", "A")


@probe("route53", "TestDNSAnswer", "A name that nothing stands at or below does not exist",
       API + "API_TestDNSAnswer.html")
def absent_names_do_not_exist(trial):
    assert Zone(trial).ask("none", "A")[0] == "NXDOMAIN"


@probe("route53", "CreateHealthCheck", "A check that is inverted and disabled counts as unhealthy, so the secondary "
                                       "answers",
       API + "API_HealthCheckConfig.html")
def disabled_checks_are_healthy(trial):
    reference = trial.unique("check")
    id = trial.ask("CreateHealthCheck", CallerReference=reference, HealthCheckConfig={
        "IPAddress": "192.0.2.44", "Type": "HTTP", "Disabled": True, "Inverted": True})["HealthCheck"]["Id"]
    trial.later(lambda: trial.ask("DeleteHealthCheck", HealthCheckId=id))
    zone = Zone(trial)
    zone.change(("CREATE", "f", "A", ["192.0.2.1"], {"SetIdentifier": "1", "Failover": "PRIMARY", "HealthCheckId": id}),
                ("CREATE", "f", "A", ["192.0.2.2"], {"SetIdentifier": "2", "Failover": "SECONDARY"}))
    assert zone.ask("f", "A")[1] == ["192.0.2.2"], zone.ask("f", "A")
    trial.ask("UpdateHealthCheck", HealthCheckId=id, Inverted=False)
    assert zone.ask("f", "A")[1] == ["192.0.2.1"], zone.ask("f", "A")


@probe("route53", "CreateHealthCheck", "A caller reference with other settings is refused",
       API + "API_CreateHealthCheck.html")
def references_hold_their_settings(trial):
    given = {"CallerReference": trial.unique("check"), "HealthCheckConfig": {
        "IPAddress": "192.0.2.44", "Type": "HTTP", "Disabled": True}}
    id = trial.ask("CreateHealthCheck", **given)["HealthCheck"]["Id"]
    trial.later(lambda: trial.ask("DeleteHealthCheck", HealthCheckId=id))
    assert trial.ask("CreateHealthCheck", **given)["HealthCheck"]["Id"] == id
    trial.refused("CreateHealthCheck", "HealthCheckAlreadyExists", 409, CallerReference=given["CallerReference"],
                  HealthCheckConfig={**given["HealthCheckConfig"], "IPAddress": "192.0.2.45"})


@probe("route53", "EnableHostedZoneDNSSEC", "A zone signs only with an active key signing key",
       API + "API_EnableHostedZoneDNSSEC.html")
def signing_needs_a_key(trial):
    trial.refused("EnableHostedZoneDNSSEC", "KeySigningKeyWithActiveStatusNotFound", 400, HostedZoneId=Zone(trial).id)


@probe("route53", "DeleteTrafficPolicy", "A traffic policy with instances cannot be deleted",
       API + "API_DeleteTrafficPolicy.html")
def policies_in_use_stay(trial):
    made = trial.fixture("instance")
    trial.refused("DeleteTrafficPolicy", "TrafficPolicyInUse", 400, Id=made["TrafficPolicyId"], Version=1)


@probe("route53", "TestDNSAnswer", "The place of any address of the Internet is known",
       GUIDE + "routing-policy-geo.html",
       cause="maps of the world's addresses are sold under licences; the setting `places` tells what a test needs")
def places_are_known(trial):
    zone = Zone(trial)
    zone.change(("CREATE", "g", "A", ["192.0.2.1"], {"SetIdentifier": "us", "GeoLocation": {"CountryCode": "US"}}),
                ("CREATE", "g", "A", ["192.0.2.2"], {"SetIdentifier": "*", "GeoLocation": {"CountryCode": "*"}}))
    found = zone.ask("g", "A", EDNS0ClientSubnetIP="8.8.8.8")
    assert found == ("NOERROR", ["192.0.2.1"]), found


@probe("route53", "CreateHealthCheck", "A health check follows a routing control",
       GUIDE + "route53-recovery.html",
       cause="routing controls belong to Application Recovery Controller, which is not among the services emulated")
def checks_follow_routing_controls(trial):
    control = trial.ask("CreateCluster", "route53-recovery-control-config", ClusterName=trial.unique("cluster"))
    assert control["Cluster"]["ClusterArn"], control
