"""What requests send and answers hold, field by field.

Unknown fields of requests are ignored: clients send many.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AliasChoices, BaseModel, ConfigDict, Field

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
    paragraph_gap_seconds: float | None = Field(
        default=None, ge=0, le=60, description="After a paragraph; gap_seconds by default."
    )
    heading_gap_seconds: float | None = Field(
        default=None, ge=0, le=60, description="Around a heading; as after a paragraph by default."
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
        default=None, description="Of the link's sound; response_format by default."
    )
    return_download_link: bool | None = Field(
        default=None, description="Name a link in X-Download-Path."
    )
    return_timing: bool | None = _field("Name one for the times of chunks and words as well.")
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
    chunks: bool | None = _field("Events tell of each chunk what kokoro say needs.")


class CaptionedBody(SpeechBody):
    return_timestamps: bool | None = None


class TtsBody(Sound):
    """A shorter form."""

    text: str
    format: FormatName | None = _field("wav by default.")


class CallBody(Sound):
    """A speech for a telephone call, which hears it at 8 kHz."""

    text: str = Field(validation_alias=AliasChoices("input", "text"))


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


# Answers


class ErrorFields(BaseModel):
    message: str
    type: str
    param: str | None = Field(description="The field that is wrong.")
    code: str | None


class ErrorDetail(BaseModel):
    error: str
    message: str
    type: str


class ErrorAnswer(BaseModel):
    """An error, as OpenAI's clients read it, and as Kokoro-FastAPI's do."""

    error: ErrorFields
    detail: ErrorDetail


class TimedWord(BaseModel):
    word: str = Field(description='As it is spoken: "five" for "5".')
    start_time: float = Field(description="In seconds.")
    end_time: float = Field(description="In seconds.")
    start: int = Field(description="Its first character in the text that was sent.")
    end: int = Field(description="The character after its last.")


class NotSpoken(BaseModel):
    text: str
    line: int
    reason: str


class SoundAnswer(BaseModel):
    """A whole sound as JSON."""

    format: FormatName
    content_type: str
    sample_rate: int
    seconds: float
    voice: str
    not_spoken: list[NotSpoken]
    timestamps: list[TimedWord] = Field(default=[], description="If they were asked for.")
    audio: str = Field(default="", description="In base64.")
    url: str = Field(default="", description="A link, which works for an hour.")


class CaptionAnswer(BaseModel):
    audio: str = Field(description="In base64.")
    audio_format: str
    timestamps: list[TimedWord]


class Usage(BaseModel):
    input_tokens: int = Field(description="Phonemes.")
    output_tokens: int = Field(description="Frames of 25 ms.")
    total_tokens: int


class EventAnswer(BaseModel):
    """An event of a stream: a part of the sound, the end, or an error."""

    type: Literal["speech.audio.delta", "speech.audio.done", "error"]
    audio: str = Field(default="", description="In base64.")
    timestamps: list[TimedWord] = []
    usage: Usage | None = None
    error: ErrorFields | None = None


class CallAnswer(BaseModel):
    uuid: str = Field(description="What the call has to say.")
    kept_seconds: float = Field(description="From now, and from each call.")


class ModelAnswer(BaseModel):
    id: str
    object: Literal["model"] = "model"
    created: int
    owned_by: str = "kokoro"


class ModelsAnswer(BaseModel):
    object: Literal["list"] = "list"
    data: list[ModelAnswer]


class NameAnswer(BaseModel):
    id: str


class AudioModelsAnswer(BaseModel):
    models: list[NameAnswer]


class VoiceAnswer(BaseModel):
    id: str
    name: str
    language: str
    gender: str | None
    grade: str | None


class VoicesAnswer(BaseModel):
    voices: list[VoiceAnswer] | list[str]
    openai: dict[str, str] = Field(
        default={}, description="OpenAI's names, each with the voice that speaks for it."
    )


class RootAnswer(BaseModel):
    name: str
    version: str
    model: str
    voices: list[str]
    languages: list[str]


class QueueAnswer(BaseModel):
    waiting: int
    running: int
    limit: int


class HealthAnswer(BaseModel):
    status: Literal["loading", "healthy", "stopping"]
    model_loaded: bool
    device: str
    engine: str
    queue: QueueAnswer
    version: str


class TestAnswer(BaseModel):
    status: Literal["ok"] = "ok"


class PhonemesAnswer(BaseModel):
    phonemes: str
    tokens: list[int]
