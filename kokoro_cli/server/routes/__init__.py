"""The addresses of the server, by whose clients ask for them.

speech    OpenAI's speech endpoint, and shorter forms of it
lists     models, voices and health
neighbour those that only Kokoro-FastAPI has
"""
