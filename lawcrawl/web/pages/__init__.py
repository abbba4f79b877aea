"""One module a page: what it asks the archive, and the template that shows it."""
