"""What needs a terminal: keys, and progress while something is done."""
