"""What the archive knows beyond single pages, and the one place where all that follows from words is written."""
