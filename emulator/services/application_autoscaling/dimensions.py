"""What can be scaled: for each dimension the form of its resources, the role that does it, and its usual cooldown.

https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html
"""

import re
from typing import NamedTuple

from emulator.services.application_autoscaling.errors import refused
from emulator.services.application_autoscaling.tables import Place


class Dimension(NamedTuple):
    """``resource`` is a pattern; ``role`` the end of the service-linked role's name; ``what`` activities call it."""

    resource: str
    role: str
    what: str
    cooldown: int = 300


_TABLE, _INDEX = r"table/[^/]+", r"table/[^/]+/index/[^/]+"
_KEYSPACE = r"keyspace/[^/]+/table/[^/]+"
_ENDPOINT = r"arn:[^:]+:comprehend:[^:]+:\d{12}:[a-z-]+-endpoint/.+"

DIMENSIONS: dict[str, Dimension] = {
    "ecs:service:DesiredCount": Dimension(r"service/[^/]+/[^/]+", "ECSService", "desired count"),
    "ec2:spot-fleet-request:TargetCapacity": Dimension(
        r"spot-fleet-request/.+", "EC2SpotFleetRequest", "target capacity"),
    "elasticmapreduce:instancegroup:InstanceCount": Dimension(
        r"instancegroup/[^/]+/[^/]+", "EMR", "instance count"),
    "appstream:fleet:DesiredCapacity": Dimension(r"fleet/.+", "AppStreamFleet", "desired capacity"),
    "dynamodb:table:ReadCapacityUnits": Dimension(_TABLE, "DynamoDBTable", "read capacity units", 0),
    "dynamodb:table:WriteCapacityUnits": Dimension(_TABLE, "DynamoDBTable", "write capacity units", 0),
    "dynamodb:index:ReadCapacityUnits": Dimension(_INDEX, "DynamoDBTable", "read capacity units", 0),
    "dynamodb:index:WriteCapacityUnits": Dimension(_INDEX, "DynamoDBTable", "write capacity units", 0),
    "rds:cluster:ReadReplicaCount": Dimension(r"cluster:.+", "RDSCluster", "read replica count"),
    "sagemaker:variant:DesiredInstanceCount": Dimension(
        r"endpoint/[^/]+/variant/[^/]+", "SageMakerEndpoint", "desired instance count"),
    "sagemaker:variant:DesiredProvisionedConcurrency": Dimension(
        r"endpoint/[^/]+/variant/[^/]+", "SageMakerEndpoint", "desired provisioned concurrency"),
    "sagemaker:inference-component:DesiredCopyCount": Dimension(
        r"inference-component/.+", "SageMakerEndpoint", "desired copy count"),
    "custom-resource:ResourceType:Property": Dimension(r"https://.+", "CustomResource", "capacity"),
    "comprehend:document-classifier-endpoint:DesiredInferenceUnits": Dimension(
        _ENDPOINT, "ComprehendEndpoint", "desired inference units"),
    "comprehend:entity-recognizer-endpoint:DesiredInferenceUnits": Dimension(
        _ENDPOINT, "ComprehendEndpoint", "desired inference units"),
    "lambda:function:ProvisionedConcurrency": Dimension(
        r"function:[^:]+:[^:]+", "LambdaConcurrency", "provisioned concurrency", 0),
    "cassandra:table:ReadCapacityUnits": Dimension(_KEYSPACE, "CassandraTable", "read capacity units", 0),
    "cassandra:table:WriteCapacityUnits": Dimension(_KEYSPACE, "CassandraTable", "write capacity units", 0),
    "kafka:broker-storage:VolumeSize": Dimension(
        r"arn:[^:]+:kafka:[^:]+:\d{12}:cluster/.+", "KafkaCluster", "broker volume size"),
    "elasticache:cache-cluster:Nodes": Dimension(r"cache-cluster/.+", "ElastiCacheRG", "nodes"),
    "elasticache:replication-group:NodeGroups": Dimension(r"replication-group/.+", "ElastiCacheRG", "node groups"),
    "elasticache:replication-group:Replicas": Dimension(r"replication-group/.+", "ElastiCacheRG", "replicas"),
    "neptune:cluster:ReadReplicaCount": Dimension(r"cluster:.+", "NeptuneCluster", "read replica count"),
    "workspaces:workspacespool:DesiredUserSessions": Dimension(
        r"workspacespool/.+", "WorkSpacesPool", "desired user sessions"),
}  # fmt: skip


def check(namespace: str, resource: str, dimension: str) -> Place:
    """The place that a request names. Raises ValidationException."""
    known = DIMENSIONS.get(dimension)
    if known is None or dimension.partition(":")[0] != namespace or not re.fullmatch(known.resource, resource):
        raise refused("Unsupported service namespace, resource type or scalable dimension")
    return Place(namespace, resource, dimension)


def linked_role(account: str, place: Place) -> str:
    """The ARN of the service-linked role that scales there."""
    name = f"AWSServiceRoleForApplicationAutoScaling_{DIMENSIONS[place.dimension].role}"
    service = f"{place.namespace}.application-autoscaling.amazonaws.com"
    return f"arn:aws:iam::{account}:role/aws-service-role/{service}/{name}"
