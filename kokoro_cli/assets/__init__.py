"""Find or fetch the model and the voices; no other code opens a socket for them."""
