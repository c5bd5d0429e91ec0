"""The numbered migrations of each session storage."""
