"""Everything that is printed, one file for each command's reports; no command prints by itself."""
