"""What a text tells beyond its own page: the laws it names, the documents it cites, the texts it is like."""
