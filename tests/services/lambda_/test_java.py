"""Functions in Java. https://docs.aws.amazon.com/lambda/latest/dg/lambda-java.html"""

import base64
import io
import json
import shutil
import subprocess
import zipfile

import pytest

from emulator.backends import functions_java

pytestmark = pytest.mark.skipif(shutil.which("javac") is None, reason="this machine has no JDK")

SOURCES = {
    "example/Methods.java": """
package example;
import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.logging.LogLevel;
import java.io.*;
import java.util.*;
public class Methods {
    public static class Person {
        private String name; private int age; private List<Person> friends; public Map<String, Double> marks;
        public String getName() { return name; } public void setName(String name) { this.name = name; }
        public int getAge() { return age; } public void setAge(int age) { this.age = age; }
        public List<Person> getFriends() { return friends; } public void setFriends(List<Person> all) { friends = all; }
    }
    public enum Color { RED, GREEN }
    public static class Values {
        public Color color; public java.time.Instant when; public Date date; public byte[] bytes;
        public java.nio.ByteBuffer buffer; public UUID id; public java.math.BigDecimal exact; public char letter;
    }
    public Values same(Values given) { return given; }
    record Point(int x, List<String> names) { }
    private static class Hidden { private String a; private Hidden() { }
        public String getA() { return a; } public void setA(String given) { a = given; } }
    public Point point(Point given) { return new Point(given.x() + 1, given.names()); }
    public Hidden hidden(Hidden given) { return given; }
    private static int count;
    public int count() { return ++count; }
    public Person older(Person given, Context context) {
        context.getLogger().log("seen " + given.getName());
        given.setAge(given.getAge() + 1);
        return given;
    }
    public void say(String given, Context context) {
        context.getLogger().log(given, LogLevel.WARN); context.getLogger().log("left out", LogLevel.INFO);
        context.getLogger().log("two\\nlines");
    }
    public String shout(String given) { return given.toUpperCase(); }
    public Map<String, Object> told(Map<String, Object> given, Context context) {
        Map<String, Object> found = new LinkedHashMap<>(given);
        found.put("id", context.getAwsRequestId());
        found.put("function", context.getFunctionName());
        found.put("left", context.getRemainingTimeInMillis());
        found.put("memory", context.getMemoryLimitInMB());
        return found;
    }
    public void copy(InputStream in, OutputStream out) throws IOException { in.transferTo(out); }
    public void fail(Map<String, Object> given) { throw new IllegalStateException("lost"); }
    public int[] hog(String given) { return given.isEmpty() ? new int[0] : new int[Integer.MAX_VALUE - 8]; }
    public String found() throws Exception { return Class.forName("example.Twice").getProtectionDomain().getCodeSource()
        .getLocation().getPath(); }
    public void leave() { System.exit(3); }
}
""",
    "example/Twice.java": """
package example;
import com.amazonaws.services.lambda.runtime.*;
public class Twice implements RequestHandler<Long, Long> {
    public Long handleRequest(Long given, Context context) {
        if (given < 0) throw new RuntimeException("too small");
        return 2 * given;
    }
}
""",
    "example/Copy.java": """
package example;
import com.amazonaws.services.lambda.runtime.*;
import java.io.*;
public class Copy implements RequestStreamHandler {
    public void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
        out.write('['); in.transferTo(out); out.write(']');
    }
}
""",
    "example/Early.java": """
package example;
public class Early {
    public Early() { throw new IllegalArgumentException("early"); }
    public String handle() { return ""; }
}
""",
}


