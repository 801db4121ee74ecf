"""Topics and their attributes: names, tags, limits, refusals."""

import json

from conformance.probes import probe

GUIDE = "https://docs.aws.amazon.com/sns/latest/dg/"
API = "https://docs.aws.amazon.com/sns/latest/api/"


def topic(trial, **more):
    made = trial.ask("CreateTopic", Name=trial.unique("topic"), **more)["TopicArn"]
    trial.later(lambda: trial.ask("DeleteTopic", TopicArn=made))
    return made


@probe("sns", "CreateTopic", "A FIFO topic's name ends in .fifo", API + "API_CreateTopic.html")
def fifo_names_have_an_end(trial):
    trial.refused("CreateTopic", "InvalidParameter", 400, Name=trial.unique("topic"), Attributes={"FifoTopic": "true"})


@probe("sns", "DeleteTopic", "Deleting a topic that is gone is no error", API + "API_DeleteTopic.html")
def deleting_is_idempotent(trial):
    made = trial.ask("CreateTopic", Name=trial.unique("topic"))["TopicArn"]
    for _ in range(2):
        trial.ask("DeleteTopic", TopicArn=made)


@probe("sns", "Publish", "A topic that is not there is NotFound with status 404", API + "API_Publish.html")
def topics_exist(trial):
    gone = topic(trial) + "x"
    trial.refused("Publish", "NotFound", 404, TopicArn=gone, Message="m")


@probe("sns", "Publish", "An empty message is refused", API + "API_Publish.html")
def messages_say_something(trial):
    trial.refused("Publish", "InvalidParameter", 400, TopicArn=topic(trial), Message="")


@probe("sns", "PublishBatch", "A batch has ten entries at most", API + "API_PublishBatch.html")
def batches_are_limited(trial):
    entries = [{"Id": str(number), "Message": "m"} for number in range(11)]
    trial.refused("PublishBatch", "TooManyEntriesInBatchRequest", 400, TopicArn=topic(trial),
                  PublishBatchRequestEntries=entries)


@probe("sns", "Subscribe", "An endpoint by e-mail has to confirm first", GUIDE + "SendMessageToHttp.confirm.html")
def mail_is_confirmed_first(trial):
    made = trial.ask("Subscribe", TopicArn=topic(trial), Protocol="email", Endpoint="somebody@example.com")
    assert made["SubscriptionArn"] == "pending confirmation", made


@probe("sns", "PutDataProtectionPolicy", "A managed data identifier may want a keyword near the value",
       "https://docs.aws.amazon.com/sns/latest/dg/sns-message-data-protection-sensitive-data-types-pii.html")
def identifiers_want_keywords(trial):
    topic = trial.ask("CreateTopic", Name=trial.unique("probe"))["TopicArn"]
    trial.later(lambda: trial.call("DeleteTopic", TopicArn=topic))
    trial.ask("PutDataProtectionPolicy", ResourceArn=topic, DataProtectionPolicy=json.dumps({
        "Name": "p", "Version": "2021-06-01", "Statement": [{
            "Sid": "s", "DataDirection": "Inbound", "Principal": ["*"], "Operation": {"Deny": {}},
            "DataIdentifier": ["arn:aws:dataprotection::aws:data-identifier/NhsNumber-GB"]}]}))
    trial.ask("Publish", TopicArn=topic, Message="call 943 476 5919")
    trial.refused("Publish", "AuthorizationError", 403, TopicArn=topic, Message="NHS 943 476 5919")
