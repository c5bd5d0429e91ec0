"""What was asked for under a key is done once: the words of it in `answers`, the keeping of it in `service`."""
