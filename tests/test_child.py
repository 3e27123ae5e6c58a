from __future__ import annotations

import os
import tempfile

import pytest

from kokoro_cli.child import Child, ProcessError, TooMuchError, output

MODULE = "tests.echo_child"


def test_it_answers_until_it_is_closed() -> None:
    with Child(MODULE, "a", "“ü”") as child:
        assert child.answer() == ["a", "“ü”"]
        assert child.ask({"x": [1, "ü"]}) == {"done": {"x": [1, "ü"]}}
        assert child.ask(2) == {"done": 2}
        pid = child._process.pid
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_an_error_ends_it(error: type[BaseException]) -> None:
    with pytest.raises(error), Child(MODULE) as child:
        child.answer()
        raise error
    assert child._process.returncode is not None


@pytest.mark.parametrize(
    ("task", "message", "code"),
    [
        ("fail", "it broke", 3),
        ("raise", "ValueError: no such thing", 1),
        ("die", "It was ended by SIGKILL.", -9),
        ("leave", "no reason given", 0),
    ],
)
def test_one_that_ends_says_why(task: str, message: str, code: int) -> None:
    with Child(MODULE) as child:
        child.answer()
        for _ in range(2):  # The second time there is nobody to read the task.
            with pytest.raises(ProcessError) as caught:
                child.ask(task)
            assert (str(caught.value), caught.value.code) == (message, code)


@pytest.mark.parametrize(("task", "fails"), [("leave", False), ("fail", True)])
def test_answers_end_with_the_process(task: str, fails: bool) -> None:
    with Child(MODULE) as child:
        answers = child.answers()
        assert next(answers) == []
        assert child._process.stdin is not None
        child._process.stdin.write(f'1\n"{task}"\n')
        child._process.stdin.flush()
        assert next(answers) == {"done": 1}
        if fails:
            with pytest.raises(ProcessError, match="it broke"):
                next(answers)
        else:
            assert list(answers) == []


def test_a_module_that_is_not_there() -> None:
    with Child("no.such_module") as child, pytest.raises(ProcessError, match="No module named"):
        child.answer()


def test_all_that_a_process_writes() -> None:
    with tempfile.TemporaryFile() as file:
        file.write(b'"x"\n')
        file.seek(0)
        assert output(MODULE, "ü", stdin=file, most_bytes=99) == b'["\\u00fc"]\n{"done": "x"}\n'
        file.seek(0)
        with pytest.raises(TooMuchError):
            output(MODULE, stdin=file, most_bytes=10)


@pytest.mark.parametrize(
    ("task", "message", "code"), [("fail", "it broke", 3), ("die", "no reason given", -9)]
)
def test_why_there_is_no_output(task: str, message: str, code: int) -> None:
    with tempfile.TemporaryFile() as file, pytest.raises(ProcessError, match=message) as caught:
        file.write(f'"{task}"\n'.encode())
        file.seek(0)
        output(MODULE, stdin=file, most_bytes=99)
    assert caught.value.code == code
