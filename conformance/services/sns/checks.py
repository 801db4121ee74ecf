"""What proves that a call about topics, subscriptions, applications and phones did its work."""

import json

from conformance.services.readback import gone, listed, tagged
from conformance.services.sns.fixtures import APPLICATION, PROTECTION, declared


def attributes(proof, operation, name, arn):
    return proof.read(operation, {name: arn}).get("Attributes", {})


def like_json(text):
    """A policy as a document; any other text as it is."""
    try:
        return json.loads(text)
    except (TypeError, ValueError):
        return text


def hold(proof, wanted, found):
    for name, value in wanted.items():
        proof.equal(f"Attributes.{name}", like_json(value), like_json(found.get(name)))


@declared.check("CreateTopic")
def topic_stands(proof, world, given, answer):
    proof.true("TopicArn", answer["TopicArn"].endswith(f":{world.account}:{given['Name']}"), "names account and topic")
    found = attributes(proof, "GetTopicAttributes", "TopicArn", answer["TopicArn"])
    hold(proof, given.get("Attributes", {}), found)
    proof.equal("Attributes.Owner", world.account, found.get("Owner"))
    tags = proof.read("ListTagsForResource", {"ResourceArn": answer["TopicArn"]}).get("Tags")
    proof.equal("Tags", given.get("Tags", []), tags)
    if "DataProtectionPolicy" in given:
        protected(proof, answer["TopicArn"], given["DataProtectionPolicy"])


declared.undo["CreateTopic"] = lambda world, given, answer: world.ask("DeleteTopic", answer)


def protected(proof, arn, policy):
    found = proof.read("GetDataProtectionPolicy", {"ResourceArn": arn})
    proof.equal("DataProtectionPolicy", json.loads(policy), like_json(found.get("DataProtectionPolicy")))


@declared.check("PutDataProtectionPolicy")
def protection_put(proof, world, given, answer):
    protected(proof, given["ResourceArn"], given["DataProtectionPolicy"])


@declared.check("GetDataProtectionPolicy")
def protection_told(proof, world, given, answer):
    proof.equal("DataProtectionPolicy", json.loads(PROTECTION), like_json(answer.get("DataProtectionPolicy")))


@declared.check("GetTopicAttributes")
def topic_told(proof, world, given, answer):
    wanted = {"TopicArn": given["TopicArn"], "Owner": world.account, "SubscriptionsConfirmed": "0",
              "SubscriptionsPending": "0", "SubscriptionsDeleted": "0", "DisplayName": ""}
    hold(proof, wanted, answer["Attributes"])
    policy = like_json(answer["Attributes"].get("Policy"))
    proof.equal("Policy.Resource", given["TopicArn"], policy["Statement"][0]["Resource"])
    delivery = like_json(answer["Attributes"].get("EffectiveDeliveryPolicy"))
    proof.equal("EffectiveDeliveryPolicy", 3, delivery["http"]["defaultHealthyRetryPolicy"]["numRetries"])


@declared.check("SetTopicAttributes")
def attribute_set(proof, world, given, answer):
    found = attributes(proof, "GetTopicAttributes", "TopicArn", given["TopicArn"])
    proof.equal(given["AttributeName"], given["AttributeValue"], found.get(given["AttributeName"]))


@declared.check("AddPermission", "RemovePermission")
def permission_stands(proof, world, given, answer):
    found = attributes(proof, "GetTopicAttributes", "TopicArn", given["TopicArn"])
    statements = {each.get("Sid"): each for each in json.loads(found["Policy"])["Statement"]}
    proof.equal("Policy.Statement", "ActionName" in given, given["Label"] in statements)
    if "ActionName" in given:
        statement = statements[given["Label"]]
        actions, principals = statement["Action"], statement["Principal"]["AWS"]
        proof.equal("Action", sorted(f"SNS:{each}" for each in given["ActionName"]),
                    sorted([actions] if isinstance(actions, str) else actions))
        proof.equal("Principal", sorted(f"arn:aws:iam::{each}:root" for each in given["AWSAccountId"]),
                    sorted([principals] if isinstance(principals, str) else principals))


def subscription_attributes(proof, arn):
    return attributes(proof, "GetSubscriptionAttributes", "SubscriptionArn", arn)


