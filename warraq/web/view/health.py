"""The diagnosis of a newspaper in words, as `warraq health` says it."""

from crawler.health import Finding
from warraq.locale import Language, health_words


class HealthWords:
    """Says findings in one language."""

    def __init__(self, language: Language) -> None:
        self._language = language

    def name(self, finding: Finding) -> str:
        """What a finding is called."""
        return health_words.name_of(finding.kind, self._language)

    def sentence(self, finding: Finding) -> str:
        """What is wrong."""
        return health_words.sentence(finding, self._language)

    def since(self, finding: Finding) -> str:
        """Since when."""
        return health_words.since(finding, self._language)
