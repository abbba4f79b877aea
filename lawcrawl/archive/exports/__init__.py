"""Articles written for other programs: one at a time, never silently less than there is."""
