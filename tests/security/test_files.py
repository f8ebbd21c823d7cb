"""Untrusted files: they make us fetch, run or read nothing else, and are unpacked within bounds."""

from __future__ import annotations

import io
import json
import os
import socket
import struct
import threading
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import docx
import pytest
from click.testing import CliRunner, Result
from pdf_writer import file_of, pdf, stream

from searchapp.cli import main
from searchapp.errors import ReadError
from searchapp.readers import archive, read

SECRET = "a secret that stands elsewhere"
ENACTING = "The General Assembly,"
READABLE = f"A/RES/99/1\n\n{ENACTING}\n\n1. Invites all States to keep {{}};\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Change to an empty folder; its parent, which is returned, contains a secret."""
    (tmp_path / "secret.txt").write_text(READABLE.format(SECRET), encoding="utf-8")
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path


@pytest.fixture
def lured() -> Iterator[tuple[str, list[bytes]]]:
    """Run a listener; yield its address and the requests that it got."""
    asked: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as door:
        door.settimeout(0.1)
        ended = threading.Event()

        def listen() -> None:
            while not ended.is_set():
                try:
                    found, _ = door.accept()
                except TimeoutError:
                    continue
                with found:
                    asked.append(found.recv(200))

        thread = threading.Thread(target=listen)
        thread.start()
        yield f"http://127.0.0.1:{door.getsockname()[1]}", asked
        ended.set()
        thread.join()


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def akn(declared: str, text: str, before: str = "") -> bytes:
    return (
        f"<?xml version='1.0'?>{before}{declared}<akomaNtoso xmlns:xi='http://www.w3.org/2001/XInclude'"
        f"><statement><preamble><container><p>Recalling {text} this,</p></container></preamble>"
        "</statement></akomaNtoso>"
    ).encode()


def luring(kind: str, url: str, secret: str) -> bytes:
    """Return a file of this kind with a reference to the web or to this machine."""
    system = f'SYSTEM "{url}/x.dtd"'
    page = (
        f"<html><head>{{}}</head><body><p>{ENACTING}</p><p>1. Invites States;</p>{{}}</body></html>"
    )
    return {
        "an entity of the web": akn(f'<!DOCTYPE a [<!ENTITY x SYSTEM "{url}/x">]>', "&x;"),
        "an entity of a file": akn(f'<!DOCTYPE a [<!ENTITY x SYSTEM "file://{secret}">]>', "&x;"),
        "a declared type": akn(f"<!DOCTYPE akomaNtoso {system}>", "&x;"),
        "a parameter entity": akn(f"<!DOCTYPE a [<!ENTITY % x {system}> %x;]>", ""),
        "an inclusion": akn("", f"<xi:include href='file://{secret}' parse='text'/>"),
        "an inclusion of the web": akn("", f"<xi:include href='{url}/x'/>"),
        "a style sheet": akn("", "", f"<?xml-stylesheet type='text/xsl' href='{url}/x.xsl'?>"),
        "a schema": akn("", f"<p schemaLocation='a {url}/x.xsd'/>"),
        "HTML that refreshes": page.format(
            f"<meta http-equiv=refresh content='0;url={url}'><base href='{url}/'>", ""
        ).encode(),
        "HTML that embeds": page.format(
            f"<link rel=stylesheet href='{url}/x.css'><script src='{url}/x.js'></script>",
            f"<img src='{url}/x.png'><iframe src='{url}'></iframe><object data='{url}'></object>"
            f"<iframe src='file://{secret}'></iframe><embed src='{url}'>",
        ).encode(),
        "XHTML with an entity": (
            f'<?xml version="1.0"?><!DOCTYPE html [<!ENTITY x SYSTEM "file://{secret}">]>'
            f"<html><body><p>{ENACTING}</p><p>1. Invites &x; States;</p></body></html>"
        ).encode(),
        "Word with a template": word({"word/_rels/settings.xml.rels": external(url)}),
        "Word with a part elsewhere": word({"word/_rels/document.xml.rels": external(url)}),
        "Word with an entity": word(
            {"word/document.xml": entity_document(f'<!ENTITY x SYSTEM "file://{secret}">')}
        ),
        "PDF with actions": file_of(
            [
                b"<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.launchURL('%s'))>>"
                b"/AA<</WC<</S/Launch/F(/bin/touch)/P(x)>>>>>>" % url.encode(),
                b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
                b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Annots["
                b"<</Subtype/Link/A<</S/URI/URI(%s)>>>>]/AA<</O<</S/SubmitForm/F(%s)>>>>>>"
                % (url.encode(), url.encode()),
                b"<</F<</FS/URL/F(%s)>>/Length 0>>stream\n\nendstream" % url.encode(),
            ]
        ),
        "JSON with references": json.dumps(
            {"$ref": f"{url}/x", "symbol": "A/RES/99/1", "source": f"file://{secret}",
             "paragraphs": [{"text": "Invites States;", "$ref": f"file://{secret}"}]}
        ).encode(),
    }[kind]  # fmt: skip


LURES = (
    "an entity of the web, an entity of a file, a declared type, a parameter entity, an inclusion, "
    "an inclusion of the web, a style sheet, a schema, HTML that refreshes, HTML that embeds, "
    "XHTML with an entity, Word with a template, Word with a part elsewhere, Word with an entity, "
    "PDF with actions, JSON with references"
).split(", ")


def external(url: str) -> str:
    kinds = ("attachedTemplate", "header", "footnotes", "aFChunk", "image", "styles", "numbering")
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    rows = "".join(
        f'<Relationship Id="x{kind}" Type="{base}/{kind}" Target="{url}/{kind}" '
        'TargetMode="External"/>'
        for kind in kinds
    )
    ns = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<Relationships xmlns="{ns}">{rows}</Relationships>'


def entity_document(declared: str) -> str:
    ns = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    return (
        f'<!DOCTYPE a [{declared}]><w:document xmlns:w="{ns}"><w:body><w:p><w:r>'
        f"<w:t>{ENACTING}</w:t></w:r></w:p><w:p><w:r>"
        "<w:t>1. Invites &x; States;</w:t></w:r></w:p></w:body></w:document>"
    )


def word(changed: dict[str, str]) -> bytes:
    """Return a Word file with some of its parts replaced."""
    made, out = docx.Document(), io.BytesIO()
    made.add_paragraph(ENACTING)
    made.add_paragraph("1. Invites all States;")
    made.save(out)
    whole, result = zipfile.ZipFile(out), io.BytesIO()
    with zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as target:
        for name in {*whole.namelist(), *changed}:
            target.writestr(name, changed[name] if name in changed else whole.read(name))
    return result.getvalue()


@pytest.mark.parametrize("kind", LURES)
def test_nothing_that_a_file_names_is_fetched_or_read(
    kind: str, lured: tuple[str, list[bytes]], folder: Path
) -> None:
    url, asked = lured
    suffix = "jsonl" if kind.startswith("JSON") else "bin"
    Path(f"a.{suffix}").write_bytes(luring(kind, url, str(folder / "secret.txt")))

    parsed = run("parse", f"a.{suffix}", "--json")
    indexed = run("index", f"a.{suffix}", "--index", str(folder / "index"))
    pages = run(
        "search", "--index", str(folder / "index"), "--lang", "all", "--format", "json", "a"
    )

    assert (parsed.exit_code == 0) is (kind != "PDF with actions")  # which has no text
    said = parsed.output + indexed.output + pages.output
    assert SECRET not in said
    assert asked == []
    assert "Traceback" not in said
    assert [path.name for path in Path().iterdir()] == [f"a.{suffix}"]


BOMB = "<!ENTITY a 'ha'>" + "".join(
    f"<!ENTITY {name} '{('&' + before + ';') * 10}'>"
    for before, name in zip("abcdefghi", "bcdefghij", strict=True)
)


def large_pdf() -> bytes:
    """Return a PDF page of 300 MB of text operators, packed to 300 KB."""
    return file_of(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R>>",
            stream(b"q Q BT (a) Tj ET " * 18_000_000),
        ]
    )


