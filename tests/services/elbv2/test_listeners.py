"""Listeners and rules: actions in full, certificates, priorities, conditions told both ways."""


def forward(*groups):
    return [{"Type": "forward", "ForwardConfig": {"TargetGroups": [{"TargetGroupArn": each} for each in groups]}}]


def path(pattern):
    return [{"Field": "path-pattern", "Values": [pattern]}]


def test_a_listener_fills_in_its_actions(elb, balancer, group):
    to, lb = group(), balancer()
    made = elb.create_listener(LoadBalancerArn=lb, Protocol="HTTP", Port=80, DefaultActions=[
        {"Type": "forward", "TargetGroupArn": to}])["Listeners"][0]
    assert made["ListenerArn"].startswith(lb.replace(":loadbalancer/", ":listener/") + "/")
    assert made["DefaultActions"] == [{
        "Type": "forward", "TargetGroupArn": to, "ForwardConfig": {
            "TargetGroups": [{"TargetGroupArn": to, "Weight": 1}], "TargetGroupStickinessConfig": {"Enabled": False}}}]
    assert elb.describe_listeners(LoadBalancerArn=lb)["Listeners"] == [made]
    assert elb.describe_target_groups(TargetGroupArns=[to])["TargetGroups"][0]["LoadBalancerArns"] == [lb]
    assert elb.describe_target_groups(LoadBalancerArn=lb)["TargetGroups"][0]["TargetGroupArn"] == to
    changed = elb.modify_listener(ListenerArn=made["ListenerArn"], Port=81, DefaultActions=[
        {"Type": "redirect", "RedirectConfig": {"Protocol": "HTTPS", "StatusCode": "HTTP_301"}}])["Listeners"][0]
    assert changed["Port"] == 81
    assert changed["DefaultActions"][0]["RedirectConfig"] == {
        "Protocol": "HTTPS", "Port": "#{port}", "Host": "#{host}", "Path": "/#{path}", "Query": "#{query}",
        "StatusCode": "HTTP_301"}
    elb.delete_listener(ListenerArn=made["ListenerArn"])
    assert elb.describe_listeners(LoadBalancerArn=lb)["Listeners"] == []


def test_what_a_listener_cannot_be(elb, balancer, group, listener, refused, ok):
    lb, network = balancer(), balancer(Type="network")
    listener(ok, LoadBalancerArn=lb)
    assert refused(listener, ok, LoadBalancerArn=lb)[1:] == (
        "DuplicateListener", f"A listener already exists on this port for this load balancer '{lb}'")
    assert refused(listener, ok, LoadBalancerArn=lb, Port=81, Protocol="TCP")[1] == "ValidationError"
    assert refused(listener, ok, LoadBalancerArn=network, Protocol="TCP")[1] == "InvalidLoadBalancerAction"
    assert refused(listener, forward(group()), LoadBalancerArn=network, Protocol="TCP")[1] == "IncompatibleProtocols"
    secure = refused(listener, ok, LoadBalancerArn=lb, Port=443, Protocol="HTTPS")
    assert secure == (400, "ValidationError", "A certificate must be specified for HTTPS listeners")
    absent = forward("arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/none/0123456789abcdef")
    assert refused(listener, absent, LoadBalancerArn=lb, Port=82) == (
        400, "TargetGroupNotFound", "One or more target groups not found")
    loop = [{"Type": "redirect", "RedirectConfig": {"StatusCode": "HTTP_301"}}]
    assert refused(listener, loop, LoadBalancerArn=lb, Port=83) == (
        400, "InvalidLoadBalancerAction", "The redirect configuration is not valid because it creates a loop.")
    assert refused(elb.describe_listeners) == (
        400, "ValidationError", "You must specify either listener ARNs or a load balancer ARN")


def test_certificates_of_a_listener(elb, balancer, server_certificate, refused, ok):
    first, second = server_certificate("a.example.com"), server_certificate("b.example.com")
    made = elb.create_listener(LoadBalancerArn=balancer(), Protocol="HTTPS", Port=443, DefaultActions=ok,
                               Certificates=[{"CertificateArn": first}])["Listeners"][0]
    arn = made["ListenerArn"]
    assert (made["SslPolicy"], made["Certificates"]) == ("ELBSecurityPolicy-2016-08", [{"CertificateArn": first}])
    assert made["MutualAuthentication"] == {"Mode": "off"}
    elb.add_listener_certificates(ListenerArn=arn, Certificates=[{"CertificateArn": second}])
    assert elb.describe_listener_certificates(ListenerArn=arn)["Certificates"] == [
        {"CertificateArn": first, "IsDefault": True}, {"CertificateArn": second, "IsDefault": False}]
    assert refused(elb.remove_listener_certificates, ListenerArn=arn, Certificates=[{"CertificateArn": first}]) == (
        400, "OperationNotPermitted", "Default certificate cannot be removed")
    elb.remove_listener_certificates(ListenerArn=arn, Certificates=[{"CertificateArn": second}])
    assert len(elb.describe_listener_certificates(ListenerArn=arn)["Certificates"]) == 1
    none = "arn:aws:iam::000000000000:server-certificate/none"
    assert refused(elb.add_listener_certificates, ListenerArn=arn, Certificates=[{"CertificateArn": none}]) == (
        400, "CertificateNotFound", f"Certificate '{none}' not found")


