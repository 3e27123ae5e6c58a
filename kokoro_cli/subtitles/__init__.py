"""Subtitles, from the words' times: `formats` lists what can be written, `file` writes it."""
