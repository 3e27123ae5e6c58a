"""``python -m kokoro_cli`` is the command line."""

from kokoro_cli.cli.app import run

if __name__ == "__main__":
    run()
