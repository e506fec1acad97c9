"""Classification of a page: article, list, section, video, error page."""
