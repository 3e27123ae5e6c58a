"""Bench: how soon it speaks, how fast it goes, what it costs, and what is best on this machine."""
