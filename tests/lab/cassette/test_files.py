"""A cassette survives its file: content, large bodies, digest; and a broken file says where it is broken."""

import json

import jsonschema
import msgspec
import pytest

from lab.cassette import schema
from lab.cassette.files import BadCassette, digest, read, write
from lab.cassette.model import Body, Cassette, Interaction, Request, Response, Truth


@pytest.fixture
def cassette():
    request = Request(method="PUT", host="b.s3.amazonaws.com", path="/k", query="x-id=PutObject",
                      headers=[("Content-Type", "text/plain")], body=Body.of(b"hello"))
    response = Response(status=200, headers=[("ETag", '"x"')], body=Body.of(b"\xff" * 40_000), duration=0.01)
    step = Interaction(service="s3", operation="PutObject", region="us-east-1", input={"Key": "k"}, request=request,
                       response=response, truth=[Truth(how="wire")])
    return Cassette(id="mine/one", title="one", service="s3", provenance="aws-live", interactions=[step])


def test_round_trip_with_a_large_body_beside_it(cassette, tmp_path):
    path = write(cassette, tmp_path / "one.json")
    assert [each.name for each in (tmp_path / "bodies").iterdir()] == [
        json.loads(path.read_bytes())["interactions"][0]["response"]["body"]["file"].removeprefix("bodies/")]
    found = read(path)
    assert found.interactions == cassette.interactions
    assert found.digest == digest(cassette)


def test_the_same_cassette_is_written_byte_for_byte_the_same(cassette, tmp_path):
    first = write(cassette, tmp_path / "a.json").read_bytes()
    assert write(read(tmp_path / "a.json"), tmp_path / "b.json").read_bytes() == first


def test_what_is_written_fits_the_published_schema(cassette, tmp_path):
    published = json.loads(schema.PATH.read_bytes())
    jsonschema.validate(json.loads(write(cassette, tmp_path / "a.json").read_bytes()), published)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"format": 1, "id": "x", "title": "x", "service": "s3", "provenance": "rumour"}, published)


def test_the_published_schema_is_that_of_the_structs():
    assert schema.PATH.read_bytes() == schema.render()


@pytest.mark.parametrize("change, words", [
    (lambda raw: raw.update(provenance="rumour"), r"a\.json: .*\$\.provenance"),
    (lambda raw: raw["interactions"][0].pop("truth") and raw["interactions"][0].update(phase=3), r"interactions\[0\]"),
    (lambda raw: raw.update(title="another"), "changed by hand"),
    (lambda raw: raw.pop("format"), "format version is missing"),
    (lambda raw: raw.update(format=99), "newer than this program"),
    (lambda raw: raw["interactions"][0]["response"].update(body={"file": "../../etc/passwd"}), "no body file"),
    (lambda raw: raw["interactions"][0]["response"].update(body={"file": "bodies/" + "0" * 64}), "can't be read"),
])
def test_a_broken_file_is_named_with_its_place(cassette, tmp_path, change, words):
    path = write(cassette, tmp_path / "a.json")
    raw = json.loads(path.read_bytes())
    change(raw)
    path.write_text(json.dumps(raw))
    with pytest.raises(BadCassette, match=words):
        read(path)


def test_bytes_that_are_no_text_are_kept_in_base64():
    assert Body.of(b"a\nb").text == "a\nb"
    for raw in (b"\x00", b"\xff\xfe", b""):
        assert Body.of(raw).raw() == raw
    assert msgspec.to_builtins(Body.of(b"\x00")) == {"base64": "AA=="}
