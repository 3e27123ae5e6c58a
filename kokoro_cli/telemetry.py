"""Variables that keep libraries from reporting to their makers.

A module that imports such a library, even by way of another one, sets them first: a library reads
them when it is imported.
"""

from __future__ import annotations

NO_TELEMETRY = {
    # onnxruntime 1.31 asks for an events host after nine seconds, and keeps an id of the machine
    # and a queue of events in the user's cache.
    "ORT_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
}
