"""Annotations, metadata tables, SQL over objects, and what only other kinds of buckets serve."""

from botocore.eventstream import EventStreamBuffer

from conformance.generator.hints import Leave, Ref, Samples
from conformance.services.declared import Error
from conformance.services.s3.fixtures import NO_BUCKET, absent, declared
from conformance.services.s3.objects import place

KEY = Ref("kms key", "Arn")
TABLES = {"JournalTableConfiguration": {"RecordExpiration": {"Expiration": "ENABLED", "Days": 7}}}
CSV = b"id,name\n1,one\n2,two\n3,three\n"
NO_ANNOTATION = Error("NoSuchAnnotation", 404)
ANNOTATED = ("GetObjectAnnotation", "DeleteObjectAnnotation", "ListObjectAnnotations")
UPDATES = {"AnnotationTableConfiguration": ({"ConfigurationState": "DISABLED"},),
           "InventoryTableConfiguration": ({"ConfigurationState": "ENABLED"}, {"ConfigurationState": "DISABLED"}),
           "JournalTableConfiguration": ({"RecordExpiration": {"Expiration": "DISABLED"}},
                                         {"RecordExpiration": {"Expiration": "ENABLED", "Days": 365}})}

declared.left_out.update({
    "CreateSession": "is for directory buckets alone", "RenameObject": "is for directory buckets alone",
    "GetObjectTorrent": "is answered by buckets of old regions alone",
    "WriteGetObjectResponse": "needs a request token, which Object Lambda hands to a function",
})  # fmt: skip
declared.hints.table.update({
    "PutObjectAnnotation.AnnotationName": Samples("note", "n" * 128),
    "ObjectIfMatch": Ref("object", "ETag", must=False),
    "PutObjectAnnotation.AnnotationPayload": Samples(b'{"a": 1}', "ü日本".encode(), b"x" * 1000),
    **{f"{operation}.AnnotationName": Ref("annotation", "AnnotationName", must=operation.startswith("Get"))
       for operation in ANNOTATED[:2]},
    "AnnotationPrefix": Samples("no", "zz"), "MaxAnnotationResults": Samples(1000, 1),
    "CreateBucketMetadataConfiguration.MetadataConfiguration": Samples(
        TABLES, TABLES | {"InventoryTableConfiguration": {"ConfigurationState": "ENABLED"}}),
    "CreateBucketMetadataTableConfiguration.MetadataTableConfiguration": Samples({"S3TablesDestination": {
        "TableBucketArn": "arn:aws:s3tables:us-east-1:111122223333:bucket/tables", "TableName": "mine"}}),
    **{f"{operation}.Bucket": Ref("with metadata", "Bucket") for operation in (
        "GetBucketMetadataConfiguration", "DeleteBucketMetadataConfiguration",
        *(f"UpdateBucketMetadata{name}" for name in UPDATES))},
    **{f"UpdateBucketMetadata{name}.{name}": Samples(*values) for name, values in UPDATES.items()},
    **{f"{operation}BucketMetadataTableConfiguration.Bucket": Ref("with metadata table", "Bucket")
       for operation in ("Get", "Delete")},
    "UpdateObjectEncryption.ObjectEncryption": Samples({"SSEKMS": {"KMSKeyArn": KEY}},
                                                       {"SSEKMS": {"KMSKeyArn": KEY, "BucketKeyEnabled": True}}),
    "SelectObjectContent.Key": Ref("table", "Key"),
    "SelectObjectContent.Expression": Samples("SELECT * FROM S3Object s", "SELECT s.name FROM S3Object s"),
    "SelectObjectContent.InputSerialization": Samples({"CSV": {"FileHeaderInfo": "USE"}}),
    "SelectObjectContent.OutputSerialization": Samples({"CSV": {}}, {"JSON": {}}),
    "SelectObjectContent.ScanRange": Leave("cuts the records at bytes; a probe's matter"),
})  # fmt: skip
declared.present.update({
    "PutObjectAnnotation": ("ServerSideEncryption", "ChecksumType"),
    "GetObjectAnnotation": ("ServerSideEncryption",), "ListObjectAnnotations": ("MaxAnnotationResults",),
})  # fmt: skip
declared.before["ListObjectAnnotations"] = ("annotation",)


@declared.fixture("annotation", None, lambda world: {"AnnotationName": "absent"}, NO_ANNOTATION)
def annotation(world):
    there = world.fixture("object")
    put = world.ask("PutObjectAnnotation", {"Bucket": world.fixture("bucket")["Bucket"], "Key": there["Key"],
                                            "AnnotationName": "note", "AnnotationPayload": world.tag.encode()})
    return {"AnnotationName": "note", "ETag": put["ETag"]}


@declared.fixture("with metadata", None, absent, NO_BUCKET)
def with_metadata(world):
    made = world.fixture("bucket")
    world.ask("CreateBucketMetadataConfiguration", {"Bucket": made["Bucket"], "MetadataConfiguration": TABLES})
    return made


@declared.fixture("with metadata table", None, absent, NO_BUCKET)
def with_metadata_table(world):
    made = world.fixture("bucket")
    asked = declared.hints.table["CreateBucketMetadataTableConfiguration.MetadataTableConfiguration"].values[0]
    world.ask("CreateBucketMetadataTableConfiguration", {"Bucket": made["Bucket"], "MetadataTableConfiguration": asked})
    return made


@declared.fixture("table", None, lambda world: {"Key": "absent"}, Error("NoSuchKey", 404))
def table(world):
    world.ask("PutObject", {"Bucket": world.fixture("bucket")["Bucket"], "Key": "table.csv", "Body": CSV})
    return {"Key": "table.csv"}