@declared.check("Subscribe")
def subscribed(proof, world, given, answer):
    found = subscription_attributes(proof, answer["SubscriptionArn"])
    wanted = {"TopicArn": given["TopicArn"], "Protocol": given["Protocol"], "Endpoint": given["Endpoint"],
              "Owner": world.account, "PendingConfirmation": "false", "SubscriptionArn": answer["SubscriptionArn"]}
    hold(proof, wanted | given.get("Attributes", {}), found)


@declared.check("GetSubscriptionAttributes")
def subscription_told(proof, world, given, answer):
    made = world.fixture("subscription")
    hold(proof, {"TopicArn": made["TopicArn"], "Protocol": "sqs", "Endpoint": made["Endpoint"], "Owner": world.account,
                 "RawMessageDelivery": "false", "PendingConfirmation": "false", "ConfirmationWasAuthenticated": "true",
                 "SubscriptionArn": made["SubscriptionArn"]}, answer["Attributes"])


@declared.check("SetSubscriptionAttributes")
def subscription_set(proof, world, given, answer):
    found = subscription_attributes(proof, given["SubscriptionArn"])
    proof.equal(given["AttributeName"], given["AttributeValue"], found.get(given["AttributeName"]))


@declared.check("ConfirmSubscription")
def subscription_confirmed(proof, world, given, answer):
    found = subscription_attributes(proof, answer["SubscriptionArn"])
    guarded = given.get("AuthenticateOnUnsubscribe", "false")
    hold(proof, {"PendingConfirmation": "false", "Endpoint": world.fixture("pending")["Endpoint"],
                 "ConfirmationWasAuthenticated": guarded}, found)


@declared.check("ListSubscriptions", "ListSubscriptionsByTopic")
def subscriptions_listed(proof, world, given, answer):
    made = world.fixture("subscription")
    proof.equal("Subscriptions", [{"SubscriptionArn": made["SubscriptionArn"], "Owner": world.account,
                                   "Protocol": "sqs", "Endpoint": made["Endpoint"], "TopicArn": made["TopicArn"]}],
                answer["Subscriptions"])


gone(declared, "Unsubscribe", read="GetSubscriptionAttributes", by=("SubscriptionArn",), code="NotFound")
gone(declared, "DeleteTopic", read="GetTopicAttributes", by=("TopicArn",), code="NotFound")
gone(declared, "DeletePlatformApplication", read="GetPlatformApplicationAttributes", by=("PlatformApplicationArn",),
     code="NotFound")
gone(declared, "DeleteEndpoint", read="GetEndpointAttributes", by=("EndpointArn",), code="NotFound")
listed(declared, "ListTopics", "Topics", "topic", "TopicArn", "TopicArn")
listed(declared, "ListPlatformApplications", "PlatformApplications", "application", "PlatformApplicationArn",
       "PlatformApplicationArn")
listed(declared, "ListEndpointsByPlatformApplication", "Endpoints", "endpoint", "EndpointArn", "EndpointArn")
tagged(declared, "TagResource", "UntagResource", "ListTagsForResource", ("ResourceArn",), "topic")


@declared.check("CreatePlatformApplication")
def application_stands(proof, world, given, answer):
    arn = answer["PlatformApplicationArn"]
    proof.true("PlatformApplicationArn", arn.endswith(f":app/{given['Platform']}/{given['Name']}"), "names both", arn)
    found = attributes(proof, "GetPlatformApplicationAttributes", "PlatformApplicationArn", arn)
    proof.equal("Attributes.Enabled", "true", found.get("Enabled"))
    proof.true("Attributes", not set(APPLICATION) & set(found), "no secrets", sorted(found))


declared.undo["CreatePlatformApplication"] = lambda world, given, answer: world.ask("DeletePlatformApplication", answer)


@declared.check("GetPlatformApplicationAttributes")
def application_told(proof, world, given, answer):
    proof.equal("Attributes.Enabled", "true", answer["Attributes"].get("Enabled"))
    listed_too = proof.read("ListPlatformApplications", {})["PlatformApplications"]
    proof.equal("PlatformApplications", [{"PlatformApplicationArn": given["PlatformApplicationArn"],
                                          "Attributes": answer["Attributes"]}], listed_too)


