"""The workshop: a fetched page becomes a clean article. One file a stage; pure functions inside, thin Scrapy classes at the rim."""
