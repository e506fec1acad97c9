"""The formats for people and for other programs, each read back by a reader of its own kind."""

import io
import json
import re
import tracemalloc
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any, BinaryIO
from xml.sax.saxutils import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from test_storage_export import BARE, FULL, exported

from storage.archive import Archive
from storage.database.rows import StoredArticle
from storage.errors import ConfigError
from storage.export.columns import NAMES, instant, stored_record
from storage.export.file_names import article_name, plain
from storage.export.formats import FORMATS, Options, export
from storage.export.formats.markdown import escaped
from storage.export.formats.parquet import INSTANTS
from storage.export.xml import RIGHT_TO_LEFT
from storage.export.zip import ZipStream
from storage.extras import install_command
from storage.model.sanitize import safe_article

#: As the archive would hold it.
STORED = replace(FULL, article=safe_article(FULL.article))
XHTML = {"h": "http://www.w3.org/1999/xhtml"}
TEI = {"t": "http://www.tei-c.org/ns/1.0"}
READ_BACK = ["markdown", "tei"]
#: Formats that copy WARC records of an archive; tests of their own are in test_storage_export_warc.py.
OF_RECORDS = ("warc", "wacz")


def changed(**fields: Any) -> StoredArticle:
    return replace(STORED, article=replace(STORED.article, **fields))


# What comes out can be read back


def read_markdown(data: bytes) -> Iterator[dict[str, Any]]:
    yaml = pytest.importorskip("yaml")
    with zipfile.ZipFile(io.BytesIO(data)) as zipped:
        for name in zipped.namelist():
            _, front, body = zipped.read(name).decode().split("---\n", 2)
            record = yaml.safe_load(front)
            paragraphs = [re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", line) for line in body.strip("\n").split("\n\n")]
            if record["title"]:
                assert paragraphs.pop(0) == f"# {record['title']}"
            yield record | {"text": "\n".join(paragraphs)}


def read_tei(data: bytes) -> Iterator[dict[str, Any]]:
    for document in etree.fromstring(data).iterfind("t:TEI", TEI):
        record = json.loads(document.findtext(".//t:xenoData", namespaces=TEI))
        paragraphs = document.findall(".//t:body/t:p", TEI)
        yield record | {"text": "\n".join(paragraph.text or "" for paragraph in paragraphs)}


READERS = {"markdown": read_markdown, "tei": read_tei}


def in_order(record: dict[str, Any]) -> dict[str, Any]:
    return {name: record[name] for name in NAMES}


@pytest.mark.parametrize("name", READERS)
def test_every_field_is_read_back_as_it_was(name: str) -> None:
    read = [in_order(record) for record in READERS[name](exported(name, STORED, BARE))]
    assert read == [stored_record(STORED), stored_record(BARE)]


_TEXTS = st.text(
    st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from('"\n#-+*_`[]<>&\\|!1.): \u200f\u2028\x85أبت'))
)


@given(title=_TEXTS, text=_TEXTS, author=_TEXTS)
@pytest.mark.parametrize("name", READERS)
def test_any_text_that_an_archive_holds_comes_back_exactly(name: str, title: str, text: str, author: str) -> None:
    stored = replace(STORED, article=safe_article(changed(title=title, text=text, authors=(author,)).article))
    if any(sign in f"{title}{text}{author}" for sign in "\ufffe\uffff"):
        return  # XML cannot hold these; see the test on that
    (record,) = READERS[name](exported(name, stored))
    assert in_order(record) == stored_record(stored)


# Parquet


def test_parquet_is_read_by_pandas_with_typed_columns() -> None:
    pandas = pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    frame = pandas.read_parquet(io.BytesIO(exported("parquet", STORED, BARE)))
    assert list(frame.columns) == list(NAMES)
    assert {str(frame[name].dtype) for name in ("published_at", "fetched_at", "modified")} == {"datetime64[us, UTC]"}
    assert frame["published_at"][0].isoformat() == "2024-01-05T08:07:00+00:00"
    assert frame["modified"][0].microsecond == 250000
    assert frame["version"].dtype == "int32"
    assert list(frame["authors"][0]) == ["سلمى العلوي", "فريق الرصد"]
    assert frame["text"][0] == STORED.article.text
    assert pandas.isna(frame["published_at"][1])


