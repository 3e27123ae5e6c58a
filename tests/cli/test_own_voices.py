"""``kokoro voices add``, ``remove`` and ``blend``, in the test's own process."""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import re
import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy

from kokoro_cli.errors import ExitCode
from tests.assets.test_fetch import Trap
from tests.conftest import Run
from tests.disks import small_disk
from tests.in_process import completed
from tests.voices.voice_files import BAD, RAW, ROWS, npy, pt, safetensors_of

Kokoro = Callable[..., "subprocess.CompletedProcess[str]"]
REFUSALS = (ExitCode.USAGE, ExitCode.MISSING)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the user's own voices are kept; it is not there yet."""
    return tmp_path / "voices"


@pytest.fixture
def variables(folder: Path) -> dict[str, str]:
    return {
        "KOKORO_VOICES": str(folder),
        "KOKORO_OFFLINE": "1",
        "LANG": "en_US.UTF-8",
        "LC_ALL": "",
        "LC_MESSAGES": "",
    }


@pytest.fixture
def voices(cli: Run, variables: dict[str, str], tmp_path: Path) -> Kokoro:
    """Run ``kokoro voices`` beside the files of the test."""
    return partial(cli, "voices", environment=variables, cwd=tmp_path)


@pytest.fixture
def in_time(run: Run, variables: dict[str, str], tmp_path: Path) -> Kokoro:
    """Like ``voices``, in a process of its own that may take 20 seconds."""
    options = {"timeout": 20, "stdin": subprocess.DEVNULL}
    return partial(run, "voices", environment=variables, cwd=tmp_path, **options)


def done(result: subprocess.CompletedProcess[str]) -> Any:
    """Return the result as JSON, or nothing; it went well."""
    assert result.returncode == ExitCode.OK, result.stderr
    assert result.stderr == ""
    return json.loads(result.stdout) if result.stdout.startswith("{") else None


def refused(result: subprocess.CompletedProcess[str], reason: str = "") -> None:
    """It was refused in one line with the reason, a regular expression, and one that helps."""
    told = result.stderr.splitlines()
    assert result.returncode in REFUSALS, result.stderr
    assert result.stdout == ""
    assert [line.partition(" ")[0] for line in told] == ["Error:", "Hint:"], result.stderr
    assert all(line.isprintable() and len(line) < 1000 for line in told)
    assert "unexpected" not in told[0]
    assert re.search(reason, told[0]), told[0]


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


# What comes in


@pytest.mark.parametrize("name", ["raw.bin", "array.npy", "safe.safetensors", "torch.pt"])
def test_a_good_file_is_kept_bit_for_bit(
    name: str, voices: Kokoro, folder: Path, tmp_path: Path
) -> None:
    made = {
        "raw.bin": RAW,
        "array.npy": npy(ROWS),
        "safe.safetensors": safetensors_of(ROWS.reshape(510, 1, 256)),
    }
    (tmp_path / name).write_bytes(made.get(name) or pt())
    added = done(voices("add", name, "--json"))
    own = Path(name).stem
    assert added == done(voices("show", own, "--json"))
    assert set(added) == {
        "name", "language", "tag", "gender", "grade", "default", "made_of", "sha256", "path",
    }  # fmt: skip
    assert (added["name"], added["made_of"], added["grade"]) == (own, name, None)
    assert (added["language"], added["gender"]) == ("American English", None)
    assert added["path"] == str(folder / f"{own}.safetensors")
    assert names(folder) == [f"{own}.safetensors"]
    (kept,) = safetensors.numpy.load_file(added["path"]).values()
    assert (str(kept.dtype), kept.shape) == ("float32", (510, 256))
    assert kept.tobytes() == RAW
    assert (tmp_path / name).exists()


def test_options_go_over_the_name_and_the_name_over_nothing(voices: Kokoro, tmp_path: Path) -> None:
    (tmp_path / "ff_mine.npy").write_bytes(npy(ROWS))
    told = done(voices("add", "ff_mine.npy", "--json"))
    assert (told["language"], told["gender"]) == ("French", "female")
    told = done(voices("add", "ff_mine.npy", "--name", "bm_x", "--json"))
    assert (told["language"], told["gender"]) == ("British English", "male")
    options = ["--name", "ff_y", "--lang", "ja", "--gender", "m", "--json"]
    told = done(voices("add", "ff_mine.npy", *options))
    assert (told["language"], told["gender"]) == ("Japanese", "male")
    refused(voices("add", "ff_mine.npy", "--name", "z", "--lang", "xx"))
    refused(voices("add", "ff_mine.npy", "--name", "z", "--gender", "x"))


