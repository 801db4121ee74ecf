"""Documents: content and its rules, versions, formats, sharing, reviews."""

import json

import pytest
from botocore.exceptions import ClientError

CONTENT = {
    "schemaVersion": "2.2", "description": "says hello",
    "parameters": {"who": {"type": "String", "default": "world", "description": "whom to greet"}},
    "mainSteps": [{"name": "hello", "action": "aws:runShellScript", "inputs": {"runCommand": ["echo {{ who }}"]}}],
}  # fmt: skip


def code(error) -> str:
    return error.value.response["Error"]["Code"]


def make(ssm, name="hello", **given):
    return ssm.create_document(**{"Name": name, "Content": json.dumps(CONTENT), "DocumentType": "Command", **given})


def changed(**more) -> str:
    return json.dumps({**CONTENT, **more})


def test_a_document_tells_what_it_says(ssm):
    made = make(ssm, Tags=[{"Key": "a", "Value": "1"}])["DocumentDescription"]
    assert made["Status"] == "Creating"
    found = ssm.describe_document(Name="hello")["Document"]
    assert found["Status"] == "Active" and found["PlatformTypes"] == ["Linux", "MacOS"]
    assert found["Parameters"] == [
        {"Name": "who", "Type": "String", "Description": "whom to greet", "DefaultValue": "world"}]  # fmt: skip
    assert ssm.list_tags_for_resource(ResourceType="Document", ResourceId="hello")["TagList"] == [
        {"Key": "a", "Value": "1"}]  # fmt: skip
    with pytest.raises(ClientError) as error:
        make(ssm)
    assert code(error) == "DocumentAlreadyExists"


@pytest.mark.parametrize(("given", "expected"), [
    ({"Content": "{"}, "InvalidDocumentContent"),
    ({"Content": '{"schemaVersion": "9"}'}, "InvalidDocumentSchemaVersion"),
    ({"Content": '{"schemaVersion": "2.2"}'}, "InvalidDocumentContent"),
    ({"Content": "a: [", "DocumentFormat": "YAML"}, "InvalidDocumentContent"),
    ({"Content": json.dumps({"x": "y" * 70000})}, "MaxDocumentSizeExceeded"),
    ({"Name": "AWS-Mine"}, "ValidationException"),
    ({"Name": "a b"}, "ValidationException"),
])  # fmt: skip
def test_documents_that_are_refused(ssm, given, expected):
    with pytest.raises(ClientError) as error:
        make(ssm, **given)
    assert code(error) == expected


def test_versions_and_the_default_one(ssm):
    make(ssm, VersionName="first")
    updated = ssm.update_document(Name="hello", Content=changed(description="two"), DocumentVersion="$LATEST",
                                  VersionName="second")["DocumentDescription"]  # fmt: skip
    assert (updated["DocumentVersion"], updated["LatestVersion"], updated["DefaultVersion"]) == ("2", "2", "1")
    assert ssm.describe_document(Name="hello")["Document"]["Description"] == "says hello"
    ssm.update_document_default_version(Name="hello", DocumentVersion="2")
    assert ssm.describe_document(Name="hello")["Document"]["Description"] == "two"
    assert ssm.describe_document(Name="hello", VersionName="first")["Document"]["DocumentVersion"] == "1"
    listed = ssm.list_document_versions(Name="hello")["DocumentVersions"]
    assert [(each["DocumentVersion"], each["IsDefaultVersion"]) for each in listed] == [("1", False), ("2", True)]
    with pytest.raises(ClientError) as error:
        ssm.update_document(Name="hello", Content=changed(description="two"), DocumentVersion="$LATEST")
    assert code(error) == "DuplicateDocumentContent"
    with pytest.raises(ClientError) as error:
        ssm.delete_document(Name="hello", DocumentVersion="2")
    assert code(error) == "InvalidDocumentOperation"
    ssm.delete_document(Name="hello", DocumentVersion="1")
    ssm.delete_document(Name="hello")
    with pytest.raises(ClientError) as error:
        ssm.describe_document(Name="hello")
    assert code(error) == "InvalidDocument"


def test_content_in_another_format(ssm):
    make(ssm)
    found = ssm.get_document(Name="hello", DocumentFormat="YAML")
    assert found["DocumentFormat"] == "YAML" and "description: says hello" in found["Content"]
    assert json.loads(ssm.get_document(Name="hello")["Content"]) == CONTENT


def test_an_attachment_comes_from_s3(ssm, client):
    s3 = client("s3")
    s3.create_bucket(Bucket="files")
    s3.put_object(Bucket="files", Key="a.zip", Body=b"zip")
    make(ssm, Attachments=[{"Key": "S3FileUrl", "Values": ["s3://files/a.zip"], "Name": "a.zip"}])
    found = ssm.get_document(Name="hello")["AttachmentsContent"]
    assert [(each["Name"], each["Size"]) for each in found] == [("a.zip", 3)]


def test_lists_by_owner_type_and_tag(ssm):
    make(ssm, Tags=[{"Key": "team", "Value": "x"}])

    def names(*filters):
        return [each["Name"] for each in ssm.list_documents(Filters=list(filters))["DocumentIdentifiers"]]

    assert names({"Key": "Owner", "Values": ["Self"]}) == ["hello"]
    assert "AWS-RunShellScript" in names({"Key": "Owner", "Values": ["Amazon"]})
    assert names({"Key": "tag:team", "Values": ["x"]}) == ["hello"]
    assert "hello" not in names({"Key": "DocumentType", "Values": ["Session"]})
    with pytest.raises(ClientError) as error:
        names({"Key": "Colour", "Values": ["x"]})
    assert code(error) == "InvalidFilterKey"


def test_a_document_is_shared_with_another_account(ssm, client):
    make(ssm)
    arn = "arn:aws:ssm:us-east-1:000000000000:document/hello"
    other = client("ssm", access_key="111122223333")
    with pytest.raises(ClientError) as error:
        other.get_document(Name=arn)
    assert code(error) == "InvalidDocument"
    ssm.modify_document_permission(Name="hello", PermissionType="Share", AccountIdsToAdd=["111122223333"])
    assert ssm.describe_document_permission(Name="hello", PermissionType="Share")["AccountIds"] == ["111122223333"]
    assert json.loads(other.get_document(Name=arn)["Content"]) == CONTENT
    with pytest.raises(ClientError) as error:
        ssm.delete_document(Name="hello")
    assert code(error) == "InvalidDocumentOperation"


def test_a_review_and_its_answer(ssm):
    make(ssm)
    ssm.update_document_metadata(Name="hello", DocumentReviews={"Action": "SendForReview"})
    ssm.update_document_metadata(
        Name="hello", DocumentReviews={"Action": "Approve", "Comment": [{"Type": "Comment", "Content": "good"}]})
    history = ssm.list_document_metadata_history(Name="hello", Metadata="DocumentReviews")["Metadata"]
    assert [each["ReviewStatus"] for each in history["ReviewerResponse"]] == ["PENDING", "APPROVED"]
    assert ssm.describe_document(Name="hello")["Document"]["ReviewStatus"] == "APPROVED"
