"""How functions are read back: their drafts, what is live, their code."""

from typing import NamedTuple

from conformance.services.cloudfront.configs import declared
from conformance.services.cloudfront.fixtures import CODE, CONNECTION_CODE, RUNTIME
from conformance.services.readback import gone, inside


class FunctionKind(NamedTuple):
    """One kind of function: what stands before ``Function`` in the names of its operations and members, its fixture."""

    prefix: str
    fixture: str

    @property
    def config(self) -> str:
        return f"{self.prefix}FunctionConfig"

    @property
    def code(self) -> str:
        return f"{self.prefix}FunctionCode"

    @property
    def summary(self) -> str:
        return f"{self.prefix}FunctionSummary"

    @property
    def describe(self) -> str:
        return f"Describe{self.prefix}Function"

    @property
    def by(self) -> str:
        return "Identifier" if self.prefix else "Name"

    @property
    def key(self) -> str:
        return "Id" if self.prefix else "Name"

    def stage(self, found):
        return found.get("Stage") if self.prefix else inside(found, "FunctionMetadata.Stage")


def drafts(kind: FunctionKind) -> None:
    """What is written is the draft, and its code is kept."""

    @declared.check(f"Create{kind.prefix}Function", f"Update{kind.prefix}Function")
    def written(proof, world, given, answer):
        made = answer[kind.summary]
        found = proof.read(kind.describe, {kind.by: made[kind.key]})
        proof.equal(kind.summary, found.get(kind.summary), made)
        proof.holds(kind.config, given[kind.config], made[kind.config])
        proof.equal("Stage", "DEVELOPMENT", kind.stage(made))
        proof.equal("ETag", found.get("ETag"), answer["ETag"])
        text = proof.read(f"Get{kind.prefix}Function", {kind.by: made[kind.key]})
        proof.equal(kind.code, given[kind.code], text.get(kind.code))
        proof.equal("ETag of the code", answer["ETag"], text.get("ETag"))
        if "Location" in answer:
            proof.true("Location", answer["Location"].endswith(made[kind.key]), "the function's", answer["Location"])
        if "Name" in given:
            proof.equal("Name", given["Name"], made["Name"])

    gone(declared, f"Delete{kind.prefix}Function", read=kind.describe, by={kind.by: kind.key},
         code="EntityNotFound" if kind.prefix else "NoSuchFunctionExists")


def stages(kind: FunctionKind) -> None:
    """What is told of a stage, and of the code in it."""

    @declared.check(kind.describe, f"Publish{kind.prefix}Function")
    def described(proof, world, given, answer):
        made, found = world.fixture(kind.fixture), answer[kind.summary]
        proof.holds(kind.summary, {"Name": made["Name"], kind.config: RUNTIME}, found)
        live = "LIVE" if "IfMatch" in given else given.get("Stage", "DEVELOPMENT")
        proof.equal("Stage", live, kind.stage(found))
        other = proof.read(kind.describe, {kind.by: made[kind.key], "Stage": live})
        proof.equal(kind.summary, other.get(kind.summary), found)
        if "ETag" in answer:
            proof.equal("ETag", made["ETag"], answer["ETag"])
        times = found if kind.prefix else found["FunctionMetadata"]
        proof.true("times", times.get("CreatedTime") and times["CreatedTime"] <= times["LastModifiedTime"],
                   "created, then changed", times)
        proof.true("Status", found.get("Status") == "UNASSOCIATED", "UNASSOCIATED", found.get("Status"))

    @declared.check(f"Get{kind.prefix}Function")
    def code_told(proof, world, given, answer):
        proof.equal(kind.code, CONNECTION_CODE if kind.prefix else CODE, answer[kind.code])
        proof.equal("ETag", world.fixture(kind.fixture)["ETag"], answer["ETag"])
        proof.equal("ContentType", "application/octet-stream", answer["ContentType"])


def tests(kind: FunctionKind) -> None:
    """What a test run tells."""
    at = f"{kind.prefix}FunctionTestResult" if kind.prefix else "TestResult"
    output = f"{kind.prefix}FunctionOutput"

    @declared.check(f"Test{kind.prefix}Function")
    def tested(proof, world, given, answer):
        found = answer[at]
        proof.equal("ErrorMessage", "", found.get(f"{kind.prefix}FunctionErrorMessage"))
        proof.equal("Logs", [], found.get(f"{kind.prefix}FunctionExecutionLogs"))
        proof.true("Output", found.get(output), "what the function returned", found)
        proof.true("Output", '"uri":"/a"' in found.get(output, "") or kind.prefix, "the request", found)
        proof.true("ComputeUtilization", 0 <= int(found.get("ComputeUtilization", -1)) <= 100, "a share", found)
        again = proof.read(f"Test{kind.prefix}Function", given)
        proof.equal("Output again", found.get(output), inside(again, f"{at}.{output}"))
        described = proof.read(kind.describe, {kind.by: world.fixture(kind.fixture)[kind.key], **{
            name: given[name] for name in ("Stage",) if name in given}})
        proof.equal(kind.summary, described.get(kind.summary), found.get(kind.summary))


def lists(kind: FunctionKind) -> None:
    """The rows of a list: one a stage, each as it is described."""

    @declared.check(f"List{kind.prefix}Functions")
    def listed(proof, world, given, answer):
        found = answer if kind.prefix else answer["FunctionList"]
        rows = found.get("ConnectionFunctions" if kind.prefix else "Items", [])
        stages = [given["Stage"]] if "Stage" in given else ["DEVELOPMENT", "LIVE"]
        made = world.fixture(kind.fixture)
        wanted = [(made["Name"], each) for each in stages][: int(given.get("MaxItems", 100))]
        proof.equal("Items", wanted, [(each["Name"], kind.stage(each)) for each in rows])
        for each in rows:
            other = proof.read(kind.describe, {kind.by: made[kind.key], "Stage": kind.stage(each)})
            proof.equal("Items", other.get(kind.summary), each)
        if not kind.prefix:
            proof.equal("page", (len(rows), int(given.get("MaxItems", 100))), (found["Quantity"], found["MaxItems"]))


for _kind in (FunctionKind("", "function"), FunctionKind("Connection", "connection_function")):
    for _checks in (drafts, stages, tests, lists):
        _checks(_kind)


@declared.check("ListFunctions", "ListConnectionFunctions")
def functions_go_by_pages(proof, world, given, answer):
    """All pages together are what one call lists."""
    operation, at = ("ListFunctions", "FunctionList.Items") if "FunctionList" in answer else (
        "ListConnectionFunctions", "ConnectionFunctions")
    if "MaxItems" not in given:
        return
    found, page, asked = list(inside(answer, at) or []), answer, dict(given)
    for _ in range(100):
        marker = page.get("NextMarker") or inside(page, "FunctionList.NextMarker")
        if not marker:
            break
        page = proof.read(operation, {**asked, "Marker": marker})
        found += inside(page, at) or []
    whole = proof.read(operation, {name: value for name, value in given.items() if name != "MaxItems"})
    proof.equal("all pages", inside(whole, at) or [], found)
