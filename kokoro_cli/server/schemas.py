"""What requests send, field by field. Unknown fields are ignored: clients send many."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

FormatName = Literal["mp3", "opus", "aac", "flac", "wav", "pcm"]
EncodingName = Literal["linear16", "pcm_s16le", "mulaw", "ulaw", "pcmu", "alaw", "pcma"]
AnswerName = Literal["audio", "base64", "link"]

_MOST_NAME = 1000


def _field(description: str, **limits: Any) -> Any:
    return Field(default=None, description=description, **limits)


class Fields(BaseModel):
    model_config = ConfigDict(extra="ignore", allow_inf_nan=False)


class VoiceId(Fields):
    """OpenAI's form of a voice of one's own."""

    id: str = Field(max_length=_MOST_NAME)


VoiceField = Annotated[str, Field(max_length=_MOST_NAME)] | VoiceId | None


class Sound(Fields):
    """How a text is spoken, and how the sound is sent. All have defaults."""

    voice: VoiceField = Field(
        default=None, description="A voice, a blend, or one of OpenAI's names."
    )
    speed: float | None = Field(
        default=None, ge=0.25, le=4.0, description="The model's are 0.5 to 2.0."
    )
    stream: bool | None = Field(
        default=None, description="False waits for the whole; lengths are true."
    )
    lang_code: str | None = _field("A letter or a tag.", max_length=35)
    style: str | None = Field(
        default=None, max_length=_MOST_NAME, description="A voice to move towards."
    )
    alpha: float | None = Field(
        default=None, ge=0, le=1, description="The style's share of the timbre."
    )
    beta: float | None = Field(
        default=None, ge=0, le=1, description="The style's share of the prosody."
    )
    seed: int | None = Field(
        default=None, ge=0, lt=2**63, description="Fixes the noise in the voice."
    )
    gap_seconds: float | None = Field(
        default=None, ge=0, le=60, description="Silence between chunks."
    )
    volume_multiplier: float | None = Field(
        default=None, gt=0, le=10, description="Of the samples."
    )
    sample_rate: int | None = _field("In hertz.", ge=8000, le=192_000)
    bit_rate: int | None = _field("In bits a second.", ge=6000, le=320_000)
    encoding: EncodingName | None = Field(
        default=None, description="Of wav and pcm: for telephony."
    )
    answer: AnswerName | None = Field(
        default=None, description="The sound, JSON with it, or a link."
    )
    timestamps: bool | None = _field("Word times; not with plain audio.")


class KokoroFastApi(Fields):
    """Fields that clients of Kokoro-FastAPI send too."""

    download_format: FormatName | None = Field(
        default=None, description="Goes before response_format."
    )
    return_download_link: bool | None = Field(
        default=None, description="Name a link in X-Download-Path."
    )
    return_timing: bool | None = _field("Name one for word times as well.")
    normalization_options: dict[str, Any] | None = _field("Ignored.")


class SpeechBody(Sound, KokoroFastApi):
    """The body of OpenAI's speech endpoint."""

    model: str | None = Field(
        default=None, max_length=_MOST_NAME, description="Any; there is one model."
    )
    text: str = Field(alias="input", description="The text: plain, Markdown or SSML.")
    response_format: FormatName | None = _field("mp3 by default.")
    stream_format: Literal["audio", "sse"] | None = None
    instructions: str | None = _field("Ignored: the model takes none.")


class CaptionedBody(SpeechBody):
    return_timestamps: bool | None = None


class TtsBody(Sound):
    """A shorter form."""

    text: str
    format: FormatName | None = _field("wav by default.")


class Turn(Fields):
    voice: str | None = _field("", max_length=_MOST_NAME)
    voice_id: str | None = _field("", max_length=_MOST_NAME)
    text: str


class DialogueBody(Sound, KokoroFastApi):
    model: str | None = _field("", max_length=_MOST_NAME)
    turns: list[Turn] | None = _field("", max_length=1000)
    inputs: list[Turn] | None = _field("", max_length=1000)
    pause_between_turns: float | None = _field("In seconds.", ge=0, le=10)
    response_format: FormatName | None = None
    stream_format: Literal["audio", "sse"] | None = None


class PhonemizeBody(Fields):
    text: str
    language: str | None = _field("", max_length=35)


class PhonemesBody(Fields):
    phonemes: str
    voice: VoiceField = None
    speed: float | None = Field(default=None, ge=0.25, le=4.0)
