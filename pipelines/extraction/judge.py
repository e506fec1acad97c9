"""Judge one page: extract the article, or the reason why there is none. The function that worker processes run."""

from pipelines.page import Extraction, Page


def judge(page: Page) -> Extraction:
    """Extract a page, with the signature for finding near-duplicates. Runs in a worker."""
    from pipelines.extraction.extract import extract
    from pipelines.extraction.fingerprint import compared

    return compared(extract(page))
