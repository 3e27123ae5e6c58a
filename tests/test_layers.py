"""Layers import downwards only, and what is heavy or special stays in the files that adapt it."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from kokoro_cli.engines import ENGINES

PACKAGE = Path(__file__).parents[1] / "kokoro_cli"

# From the bottom up. Modules of one layer do not import each other.
LAYERS = (
    ("undo",),
    (
        *("child", "errors", "files", "kokoro82m", "pauses", "picture", "printable"),
        *("processor", "raised", "saved_tensor", "spectrum", "stopwatch", "telemetry", "threads"),
    ),
    ("types", "registry", "checksum"),
    ("assets", "audio", "config", "documents", "engines", "text", "voices"),
    ("sinks",),
    ("install", "subtitles", "synthesis"),
    ("speaker",),
    ("batch", "bench", "playback", "remote"),
    ("server",),
    ("cli",),
)

# Third-party modules that cost time or memory, and the only files and folders that import them.
HEAVY = {
    "torch": {
        "engines/torch_engine.py",
        "engines/torch_batch.py",
        "engines/padding.py",
        "engines/kmodel.py",
        "engines/export.py",
        "engines/checkpoint.py",
    },
    "kokoro": {"engines/kmodel.py"},
    "onnxruntime": {"engines/sessions.py"},
    "kokoro_kernels": {"engines/kernels.py"},
    "onnx": {"engines/checkpoint.py", "engines/cut", "engines/walk.py"},
    "spacy": set(),  # misaki imports it when it needs it, see text/languages/english.py.
    "misaki": {f"text/languages/{n}.py" for n in ("english", "espeak", "japanese", "chinese")},
    "phonemizer": {"text/languages/espeak.py"},
    "jieba": {"text/languages/chinese.py"},
    "jaconv": {"text/languages/japanese.py"},
    "sounddevice": {"sinks/player.py"},
    "soundfile": {"sinks/sound_file.py", "audio/flac.py"},
    "soxr": {"audio/resample.py", "audio/limiter.py", "bench/recognise.py"},
    "av": {"sinks/av_file.py"},
    "pypdfium2": {"documents/pdf.py", "documents/pdf_page.py"},
    "typer": {"cli/app.py", "cli/binding.py", "cli/options.py", "cli/commands/"},
    "rich": {"cli/environment.py", "cli/render/", "cli/terminal/"},
    "markdown_it": {"text/markdown.py"},
    "matplotlib": {"bench/plot.py"},
    "faster_whisper": {"bench/recognise.py"},
    "safetensors": {"voices/formats.py"},
    "fastapi": {"server/"},
    "starlette": {"server/"},
    "uvicorn": {"server/run.py"},
    "wyoming": {"server/wyoming.py"},
    "zeroconf": {"server/discovery.py"},
    "ifaddr": {"server/discovery.py"},
    "prometheus_client": {"server/figures.py"},
    "pydantic": {"server/schemas.py"},
    "anyio": {"server/"},
    "emoji": {"text/verbalise/general.py"},
}

# Third-party modules that any file may import.
LIGHT = {"numpy", "filelock", "platformdirs", "tomli", "typing_extensions"}


def _names() -> list[str]:
    return [path.relative_to(PACKAGE).as_posix() for path in sorted(PACKAGE.rglob("*.py"))]


def _parsed(name: str) -> ast.Module:
    return ast.parse((PACKAGE / name).read_text(encoding="utf-8"))


_tree = cache(_parsed)


def _imports(tree: ast.Module) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "imports are absolute"
            found |= {node.module or ""} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def _layer(module: str) -> int | None:
    name = module.removeprefix("kokoro_cli.").split(".")[0]
    return next((i for i, names in enumerate(LAYERS) if name in names), None)


def upward_imports(name: str, tree: ast.Module) -> list[str]:
    """Return what a file of the package imports although it is not below the file's layer."""
    part = name.removesuffix(".py").split("/")[0]
    own = _layer(part)
    assert own is not None, f"{part} is in no layer"
    wrong = []
    for module in sorted(_imports(tree)):
        if module.startswith("kokoro_cli.") and module.split(".")[1] != part:
            other = _layer(module)
            if other is not None and other >= own:
                wrong.append(module)
    return wrong


@pytest.mark.parametrize("name", [n for n in _names() if n not in ("__init__.py", "__main__.py")])
def test_layers_import_downwards(name: str) -> None:
    assert upward_imports(name, _tree(name)) == []