@declared.check("PutObjectAnnotation")
def annotated(proof, world, given, answer):
    found = proof.read("GetObjectAnnotation", place(given, "AnnotationName"))
    proof.equal("AnnotationPayload", given["AnnotationPayload"], found.get("AnnotationPayload"))
    proof.equal("ETag", answer.get("ETag"), found.get("ETag"))
    proof.equal("Key", given["Key"], answer.get("Key"))
    proof.equal("AnnotationName", given["AnnotationName"], answer.get("AnnotationName"))


@declared.check("GetObjectAnnotation", "DeleteObjectAnnotation", "ListObjectAnnotations")
def annotation_stands(proof, world, given, answer):
    if "AnnotationPayload" in answer:
        proof.equal("AnnotationPayload", world.tag.encode(), answer["AnnotationPayload"])
        proof.equal("ETag", world.fixture("annotation")["ETag"], answer.get("ETag"))
        proof.present("LastModified")
    elif world.log[-1][1] == "DeleteObjectAnnotation":
        proof.refused("GetObjectAnnotation", place(given, "AnnotationName"), NO_ANNOTATION.code)
    else:
        names = ["note"] if "note".startswith(given.get("AnnotationPrefix", "")) else []
        proof.equal("Annotations", names, [each["AnnotationName"] for each in answer.get("Annotations", [])])
        proof.equal("AnnotationCount", len(names), answer.get("AnnotationCount"))
        said = {name: given[name] for name in ("AnnotationPrefix", "MaxAnnotationResults") if name in given}
        proof.holds("answer", {"Bucket": given["Bucket"], "Key": given["Key"], **said}, answer)


CONFIGURATION = ("GetBucketMetadataConfigurationResult", "MetadataConfigurationResult")
TABLE = ("GetBucketMetadataTableConfigurationResult", "MetadataTableConfigurationResult")


def inside(answer, path):
    for name in path:
        answer = (answer or {}).get(name)
    return answer or {}


@declared.check("CreateBucketMetadataConfiguration", "GetBucketMetadataConfiguration",
                *(f"UpdateBucketMetadata{name}" for name in UPDATES))
def tables_stand(proof, world, given, answer):
    found = answer if CONFIGURATION[0] in answer else proof.read("GetBucketMetadataConfiguration",
                                                                 {"Bucket": given["Bucket"]})
    wanted = given.get("MetadataConfiguration", {name: given[name] for name in UPDATES if name in given} or TABLES)
    for name, value in wanted.items():
        proof.holds(name, value, inside(found, (*CONFIGURATION, f"{name}Result")))
    proof.true("DestinationResult", inside(found, (*CONFIGURATION, "DestinationResult")).get("TableBucketArn"), "told")


@declared.check("DeleteBucketMetadataConfiguration")
def tables_gone(proof, world, given, answer):
    proof.refused("GetBucketMetadataConfiguration", {"Bucket": given["Bucket"]}, "MetadataConfigurationNotFound")


@declared.check("CreateBucketMetadataTableConfiguration", "GetBucketMetadataTableConfiguration")
def table_stands(proof, world, given, answer):
    found = answer if TABLE[0] in answer else proof.read("GetBucketMetadataTableConfiguration",
                                                         {"Bucket": given["Bucket"]})
    asked = declared.hints.table["CreateBucketMetadataTableConfiguration.MetadataTableConfiguration"].values[0]
    proof.holds("S3TablesDestinationResult", asked["S3TablesDestination"],
                inside(found, (*TABLE, "S3TablesDestinationResult")))
    proof.true("Status", inside(found, TABLE[:1]).get("Status"), "told")


@declared.check("DeleteBucketMetadataTableConfiguration")
def table_gone(proof, world, given, answer):
    proof.refused("GetBucketMetadataTableConfiguration", {"Bucket": given["Bucket"]}, "MetadataConfigurationNotFound")


@declared.fixture("kms key")
def make_kms_key(world):
    return world.ask("CreateKey", {}, "kms")["KeyMetadata"]


@declared.check("UpdateObjectEncryption")
def encryption_stands(proof, world, given, answer):
    found = proof.read("HeadObject", place(given))
    wanted = given["ObjectEncryption"]["SSEKMS"]
    proof.holds("HeadObject", {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": wanted["KMSKeyArn"]}, found)
    proof.equal("BucketKeyEnabled", wanted.get("BucketKeyEnabled", False), found.get("BucketKeyEnabled", False))


@declared.check("SelectObjectContent")
def selected(proof, world, given, answer):
    buffer = EventStreamBuffer()
    buffer.add_data(proof.body)
    events = [(event.headers.get(":event-type"), event.payload) for event in buffer]
    records = b"".join(payload for kind, payload in events if kind == "Records")
    names = given["Expression"].startswith("SELECT s.name")
    rows = [(number, name) for number, name in ((1, "one"), (2, "two"), (3, "three"))]
    if "JSON" in given["OutputSerialization"]:
        wanted = "".join(f'{{"name":"{name}"}}\n' if names else f'{{"id":"{number}","name":"{name}"}}\n'
                         for number, name in rows)
    else:
        wanted = "".join(f"{name}\n" if names else f"{number},{name}\n" for number, name in rows)
    proof.equal("Records", wanted.encode(), records)
    proof.equal("the last events", ["Stats", "End"], [kind for kind, _ in events if kind in ("Stats", "End")])
