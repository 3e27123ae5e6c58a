"""Benchmarks: latency, speed and memory, and the best settings for this machine."""
