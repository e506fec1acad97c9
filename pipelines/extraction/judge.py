"""Judge one page: extract the article, or the reason why there is none. The function that worker processes run."""

from pipelines.page import Extraction, Page


def judge(page: Page) -> Extraction:
    """Extract a page, with the signature for finding near-duplicates. Runs in a worker."""
    from pipelines.extraction.extract import extract
    from pipelines.extraction.fingerprint import compared

    return compared(extract(page))


def page_links(page: Page) -> tuple[str, ...]:
    from pipelines.html.decode import decode
    from pipelines.html.dom import parse
    from pipelines.html.links import links

    return links(parse(decode(page.body, page.headers).text), url=page.url)
