"""The API: what it answers, page after page, and that nothing that is asked of it is an internal error."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from storage.alerts.alert import Alert
from storage.alerts.alert_book import add_alert
from storage.archive import Archive
from tests.support.reading_room import OpenRoom, reading_room
from tests.support.small_archive import FIRST_ATTACK, make_archive
from warraq.web.api.openapi import ROOT, description
from warraq.web.api.operations import OPERATIONS
from warraq.web.lists import Cursor, CursorError

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenRoom]:
    folder: Path = make_archive(tmp_path_factory.mktemp("api") / "archive")
    with reading_room(folder) as opened:
        yield opened


@pytest.fixture(scope="module")
def client(room: OpenRoom) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=room.origin) as opened:
        yield opened


def test_every_article_comes_once_page_after_page(client: httpx.Client) -> None:
    found, cursor = [], ""
    while cursor is not None:
        page = client.get(f"{ROOT}/articles", params={"limit": 7, "cursor": cursor}).json()
        found += [item["id"] for item in page["items"]]
        cursor = page["next"]
    number = client.get(f"{ROOT}/count").json()["number"]
    assert len(found) == len(set(found)) == number == 53


def test_changes_come_once_page_after_page(client: httpx.Client) -> None:
    found, cursor = [], ""
    while cursor is not None:
        page = client.get(f"{ROOT}/changes", params={"limit": 1, "cursor": cursor}).json()
        found += [(item["article_id"], item["at"], tuple(item["kinds"])) for item in page["items"]]
        cursor = page["next"]
    assert len(found) == len(set(found)) == 2
    assert found[0][2] == ("withdrawn",)


def test_a_search_marks_what_matches(client: httpx.Client) -> None:
    (hit,) = client.get(f"{ROOT}/articles", params={"q": "أولياء source:rassad"}).json()["items"]
    snippet = hit["snippet"]
    assert [snippet["text"][start:end] for start, end in snippet["marks"]] == ["أولياء"]


def test_filters_are_those_of_search(client: httpx.Client) -> None:
    opinions = client.get(f"{ROOT}/articles", params={"kind": "opinion", "limit": 200}).json()["items"]
    assert {item["kind"] for item in opinions} == {"opinion"}
    assert len(opinions) == 6
    facets = client.get(f"{ROOT}/facets").json()
    assert facets["sources"] == {"wardan": 31, "rassad": 22}
    assert facets["kinds"]["opinion"] == 6


def test_an_answer_that_did_not_change_is_not_sent_again(client: httpx.Client) -> None:
    first = client.get(f"{ROOT}/articles/1")
    again = client.get(f"{ROOT}/articles/1", headers={"if-none-match": first.headers["etag"]})
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")


def test_the_difference_joined_again_is_both_texts(client: httpx.Client) -> None:
    versions = {one["number"]: one for one in client.get(f"{ROOT}/articles/1/versions").json()["items"]}
    found = client.get(f"{ROOT}/articles/1/diff/1/2").json()
    assert "".join(span["text"] for span in found["text"] if span["op"] != "insert") == versions[1]["text"]
    assert "".join(span["text"] for span in found["text"] if span["op"] != "delete") == versions[2]["text"]
    assert "number" in {change["kind"] for change in found["changes"]}


def test_evidence_is_read_back(client: httpx.Client) -> None:
    sheets = client.get(f"{ROOT}/articles/1/evidence").json()["items"]
    assert [sheet["fault"] for sheet in sheets] == [None, None]
    assert all(sheet["warc"]["length"] > 0 for sheet in sheets)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/articles/999999", 404),
        ("/articles/1/diff/1/9", 404),
        ("/sources/nobody", 404),
        ("/nowhere", 404),
        ("/articles?limit=0", 400),
        ("/articles?limit=٥", 400),
        ("/articles?sourse=rassad", 400),
        ("/articles?since=tomorrow", 400),
        ("/articles?cursor=zzz", 400),
        ("/changes?kind=nothing", 400),
        ("/attention", 400),
    ],
)
def test_what_is_wrong_is_told_in_one_line(client: httpx.Client, path: str, status: int) -> None:
    answer = client.get(ROOT + path)
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("application/problem+json")
    problem = answer.json()
    assert problem["status"] == status
    assert problem["detail"]
    assert "\n" not in problem["detail"]


@pytest.mark.parametrize("text", ["!", "W10", "WzEsMl0x", "e30", "WzEsInQiXQ", "Wy0xLDBd", "9" * 500])
def test_a_cursor_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(CursorError):
        Cursor.read(text)


def test_hostile_text_stays_json(client: httpx.Client) -> None:
    answer = client.get(f"{ROOT}/articles/{FIRST_ATTACK}")
    assert answer.headers["content-type"].startswith("application/json")
    assert answer.json()["title"] == "<script>window.hacked=1</script>"


def test_the_description_names_every_operation(client: httpx.Client) -> None:
    told = client.get(f"{ROOT}/openapi.json").json()
    assert told["openapi"].startswith("3.1")
    assert set(told["paths"]) == {operation.path for operation in OPERATIONS}
    text = json.dumps(told)
    for reference in {one.split('"')[0] for one in text.split('"#/components/schemas/')[1:]}:
        assert reference in told["components"]["schemas"]


_ANY = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30)
_LIKELY = st.sampled_from(
    ["1", "0", "-1", "2026", "2026-01", "rassad", "الوزير", "a*", '"', "OR", "yes", "day", "news"]
)


@pytest.mark.fault("A38")
@pytest.mark.slow
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_request_is_an_internal_error(client: httpx.Client, data: st.DataObject) -> None:
    operation = data.draw(st.sampled_from(OPERATIONS))
    path = operation.path
    params: list[tuple[str, str]] = []
    for one in operation.parameters:
        if one.place == "path":
            value = data.draw(st.integers(0, 2**70).map(str) if one.schema["type"] == "integer" else _ANY)
            path = path.replace(f"{{{one.name}}}", quote(value, safe="") or "x")
        else:
            params += [(one.name, value) for value in data.draw(st.lists(_ANY | _LIKELY, max_size=2))]
    answer = client.get(ROOT + path, params=params)
    assert answer.status_code in (200, 400, 404), answer.text
    if answer.status_code == 200:
        schemas = description()["components"]["schemas"]  # type: ignore[index]  # a plain object
        assert set(schemas[operation.schema]["required"]) <= set(answer.json())


def test_the_notebook_example_of_the_manual_runs(room: OpenRoom) -> None:
    manual = (Path(__file__).parents[1] / "docs/reading-room.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", manual, re.DOTALL)
    values: dict[str, Any] = {}
    exec(example.replace("http://127.0.0.1:8470", room.origin).replace("الوزارة", "الخضار"), values)
    assert len(values["found"]) == 32
    assert {"id", "url", "source", "title", "published", "story"} <= set(values["found"][0])
    assert sum(values["by_day"]["queries"][0]["numbers"]) == 32
    assert len(values["marking"]) > 3


@pytest.mark.parametrize("name", ["articles", "changes"])
def test_feeds_are_feeds(client: httpx.Client, name: str) -> None:
    answer = client.get(f"/feed/{name}.atom")
    assert answer.headers["content-type"].startswith("application/atom+xml")
    feed = etree.fromstring(answer.content)
    assert feed.tag == f"{ATOM}feed"
    ids = [entry.findtext(f"{ATOM}id") for entry in feed.iter(f"{ATOM}entry")]
    assert len(ids) == len(set(ids)) > 1
    assert client.get(f"/feed/{name}.atom", headers={"if-none-match": answer.headers["etag"]}).status_code == 304


def test_a_feed_has_the_filters_of_its_list(client: httpx.Client) -> None:
    feed = client.get("/feed/articles.json", params={"kind": "opinion"}).json()
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert len(feed["items"]) == 6


def test_an_export_has_the_filters_of_its_list(client: httpx.Client) -> None:
    answer = client.get("/export/jsonl", params={"kind": "opinion"})
    assert 'filename="warraq.jsonl"' in answer.headers["content-disposition"]
    assert len(answer.text.splitlines()) == 6
    assert client.get("/export/sqlite").status_code == 404
    assert client.get("/export/csv", params={"since": "x"}).status_code == 400
    assert len(client.get("/export/changes.jsonl").text.splitlines()) == 2


@pytest.mark.parametrize("path", ["/", "/search", f"{ROOT}/articles", f"{ROOT}/count", "/feed/articles.atom"])
@pytest.mark.parametrize(
    ("given", "guess"),
    [
        ({"source": "rasad"}, "did you mean rassad"),
        ({"kind": "opinon"}, "did you mean opinion?"),
        ({"q": "source:wardn"}, "did you mean wardan"),
        ({"country": "xx"}, "no country is called"),
    ],
)
def test_a_value_that_does_not_exist_is_an_error_with_a_guess(
    client: httpx.Client, path: str, given: dict[str, str], guess: str
) -> None:
    answer = client.get(path, params=given, headers={"accept-language": "en"})
    assert answer.status_code == 400
    assert guess in answer.text


def test_a_newspaper_that_is_none_has_no_changes(client: httpx.Client) -> None:
    for path in ("/changes", f"{ROOT}/changes", "/feed/changes.atom"):
        answer = client.get(path, params={"source": "rasad"}, headers={"accept-language": "en"})
        assert (answer.status_code, "did you mean rassad" in answer.text) == (400, True)


def test_a_search_that_finds_nothing_says_why(client: httpx.Client) -> None:
    page = client.get("/search", params={"q": "الخضارر"}, headers={"accept-language": "en"}).text
    assert "In no article:" in page
    assert "Words spelled like it:" in page
    assert "/search?q=" in page.partition('<ul class="why">')[2]
    narrowed = client.get(
        "/search", params={"q": "الامتحانات", "until": "2000"}, headers={"accept-language": "ar"}
    ).text
    assert "من دون هذه التصفية" in narrowed


def test_alerts_are_shown_without_their_secrets_where_there_are_any(tmp_path: Path) -> None:
    folder = make_archive(tmp_path / "archive")
    english = {"accept-language": "en"}
    with reading_room(folder) as room:
        assert 'href="/alerts"' not in httpx.get(f"{room.origin}/", headers=english).text
    with Archive.open(folder) as archive:
        add_alert(
            archive,
            Alert(
                name="desk",
                query="أسعار <b>",
                targets=("mailtos://user:password@mail.example?to=desk@press.example",),
                events=("changed", "withdrawn"),
                quiet="22:00-07:00",
                zone="Africa/Cairo",
            ),
        )
    with reading_room(folder) as room:
        assert 'href="/alerts"' in httpx.get(f"{room.origin}/", headers=english).text
        page = httpx.get(f"{room.origin}/alerts", headers=english)
    assert page.status_code == 200
    for shown in ("desk", "أسعار &lt;b&gt;", "mailtos://mail.example/…", "edits, withdrawals", "22:00-07:00"):
        assert shown in page.text
    assert "password" not in page.text