def test_a_voice_from_another_folder_keeps_its_language_and_recipe(
    voices: Kokoro, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "x.npy").write_bytes(npy(ROWS))
    first = done(voices("add", "x.npy", "--lang", "it", "--gender", "f", "--json"))
    (folder / "x.safetensors").rename(tmp_path / "am_other.safetensors")
    second = done(voices("add", "am_other.safetensors", "--json"))
    for key in ("language", "tag", "gender", "made_of", "sha256"):
        assert second[key] == first[key]
    assert (second["name"], second["language"]) == ("am_other", "Italian")


def test_an_existing_voice_is_written_over_by_force_alone(
    voices: Kokoro, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "x.npy").write_bytes(npy(ROWS))
    (tmp_path / "y.npy").write_bytes(npy(ROWS * 2))
    first = done(voices("add", "x.npy", "--json"))
    refused(voices("add", "y.npy", "--name", "x"), "There is a voice x already")
    assert done(voices("show", "x", "--json")) == first
    second = done(voices("add", "y.npy", "--name", "x", "--force", "--json"))
    assert second["sha256"] != first["sha256"]
    refused(voices("blend", "x", "--save", "x"), "There is a voice x already")
    assert names(folder) == ["x.safetensors"]


def test_a_file_whose_name_is_no_text(voices: Kokoro, tmp_path: Path) -> None:
    path = os.fsdecode(os.fsencode(tmp_path) + b"/\xff\n.npy")
    Path(path).write_bytes(npy(ROWS))
    assert done(voices("add", path, "--name", "x", "--json"))["made_of"] == "��.npy"
    shown = voices("show", "x")
    assert "Made of:   ��.npy\n" in shown.stdout
    Path(path).write_bytes(b"no voice")
    refused(voices("add", path, "--name", "y"), "no kind of file")


# What stays out


@pytest.mark.parametrize("make, reason", BAD.values(), ids=BAD)
def test_what_is_no_voice_is_refused_and_nothing_of_it_runs(
    make: Callable[[Path], bytes], reason: str, voices: Kokoro, folder: Path, tmp_path: Path
) -> None:
    marker = tmp_path / "marker"
    (tmp_path / "evil.pt").write_bytes(make(marker))
    before = names(tmp_path)
    refused(voices("add", "evil.pt", "--json"), f"evil.pt .*{reason}")
    assert names(tmp_path) == before
    assert not folder.exists()


def test_a_trap_does_spring_where_it_is_unpickled(tmp_path: Path) -> None:
    pickle.loads(pickle.dumps(Trap(tmp_path / "marker")))
    assert (tmp_path / "marker").exists()


def linked(path: Path) -> None:
    path.with_name("good.npy").write_bytes(npy(ROWS))
    path.symlink_to("good.npy")


def sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(1 << 30)


NO_FILES: dict[str, tuple[Callable[[Path], object], str]] = {
    "a link to a good file": (linked, "is a link"),
    "a link to nothing": (lambda path: path.symlink_to("nothing"), "is a link"),
    "a link to itself": (lambda path: path.symlink_to(path), "is a link"),
    "a link to what never ends": (lambda path: path.symlink_to("/dev/zero"), "is a link"),
    "a FIFO": (os.mkfifo, "is not a regular file"),
    "a folder": (Path.mkdir, "is not a regular file"),
    "missing": (lambda path: None, "does not exist"),
    "a gigabyte of nothing": (sparse, "too large"),
}


@pytest.mark.parametrize("make, reason", NO_FILES.values(), ids=NO_FILES)
def test_what_is_no_plain_file_is_refused_at_once(
    make: Callable[[Path], object],
    reason: str,
    in_time: Kokoro,
    folder: Path,
    tmp_path: Path,
) -> None:
    make(tmp_path / "evil.npy")
    refused(in_time("add", "evil.npy"), reason)
    assert not folder.exists()


@pytest.mark.parametrize("path", ["/dev/zero", "/dev/stdin", "", ".", "/", "a" * 300, "x.npy/y"])
def test_a_path_that_leads_to_no_file(path: str, in_time: Kokoro, tmp_path: Path) -> None:
    (tmp_path / "x.npy").write_bytes(npy(ROWS))
    refused(in_time("add", path))


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_cannot_be_read(voices: Kokoro, tmp_path: Path) -> None:
    path = tmp_path / "x.npy"
    path.write_bytes(npy(ROWS))
    path.chmod(0)
    refused(voices("add", "x.npy"), "can't be read: Permission denied")


