"""Captures that other programs made (WARC, ARC, WACZ), read as a crawl's own."""
