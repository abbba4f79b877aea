"""One file a CMS: how it lists, pages and counts."""
