"""Programs for the command line. Each has `--help` with an example and documented exit codes."""
