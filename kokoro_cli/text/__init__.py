"""Turn a source text into words with phonemes. The modules, in the order of their work:

structure (with clean and markdown)  split the text into paragraphs, headings, items and rows
markup, ssml (to passage)            read the voices, rates, pauses and readings asked for
verbalise                            spell out numbers, signs and abbreviations, by language
sentences                            find the sentence ends
lexicon (with alphabet, respelling)  look up the user's own pronunciations
languages, homographs, phonemise     give each word its phonemes
chunk                                group the words into what the model speaks at once
length                               estimate how long a text takes to speak

The module `reading` composes them. Text is passed as `mapped.Mapped`, which knows the source of
each character.
"""