# Names

NO_NAMES = [
    "", "..", "../x", "../../x", "/abs", "a/b", "x\n", "Mine", "a" * 65, "аf", "x\u202e", "x y",
    "-x", ".new-x", "x.safetensors", "default", "af", "af_bella",
]  # fmt: skip


@pytest.fixture
def mine(folder: Path) -> None:
    """A voice of the user's own with this name."""
    folder.mkdir()
    (folder / "mine.safetensors").write_bytes(safetensors_of(ROWS))


@pytest.mark.usefixtures("mine")
@pytest.mark.parametrize("name", NO_NAMES, ids=ascii)
def test_a_name_never_leaves_the_folder(name: str, voices: Kokoro, tmp_path: Path) -> None:
    (tmp_path / "good.npy").write_bytes(npy(ROWS))
    before = sorted(tmp_path.rglob("*"))
    refused(voices("add", "good.npy", "--force", f"--name={name}"))
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.usefixtures("mine")
@pytest.mark.parametrize("name", ["", "../x", "/abs", "voices/mine", "af_bella"], ids=ascii)
def test_nor_where_a_voice_is_blended_or_removed(name: str, voices: Kokoro, tmp_path: Path) -> None:
    (tmp_path / "x.safetensors").write_bytes(safetensors_of(ROWS))
    before = sorted(tmp_path.rglob("*"))
    refused(voices("blend", "mine", "--force", f"--save={name}"))
    refused(voices("remove", "--", name))
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("name", ["Mine.npy", "my voice.npy", "..npy", "af_bella.npy", "é.npy"])
def test_a_file_of_such_a_name_needs_another(name: str, voices: Kokoro, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(npy(ROWS))
    refused(voices("add", name))
    assert done(voices("add", name, "--name", "x", "--json"))["made_of"] == name


def test_remove(voices: Kokoro, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "x.npy").write_bytes(npy(ROWS))
    for name in ("x", "y", "z"):
        done(voices("add", "x.npy", "--name", name))
    removed = voices("remove", "x", "z")
    assert (removed.returncode, removed.stderr) == (ExitCode.OK, "")
    assert names(folder) == ["y.safetensors"]
    refused(voices("remove", "x"), "There is no voice 'x'")
    refused(voices("remove", "af_heart"), "af_heart is a voice of the model")
    refused(voices("show", "x"), "There is no voice 'x'")


# What else lies in the folder


def test_a_link_in_the_folder_is_never_followed(
    voices: Kokoro, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "x.npy").write_bytes(npy(ROWS * 2))
    target = tmp_path / "target"
    target.write_bytes(safetensors_of(ROWS))
    folder.mkdir()
    link = folder / "x.safetensors"
    link.symlink_to(target)
    refused(voices("show", "x"), "is a link")
    refused(voices("add", "x.npy"), "already")
    done(voices("add", "x.npy", "--force"))
    assert link.is_file() and not link.is_symlink()
    link.unlink()
    link.symlink_to(target)
    done(voices("remove", "x"))
    assert names(folder) == []
    assert target.read_bytes() == safetensors_of(ROWS)


def test_a_damaged_voice_is_named_by_each_command(voices: Kokoro, cli: Run, folder: Path) -> None:
    folder.mkdir()
    damaged = folder / "x.safetensors"
    damaged.write_bytes(safetensors_of(ROWS)[:-1])
    environment = {"KOKORO_VOICES": str(folder), "KOKORO_OFFLINE": "1"}
    reason = "x.safetensors is a damaged safetensors file"
    for result in (voices(), voices("--json")):
        assert result.returncode == 0
        assert "af_bella" in result.stdout
        assert reason in result.stderr
    for result in (
        voices("show", "x"),
        voices("blend", "x+af_sky", "--save", "y"),
        cli("say", "-v", "x", "Hello.", "-o", "x.wav", environment=environment, cwd=folder.parent),
    ):
        refused(result, reason)
    assert completed("x", folder) == ["x"]
    done(voices("remove", "x"))
    assert len(voices().stdout.split()) == 54


def test_a_voice_that_lies_about_itself_is_still_a_voice(voices: Kokoro, folder: Path) -> None:
    folder.mkdir()
    notes = {"language": "xx", "gender": "[/]", "made_of": "[bold]\x1b[2J[/]"}
    (folder / "x.safetensors").write_bytes(safetensors_of(ROWS, notes))
    shown = voices("show", "x")
    assert shown.returncode == ExitCode.OK, shown.stderr
    assert shown.stdout.startswith("x: American English\nMade of:   [bold]�[2J[/]\n")
    assert "x" in voices().stdout.split()


def test_own_voices_come_first_in_their_language(
    voices: Kokoro, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "x.npy").write_bytes(npy(ROWS))
    for name, language in (("zoe", "en"), ("my_ann", "en"), ("luc", "fr")):
        done(voices("add", "x.npy", "--name", name, "--lang", language))
    rows = done(voices("--json"))["voices"]
    assert [row["name"] for row in rows[:3]] == ["my_ann", "zoe", "af_heart"]
    assert [row["own"] for row in rows].count(True) == 3
    assert all(row["installed"] for row in rows if row["own"])
    french = [row["name"] for row in rows if row["language"] == "French"]
    assert french == ["luc", "ff_siwis"]
    assert voices("--installed").stdout.split() == ["my_ann", "zoe", "luc"]
    assert voices("--grade", "A").stdout.split() == ["af_heart", "af_bella"]
    assert completed("l", folder) == ["luc"]
    assert completed("af_bella(2)+my", folder) == ["af_bella(2)+my_ann"]


# Disks


def test_a_folder_that_cannot_be(cli: Run, tmp_path: Path) -> None:
    (tmp_path / "x.npy").write_bytes(npy(ROWS))
    inside = {"KOKORO_VOICES": str(tmp_path / "x.npy" / "voices")}
    result = cli("voices", "add", str(tmp_path / "x.npy"), environment=inside)
    refused(result, "could not be written: Not a directory")
    same = {"KOKORO_VOICES": str(tmp_path / "x.npy")}
    refused(
        cli("voices", "add", str(tmp_path / "x.npy"), environment=same), "which is not a folder"
    )


def test_a_full_disk_is_reported_in_one_line(voices: Kokoro, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "x.npy").write_bytes(npy(ROWS))
    with small_disk(folder, 800):
        done(voices("add", "x.npy"))
        refused(voices("add", "x.npy", "--name", "y"), "written: No space left on device")
        refused(voices("add", "x.npy", "--force"), "written: No space left on device")
        assert names(folder) == ["x.safetensors"]
        done(voices("show", "x", "--json"))


def test_a_read_only_disk_is_reported_in_one_line(
    voices: Kokoro, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "x.npy").write_bytes(npy(ROWS))
    with small_disk(folder, 2000):
        done(voices("add", "x.npy"))
        subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
        refused(voices("add", "x.npy", "--force"), "written: Read-only file system")
        refused(voices("blend", "x", "--save", "y"), "written: Read-only file system")
        refused(voices("remove", "x"), "removed: Read-only file system")
        assert names(folder) == ["x.safetensors"]


# Blends


def test_own_voices_are_blended_without_the_model(
    voices: Kokoro, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "x.npy").write_bytes(npy(ROWS))
    (tmp_path / "y.npy").write_bytes(npy(ROWS[::-1]))
    done(voices("add", "x.npy", "--lang", "fr", "--gender", "f"))
    done(voices("add", "y.npy", "--lang", "it", "--gender", "f"))
    told = done(voices("blend", "x(1)+y(3)", "--json"))
    assert told == {
        "blend": "x(0.25)+y(0.75)",
        "parts": [{"voice": "x", "share": 0.25}, {"voice": "y", "share": 0.75}],
        "language": "Italian",
        "saved": None,
    }
    assert names(folder) == ["x.safetensors", "y.safetensors"]
    saved = done(voices("blend", "x(1)+y(3)", "--save", "z", "--json"))["saved"]
    assert (saved["language"], saved["gender"]) == ("Italian", "female")
    assert (saved["made_of"], saved["sha256"]) == (
        "x(0.25)+y(0.75)",
        done(voices("show", "z", "--json"))["sha256"],
    )
    (rows,) = safetensors.numpy.load_file(saved["path"]).values()
    by_hand = (ROWS.astype(float) + 3 * ROWS[::-1].astype(float)) / 4
    np.testing.assert_array_equal(rows, by_hand.astype(np.float32))
    assert not (tmp_path / "cache" / "models").exists()


def test_the_parts_say_the_gender_where_they_agree(voices: Kokoro, tmp_path: Path) -> None:
    (tmp_path / "x.npy").write_bytes(npy(ROWS))
    for name in ("af_x", "bm_y", "no"):
        done(voices("add", "x.npy", "--name", name))
    cases: dict[tuple[str, ...], tuple[str, str | None]] = {
        ("af_x+bm_y",): ("American English", None),
        ("af_x(1)+bm_y(2)",): ("British English", None),
        ("bm_y+no",): ("British English", None),
        ("bm_y+bm_y",): ("British English", "male"),
        ("af_x+bm_y", "--gender", "f", "--lang", "pt"): ("Brazilian Portuguese", "female"),
    }
    for arguments, (language, gender) in cases.items():
        told = done(voices("blend", *arguments, "--save", "z", "--force", "--json"))
        assert (told["saved"]["language"], told["saved"]["gender"]) == (language, gender)
        assert told["language"] == language


def test_a_blend_that_no_voice_can_be_is_not_kept(
    voices: Kokoro, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "x.npy").write_bytes(npy(ROWS))
    (tmp_path / "y.npy").write_bytes(npy(-ROWS))
    done(voices("add", "x.npy"))
    done(voices("add", "y.npy"))
    refused(voices("blend", "x+y", "--save", "z"), "z has nothing but zeros")
    refused(voices("blend", "x(100)+y(-99)", "--save", "z"), "nearly cancel")
    refused(voices("blend", "x+nobody", "--save", "z"), "There is no voice 'nobody'")
    refused(voices("blend", "x(2", "--save", "z"), "at character 2")
    refused(voices("blend", "x", "--save", "z", "--lang", "xx"))
    refused(voices("blend", "x", "--save", "z", "--gender", "xx"))
    assert names(folder) == ["x.safetensors", "y.safetensors"]


def test_a_blend_is_the_weighted_mean_of_all_rows(toy_cli: Run, folder: Path) -> None:
    environment = {"KOKORO_VOICES": str(folder)}

    def json_of(*arguments: str) -> Any:
        result = toy_cli("voices", *arguments, "--json", environment=environment)
        assert result.returncode == ExitCode.OK, result.stderr
        return json.loads(result.stdout)

    saved = json_of("blend", "af_bella(2)+bf_emma(1)+af_bella(1)", "--save", "mix")["saved"]
    assert saved["made_of"] == "af_bella(0.75)+bf_emma(0.25)"
    assert (saved["language"], saved["gender"]) == ("American English", "female")
    bella, emma = (
        np.fromfile(json_of("show", name)["path"], "<f4").reshape(510, 256).astype(np.float64)
        for name in ("af_bella", "bf_emma")
    )
    (rows,) = safetensors.numpy.load_file(saved["path"]).values()
    assert rows.shape == (510, 256)
    np.testing.assert_array_equal(rows, ((3 * bella + emma) / 4).astype(np.float32))
    one = json_of("blend", "default", "--save", "one")["saved"]
    heart = Path(json_of("show", "af_heart")["path"]).read_bytes()
    assert (one["sha256"], one["made_of"]) == (hashlib.sha256(heart).hexdigest(), "af_heart")


@pytest.mark.real
def test_a_voice_that_is_kept_alone_has_its_published_checksum(real_run: Run, folder: Path) -> None:
    environment = {"KOKORO_VOICES": str(folder)}
    kept, heart = (
        done(real_run("voices", *arguments, "--json", environment=environment))
        for arguments in (("blend", "default", "--save", "one"), ("show", "af_heart"))
    )
    assert kept["saved"]["sha256"] == heart["sha256"]


def test_a_kept_blend_speaks_as_the_blend_does(toy_cli: Run, folder: Path, tmp_path: Path) -> None:
    environment = {"KOKORO_VOICES": str(folder)}
    spec = "af_bella(3)+bf_emma(1)"
    saved = toy_cli("voices", "blend", spec, "--save", "mix", environment=environment)
    assert saved.returncode == ExitCode.OK, saved.stderr
    for voice, file in ((spec, "a.wav"), ("mix", "b.wav")):
        arguments = ["say", "Hello.", "-v", voice, "-l", "a", "-o", str(tmp_path / file)]
        spoken = toy_cli(*arguments, environment=environment)
        assert spoken.returncode == ExitCode.OK, spoken.stderr
    assert (tmp_path / "a.wav").read_bytes() == (tmp_path / "b.wav").read_bytes()