def packed_twice() -> bytes:
    """Return a PDF stream of 300 MB of zeros, compressed twice (two filters)."""
    twice = zlib.compress(zlib.compress(bytes(300_000_000), 9), 9)
    return file_of(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R>>",
            b"<</Length %d/Filter[/FlateDecode/FlateDecode]>>stream\n%s\nendstream"
            % (len(twice), twice),
        ]
    )


def circular_pdf() -> bytes:
    """Return a PDF whose page tree contains itself."""
    return file_of(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 999999999/Parent 2 0 R>>",
        ]
    )


def overlapping() -> bytes:
    """Return an archive whose 2,000 members share the same bytes; they unpack to 120 MB."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("a.txt", os.urandom(30_000).hex())
    data = out.getvalue()
    at = data.index(b"PK\x01\x02")
    entry = data[at : data.index(b"PK\x05\x06")]
    entries = b"".join(entry[:46] + b"%05d" % n for n in range(2_000))
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 2_000, 2_000, len(entries), at, 0)
    return data[:at] + entries + end


def lying(size: int) -> bytes:
    """Return an archive whose member declares this wrong size."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("a.txt", "1. Invites States;\n" * 1_000_000)
    data = bytearray(out.getvalue())
    struct.pack_into("<I", data, data.index(b"PK\x01\x02") + 24, size)
    return bytes(data)


def nested(depth: int) -> bytes:
    data = b"1. Invites States;"
    for _ in range(depth):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
            for number in range(8):
                made.writestr(f"{number}.zip", data)
        data = out.getvalue()
    return data


