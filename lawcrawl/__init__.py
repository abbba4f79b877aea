"""lawcrawl turns the notice columns of Chinese government sites into an archive that can be quoted."""

__version__ = "0.1.0"
