"""Install the model and voices, and keep how fast each engine speaks on this machine.

PyTorch runs in child processes only, so a process that installs never imports it.
"""

from __future__ import annotations

from kokoro_cli.install.figures import (
    learn,
    measurements,
    refusals,
    save_tuning,
    saved_tuning,
)
from kokoro_cli.install.measure import measure_engines, measured, settle
from kokoro_cli.install.model import (
    PUBLISHED,
    REBUILT,
    InstalledModel,
    Notify,
    check_untouched,
    install_model,
    installed_model,
    no_model,
    require_model,
    verify_model,
)
from kokoro_cli.install.pull import MODEL, install, missing
from kokoro_cli.install.verify import repair, verify
from kokoro_cli.install.voices import find_installed_voice, install_voice

__all__ = [
    "MODEL",
    "PUBLISHED",
    "REBUILT",
    "InstalledModel",
    "Notify",
    "check_untouched",
    "find_installed_voice",
    "install",
    "install_model",
    "install_voice",
    "installed_model",
    "learn",
    "measure_engines",
    "measured",
    "measurements",
    "missing",
    "no_model",
    "refusals",
    "repair",
    "require_model",
    "save_tuning",
    "saved_tuning",
    "settle",
    "verify",
    "verify_model",
]
