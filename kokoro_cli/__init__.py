"""Speech from text on your own machine, with the open model Kokoro-82M."""

__version__ = "0.1.0"
