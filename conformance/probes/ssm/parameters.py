"""Parameter Store."""

from conformance.probes import probe

API = "https://docs.aws.amazon.com/systems-manager/latest/APIReference/"
GUIDE = "https://docs.aws.amazon.com/systems-manager/latest/userguide/"


def put(trial, name=None, **more):
    name = name or trial.unique("probe")
    trial.ask("PutParameter", **{"Name": name, "Value": "1", "Type": "String", **more})
    trial.later(lambda: trial.call("DeleteParameter", Name=name))
    return name


@probe("ssm", "PutParameter", "Putting a parameter again without Overwrite is refused", API + "API_PutParameter.html")
def names_are_taken(trial):
    name = put(trial)
    trial.refused("PutParameter", "ParameterAlreadyExists", 400, Name=name, Value="2", Type="String")


@probe("ssm", "PutParameter", "Overwriting makes a new version and keeps the type", API + "API_PutParameter.html")
def overwriting_makes_versions(trial):
    name = put(trial)
    assert trial.ask("PutParameter", Name=name, Value="2", Overwrite=True)["Version"] == 2
    assert trial.ask("GetParameter", Name=name)["Parameter"]["Type"] == "String"


@probe("ssm", "GetParameter", "A version is selected by its number behind a colon",
       GUIDE + "sysman-paramstore-versions.html")
def versions_are_selected(trial):
    name = put(trial)
    trial.ask("PutParameter", Name=name, Value="2", Overwrite=True)
    found = trial.ask("GetParameter", Name=f"{name}:1")["Parameter"]
    assert (found["Value"], found["Selector"]) == ("1", ":1"), found


@probe("ssm", "LabelParameterVersion", "A label names one version at a time, and moves to another",
       GUIDE + "sysman-paramstore-labels.html")
def labels_move(trial):
    name = put(trial)
    trial.ask("LabelParameterVersion", Name=name, ParameterVersion=1, Labels=["live"])
    trial.ask("PutParameter", Name=name, Value="2", Overwrite=True)
    trial.ask("LabelParameterVersion", Name=name, ParameterVersion=2, Labels=["live"])
    assert trial.ask("GetParameter", Name=f"{name}:live")["Parameter"]["Value"] == "2"


@probe("ssm", "LabelParameterVersion", "Labels that begin with a number, aws or ssm are listed as invalid",
       GUIDE + "sysman-paramstore-labels.html")
def some_labels_are_invalid(trial):
    name = put(trial)
    answer = trial.ask("LabelParameterVersion", Name=name, Labels=["1st", "awsx", "ssmx", "good"])
    assert sorted(answer["InvalidLabels"]) == ["1st", "awsx", "ssmx"], answer


@probe("ssm", "GetParametersByPath", "Without Recursive only the next level of a path is listed",
       API + "API_GetParametersByPath.html")
def paths_have_levels(trial):
    path = "/" + trial.unique("probe")
    for name in ("/a", "/b/c"):
        put(trial, path + name)

    def names(**more):
        return [each["Name"] for each in trial.ask("GetParametersByPath", Path=path, **more)["Parameters"]]

    assert names() == [path + "/a"] and names(Recursive=True) == [path + "/a", path + "/b/c"]


@probe("ssm", "PutParameter", "A hierarchy has at most fifteen levels", GUIDE + "sysman-paramstore-hierarchies.html")
def levels_are_limited(trial):
    trial.refused("PutParameter", "HierarchyLevelLimitExceededException", 400,
                  Name="/" + "/".join("abcdefghijklmnop"), Value="1", Type="String")


@probe("ssm", "PutParameter", "A value must match the pattern that it was given", API + "API_PutParameter.html")
def patterns_hold(trial):
    trial.refused("PutParameter", "ParameterPatternMismatchException", 400, Name=trial.unique("probe"), Value="x",
                  Type="String", AllowedPattern="^[0-9]+$")


@probe("ssm", "PutParameter", "Intelligent-Tiering makes a parameter advanced when its value needs it",
       GUIDE + "ps-default-tier.html")
def tiers_follow_size(trial):
    name = trial.unique("probe")
    trial.later(lambda: trial.call("DeleteParameter", Name=name))
    given = {"Name": name, "Type": "String", "Tier": "Intelligent-Tiering"}
    assert trial.ask("PutParameter", Value="x" * 5000, **given)["Tier"] == "Advanced"


@probe("ssm", "GetParameter", "A secure string is shown in the clear only WithDecryption",
       GUIDE + "secure-string-parameter-kms-encryption.html")
def secrets_are_encrypted(trial):
    name = put(trial, Type="SecureString", Value="secret")
    assert trial.ask("GetParameter", Name=name)["Parameter"]["Value"] != "secret"
    assert trial.ask("GetParameter", Name=name, WithDecryption=True)["Parameter"]["Value"] == "secret"


@probe("ssm", "GetParameters", "Names that are not there are listed apart, not refused", API + "API_GetParameters.html")
def unknown_names_are_listed(trial):
    name = put(trial)
    answer = trial.ask("GetParameters", Names=[name, "absent" + name])
    assert answer["InvalidParameters"] == ["absent" + name] and len(answer["Parameters"]) == 1


@probe("ssm", "PutParameter", "Tags can't be given together with Overwrite", API + "API_PutParameter.html")
def tags_are_for_new_parameters(trial):
    trial.refused("PutParameter", "ValidationException", 400, Name=trial.unique("probe"), Value="1", Type="String",
                  Overwrite=True, Tags=[{"Key": "a", "Value": "b"}])