MANY = " ".join(f"a{n}='b'" for n in range(200_000))
BOMBS: dict[str, Callable[[], bytes]] = {
    "XML": lambda: akn(f"<!DOCTYPE a [{BOMB}]>", "&j;"),
    "XML, quadratic": lambda: akn(f"<!DOCTYPE a [<!ENTITY x '{'a' * 100_000}'>]>", "&x;" * 100_000),
    "XML of attributes": lambda: akn("", f"<p {MANY}/>"),
    "HTML": f"<!DOCTYPE html [{BOMB}]><html><body><p>&j;</p></body></html>".encode,
    "Word": lambda: word({"word/document.xml": entity_document(BOMB + "<!ENTITY x '&j;'>")}),
    "PDF": large_pdf,
    "PDF, packed twice": packed_twice,
    "PDF, circular": circular_pdf,
    "ZIP, overlapping": overlapping,
    "ZIP that says less": lambda: lying(100),
    "ZIP that says more": lambda: lying(90_000_000),
    "ZIP in ZIP": lambda: nested(4),
}


@pytest.mark.parametrize("kind", BOMBS)
def test_a_bomb_is_a_sentence_in_time(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEARCHAPP_READ_SECONDS", "5")
    monkeypatch.setenv("SEARCHAPP_READ_MEMORY", "300")
    Path("a.bin").write_bytes(BOMBS[kind]())
    began = time.monotonic()

    result = run("index", "a.bin", "--index", "../index")

    assert time.monotonic() - began < 60
    assert "Traceback" not in result.output
    assert "Not read: a.bin" in result.output or "Indexed " in result.output
    assert len(result.output) < 300_000  # a line for each of 2,000 members
    assert run("check", "--index", "../index").exit_code == 0


SLIPS = (
    "../../evil.txt",
    "/etc/evil.txt",
    "..\\..\\evil.txt",
    "C:\\evil.txt",
    "a/../../evil.txt",
    "./../evil.txt",
    "\x1b[31mevil.txt",
    "a\nb.txt",
    "evil.txt\x00.pdf",
    "~/.bashrc",
)


def test_members_are_written_nowhere(folder: Path) -> None:
    """Whatever their names; links in an archive are not followed either."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name in SLIPS:
            made.writestr(zipfile.ZipInfo(name), "1. Invites all States to rest;")
        link = zipfile.ZipInfo("link.txt")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        made.writestr(link, str(folder / "secret.txt"))
    Path("a.zip").write_bytes(out.getvalue())
    before = {str(path) for path in folder.rglob("*")}

    result = run("index", "a.zip", "--index", str(folder / "index"))
    result_2 = run("parse", "a.zip")

    made_now = {str(path) for path in folder.rglob("*")} - before
    assert {path for path in made_now if not path.startswith(str(folder / "index"))} == set()
    assert SECRET not in result.output + result_2.output
    assert "\x1b" not in result.output + result_2.output
    names = archive.names(Path("a.zip"))
    assert len(names) > 4
    assert not [name for name in names if name.startswith("/") or ".." in name.split("/")]


@pytest.mark.parametrize("given", ["a", "."])
def test_a_link_that_leads_out_of_a_folder_is_not_followed(given: str, folder: Path) -> None:
    Path("a").mkdir()
    Path("a/inside.txt").write_text(READABLE.format("lamps"), encoding="utf-8")
    for name, target in {
        "file.txt": folder / "secret.txt",
        "up": folder,
        "root": Path("/"),
        "dots.txt": Path("../../secret.txt"),
        "two.txt": Path("file.txt"),
        "none.txt": folder / "nowhere",
        "round.txt": Path("round.txt"),
    }.items():
        Path("a", name).symlink_to(target)

    inside, outside = (
        " ".join(run("parse", path).output.split()) for path in (given, str(folder / "secret.txt"))
    )

    assert SECRET not in inside
    assert "Invites all States to keep lamps" in inside
    assert SECRET in outside  # following a link would show it


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
@pytest.mark.parametrize("command", ["parse", "index"])
@pytest.mark.parametrize(
    "given", ["a", "a/pipe.txt", "a/socket", "/dev/zero", "/dev/stdin", "a/full"]
)
def test_what_never_ends_is_not_waited_for(command: str, given: str, folder: Path) -> None:
    """A pipe, a socket, a device: in a folder, and named."""
    Path("a").mkdir()
    Path("a/good.txt").write_text("1. Invites all States to rest;", encoding="utf-8")
    os.mkfifo("a/pipe.txt")
    os.mkfifo("a/pipe.zip")
    Path("a/full").symlink_to("/dev/full")
    with socket.socket(socket.AF_UNIX) as made:
        made.bind("a/socket")
        began = time.monotonic()
        place = ("--index", str(folder / "index")) if command == "index" else ()
        result = run(command, given, *place)

    assert time.monotonic() - began < 30
    assert "Traceback" not in result.output
    assert "not a file" in result.output


def test_a_broken_file_says_nothing_of_this_machine() -> None:
    with pytest.raises(ReadError) as caught:
        list(read("a.pdf", pdf("123 420 | 1. Invites")[:200]))

    assert "site-packages" not in str(caught.value)
    assert "0x" not in str(caught.value)
