"""One file a site: name, channels, the odd selector."""