def test_every_name_of_a_layer_is_there() -> None:
    names = {name.split("/")[0].removesuffix(".py") for name in _names()}
    assert {name for layer in LAYERS for name in layer} == names - {"__init__", "__main__"}


SERVER = """
from __future__ import annotations
{imports}
def main() -> None:
    from kokoro_cli.speaker.speaker import Speaker
"""


def _server(*modules: str) -> list[str]:
    code = SERVER.format(imports="\n".join(f"import kokoro_cli.{module}" for module in modules))
    return upward_imports("server/app.py", ast.parse(code))


def test_a_server_may_import_everything_but_the_command_line() -> None:
    below = [name for layer in LAYERS[:-2] for name in layer]
    assert len(below) > 20
    assert _server(*below) == []
    assert _server("server.requests") == []
    assert _server("cli.environment", "speaker") == ["kokoro_cli.cli.environment"]


@pytest.mark.parametrize("name", [name for layer in LAYERS[:-2] for name in layer])
def test_nothing_below_may_import_a_server(name: str) -> None:
    code = ast.parse("from kokoro_cli.server import app")
    assert "kokoro_cli.server" in upward_imports(f"{name}.py", code)


def test_an_import_upwards_is_seen_wherever_it_is() -> None:
    for code in (
        "import kokoro_cli.batch.run",
        "from kokoro_cli import batch",
        "from kokoro_cli.batch import run",
        "def f():\n    from kokoro_cli.batch.run import Job",
    ):
        assert upward_imports("speaker/speaker.py", ast.parse(code)), code
    assert upward_imports("speaker/speaker.py", ast.parse("from kokoro_cli import errors")) == []


def test_a_part_without_a_layer_is_seen() -> None:
    with pytest.raises(AssertionError, match="gui is in no layer"):
        upward_imports("gui/window.py", ast.parse(""))


# What is heavy


@pytest.mark.parametrize("name", _names())
def test_heavy_imports_stay_in_their_files(name: str) -> None:
    for module in _imports(_without_types(_parsed(name))):
        top = module.split(".")[0]
        if top in HEAVY:
            allowed = any(name == place or name.startswith(place) for place in HEAVY[top])
            assert allowed, f"{name} imports {top}"


@pytest.mark.parametrize("name", _names())
def test_every_other_distribution_has_a_place(name: str) -> None:
    tops = {module.split(".")[0] for module in _imports(_tree(name))}
    assert tops <= {"kokoro_cli", "", *sys.stdlib_module_names, *HEAVY, *LIGHT}


def test_the_table_has_no_file_that_is_gone() -> None:
    for top, places in HEAVY.items():
        for place in places:
            files = [name for name in _names() if name == place or name.startswith(place)]
            assert any(top in {m.split(".")[0] for m in _imports(_tree(n))} for n in files), place


def _without_types(tree: ast.Module) -> ast.Module:
    """Drop what is imported below ``if TYPE_CHECKING``."""
    for block in ast.walk(tree):
        if isinstance(block, ast.If) and ast.unparse(block.test) == "TYPE_CHECKING":
            block.body = [ast.Pass()]
    return tree


# What only one place knows


def _strings(name: str) -> Iterator[str]:
    """Yield the string constants of a file, without its docstrings."""
    tree = _tree(name)
    docs = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node.value


def test_only_the_table_and_the_adapters_name_an_engine_or_its_device() -> None:
    adapters = {
        spec.module.replace(".", "/").partition("/")[2] + ".py" for spec in ENGINES.values()
    }
    special = {*ENGINES, *(device for spec in ENGINES.values() for device in spec.devices)}
    special -= {"cpu"}
    assert special >= {"torch", "onnx", "cuda", "mps"}
    found = {name for name in _names() if special & set(_strings(name))}
    assert "engines/table.py" in found
    assert found <= {"engines/table.py", *adapters}


FLAG = re.compile(r"(?<=\s)--[a-z][a-z-]+")
COMMAND = re.compile(r"\b(?:kokoro|pip install) .*")


@pytest.mark.parametrize("name", [n for n in _names() if not n.startswith("cli/")])
def test_no_message_below_the_command_line_names_a_flag(name: str) -> None:
    """A whole command may have one: kokoro bench --json."""
    found = [text for text in _strings(name) if FLAG.search(COMMAND.sub("", text))]
    assert found == []
