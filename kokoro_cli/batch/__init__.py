"""Many texts to many files: a job can be killed at any time and never speaks a text twice.

inputs    turns arguments into sources: files, globs, folders, standard input
names     names the outputs
plan      decides which chapters of which source go into which output
library   reads the documents and keeps the small ones
script    turns chapters into chunks and fits timed texts to their times
store     keeps spoken chunks on disk, keyed by their phonemes and how they are spoken
journal   records what each output was made from, and locks those being written
timeline  finds when each word is heard, for subtitles
run       runs the job
"""
