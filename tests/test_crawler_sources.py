"""The built-in sources: all Arab countries, no duplicates, valid names, time zones and URLs."""

import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import get_args
from urllib.parse import urlsplit

import pytest

from crawler.sources.countries import ARAB_LEAGUE, ZONES
from crawler.sources.fields import SourceKind
from crawler.sources.source import BUILT_IN, load_all, parse, source_of, to_toml
from pipelines.urls.canonical import absolute, same_site

SHIPPED = load_all()

#: Countries of several zones, or of one source only: where their newspapers stand.
ELSEWHERE = {"CH": "Europe/Zurich", "ET": "Africa/Addis_Ababa", "RU": "Europe/Moscow", "US": "America/New_York"}
#: Newspapers that date by another clock than their country's, and why.
OTHER_CLOCK = {"alaraby_aljadeed": "Asia/Qatar"}  # seat in London, pages dated in Doha
#: Hosts of endpoints that belong to a newspaper although their domain is another.
LENT = {"bbc_arabic": "feeds.bbci.co.uk"}

#: The month names that newspapers of a country may write; pan-Arab desks write both of them anywhere.
WRITTEN = {
    **{country: {"levantine", "dual", "egyptian"} for country in ("LB", "SY", "PS", "IQ", "JO", "IL")},
    **{country: {"tunisian", "egyptian"} for country in ("DZ", "TN")},
    "MA": {"moroccan"},
}
ANYWHERE = {"egyptian", "dual"}

FILES = sorted(BUILT_IN.glob("*.toml"))


def wrong(check):
    return {key: source for key, source in SHIPPED.items() if not check(source)}


def test_the_arab_press_is_there_from_all_its_countries():
    assert len(SHIPPED) >= 150
    assert len(ARAB_LEAGUE) == 22
    assert {source.country for source in SHIPPED.values()} >= set(ARAB_LEAGUE)
    abroad = [source for source in SHIPPED.values() if source.country not in ARAB_LEAGUE]
    assert len(abroad) >= 20


def test_no_newspaper_is_there_twice():
    hosts = Counter(source.host for source in SHIPPED.values())
    endpoints = Counter(one.url for source in SHIPPED.values() for one in source.endpoint)
    names = Counter((source.country, source.name_en.casefold()) for source in SHIPPED.values())
    assert [name for table in (hosts, endpoints, names) for name, number in table.items() if number > 1] == []


def test_every_newspaper_is_found_by_its_own_address():
    assert wrong(lambda source: source_of(source.home + "x/12345-y", SHIPPED) == source) == {}


def test_names_are_written_in_the_letters_of_their_language():
    arabic = re.compile(r"[\u0621-\u063a\u0641-\u064aA-Z0-9 .()]+")
    assert wrong(lambda source: arabic.fullmatch(source.name_ar) and re.search("[\u0621-\u064a]", source.name_ar)) == {}
    assert wrong(lambda source: re.fullmatch(r"[A-Za-z0-9éŞş .()'-]+", source.name_en)) == {}
    assert wrong(lambda source: source.name_ar == source.name_ar.strip()) == {}


def test_a_newspaper_dates_by_the_clock_of_its_country():
    zones = ZONES | ELSEWHERE
    assert wrong(lambda source: source.timezone == OTHER_CLOCK.get(source.key, zones[source.country])) == {}


def test_months_are_named_as_the_country_names_them():
    assert wrong(lambda source: source.months in WRITTEN.get(source.country, ANYWHERE)) == {}


def test_every_newspaper_says_what_it_is():
    assert wrong(lambda source: source.kind in get_args(SourceKind)) == {}
    assert {source.kind for source in SHIPPED.values()} == set(get_args(SourceKind))


def test_addresses_are_whole_and_secret_and_lie_on_the_newspapers_own_site():
    assert wrong(lambda source: source.home == absolute(source.home) and source.home.startswith("https://")) == {}
    for key, source in SHIPPED.items():
        for one in source.endpoint:
            own = same_site(one.url, source.home) or urlsplit(one.url).hostname == LENT.get(key)
            assert own, (key, one.url)
            assert one.url.startswith("https://"), (key, one.url)
            assert one.kind is not None, (key, one.url)


def test_a_newspaper_of_which_no_feed_is_known_is_read_from_its_home_page():
    sections = {key: one.url for key, source in SHIPPED.items() for one in source.endpoint if one.kind == "section"}
    alone = {key: url for key, url in sections.items() if len(SHIPPED[key].endpoint) == 1}
    assert {key: url for key, url in alone.items() if url != SHIPPED[key].home} == {}


def test_the_manual_counts_what_ships():
    told = (Path(__file__).parents[1] / "docs" / "sources.md").read_text("utf-8")
    kinds = Counter(source.kind for source in SHIPPED.values())
    fed = sum(any(one.kind != "section" for one in source.endpoint) for source in SHIPPED.values())
    abroad = {source.country for source in SHIPPED.values()} - set(ARAB_LEAGUE)
    assert f"{len(SHIPPED)} newspapers, agencies and broadcasters" in told
    assert f"diaspora papers of {len(abroad)} others" in told
    assert f"{kinds['private']} are private, {kinds['broadcaster']} broadcasters, {kinds['agency']} agencies" in told
    assert f"{fed} have a feed or sitemap" in told
    table = sum(map(int, re.findall(r"[A-Za-z] (\d+) \|", told.split("## A file")[0])))
    assert table == len(SHIPPED)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_is_written_as_the_program_writes_it(path: Path):
    text = path.read_text("utf-8")
    source = parse(text, path=path)
    assert parse(to_toml(source), path=path) == source
    comments, fields = text.split("name_ar", 1)
    assert comments
    assert all(line.startswith("# ") for line in comments.splitlines())
    assert tomllib.loads("name_ar" + fields) == tomllib.loads(to_toml(source))
    assert list(tomllib.loads(text)) == list(tomllib.loads(to_toml(source))), "fields stand in the order of the manual"
    assert "checked" in tomllib.loads(text)
