"""Documents that everybody has under AWS's names. Their content is this project's own, and small."""

import json

from emulator.services.ssm.document_tables import Document, DocumentVersion

SHELL_PARAMETERS = {
    "commands": {"type": "StringList", "description": "The lines to run."},
    "workingDirectory": {"type": "String", "default": "", "description": "The directory to run them in."},
    "executionTimeout": {"type": "String", "default": "3600", "description": "Seconds until they are stopped."},
}
CONTENTS = {
    "AWS-RunShellScript": ("Command", {
        "schemaVersion": "1.2", "description": "Run lines of shell.", "parameters": SHELL_PARAMETERS,
        "runtimeConfig": {"aws:runShellScript": {"properties": [{
            "id": "0.aws:runShellScript", "runCommand": "{{ commands }}", "workingDirectory": "{{ workingDirectory }}",
            "timeoutSeconds": "{{ executionTimeout }}",
        }]}},
    }),
    "AWS-StartInteractiveCommand": ("Session", {
        "schemaVersion": "1.0", "description": "Run one command in a terminal.",
        "sessionType": "InteractiveCommands",
        "parameters": {"command": {"type": "String", "description": "The command to run."}},
        "properties": {"linux": {"commands": "{{ command }}", "runAsElevated": False}},
    }),
    "AWS-StartPortForwardingSession": ("Session", {
        "schemaVersion": "1.0", "description": "Forward a port.", "sessionType": "Port",
        "parameters": {
            "portNumber": {"type": "String", "default": "80", "description": "The port of the node."},
            "localPortNumber": {"type": "String", "default": "0", "description": "The port of this machine."},
        },
        "properties": {"portNumber": "{{ portNumber }}", "type": "LocalPortForwarding",
                       "localPortNumber": "{{ localPortNumber }}"},
    }),
}  # fmt: skip

DOCUMENTS = {name: Document(name, kind, "Amazon") for name, (kind, _) in CONTENTS.items()}
VERSIONS = {
    name: DocumentVersion(1, json.dumps(content, indent=2), "JSON", 0.0, "Amazon")
    for name, (_, content) in CONTENTS.items()
}
