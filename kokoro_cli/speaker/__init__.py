"""The program as a library: a `Speaker` speaks texts.

speaker   the object that a program holds
request   what a caller may ask for
plan      a request, resolved: text stage, options and styles
speech    what was spoken
resolve   how a request is checked and resolved
choosing  which engine speaks
loading   an engine that loads in a thread
identity  what a sound depends on
"""
