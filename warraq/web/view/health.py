"""Health findings in words, as `warraq health` prints them."""

from crawler.health import Finding
from warraq.locale import Language, health_words


class HealthWords:
    """Describes findings in one language."""

    def __init__(self, language: Language) -> None:
        self._language = language

    def name(self, finding: Finding) -> str:
        """Return the name of a finding."""
        return health_words.name_of(finding.kind, self._language)

    def sentence(self, finding: Finding) -> str:
        """Describe a finding in a sentence."""
        return health_words.sentence(finding, self._language)

    def since(self, finding: Finding) -> str:
        """Return the start date of a finding in words."""
        return health_words.since(finding, self._language)
