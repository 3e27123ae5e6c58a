"""Many texts to many files: a job that survives anything and never speaks a text twice.

inputs    arguments to sources: files, globs, folders, standard input
names     what an output is called
plan      which source's chapters go into which output
script    the job's text as one stream of chunks, timed texts fitted to their times
store     spoken chunks on disk, found again by what they say and how
journal   which output was made from what, and who is writing it now
timeline  when each word is heard, for subtitles
run       the job itself
"""
