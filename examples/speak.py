"""The program in one page: speak a text, take it as it is made, and walk through its stages.

python examples/speak.py ["A text."] [FILE]
"""

from __future__ import annotations

import sys

from kokoro_cli import Speaker, SpeechRequest, synthesis
from kokoro_cli.types import Losses

TEXT = "Dr. Smith paid $3.50 for [Nero](/nˈɪɹO/).\n\nNobody followed him, and the rain went on."


def main(text: str = TEXT, path: str = "speech.mp3") -> None:
    # A speaker holds the settings, the model, an engine and the voices. It loads them when needed.
    with Speaker.open() as speaker:
        # The model and the voices are fetched once. After that no connection is opened.
        if speaker.missing("af_heart"):
            speaker.install("af_heart", notify=print)

        print("All of it at once:")
        speech = speaker.speak(text, voice="af_heart", speed=1.1)
        speech.save(path)  # The suffix selects the format: mp3, wav, flac, opus, …
        samples = speech.samples()  # float32, mono, 24 kHz, shape [n]
        print(f"  {path} has {speech.seconds:.2f} s, {len(samples):,} samples")
        for word in speech.words:  # When each is heard, and where it was written.
            written = text[slice(*word.span)]
            print(f"  {word.start_seconds:5.2f} s  {word.text:10} {word.phonemes:12} {written!r}")
        for loss in speech.losses:  # What could not be spoken; nothing is lost quietly.
            print(f"  not spoken: {loss}")

        print("As it is made; the first utterance is short, so that it comes soon:")
        with speaker.speak(text, voice="af_heart", stream=True) as stream:
            for utterance in stream:
                print(f"  {utterance.start_seconds:5.2f} s  {utterance.text}")

        print("The same by hand, stage by stage:")
        # A request is checked and resolved: which voice, which language, what reads the text.
        plan = speaker.plan(SpeechRequest(voice="af_heart"))
        losses = Losses()
        # The text becomes sentences as they are said, then words with phonemes, then chunks that
        # the model can take: at most 510 phonemes, never across a paragraph.
        for chunk in plan.chunks(text, losses):
            # A chunk becomes a call: phonemes, a row of the voice's styles, speed and seed.
            call = synthesis.call_of(chunk, plan.styles.style, plan.options)
            if call is None:
                continue  # The chunk is a silence.
            # The engine turns a call into samples, and into the length of each phoneme.
            rendering = call.by(speaker.engine)
            print(f"  {len(call.phonemes)} phonemes, {rendering.seconds:.2f} s: {call.phonemes}")


if __name__ == "__main__":
    main(*sys.argv[1:])
