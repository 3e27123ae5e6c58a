"""The commands, one file each: its options, one call of the library, its result."""
