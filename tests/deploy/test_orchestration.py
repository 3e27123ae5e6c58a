"""deploy/compose.yaml and deploy/kubernetes: their schemas, and what they say of the server."""

from __future__ import annotations

import json
import re
import shlex
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import kubernetes_validate
import pytest
import yaml

from kokoro_cli.assets.store import Store
from kokoro_cli.config import read_settings
from kokoro_cli.server.options import DEFAULT_PORT, ServerOptions
from kokoro_cli.server.service import Service
from tests.conftest import variables_of
from tests.deploy.conftest import Served
from tests.deploy.dockerfile import Dockerfile, Step
from tests.deploy.test_image import KEY
from tests.pages import ROOT, page

DEPLOY = ROOT / "deploy"
KUBERNETES = DEPLOY / "kubernetes"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
SERVICES = COMPOSE["services"]
DRAIN = ServerOptions().drain_seconds


def _resource(path: str) -> Any:
    return yaml.safe_load((KUBERNETES / path).read_text())


POD = _resource("base/deployment.yaml")["spec"]["template"]["spec"]
(SERVER,) = POD["containers"]


# Compose


def test_compose_fits_its_schema() -> None:
    schemas = files("check_jsonschema").joinpath("builtin_schemas", "vendor")
    jsonschema.validate(COMPOSE, json.loads(schemas.joinpath("compose-spec.json").read_text()))


@pytest.mark.parametrize("name", SERVICES)
def test_a_service(name: str, dockerfile: Dockerfile, served: Served) -> None:
    service = SERVICES[name]
    assert (DEPLOY / service["build"]["context"]).resolve() == ROOT
    assert service["build"]["target"] in dockerfile.stages
    command = service["command"]
    if "--device" in command:
        assert command[-2:] == ["--device", "cuda"]
        assert dockerfile.last(service["build"]["target"], "CMD").words[-2:] == command[-2:]
        command = command[:-2]
    options = served(command)
    assert (options.host, options.port) == ("0.0.0.0", DEFAULT_PORT)
    assert options.key_file and command[-1] == "/run/secrets/keys"
    assert service["secrets"] == list(COMPOSE["secrets"]) == ["keys"]
    assert service["ports"] == [f"127.0.0.1:{DEFAULT_PORT}:{DEFAULT_PORT}"]
    assert float(service["stop_grace_period"].removesuffix("s")) > DRAIN
    assert service["read_only"] and service["cap_drop"] == ["ALL"]
    (tmp,) = service["tmpfs"]  # The engine mounts it without exec if it isn't told.
    assert "exec" in tmp.removeprefix("/tmp:").split(",")
    _, check = dockerfile.last("cpu", "HEALTHCHECK").text.split("CMD ", 1)
    assert service["healthcheck"]["test"] == ["CMD", *Step("CMD", check).words]


# Kubernetes


def _kustomizations() -> list[Path]:
    return sorted(KUBERNETES.glob("*/kustomization.yaml"))


def test_every_file_is_in_a_kustomization() -> None:
    named = set()
    for path in _kustomizations():
        for resource in yaml.safe_load(path.read_text())["resources"]:
            found = (path.parent / resource).resolve()
            assert found.is_file() or (found / "kustomization.yaml").is_file()
            named |= {found}
    assert named - {KUBERNETES / "base"} == set(KUBERNETES.glob("*/*.yaml")) - set(
        _kustomizations()
    )


@pytest.mark.parametrize("name", ["deployment", "service", "disruption"])
def test_a_resource_fits_its_schema(name: str) -> None:
    kubernetes_validate.validate(_resource(f"base/{name}.yaml"), "1.33", strict=True)


def test_selectors_fit_the_pods() -> None:
    template = _resource("base/deployment.yaml")["spec"]["template"]
    labels = template["metadata"]["labels"]
    selectors = [
        _resource(f"base/{name}.yaml")["spec"]["selector"] for name in ("deployment", "disruption")
    ]
    selectors.append(_resource("queue-depth/monitor.yaml")["spec"]["selector"])
    assert [each["matchLabels"] for each in selectors] == [labels] * 3
    service = _resource("base/service.yaml")["spec"]
    assert service["selector"] == labels
    assert service["ports"] == [{"name": "http", "port": DEFAULT_PORT, "targetPort": "http"}]
    assert SERVER["ports"] == [{"name": "http", "containerPort": DEFAULT_PORT}]


