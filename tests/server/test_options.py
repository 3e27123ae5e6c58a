"""What the server can be told: each impossible or unsafe value is one clear error."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from kokoro_cli.errors import UsageError
from kokoro_cli.server.options import (
    ServerOptions,
    all_keys,
    check_options,
    is_loopback,
    seconds_of,
)
from tests.conftest import Run

KEY = "swordfish-1"


def test_the_defaults_are_possible() -> None:
    assert check_options(ServerOptions()) == ServerOptions()


@pytest.mark.parametrize(
    "name, value",
    [
        ("host", ""),
        ("host", "  "),
        ("port", -1),
        ("port", 65536),
        ("wyoming_port", -1),
        ("wyoming_port", 65536),
        ("wyoming_host", "0.0.0.0"),  # Without a port.
        ("audiosocket_port", 65536),
        ("audiosocket_host", "0.0.0.0"),
        ("queue", 0),
        ("per_client", 0),
        ("max_input", 0),
        ("max_seconds", 0),
        ("max_seconds", -1),
        ("max_seconds", math.nan),
        ("max_seconds", math.inf),
        ("drain_seconds", -1),
        ("drain_seconds", math.nan),
        ("base_path", "kokoro"),
        ("base_path", "/"),
        ("base_path", "/kokoro/"),
        ("base_path", "/a b"),
        ("base_path", "/kokoro\n"),
        ("base_path", "/.."),
        ("base_path", "/a/../b"),
        ("base_path", "//example.org"),
        ("cors", ("example.org",)),
        ("cors", ("https://example.org/",)),
        ("cors", ("https://example.org/page",)),
        ("cors", ("https://a.example,https://b.example",)),
        ("cors", ("null",)),
        ("cors", ("",)),
        ("allowed_hosts", ("speech.lan:8880",)),
        ("allowed_hosts", ("http://speech.lan",)),
        ("allowed_hosts", ("*",)),
        ("allowed_hosts", ("",)),
        ("keep_alive", "soon"),
        ("keep_alive", ""),
        ("keep_alive", "-5m"),
        ("keep_alive", "5 m"),
        ("keep_alive", "inf"),
        ("keys", ("short",)),
        ("keys", ("with spaces in it",)),
        ("keys", ("schlüssel-schlüssel",)),
        ("keys", ("a" * 257,)),
        ("keys", ("line\r\nbreak",)),
        ("key_file", Path("nowhere/keys.txt")),
        ("key_file", Path()),
    ],
)
def test_an_impossible_value_is_one_clear_error(name: str, value: Any) -> None:
    # The host makes sure that keys are looked at.
    host = {} if name == "host" else {"host": "192.0.2.1", "keys": (KEY,)}
    if name in ("keys", "key_file"):
        host.pop("keys", None)
    with pytest.raises(UsageError) as raised:
        check_options(ServerOptions(**{**host, name: value}))
    assert raised.value.hint
    assert "\n" not in raised.value.message
    assert name in raised.value.message or name in ("keys", "key_file")


@pytest.mark.parametrize(
    "name, value",
    [
        ("base_path", "/kokoro"),
        ("base_path", "/a/b.c/~d"),
        ("cors", ("*",)),
        ("cors", ("https://example.org", "http://localhost:3000", "chrome-extension://abc")),
        ("allowed_hosts", ("speech.lan", "SPEECH", "192.0.2.7", "[2001:db8::1]", "2001:db8::1")),
        ("port", 0),
        ("port", 65535),
        ("drain_seconds", 0),
        ("keys", ("a" * 8, "~" * 256)),
    ],
)
def test_a_possible_value_is_taken(name: str, value: Any) -> None:
    check_options(ServerOptions(**{name: value}))


@pytest.mark.parametrize(
    "host", ["0.0.0.0", "::", "192.0.2.1", "2001:db8::1", "speech.lan", "127.0.0.1.example", "0"]
)
def test_listening_for_others_needs_a_key(host: str) -> None:
    with pytest.raises(UsageError, match="Whoever reaches") as raised:
        check_options(ServerOptions(host=host))
    assert "KOKORO_API_KEY" in (raised.value.hint or "")
    check_options(ServerOptions(host=host, keys=(KEY,)))


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "[::1]", "localhost"])
def test_this_machine_alone_needs_none(host: str) -> None:
    assert is_loopback(host)
    check_options(ServerOptions(host=host))


def test_a_file_has_a_key_on_each_line(tmp_path: Path) -> None:
    path = tmp_path / "keys.txt"
    path.write_bytes(b"\xef\xbb\xbf# Ours\r\nfirst-key-1\r\n\r\n  second-key-2  \nfirst-key-1\n")
    options = ServerOptions(key_file=path, keys=("third-key-3",))
    assert all_keys(options) == ("third-key-3", "first-key-1", "second-key-2")


@pytest.mark.parametrize(
    "content", [b"", b"# none\n\n", b"short\n", b"\xff\xfe\n", b"a b c d e f\n"]
)
def test_a_file_without_good_keys_is_an_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "keys.txt"
    path.write_bytes(content)
    with pytest.raises(UsageError):
        all_keys(ServerOptions(key_file=path))


def test_keys_are_in_no_message_and_no_description() -> None:
    assert KEY not in repr(ServerOptions(keys=(KEY,)))
    with pytest.raises(UsageError) as raised:
        all_keys(ServerOptions(keys=(KEY, "secret with spaces")))
    assert "secret" not in f"{raised.value.message}{raised.value.hint}"


@pytest.mark.parametrize(
    "text, seconds",
    [
        ("90", 90),
        ("90s", 90),
        ("1.5m", 90),
        ("2h", 7200),
        ("1d", 86400),
        ("0", 0),
        ("-1", math.inf),
    ],
)
def test_seconds_are_read(text: str, seconds: float) -> None:
    assert seconds_of(text) == seconds


def test_the_command_refuses_to_serve_others_without_a_key(toy_cli: Run) -> None:
    result = toy_cli("serve", "--host", "0.0.0.0")
    assert result.returncode == 2
    assert result.stdout == ""
    assert result.stderr == (
        "Error: Whoever reaches 0.0.0.0 could use this server.\n"
        "Hint: Set KOKORO_API_KEY or --key-file, or listen on 127.0.0.1.\n"
    )


@pytest.mark.parametrize(
    "arguments, told",
    [
        (["--port", "70000"], "--port is 70000."),
        (["--queue", "0"], "--queue is 0."),
        (["--per-client", "0"], "--per-client is 0."),
        (["--cors", "example.org"], "--cors is 'example.org'."),
        (["--allow-host", "a:1"], "--allow-host has 'a:1'."),
        (["--base-path", "kokoro"], "--base-path is 'kokoro'."),
        (["--keep-alive", "x\x1b[2J"], r"--keep-alive is 'x\x1b[2J'."),
        (["--max-seconds", "nan"], "--max-seconds is nan."),
        (["--key-file", "nowhere"], "nowhere can't be read: No such file or directory."),
    ],
)
def test_the_command_names_its_own_options(toy_cli: Run, arguments: list[str], told: str) -> None:
    result = toy_cli("serve", *arguments)
    assert result.returncode == 2
    first, hint = result.stderr.splitlines()
    assert first == f"Error: {told}"
    assert hint.startswith("Hint: ")
    assert "`" not in result.stderr


def test_the_command_shows_no_key(toy_cli: Run) -> None:
    given = {"KOKORO_API_KEY": "secret with spaces"}
    result = toy_cli("serve", "--host", "0.0.0.0", environment=given)
    assert result.returncode == 2
    assert "secret" not in result.stdout + result.stderr
