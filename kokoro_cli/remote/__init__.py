"""Speak through a ``kokoro serve`` on another machine."""
