"""Voices: which there are, and the style vector that one lends to an utterance."""
