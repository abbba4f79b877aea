"""Archives taken into one, and a part of one taken out."""

from lawcrawl.archive.merge.run import merge

__all__ = ["merge"]
