"""Samples between the engine and the sink: trimmed, joined, converted."""