def test_client_secrets_are_never_told(elb, balancer, server_certificate, ok):
    oidc = {"Issuer": "https://id.example.com", "AuthorizationEndpoint": "https://id.example.com/a",
            "TokenEndpoint": "https://id.example.com/t", "UserInfoEndpoint": "https://id.example.com/u",
            "ClientId": "c", "ClientSecret": "hidden"}
    made = elb.create_listener(
        LoadBalancerArn=balancer(), Protocol="HTTPS", Port=443,
        Certificates=[{"CertificateArn": server_certificate("a.example.com")}], DefaultActions=[
            {"Type": "authenticate-oidc", "Order": 1, "AuthenticateOidcConfig": oidc}, {**ok[0], "Order": 2}])
    config = made["Listeners"][0]["DefaultActions"][0]["AuthenticateOidcConfig"]
    assert "ClientSecret" not in config
    assert (config["Scope"], config["SessionTimeout"]) == ("openid", 604800)


def test_rules_stand_in_the_order_of_their_priorities(elb, listener, refused, ok):
    arn = listener(ok)
    made = {priority: elb.create_rule(ListenerArn=arn, Priority=priority, Conditions=path(f"/{priority}"), Actions=ok)
            ["Rules"][0] for priority in (30, 4, 100)}
    assert made[4]["Conditions"] == [
        {"Field": "path-pattern", "Values": ["/4"], "PathPatternConfig": {"Values": ["/4"]}}]
    found = elb.describe_rules(ListenerArn=arn)["Rules"]
    assert [each["Priority"] for each in found] == ["4", "30", "100", "default"]
    assert found[-1]["IsDefault"] and found[-1]["Actions"] == ok and found[0] == made[4]
    assert refused(elb.create_rule, ListenerArn=arn, Priority=4, Conditions=path("/x"), Actions=ok) == (
        400, "PriorityInUse", "Priority '4' is currently in use")
    swapped = [{"RuleArn": made[4]["RuleArn"], "Priority": 30}, {"RuleArn": made[30]["RuleArn"], "Priority": 4}]
    elb.set_rule_priorities(RulePriorities=swapped)
    assert elb.describe_rules(RuleArns=[made[30]["RuleArn"]])["Rules"][0]["Priority"] == "4"
    assert refused(elb.delete_rule, RuleArn=found[-1]["RuleArn"])[1] == "OperationNotPermitted"
    elb.delete_rule(RuleArn=made[4]["RuleArn"])
    assert refused(elb.describe_rules, RuleArns=[made[4]["RuleArn"]]) == (
        400, "RuleNotFound", "One or more rules not found")
    elb.delete_listener(ListenerArn=arn)
    assert refused(elb.describe_rules, RuleArns=[made[30]["RuleArn"]])[1] == "RuleNotFound"


def test_a_rule_changes(elb, listener, ok, refused):
    arn = listener(ok)
    rule = elb.create_rule(ListenerArn=arn, Priority=1, Conditions=path("/a"), Actions=ok)["Rules"][0]["RuleArn"]
    header = {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "X-A", "Values": ["1*"]}}
    changed = elb.modify_rule(RuleArn=rule, Conditions=[header])["Rules"][0]
    assert changed["Conditions"] == [header] and changed["Actions"] == ok
    assert elb.describe_rules(RuleArns=[rule])["Rules"][0] == changed
    for bad in ({"Field": "none", "Values": ["x"]}, {"Field": "source-ip", "SourceIpConfig": {"Values": ["1.2.3.4"]}},
                {"Field": "path-pattern", "Values": ["/ä"]}):
        assert refused(elb.modify_rule, RuleArn=rule, Conditions=[bad])[1] == "ValidationError"


def test_listener_attributes(elb, listener, ok, refused):
    arn = listener(ok)
    key = "routing.http.response.server.enabled"
    changed = elb.modify_listener_attributes(ListenerArn=arn, Attributes=[{"Key": key, "Value": "false"}])
    assert {"Key": key, "Value": "false"} in changed["Attributes"]
    assert elb.describe_listener_attributes(ListenerArn=arn)["Attributes"] == changed["Attributes"]
    tcp = [{"Key": "tcp.idle_timeout.seconds", "Value": "100"}]
    assert refused(elb.modify_listener_attributes, ListenerArn=arn, Attributes=tcp)[2] == (
        "Listener attribute key 'tcp.idle_timeout.seconds' is not recognized")


def test_acm_tells_who_uses_its_certificates(elb, client, balancer, authority, ok):
    acm = client("acm")
    body, key = authority.issue("a.example.com")
    arn = acm.import_certificate(Certificate=body, PrivateKey=key)["CertificateArn"]
    lb = balancer()
    made = elb.create_listener(LoadBalancerArn=lb, Protocol="HTTPS", Port=443, DefaultActions=ok,
                               Certificates=[{"CertificateArn": arn}])["Listeners"][0]["ListenerArn"]
    assert acm.describe_certificate(CertificateArn=arn)["Certificate"]["InUseBy"] == [lb]
    elb.delete_listener(ListenerArn=made)
    assert acm.describe_certificate(CertificateArn=arn)["Certificate"]["InUseBy"] == []
