"""The article's body: score the blocks of a page, choose the article's, and clean them."""