def test_the_pod_is_the_image(dockerfile: Dockerfile, served: Served) -> None:
    uid = int(dockerfile.last("cpu", "USER").text.split(":")[0])
    context = POD["securityContext"]
    assert {context[key] for key in ("runAsUser", "runAsGroup", "fsGroup")} == {uid}
    mounts = {mount["mountPath"] for mount in SERVER["volumeMounts"]}
    assert mounts == {"/models", "/tmp"}
    (variable,) = SERVER["env"]
    options = served(SERVER["args"], **{variable["name"]: KEY})
    assert (options.host, options.port) == ("0.0.0.0", DEFAULT_PORT)


def test_times_of_the_pod() -> None:
    for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
        assert SERVER[probe]["httpGet"] == {"path": "/health", "port": "http"}
    *_, waits = SERVER["lifecycle"]["preStop"]["exec"]["command"]
    grace = POD["terminationGracePeriodSeconds"]
    assert grace > DRAIN + int(waits)
    liveness = SERVER["livenessProbe"]
    assert liveness["periodSeconds"] * liveness["failureThreshold"] > grace


def test_patches_fit_the_base(dockerfile: Dockerfile) -> None:
    base = _resource("base/deployment.yaml")
    (image,) = _resource("base/kustomization.yaml")["images"]
    (gpu,) = _resource("gpu/kustomization.yaml")["images"]
    assert gpu["name"] == image["newName"]
    assert {image["newTag"], gpu["newTag"]} <= set(dockerfile.stages)
    assert {each["image"] for each in POD["initContainers"] + [SERVER]} == {image["name"]}
    (patch,) = _resource("gpu/kustomization.yaml")["patches"]
    for change in yaml.safe_load(patch["patch"]):
        at: Any = base
        *above, last = [part.replace("~1", "/") for part in change["path"].split("/")[1:]]
        for part in above:
            at = at[int(part)] if isinstance(at, list) else at[part]
        assert change["op"] == "add" or last in at
        assert isinstance(at, list if last == "-" else dict)


def test_it_scales_on_figures_that_there_are(toy_store: Store) -> None:
    service = Service(ServerOptions(), read_settings(variables_of(toy_store.cache)))
    exported = set(re.findall(r"^(kokoro_\w+)", service.figures.text().decode(), re.M))
    service.close()
    scale = _resource("queue-depth/scale.yaml")["spec"]
    (trigger,) = scale["triggers"]
    asked = set(re.findall(r"\bkokoro_\w+", trigger["metadata"]["query"]))
    assert asked == {"kokoro_waiting", "kokoro_running"} and asked <= exported
    names = {
        _resource(f"base/{name}.yaml")["metadata"]["name"] for name in ("deployment", "service")
    }
    assert names == {scale["scaleTargetRef"]["name"]}
    (endpoint,) = _resource("queue-depth/monitor.yaml")["spec"]["podMetricsEndpoints"]
    secret = SERVER["env"][0]["valueFrom"]["secretKeyRef"]
    assert endpoint["authorization"]["credentials"] == secret and endpoint["path"] == "/metrics"


# docs/deploy.md


def test_commands_name_what_there_is(dockerfile: Dockerfile) -> None:
    commands = [shlex.split(command) for command in page("deploy.md").commands()]
    options = [("--file", DEPLOY), ("--kustomize", KUBERNETES)]
    for command in commands:
        for option, below in options:
            if option in command:
                path = ROOT / command[command.index(option) + 1]
                assert path.exists() and path.is_relative_to(below)
        if "--target" in command:
            assert command[command.index("--target") + 1] in dockerfile.stages
        if "--profile" in command:
            profile = command[command.index("--profile") + 1]
            assert [profile] in [service["profiles"] for service in SERVICES.values()]
        if "--tmpfs" in command:
            assert command[command.index("--tmpfs") + 1].startswith("/tmp:exec,")
    secret = SERVER["env"][0]["valueFrom"]["secretKeyRef"]
    assert any(["secret", "generic", secret["name"]] == words[2:5] for words in commands)


def test_the_server_takes_the_commands_of_the_page(served: Served) -> None:
    for command in page("deploy.md").commands():
        words = shlex.split(command)
        if words[:2] == ["docker", "run"] and "serve" in words:
            assert served(words[words.index("serve") :], KOKORO_API_KEY=KEY).host == "0.0.0.0"
