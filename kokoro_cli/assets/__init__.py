"""Where the model and the voices come from. Nothing else in the program opens a socket for them."""
