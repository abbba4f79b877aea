"""Scrapy's side: settings, capture, politeness, progress, running spiders."""