def packed(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


@pytest.fixture(scope="module")
def code(tmp_path_factory) -> bytes:
    """A zip of the classes."""
    home = tmp_path_factory.mktemp("java")
    for name, text in SOURCES.items():
        (home / "src" / name).parent.mkdir(parents=True, exist_ok=True)
        (home / "src" / name).write_text(text)
    files = [str(home / "src" / name) for name in SOURCES]
    line = ["javac", "-sourcepath", str(functions_java.SOURCES), "-d", str(home / "out"), *files]
    subprocess.run(line, check=True, capture_output=True)
    return packed({f"example/{each.name}": each.read_bytes() for each in (home / "out" / "example").iterdir()})


@pytest.fixture
def call(functions, code):
    """``call(handler, event)``: (payload, answer) of a function with that handler."""
    made = []

    def ask(handler, event=None, **more):
        if handler not in made:
            made.append(handler)
            functions.make("", f"f{len(made)}", Runtime="java17", Handler=handler, MemorySize=256, Timeout=30,
                           Code={"ZipFile": code})  # fmt: skip
        return functions.call(event, f"f{made.index(handler) + 1}", **more)

    return ask


def test_objects_go_in_and_out(call):
    given = {"name": "Ann", "AGE": 41, "friends": [{"name": "Bo\n\"é\"", "age": 7}], "marks": {"a": 1.5}, "other": 0}
    payload, answer = call("example.Methods::older", given, LogType="Tail")
    friend = {"name": "Bo\n\"é\"", "age": 7, "friends": None, "marks": None}
    assert payload == {"name": "Ann", "age": 42, "friends": [friend], "marks": {"a": 1.5}}
    assert "seen Ann\n" in base64.b64decode(answer["LogResult"]).decode()


def test_single_values_keep_their_meaning(call):
    given = {
        "color": "GREEN", "when": "2026-01-02T03:04:05Z", "date": 1767323045.5, "bytes": "AAEC", "buffer": "aGk=",
        "id": "11111111-1111-4111-8111-111111111111", "exact": "1.50", "letter": "x",
    }  # fmt: skip
    assert call("example.Methods::same", given)[0] == {**given, "date": 1767323045500, "exact": 1.5}
    payload, _ = call("example.Methods::same", {"color": "BLUE"})
    assert payload["errorMessage"] == "An error occurred during JSON parsing"


def test_maps_know_of_the_context(call):
    payload, answer = call("example.Methods::told", {"n": 12345678901, "f": 0.5, "l": [True, None]})
    assert payload | {"left": 0} == {
        "n": 12345678901, "f": 0.5, "l": [True, None], "id": answer["ResponseMetadata"]["RequestId"],
        "function": "f1", "memory": 256, "left": 0,
    }  # fmt: skip
    assert 0 < payload["left"] <= 30000


@pytest.mark.parametrize(("handler", "event", "answer"), [
    ("example.Methods::shout", "hello", "HELLO"), ("example.Methods::copy", {"a": [1]}, {"a": [1]}),
    ("example.Methods::point", {"x": 1, "names": ["a"]}, {"x": 2, "names": ["a"]}),
    ("example.Methods::hidden", {"a": "b"}, {"a": "b"}),
    ("example.Twice", 21, 42), ("example.Twice::handleRequest", 4, 8), ("example.Copy", 1, [1]),
])  # fmt: skip
def test_every_form_of_handler(call, handler, event, answer):
    assert call(handler, event)[0] == answer


@pytest.mark.parametrize(("own", "layers", "place"), [
    ("lib/own.jar", "", "/lib/own.jar"), ("", "java/lib/own.jar", "/java/lib/own.jar"),
])  # fmt: skip
def test_archives_of_the_function_and_of_layers_are_found(functions, code, own, layers, place):
    with zipfile.ZipFile(io.BytesIO(code)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    jar = packed({"example/Twice.class": files.pop("example/Twice.class")})
    arns = []
    if layers:
        layer = functions.client.publish_layer_version(LayerName="l", Content={"ZipFile": packed({layers: jar})})
        arns.append(layer["LayerVersionArn"])
    functions.make("", Runtime="java17", Handler="example.Methods::found", MemorySize=256, Timeout=30, Layers=arns,
                   Code={"ZipFile": packed(files | ({own: jar} if own else {}))})  # fmt: skip
    assert functions.call()[0].endswith(place)


def test_the_log_in_json(functions, code):
    functions.make("", Runtime="java17", Handler="example.Methods::say", MemorySize=256, Timeout=30,
                   LoggingConfig={"LogFormat": "JSON", "ApplicationLogLevel": "WARN"},
                   Code={"ZipFile": code})  # fmt: skip
    _, answer = functions.call("hello", LogType="Tail")
    lines = [json.loads(each) for each in base64.b64decode(answer["LogResult"]).splitlines()]
    own = [each for each in lines if "message" in each]
    assert [(each["message"], each["level"]) for each in own] == [("hello", "WARN"), ("two\nlines", "UNDEFINED")]
    assert {each["AWSRequestId"] for each in own} == {answer["ResponseMetadata"]["RequestId"]}


def test_an_environment_stays_warm(call):
    assert [call("example.Methods::count")[0] for _ in range(3)] == [1, 2, 3]


def test_an_exception_is_the_payload(call):
    payload, answer = call("example.Twice", -1)
    assert answer["FunctionError"] == "Unhandled" and list(payload) == ["errorMessage", "errorType", "stackTrace"]
    assert (payload["errorMessage"], payload["errorType"]) == ("too small", "java.lang.RuntimeException")
    assert payload["stackTrace"][0] == "example.Twice.handleRequest(Twice.java:6)"
    assert not any("paritylab" in each for each in payload["stackTrace"])


@pytest.mark.parametrize(("handler", "event", "kind", "words"), [
    ("example.Nothing::handle", {}, "java.lang.ClassNotFoundException", "Class not found: example.Nothing"),
    ("example.Methods::nothing", {}, None, "No public method named nothing with appropriate method signature"),
    ("example.Methods", {}, None, "Class does not implement an appropriate handler interface: example.Methods"),
    ("example.Early::handle", {}, "java.lang.IllegalArgumentException", "early"),
    ("example.Methods::shout", {"a": 1}, "java.lang.RuntimeException", "An error occurred during JSON parsing"),
    ("example.Methods::fail", {}, "java.lang.IllegalStateException", "lost"),
    ("example.Methods::leave", {}, "Runtime.ExitError", "Runtime exited with error: exit status 3"),
    ("a::b::c", {}, None, "Invalid handler: `a::b::c'"),
])  # fmt: skip
def test_what_goes_wrong_has_a_name(call, handler, event, kind, words):
    payload, answer = call(handler, event)
    assert answer["FunctionError"] == "Unhandled"
    assert payload.get("errorType") == kind and words in payload["errorMessage"]


def test_what_ends_the_process_is_still_answered(call):
    payload, _ = call("example.Methods::hog", "much")
    assert (payload["errorType"], payload["errorMessage"]) == ("java.lang.OutOfMemoryError", "Java heap space")
    assert call("example.Methods::hog", "")[0] == []