def test_parquet_is_read_by_duckdb_with_lists_and_structs(tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    pytest.importorskip("pyarrow")
    path = tmp_path / "a.parquet"
    export(FORMATS["parquet"], [STORED, BARE], path, Options())
    with duckdb.connect() as database:
        database.execute("set timezone = 'UTC'")
        found = database.execute(
            "select id, tags[1], removed[1].rule, removed[1].after_line, dates[2].iso, story, epoch_us(published_at)"
            " from read_parquet(?) order by id",
            [str(path)],
        ).fetchall()
    assert found == [
        (7, "الرباط", "share", 2, None, 3, 1704442020000000),
        (8, None, None, None, None, None, None),
    ]


def plain_value(value: Any) -> Any:
    """A value as a Parquet reader gives it, in the terms of `stored_record`."""
    if hasattr(value, "tolist") and not isinstance(value, (str, bytes)):
        value = value.tolist()
    if isinstance(value, list):
        return [plain_value(item) for item in value]
    if isinstance(value, dict):
        return {name: plain_value(item) for name, item in value.items()}
    if isinstance(value, datetime):
        return instant(value.to_pydatetime() if hasattr(value, "to_pydatetime") else value)
    return value


def test_pandas_gives_every_field_of_a_parquet_file_back() -> None:
    pandas = pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    frame = pandas.read_parquet(io.BytesIO(exported("parquet", STORED, BARE)), dtype_backend="pyarrow")
    rows = [
        {name: None if value is pandas.NaT or value is pandas.NA else plain_value(value) for name, value in row.items()}
        for row in frame.to_dict("records")
    ]
    assert rows == [stored_record(STORED), stored_record(BARE)]


def test_duckdb_gives_every_field_of_a_parquet_file_back(tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    pytest.importorskip("pyarrow")
    path = tmp_path / "a.parquet"
    export(FORMATS["parquet"], [STORED, BARE], path, Options())
    # An instant as text: DuckDB asks for a further library to make one of Python's.
    instants = ", ".join(f"strftime({name} at time zone 'UTC', '%Y-%m-%dT%H:%M:%S.%f') as {name}" for name in INSTANTS)
    with duckdb.connect() as database:
        found = database.execute(f"select * replace ({instants}) from read_parquet(?) order by id", [str(path)])
        names = [column[0] for column in found.description]
        rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    for row in rows:
        row.update({name: instant(datetime.fromisoformat(f"{row[name]}+00:00")) for name in INSTANTS if row[name]})
    assert rows == [stored_record(STORED), stored_record(BARE)]


def test_parquet_gives_every_field_back() -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    rows = parquet.read_table(io.BytesIO(exported("parquet", STORED, BARE))).to_pylist()
    read = [{name: instant(row[name]) if name in INSTANTS and row[name] else row[name] for name in row} for row in rows]
    assert read == [stored_record(STORED), stored_record(BARE)]


def test_parquet_is_zstd_in_groups_and_says_what_each_column_means(monkeypatch: pytest.MonkeyPatch) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    monkeypatch.setattr("storage.export.formats.parquet.GROUP_ROWS", 2)
    file = parquet.ParquetFile(io.BytesIO(exported("parquet", *[STORED] * 5)))
    assert file.metadata.num_row_groups == 3
    assert {file.metadata.row_group(0).column(number).compression for number in range(3)} == {"ZSTD"}
    assert file.schema_arrow.field("text").metadata[b"meaning"].startswith(b"the whole text")


class Pipe(io.RawIOBase):
    """A pipe: it can be written to and knows nothing else."""

    def __init__(self) -> None:
        self.data = b""

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.data += bytes(data)
        return len(data)

    def tell(self) -> int:
        raise OSError(29, "Illegal seek")

    seek = tell  # type: ignore[assignment]


@pytest.mark.parametrize("name", [name for name, known in FORMATS.items() if known.write and name not in OF_RECORDS])
def test_a_pipe_gets_the_same_kind_of_file(name: str) -> None:
    if name == "parquet":
        pytest.importorskip("pyarrow")
    write = FORMATS[name].write
    assert write
    pipe = Pipe()
    write([STORED, BARE], pipe, Options())  # type: ignore[arg-type]
    assert len(pipe.data) > 100
    # Six bytes: then a ZIP says whether it was written as a stream.
    assert pipe.data[:6] == exported(name, STORED, BARE)[:6]


def test_without_the_library_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(ConfigError, match=f"^parquet needs .*{re.escape(install_command('parquet'))}$"):
        export(FORMATS["parquet"], [STORED], tmp_path / "a.parquet", Options())
    assert list(tmp_path.iterdir()) == []


# Markdown and names

HOSTILE = ["../../etc/passwd", "CON", "a/b\\c", "\x00", "..", "خبر", "x" * 500, "-rf", ""]


@pytest.mark.parametrize("word", HOSTILE)
def test_names_of_files_are_plain_whatever_the_page_says(word: str) -> None:
    stored = changed(title=word, source=word, url=word)
    assert re.fullmatch(r"\d{4}-\d\d-\d\d-[a-z0-9-]{1,60}-7", article_name(stored))
    assert re.fullmatch(r"[a-z0-9][a-z0-9-]{0,59}", plain(word, otherwise="other"))


@pytest.mark.fault("A32")
@given(title=_TEXTS, source=_TEXTS, url=_TEXTS)
def test_no_page_can_name_a_file_that_a_file_system_refuses(title: str, source: str, url: str) -> None:
    stored = changed(title=title, source=source, url=url)
    name = article_name(stored)
    assert re.fullmatch(r"[a-z0-9][a-z0-9-]{0,99}", name)
    assert PureWindowsPath(f"{name}.md").name == PurePosixPath(f"{name}.md").name == f"{name}.md"
    assert not re.fullmatch("(con|prn|aux|nul|com[0-9]|lpt[0-9])", plain(source, otherwise="x"))


def test_markdown_goes_into_a_folder_or_a_zip(tmp_path: Path) -> None:
    export(FORMATS["markdown"], [STORED, BARE], tmp_path / "notes", Options())
    export(FORMATS["markdown"], [STORED, BARE], tmp_path / "notes.zip", Options())
    files = {
        path.relative_to(tmp_path / "notes").as_posix(): path.read_bytes()
        for path in (tmp_path / "notes").rglob("*.md")
    }
    with zipfile.ZipFile(tmp_path / "notes.zip") as zipped:
        assert {name: zipped.read(name) for name in zipped.namelist()} == files
    assert sorted(files) == ["0001/2024-01-05-rassad-7.md", "0001/undated-capture-8.md"]


MARKUP = [
    pytest.param("# عنوان", "\\# عنوان", id="heading"),
    pytest.param("- بند", "\\- بند", id="list"),
    pytest.param("1. بند", "1\\. بند", id="numbered"),
    pytest.param("---", "\\---", id="rule"),
    pytest.param("<script>", "\\<script\\>", id="html"),
    pytest.param("[a](javascript:x)", "\\[a\\](javascript:x)", id="link"),
    pytest.param("a*b_c`", "a\\*b\\_c\\`", id="emphasis"),
    pytest.param("من 5-3 إلى 2.5", "من 5-3 إلى 2.5", id="plain figures stay"),
]


@pytest.mark.parametrize(("line", "written"), MARKUP)
def test_text_shows_as_it_is_and_is_never_markup(line: str, written: str) -> None:
    assert escaped(line) == written


@pytest.mark.parametrize(
    "title", ["no", "!!python/object:os.system", "a: b", "---", "&x *x", "{", "'", '"', "2024-01-01"]
)
def test_front_matter_takes_nothing_of_a_page_for_yaml(title: str) -> None:
    (record,) = read_markdown(exported("markdown", changed(title=title)))
    assert record["title"] == title


# XML, HTML


@pytest.mark.fault("A31")
@pytest.mark.parametrize(("name", "times"), [("tei", 3), ("html", 3), ("epub", 4)])
def test_what_xml_cannot_hold_is_replaced_and_counted(name: str, times: int) -> None:
    told: list[str] = []
    out = io.BytesIO()
    write = FORMATS[name].write
    assert write
    write([changed(title="a\x0bb", text="c\x00d\n\ufffe")], out, Options(tell=told.append))
    number = int(told[0].split()[0])
    assert number >= times
    assert "control characters that XML cannot hold were replaced by U+FFFD" in told[0]


def page(*articles: StoredArticle) -> Any:
    return etree.HTML(exported("html", *articles))


def test_html_is_one_file_from_right_to_left_that_loads_nothing() -> None:
    data = exported("html", STORED, BARE).decode()
    root = page(STORED, BARE)
    assert (root.get("dir"), root.get("lang")) == ("rtl", "ar")
    assert not root.xpath("//script | //img | //link | //iframe | //object | //base | //*[@src] | //form")
    assert not [name for name in root.xpath("//@*") if getattr(name, "attrname", "").startswith("on")]
    assert "url(" not in data
    assert "@import" not in data
    policy = root.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_html_allows_the_very_style_that_it_carries() -> None:
    import base64
    import hashlib

    data = exported("html", STORED).decode()
    style = re.search("<style>(.*?)</style>", data, re.DOTALL)
    assert style
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert f"sha256-{digest}" in unescape(data)


def test_html_holds_every_word_and_each_line_of_contents_leads_to_its_article() -> None:
    root = page(STORED, BARE)
    articles = root.xpath("//article")
    assert [link[1:] for link in root.xpath("//nav//a/@href")] == [article.get("id") for article in articles]
    lines = ["".join(p.itertext()) for p in articles[0].xpath("p[not(@class)]")]
    assert "\n".join(lines) == STORED.article.text
    assert articles[0].findtext("h2") == STORED.article.title
    shown = "".join(articles[0].itertext())
    for fact in (
        *STORED.article.authors,
        *STORED.article.tags,
        STORED.article.url,
        STORED.text_hash,
        "20240107-1.warc.gz",
    ):
        assert fact in shown


def test_a_day_behind_an_arabic_name_stands_apart_so_that_it_is_not_shown_from_its_end() -> None:
    (small,) = page(STORED).xpath("//nav//small")
    assert [part.text for part in small] == ["rassad", "2024-01-05"]
    assert {part.tag for part in small} == {"bdi"}
    (byline,) = page(STORED).xpath("//article/p[@class='byline']")
    assert [(time.text, time.get("dir")) for time in byline.iter("time")] == [("2024-01-05 09:07+01:00", "ltr")]


ATTACKS = ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "</article></main>", "&lt;b&gt;", "]]>"]


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("name", ["html", "epub", "tei"])
def test_nothing_that_a_page_says_becomes_markup(name: str, attack: str) -> None:
    stored = changed(title=attack, text=attack, authors=(attack,), tags=(attack,), section=attack, url=attack)
    if name == "tei":
        root = etree.fromstring(exported("tei", stored))
    elif name == "html":
        root = page(stored)
    else:
        with zipfile.ZipFile(io.BytesIO(exported("epub", stored))) as book:
            root = etree.fromstring(book.read("EPUB/a7.xhtml"))
    names = {etree.QName(element).localname for element in root.iter("*")}
    assert not names & {"script", "img", "b"}
    assert attack in "".join(root.itertext())


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd"])
def test_an_address_that_is_not_http_is_shown_and_never_linked(address: str) -> None:
    root = page(changed(url=address))
    assert root.xpath("//article//a/@href") == ["#contents"]
    assert address in "".join(root.itertext())


@pytest.mark.parametrize(("language", "direction"), [("ar", "rtl"), ("fa", "rtl"), (None, "rtl"), ("fr", "ltr")])
def test_each_article_has_the_direction_of_its_language(language: str | None, direction: str) -> None:
    (article,) = page(changed(language=language)).xpath("//article")
    assert (article.get("lang"), article.get("dir")) == (language or "ar", direction)
    assert (language in RIGHT_TO_LEFT) == (direction == "rtl") or language is None


# EPUB


def test_an_epub_begins_with_its_type_unpacked() -> None:
    data = exported("epub", STORED)
    assert data[30:58] == b"mimetypeapplication/epub+zip"
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        assert book.testzip() is None
        assert book.infolist()[0].filename == "mimetype"
        assert book.infolist()[0].compress_type == zipfile.ZIP_STORED


@pytest.mark.parametrize("articles", [[STORED, BARE, replace(BARE, id=9)], []], ids=["three articles", "none"])
def test_an_epub_lists_what_it_holds_and_turns_its_pages_from_the_right(articles: list[StoredArticle]) -> None:
    with zipfile.ZipFile(io.BytesIO(exported("epub", *articles))) as book:
        container = etree.fromstring(book.read("META-INF/container.xml"))
        (package_path,) = container.xpath("//@full-path")
        package = etree.fromstring(book.read(package_path))
        names = {"o": "http://www.idpf.org/2007/opf", "dc": "http://purl.org/dc/elements/1.1/"}
        hrefs = package.xpath("//o:item/@href", namespaces=names)
        listed = {"mimetype", "META-INF/container.xml", package_path, *(f"EPUB/{href}" for href in hrefs)}
        assert set(book.namelist()) == listed
        assert len(set(package.xpath("//@id"))) == len(package.xpath("//@id"))
        spine = package.find("o:spine", names)
        assert spine.get("page-progression-direction") == "rtl"
        pages = [item.get("id") for item in package.xpath("//o:item[not(@properties)]", namespaces=names)]
        assert [ref.get("idref") for ref in spine] == [name for name in pages if name != "style"]
        assert len(spine) >= 1
        assert package.xpath("string(//dc:language)", namespaces=names) == "ar"
        assert package.xpath("//o:meta[@property='dcterms:modified']", namespaces=names)
        (nav,) = package.xpath("//o:item[@properties='nav']/@href", namespaces=names)
        contents = etree.fromstring(book.read(f"EPUB/{nav}"))
        assert contents.get("dir") == "rtl"
        links = contents.xpath("//h:nav//h:a/@href", namespaces=XHTML)
        assert links == [href for href in hrefs if href.endswith(".xhtml") and href != nav]
        for link in links:
            etree.fromstring(book.read(f"EPUB/{link}"))


def test_an_epub_reader_finds_title_language_contents_and_every_paragraph(tmp_path: Path) -> None:
    reader = pytest.importorskip("epub_utils")
    path = tmp_path / "a.epub"
    export(FORMATS["epub"], [STORED, BARE], path, Options())
    book = reader.Document(str(path))
    assert book.package.metadata.language == "ar"
    assert book.package.metadata.title == "مقالات من أرشيف ورّاق"
    chapter = etree.fromstring(book.find_content_by_id("a7").xml_content.encode())
    lines = ["".join(p.itertext()) for p in chapter.xpath("//h:article/h:p[not(@class)]", namespaces=XHTML)]
    assert "\n".join(lines) == STORED.article.text


# TEI

SCHEMA = Path(__file__).parent / "data" / "tei.rng"


@pytest.mark.parametrize(
    "articles", [[STORED, BARE, changed(published=None, language="fa")], []], ids=["some articles", "none"]
)
def test_tei_is_valid_against_its_schema(articles: list[StoredArticle]) -> None:
    numbered = [replace(stored, id=number) for number, stored in enumerate(articles)]
    document = etree.fromstring(exported("tei", *numbered))
    schema = etree.RelaxNG(etree.parse(SCHEMA))
    assert schema.validate(document), schema.error_log


BROKEN = [
    pytest.param(b"<publicationStmt>", b"<publicationStmt><p/>", id="a paragraph among publishers"),
    pytest.param(b"<sourceDesc><bibl>", b"<sourceDesc><nothing/><bibl>", id="an element that TEI does not have"),
    pytest.param(b'when="2024-01-05T09:07:00+01:00"', b'when="2024-01-05T09:07"', id="a time without seconds"),
    pytest.param(b"<titleStmt><title>", b"<titleStmt><author/><title>", id="an author before the title"),
]


#: What no TEI document can do without, wherever it stands in ours.
NEEDED = ["teiHeader", "fileDesc", "titleStmt", "publicationStmt", "sourceDesc", "title", "text", "body", "p", "term"]


@pytest.mark.parametrize("name", NEEDED)
def test_the_schema_refuses_a_document_that_lacks_what_tei_asks_for(name: str) -> None:
    schema = etree.RelaxNG(etree.parse(SCHEMA))
    document = etree.fromstring(exported("tei", STORED))
    places = {element.getparent() for element in document.iterfind(f".//t:{name}", TEI)}
    assert places
    for parent in places:
        kept = list(parent)
        parent[:] = [child for child in kept if etree.QName(child).localname != name]
        expected = name == "title" and etree.QName(parent).localname == "bibl"  # a bibl may do without
        assert schema.validate(document) == expected, etree.QName(parent).localname
        parent[:] = kept
    assert schema.validate(document)


def test_the_schema_refuses_unknown_elements_and_attributes_wherever_they_stand() -> None:
    schema = etree.RelaxNG(etree.parse(SCHEMA))
    document = etree.fromstring(exported("tei", STORED))
    elements = list(document.iter("*"))
    assert len(elements) > 50
    for element in elements:
        tag, element.tag = element.tag, f"{{{TEI['t']}}}invented"
        assert not schema.validate(document), tag
        element.tag = tag
        element.set("invented", "x")
        assert not schema.validate(document), tag
        del element.attrib["invented"]
    assert schema.validate(document)


@given(title=_TEXTS, text=_TEXTS, author=_TEXTS, section=_TEXTS)
def test_whatever_a_page_says_the_tei_stays_valid(title: str, text: str, author: str, section: str) -> None:
    stored = changed(title=title, text=text, authors=(author,), section=section, tags=(author, title))
    schema = etree.RelaxNG(etree.parse(SCHEMA))
    document = etree.fromstring(exported("tei", replace(stored, article=safe_article(stored.article))))
    assert schema.validate(document), schema.error_log


@pytest.mark.parametrize(("right", "wrong"), BROKEN)
def test_the_schema_refuses_what_tei_refuses(right: bytes, wrong: bytes) -> None:
    data = exported("tei", STORED)
    assert right in data
    assert not etree.RelaxNG(etree.parse(SCHEMA)).validate(etree.fromstring(data.replace(right, wrong)))


# OPML


def test_opml_names_the_sources_of_the_articles_and_their_feeds(archive: Archive) -> None:
    archive.endpoints.declare(
        "rassad", [("https://rassad.example/feed", "feed"), ("https://rassad.example/x", "section")]
    )
    out = io.BytesIO()
    write = FORMATS["opml"].write
    assert write
    write([STORED, BARE, STORED, changed(source="unknown")], out, Options(archive=archive))
    root = etree.fromstring(out.getvalue())
    assert root.get("version") == "2.0"
    rassad, unknown = root.find("body")
    assert (rassad.get("text"), rassad.get("title"), rassad.get("htmlUrl")) == (
        "الرصد",
        "Rassad",
        "https://rassad.example/",
    )
    assert [(feed.get("type"), feed.get("xmlUrl")) for feed in rassad] == [("rss", "https://rassad.example/feed")]
    assert unknown.get("text") == "unknown"


# Streams


def test_a_zip_of_more_members_than_sixteen_bits_count_is_read_by_others(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with path.open("wb") as out, ZipStream(out) as zipped:
        for number in range(66_000):
            zipped.add(f"خبر-{number}", b"x", stored=True)
    with zipfile.ZipFile(path) as read:
        assert len(read.namelist()) == 66_000
        assert read.read("خبر-65999") == b"x"
        assert not read.infolist()[-1].external_attr & 0o111 << 16


def test_a_zip_goes_on_beyond_four_gigabytes(tmp_path: Path) -> None:
    far = 5_000_000_000
    path = tmp_path / "a.zip"
    with path.open("wb") as out, ZipStream(out) as zipped:
        zipped.add("near.txt", b"a" * 100)
        out.seek(far)  # a hole in the file, in place of so many members
        zipped._place = far
        zipped.add("far.txt", "بعيد".encode())
    with zipfile.ZipFile(path) as read:
        assert read.testzip() is None
        assert read.read("far.txt").decode() == "بعيد"


class Sink(io.RawIOBase):
    """Swallows everything."""

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        return len(data)


def peak(name: str, number: int, sink: BinaryIO) -> int:
    """Bytes of Python memory at the highest point of an export of so many articles."""
    long = changed(text="\n".join(["فقرة فيها كلام كثير عن خبر واحد"] * 20))
    write = FORMATS[name].write
    assert write
    tracemalloc.start()
    try:
        write((replace(long, id=number) for number in range(number)), sink, Options())
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name, known in FORMATS.items() if known.write and name not in OF_RECORDS])
def test_memory_does_not_grow_with_the_number_of_articles(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if name == "parquet":
        pytest.importorskip("pyarrow")
        monkeypatch.setattr("storage.export.formats.parquet.GROUP_ROWS", 100)
    sink: Any = Sink()
    peak(name, 100, sink)  # what is made once and kept: patterns, types
    few, many = peak(name, 200, sink), peak(name, 2_000, sink)
    assert many < few * 1.3 + 100_000, f"{few} bytes for 200 articles, {many} for 2,000"


@pytest.mark.parametrize(
    "name", [name for name, known in FORMATS.items() if name not in ("parquet", "opml", "sqlite", *OF_RECORDS)]
)
def test_the_longest_text_is_written_to_its_last_word(name: str) -> None:
    text = "\n".join(["كلمة " * 500] * 800 + ["آخر الكلام"])
    data = exported(name, changed(text=text))
    if name in ("markdown", "epub", "xlsx"):
        with zipfile.ZipFile(io.BytesIO(data)) as zipped:
            data = b"".join(zipped.read(member) for member in zipped.namelist())
    cut = 800 * 2_500 // 32_767 if name == "xlsx" else 0  # a cell ends there, in a word if need be
    assert 400_000 - cut <= data.decode().count("كلمة") <= 400_000
    assert "آخر الكلام" in data.decode()
