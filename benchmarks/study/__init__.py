"""A blind study of edits by viewers: see PROTOCOL.md."""
