"""How tests speak with an engine and the real readers, and the sentences that they speak."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from kokoro_cli import engines, install, synthesis
from kokoro_cli.assets.store import Store
from kokoro_cli.engines import Engine
from kokoro_cli.text.languages import LANGUAGES
from kokoro_cli.text.reading import TextStage
from kokoro_cli.types import Chunk, EngineChoice, Losses, Samples, Style, SynthesisOptions
from kokoro_cli.voices.pack import VoicePack

VOICES = ("af_heart", "af_bella", "am_michael", "bf_emma", "bm_george")

# Six for each voice; plain words, since how the recogniser spells numbers is its own affair.
SENTENCES = (
    "The little boat drifted slowly down the river until evening.",
    "She opened the window and listened to the rain on the roof.",
    "Every morning the baker puts fresh bread on the wooden shelf.",
    "We walked along the beach and talked about the coming summer.",
    "My brother forgot his umbrella on the train again yesterday.",
    "The teacher asked the children to write a short story about winter.",
    "A cold wind blew across the empty field behind the house.",
    "He found an old map in the drawer of his grandfather's desk.",
    "The doctor told him to drink more water and to sleep longer.",
    "They planted three apple trees in the garden last spring.",
    "Please remember to lock the door before you leave the office.",
    "The museum was closed, so we went to the market instead.",
    "I have never seen so many stars in the sky at once.",
    "The engineer explained how the new bridge would carry the traffic.",
    "Our neighbors invited us to dinner on Saturday evening.",
    "The dog waited patiently at the gate for its owner to return.",
    "Nobody in the village could remember such a heavy snowfall.",
    "The company promised to deliver the package within two days.",
    "After the concert the audience stood up and clapped for minutes.",
    "You can leave your coat on the chair next to the fireplace.",
    "The children laughed when the clown dropped his enormous hat.",
    "It took them several hours to reach the top of the mountain.",
    "Fresh coffee and warm bread are the best part of the morning.",
    "The judge listened to both sides before making a decision.",
    "A small bird built its nest under the roof of our garage.",
    "The ship left the harbor at dawn and sailed toward the island.",
    "She learned to play the piano when she was seven years old.",
    "The farmer sold his vegetables at the market every Friday.",
    "There was nothing left to say, and so they drove home in silence.",
    "The library has a quiet room where students can read all day.",
)


def load(name: str, store: Store) -> Engine:
    """Load the model that is installed in the store into an engine on the CPU."""
    model = install.installed_model(store)
    assert model is not None
    return engines.load_engine(EngineChoice(name, "cpu", ""), model.folder)


def stage_of(letter: str) -> TextStage:
    return TextStage(LANGUAGES[letter])


def pack_of(voice: str, store: Store) -> VoicePack:
    return VoicePack.mapped(install.install_voice(store, voice))


def style_of(store: Store) -> Callable[[str, int], Style]:
    return lambda voice, phonemes: pack_of(voice, store).style(phonemes)


def chunks_of(text: str, voice: str) -> tuple[list[Chunk], Losses]:
    """Return the chunks of a text in the voice's language, and what was lost of it."""
    losses = Losses()
    options = SynthesisOptions(voice=voice, language=voice[0])
    return list(synthesis.chunks(text, stage_of(voice[0]), options, losses)), losses


def phonemes_of(text: str, voice: str) -> str:
    (only,), _ = chunks_of(text, voice)
    return only.phonemes


def speak(
    text: str, engine: Engine, store: Store, voice: str, **options: Any
) -> tuple[list[synthesis.Utterance], Losses]:
    losses = Losses()
    settings = SynthesisOptions(voice=voice, language=voice[0], **options)
    stream = synthesis.chunks(text, stage_of(voice[0]), settings, losses)
    return list(synthesis.speak(stream, engine, style_of(store), settings)), losses


def sound_of(utterances: Iterable[synthesis.Utterance]) -> Samples:
    return np.concatenate([utterance.samples for utterance in utterances])
