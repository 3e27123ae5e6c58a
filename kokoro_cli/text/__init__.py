"""From a source text to words with phonemes, in the order of the modules' work:

structure (with clean and markdown)  blocks: paragraphs, headings, items, rows
markup, ssml (to passage)            what the text asks of voice, speed, pauses and readings
verbalise                            what is said for all that is not a plain word, by language
sentences                            where one ends
lexicon (with alphabet, respelling)  a user's own pronunciations
languages, homographs, phonemise     the phonemes of each word
chunk                                what the model speaks at once

reading composes them. Text travels as `mapped.Mapped`, which knows the source of each character.
"""
