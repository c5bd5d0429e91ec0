"""What speaks HTTP: pages, the JSON API, event streams, and the frame around them. It knows no storage and no SQL."""
