"""What an archive says when it cannot do what is asked."""


class ArchiveError(Exception):
    """One sentence: what is wrong, where, and what to do."""