@declared.check("SetPlatformApplicationAttributes")
def application_set(proof, world, given, answer):
    hold(proof, given["Attributes"], attributes(proof, "GetPlatformApplicationAttributes", "PlatformApplicationArn",
                                                given["PlatformApplicationArn"]))


@declared.check("CreatePlatformEndpoint")
def endpoint_stands(proof, world, given, answer):
    found = attributes(proof, "GetEndpointAttributes", "EndpointArn", answer["EndpointArn"])
    wanted = {"Token": given["Token"], "Enabled": "true"} | given.get("Attributes", {})
    if "CustomUserData" in given:
        wanted["CustomUserData"] = given["CustomUserData"]
    hold(proof, wanted, found)


@declared.check("GetEndpointAttributes")
def endpoint_told(proof, world, given, answer):
    hold(proof, {"Token": world.tag, "Enabled": "true", "CustomUserData": "mine"}, answer["Attributes"])


@declared.check("SetEndpointAttributes")
def endpoint_set(proof, world, given, answer):
    hold(proof, given["Attributes"], attributes(proof, "GetEndpointAttributes", "EndpointArn", given["EndpointArn"]))


@declared.check("SetSMSAttributes")
def settings_stand(proof, world, given, answer):
    found = proof.read("GetSMSAttributes", {"attributes": list(given["attributes"])})
    proof.equal("attributes", given["attributes"], found.get("attributes"))


@declared.check("GetSMSAttributes")
def settings_told(proof, world, given, answer):
    wanted = {"DefaultSMSType": "Promotional", "MonthlySpendLimit": "1"}
    names = given.get("attributes") or list(wanted)
    proof.holds("attributes", {name: wanted[name] for name in names}, answer["attributes"])
    if given.get("attributes"):
        proof.equal("attributes", sorted(names), sorted(answer["attributes"]))


@declared.check("CreateSMSSandboxPhoneNumber")
def phone_added(proof, world, given, answer):
    found = proof.read("ListSMSSandboxPhoneNumbers", {})["PhoneNumbers"]
    proof.equal("PhoneNumbers", [{"PhoneNumber": given["PhoneNumber"], "Status": "Pending"}], found)
    world.later(lambda: world.ask("DeleteSMSSandboxPhoneNumber", {"PhoneNumber": given["PhoneNumber"]}))


@declared.check("DeleteSMSSandboxPhoneNumber")
def phone_gone(proof, world, given, answer):
    proof.equal("PhoneNumbers", [], proof.read("ListSMSSandboxPhoneNumbers", {}).get("PhoneNumbers"))


@declared.check("ListSMSSandboxPhoneNumbers")
def phones_listed(proof, world, given, answer):
    proof.equal("PhoneNumbers", [{"PhoneNumber": "+12065550111", "Status": "Pending"}], answer["PhoneNumbers"])


@declared.check("GetSMSSandboxAccountStatus")
def sandbox_told(proof, world, given, answer):
    """A new account is in the sandbox: it may add destinations."""
    proof.equal("IsInSandbox", True, answer["IsInSandbox"])
    world.ask("CreateSMSSandboxPhoneNumber", {"PhoneNumber": "+12065550122"})
    proof.equal("destinations", 1, len(proof.read("ListSMSSandboxPhoneNumbers", {})["PhoneNumbers"]))


declared.looking.update({"CheckIfPhoneNumberIsOptedOut", "OptInPhoneNumber"})
declared.present["CheckIfPhoneNumberIsOptedOut"] = ("isOptedOut",)


@declared.check("CheckIfPhoneNumberIsOptedOut", "OptInPhoneNumber", "ListPhoneNumbersOptedOut")
def nobody_opted_out(proof, world, given, answer):
    if "isOptedOut" in answer:
        proof.equal("isOptedOut", False, answer["isOptedOut"])
    proof.equal("phoneNumbers", [], proof.read("ListPhoneNumbersOptedOut", {}).get("phoneNumbers"))
    proof.refused("CheckIfPhoneNumberIsOptedOut", {"phoneNumber": "no number"}, "InvalidParameter")
