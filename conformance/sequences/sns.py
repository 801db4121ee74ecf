"""SNS's topics."""

from conformance.sequences.kind import Kind, follow

VALUES = ({"DisplayName": "one", "SignatureVersion": "1"}, {"DisplayName": "ü", "SignatureVersion": "2"})


def arn(trial, name):
    return f"arn:aws:sns:{trial.world.region}:{trial.world.account}:{name}"


def read(trial, name):
    found = trial.ask("GetTopicAttributes", TopicArn=arn(trial, name))["Attributes"]
    return {key: found.get(key) for key in VALUES[0]}


def update(trial, name, value):
    for key, each in value.items():
        trial.ask("SetTopicAttributes", TopicArn=arn(trial, name), AttributeName=key, AttributeValue=each)


def listed(trial, prefix):
    found = follow(trial, "ListTopics", {}, "Topics", ("NextToken", "NextToken"), "TopicArn")
    return [each.rpartition(":")[2] for each in found if f":{prefix}" in each]


def tags(trial, name):
    found = trial.ask("ListTagsForResource", ResourceArn=arn(trial, name))["Tags"]
    return {each["Key"]: each["Value"] for each in found}


KINDS = [Kind(
    "sns", "topic", VALUES,
    create=lambda trial, name, value: trial.ask("CreateTopic", Name=name, Attributes=value),
    read=read, update=update,
    delete=lambda trial, name: trial.ask("DeleteTopic", TopicArn=arn(trial, name)),
    missing="NotFound", listed=listed, winners=2,  # writers with equal attributes are all accepted
    tag=lambda trial, name, given: trial.ask("TagResource", ResourceArn=arn(trial, name), Tags=[
        {"Key": key, "Value": value} for key, value in given.items()]),
    untag=lambda trial, name, keys: trial.ask("UntagResource", ResourceArn=arn(trial, name), TagKeys=keys),
    tags=tags,
)]  # fmt: skip
