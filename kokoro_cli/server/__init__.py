"""The speech server: the same voice over HTTP.

options    what the server is told
run        starts it, and ends it when the process is asked to
app        puts the parts together
gate       who may ask, and how much
routes/    the addresses: OpenAI's, Kokoro-FastAPI's, and those of the server itself
asked      what a request asks for, checked
answers    how it is answered: whole, as a stream, or as events
service    the warm speaker, for code that must not block
queue      which stream's next chunk is spoken
figures    what it measures about itself, for Prometheus
described  how /openapi.json describes answers
downloads  answers that are kept for a while under a link
"""
