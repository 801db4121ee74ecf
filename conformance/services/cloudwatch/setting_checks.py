"""What proves that calls about streams, saved queries and settings did their work."""

from conformance.services.cloudwatch.fixtures import HERE, ROLE, declared
from conformance.services.readback import gone, listed, told, written

written(declared, "PutMetricStream", read="GetMetricStream", by=("Name",))
gone(declared, "DeleteMetricStream", read="GetMetricStream", by=("Name",), code="ResourceNotFoundException")
declared.undo["PutMetricStream"] = lambda world, given, answer: world.ask("DeleteMetricStream", {"Name": given["Name"]})
STREAM = {"FirehoseArn": HERE.format("firehose", "deliverystream/g"), "OutputFormat": "json", "State": "running"}


@declared.check("PutMetricStream")
def stream_tagged(proof, world, given, answer):
    found = proof.read("GetMetricStream", {"Name": given["Name"]})
    proof.holds("GetMetricStream", {"Arn": answer["Arn"], "State": "running"}, found)
    tags = proof.read("ListTagsForResource", {"ResourceARN": answer["Arn"]}).get("Tags")
    proof.equal("Tags", given.get("Tags", []), tags)


@declared.check("GetMetricStream")
def stream_told(proof, world, given, answer):
    made = world.fixture("stream")
    proof.holds("answer", {**STREAM, "Name": made["Name"], "Arn": made["Arn"], "RoleArn": ROLE,
                           "ExcludeFilters": [{"Namespace": "AWS/SQS"}]}, answer)
    proof.present("CreationDate", "LastUpdateDate")


@declared.check("ListMetricStreams")
def streams_listed(proof, world, given, answer):
    made = world.fixture("stream")
    rows = {each["Name"]: each for each in answer["Entries"]}
    proof.holds("Entries", {**STREAM, "Arn": made["Arn"]}, rows.get(made["Name"]))
    proof.present("Entries.CreationDate", "Entries.LastUpdateDate")


def streams_are(operation, wanted):
    @declared.check(operation)
    def check(proof, world, given, answer):
        proof.equal("State", wanted, proof.read("GetMetricStream", {"Name": given["Names"][0]}).get("State"))


streams_are("StartMetricStreams", "running")
streams_are("StopMetricStreams", "stopped")


written(declared, "PutMetricDataQueryDefinition", read="GetMetricDataQueryDefinition", by={"Id": "answer.Id"})
gone(declared, "DeleteMetricDataQueryDefinition", read="GetMetricDataQueryDefinition", by=("Id",),
     code="ResourceNotFoundException")
told(declared, "GetMetricDataQueryDefinition", fixture="query", names=("Id", "Path"))
listed(declared, "ListMetricDataQueryDefinitions", at="Items", fixture="query", name="Id", element="Id",
       token=("NextToken", "NextToken"))
declared.undo["PutMetricDataQueryDefinition"] = lambda world, given, answer: world.ask(
    "DeleteMetricDataQueryDefinition", {"Id": answer["Id"]})


@declared.check("GetMetricDataQueryDefinition", "PutMetricDataQueryDefinition")
def query_told(proof, world, given, answer):
    proof.true("Arn", answer["Arn"].endswith(f":metric-query-definition/{answer['Id']}"), "names it", answer["Arn"])
    wanted = {"Expression": "m1 + 1", "Type": "METRIC_MATH"} | {
        name: given[name] for name in ("Path", "Expression", "Type") if name in given}
    proof.holds("answer", wanted, answer)
    proof.present("CreatedAt", "UpdatedAt")


@declared.check("ListMetricDataQueryDefinitions")
def queries_listed(proof, world, given, answer):
    made = world.fixture("query")
    whole = proof.read("ListMetricDataQueryDefinitions", {}).get("Items", [])
    proof.true("all of Items", made["Id"] in [each["Id"] for each in whole], made["Id"], whole)
    for each in answer["Items"]:
        proof.holds("Items", {"Path": made["Path"], "Type": "METRIC_MATH", "Id": made["Id"]}, each)
    proof.present("Items.UpdatedAt")


@declared.check("GetDataset", "AssociateDatasetKmsKey", "DisassociateDatasetKmsKey")
def dataset_told(proof, world, given, answer):
    found = proof.read("GetDataset", {"DatasetIdentifier": "default"})
    if "DatasetId" in answer:
        proof.equal("answer", found, {name: each for name, each in answer.items() if name != "ResponseMetadata"})
    proof.holds("GetDataset", {"DatasetId": "default",
                               "Arn": f"arn:aws:cloudwatch:{world.region}:{world.account}:dataset/default"}, found)
    proof.equal("KmsKeyArn", given.get("KmsKeyArn"), found.get("KmsKeyArn"))


FILTERS = ("IncludeFilters", "ExcludeFilters")


@declared.check("StartOTelEnrichment", "UpdateOTelEnrichment")
def enrichment_runs(proof, world, given, answer):
    found = proof.read("GetOTelEnrichment", {})
    proof.equal("Status", "Running", found.get("Status"))
    wanted = {name: given.get(name) for name in FILTERS}
    for each in (found, answer):
        proof.equal("filters", wanted, {name: each.get(name) for name in FILTERS})
    proof.present("CreatedAt", "UpdatedAt")


declared.undo["StartOTelEnrichment"] = lambda world, given, answer: world.ask("StopOTelEnrichment", {})


@declared.check("GetOTelEnrichment")
def enrichment_told(proof, world, given, answer):
    proof.holds("answer", {"Status": "Running", "IncludeFilters": [{"Namespace": "AWS/Lambda"}]}, answer)
    proof.present("CreatedAt", "UpdatedAt")


@declared.check("StopOTelEnrichment")
def enrichment_stopped(proof, world, given, answer):
    proof.equal("GetOTelEnrichment", {"Status": "Stopped"}, {
        name: value for name, value in proof.read("GetOTelEnrichment", {}).items() if name != "ResponseMetadata"})


def detail_is(*operations, kept=None):
    @declared.check(*operations)
    def check(proof, world, given, answer):
        detail_told(proof, given, answer, given.get("MetricSelections") if kept is None else kept)


def detail_told(proof, given, answer, kept):
    found = proof.read("GetResourceMetricsConfiguration", {"ResourceArn": given["ResourceArn"]})
    for each in (answer, found):
        each = each.get("ResourceMetricsConfiguration", {})
        proof.equal("ResourceMetricsConfiguration", [given["ResourceArn"], kept],
                    [each.get("ResourceArn"), each.get("MetricSelections")])
    proof.present("ResourceMetricsConfiguration.CreatedAt", "ResourceMetricsConfiguration.UpdatedAt")


detail_is("CreateResourceMetricsConfiguration", "UpdateResourceMetricsConfiguration")
detail_is("GetResourceMetricsConfiguration", kept=[{"IncludeMetrics": ["NetworkIn"]}])
declared.undo["CreateResourceMetricsConfiguration"] = lambda world, given, answer: world.ask(
    "DeleteResourceMetricsConfiguration", {"ResourceArn": given["ResourceArn"]})
gone(declared, "DeleteResourceMetricsConfiguration", read="GetResourceMetricsConfiguration", by=("ResourceArn",),
     code="ResourceNotFoundException")
