"""Jobs as scripts: what uploads the files and creates the job, with keys from the environment."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pprint import pformat
from shlex import quote
from typing import Any

from ftdata.errors import UsageError
from ftdata.jobs.services import SERVICES

_CLIENTS = {
    "openai": "client = openai.OpenAI()  # OPENAI_API_KEY",
    "azure": "client = openai.OpenAI(\n"
    '    base_url=os.environ["AZURE_OPENAI_ENDPOINT"].rstrip("/") + "/openai/v1/",\n'
    '    api_key=os.environ["AZURE_OPENAI_API_KEY"],\n'
    ")",
    "together": "client = together.Together()  # TOGETHER_API_KEY",
    "fireworks": 'client = fireworks.Fireworks(account_id=os.environ["FIREWORKS_ACCOUNT_ID"])  # FIREWORKS_API_KEY',
}
_UPLOADS = {
    "openai": 'def uploaded(path):\n    """The id of a file, once it is processed."""\n'
    '    with open(path, "rb") as file:\n'
    '        sent = client.files.create(file=file, purpose="fine-tune")\n'
    "    return client.files.wait_for_processing(sent.id).id\n",
    "together": 'def uploaded(path):\n    """The id of a file."""\n'
    '    return client.files.upload(file=path, purpose="fine-tune").id\n',
    "fireworks": 'def uploaded(path):\n    """The name of a data set."""\n'
    '    name = "ftdata-" + hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()[:32]\n'
    '    client.datasets.create(dataset_id=name, dataset={"userUploaded": {}})\n'
    '    with open(path, "rb") as file:\n'
    "        client.datasets.upload(dataset_id=name, file=file)\n"
    "    client.datasets.validate_upload(dataset_id=name, body={})\n"
    '    return f"accounts/{client.account_id}/datasets/{name}"\n',
}
_IMPORTS = {"openai": "import openai", "azure": "import os\n\nimport openai", "together": "import together",
            "fireworks": "import hashlib\nimport os\nimport pathlib\n\nimport fireworks"}  # fmt: skip


def python(service: str, body: Mapping[str, Any]) -> str:
    """A script for the service's SDK."""
    uploads = _UPLOADS["openai" if service == "azure" else service]
    lines = [_IMPORTS[service], "", _CLIENTS[service], "", "", uploads, ""]
    lines.append(f"body = {pformat(dict(body), width=110, sort_dicts=False)}")
    for key in SERVICES[service].files:
        if key in body:
            lines.append(f'body["{key}"] = uploaded(body["{key}"])')
    create, sent = _CREATES[service](body)
    lines += [*sent, f"job = {create}", "print(job)"]
    return "\n".join(lines) + "\n"


def _openai(body: Mapping[str, Any]) -> tuple[str, list[str]]:
    # What the SDK's signature does not know is sent beside it.
    known = ("model", "training_file", "validation_file", "method", "seed", "suffix", "integrations", "metadata")
    others = [key for key in body if key not in known]
    sent = [f"others = {{key: body.pop(key) for key in {others!r}}}"] if others else []
    return f"client.fine_tuning.jobs.create(**body{', extra_body=others' if others else ''})", sent


def _fireworks(body: Mapping[str, Any]) -> tuple[str, list[str]]:
    return f"client.{jobs_of(body)}.create(**body)", []


def jobs_of(body: Mapping[str, Any]) -> str:
    """Which jobs of Fireworks a body is for."""
    if "evaluator" in body:
        return "reinforcement_fine_tuning_jobs"
    return "dpo_jobs" if "training_config" in body else "supervised_fine_tuning_jobs"


_CREATES = {
    "openai": _openai,
    "azure": _openai,
    "together": lambda body: ("client.fine_tuning.create(**body)", []),
    "fireworks": _fireworks,
}

_CURL = {
    "openai": ('"${OPENAI_BASE_URL:-https://api.openai.com/v1}"', '-H "Authorization: Bearer $OPENAI_API_KEY"'),
    "azure": ('"${AZURE_OPENAI_ENDPOINT%/}/openai/v1"', '-H "api-key: $AZURE_OPENAI_API_KEY"'),
}
_ID = "python3 -c 'import json, sys; print(json.load(sys.stdin)[\"id\"])'"
_STATUS = "python3 -c 'import json, sys; print(json.load(sys.stdin)[\"status\"])'"


def curl(service: str, body: Mapping[str, Any]) -> str:
    """A shell script for a service that takes the body as it is.

    Raises:
        UsageError: If the service's SDK makes another request of it.
    """
    if service not in _CURL:
        raise UsageError(f"{service}'s SDK makes the request of this body", hint="Write a script: --as python.")
    base, key = _CURL[service]
    sent = dict(body)
    lines = ["#!/bin/sh", "set -eu", f"base={base}", ""]
    lines += ["uploaded() {", f'  id=$(curl -sSf {key} -F purpose=fine-tune -F "file=@$1" "$base/files" | {_ID})',
              f'  until [ "$(curl -sSf {key} "$base/files/$id" | {_STATUS})" = processed ]; do sleep 5; done',
              '  echo "$id"', "}", ""]  # fmt: skip
    for name in SERVICES[service].files:
        if name in sent:
            lines.append(f"{name}=$(uploaded {quote(str(sent[name]))})")
            sent[name] = f"\0{name}\0"
    text = json.dumps(sent, ensure_ascii=False, indent=2)
    # What a here-document would take for its own is text of the body.
    for char in "\\$`":
        text = text.replace(char, f"\\{char}")
    text = text.replace("\\\\u0000", "\0")
    for name in SERVICES[service].files:
        text = text.replace(f"\0{name}\0", f"${name}")
    lines += [f'curl -sSf {key} -H "Content-Type: application/json" --data-binary @- "$base/fine_tuning/jobs" <<JSON']
    return "\n".join([*lines, text, "JSON"]) + "\n"
