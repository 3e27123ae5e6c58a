"""Voices: their names and files, and the style vector of each for an utterance."""
