"""Layers import downwards only, and what is heavy stays in the file that adapts it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "kokoro_cli"

# From the bottom up; what stands in one row does not know its neighbours.
LAYERS = (
    ("child", "errors", "kokoro82m", "files", "processor", "saved_tensor", "stopwatch"),
    ("types", "registry"),
    ("documents", "text", "voices", "engines", "audio", "assets", "config"),
    ("sinks",),
    ("synthesis", "install", "subtitles"),
    ("playlist", "batch", "bench"),
    ("cli",),
)

# Third-party modules that cost time or memory, and the only files that import them.
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
    "onnxruntime": {"engines/onnx_engine.py"},
    "onnx": {"engines/checkpoint.py"},
    "spacy": {"text/languages/english.py"},
    "misaki": {f"text/languages/{n}.py" for n in ("english", "espeak", "japanese", "chinese")},
    "jieba": {"text/languages/chinese.py"},
    "sounddevice": {"sinks/player.py"},
    "soundfile": {"sinks/sound_file.py", "audio/flac.py"},
    "soxr": {"audio/resample.py", "audio/limiter.py", "bench/recognise.py"},
    "av": {"sinks/av_file.py"},
    "pypdfium2": {"documents/pdf.py", "documents/pdf_page.py"},
    "typer": {
        f"cli/{name}.py"
        for name in (
            "app",
            "bench_command",
            "file_command",
            "options",
            "text_commands",
            "voices_commands",
        )
    },
    "markdown_it": {"text/markdown.py"},
    "matplotlib": {"bench/plot.py"},
    "faster_whisper": {"bench/recognise.py"},
    "safetensors": {"voices/formats.py"},
    "emoji": {"text/verbalise/general.py"},
}


def _files() -> Iterator[Path]:
    yield from sorted(PACKAGE.rglob("*.py"))


def _imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def _layer(module: str) -> int | None:
    name = module.removeprefix("kokoro_cli").lstrip(".").split(".")[0]
    return next((i for i, names in enumerate(LAYERS) if name in names), None)


@pytest.mark.parametrize("path", _files(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_layers_import_downwards(path: Path) -> None:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    if parts[0] in ("__init__", "__main__"):
        return
    own = _layer(parts[0])
    assert own is not None, f"{parts[0]} stands in no layer"
    for module in _imports(path):
        if not module.startswith("kokoro_cli."):
            continue
        other = _layer(module)
        same_part = module.split(".")[1] == parts[0]
        assert other is None or same_part or other < own, f"{path.name} imports {module}"


@pytest.mark.parametrize("path", _files(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_heavy_imports_stay_in_their_file(path: Path) -> None:
    relative = path.relative_to(PACKAGE).as_posix()
    for module in _imports(path):
        top = module.split(".")[0]
        allowed = HEAVY.get(top)
        if allowed is not None and relative not in allowed:
            assert _only_for_types(path, top), f"{relative} imports {top}"


def _only_for_types(path: Path, module: str) -> bool:
    """Whether each import of the module stands below ``if TYPE_CHECKING``."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for block in ast.walk(tree):
        if isinstance(block, ast.If) and ast.unparse(block.test) == "TYPE_CHECKING":
            block.body = [ast.Pass()]
    return all(
        module not in [alias.name.split(".")[0] for alias in node.names]
        if isinstance(node, ast.Import)
        else (node.module or "").split(".")[0] != module
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
    )
