"""Install all that speaking needs."""

from __future__ import annotations

from collections.abc import Iterable

from kokoro_cli.assets.store import Store
from kokoro_cli.install.figures import measurements, refusals
from kokoro_cli.install.measure import measure_engines
from kokoro_cli.install.model import InstalledModel, Notify, install_model, installed_model
from kokoro_cli.install.voices import find_installed_voice, install_voice
from kokoro_cli.voices.catalogue import DEFAULT_VOICE, Voice

MODEL = "model"
"""What `missing` calls the model."""


def missing(store: Store, voices: Iterable[Voice]) -> list[str]:
    """Return the names of what is not on this machine: MODEL, and voices of the model's."""
    absent = {v.name for v in _of_the_model(voices) if not find_installed_voice(store, v.name)}
    return [MODEL] * (installed_model(store) is None) + sorted(absent)


def install(
    store: Store, voices: Iterable[Voice], *, notify: Notify, force: bool = False
) -> InstalledModel:
    """Fetch and check the voices and the model if they are not here, and measure the engines once.

    With *force* all of it is done again. AssetError if something can't be had, KokoroError if the
    model can't be made or no engine runs here.
    """
    names = [voice.name for voice in _of_the_model(voices)] or [DEFAULT_VOICE]
    packs = [install_voice(store, name, force=force) for name in names]
    model = install_model(store, notify, force=force)
    notify(f"Installed: {model.label}; voices {', '.join(names)}")
    if force or not measurements(store) or refusals(store):
        for each in measure_engines(store, model, packs[0], notify):
            notify(
                f"{each.engine} on {each.device}: real-time factor {each.real_time_factor:.2f}, "
                f"ready after {each.load_seconds:.1f} s"
            )
    return model


def _of_the_model(voices: Iterable[Voice]) -> list[Voice]:
    """Return the voices that are fetched; the user's own have a file."""
    return [voice for voice in voices if voice.path is None]
