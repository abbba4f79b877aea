"""Pure functions: a page in, facts out."""
