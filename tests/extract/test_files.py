"""What a file is told to be by its bytes, and the text that is got from it."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lawcrawl.extract.files import bounds as bounds_module
from lawcrawl.extract.files import file_text, fixed, sheets, sniff
from lawcrawl.extract.msdoc import NotWord, doc_text
from tests.extract import office

OOXML = "application/vnd.openxmlformats-officedocument."
DOC, XLS, PPT = "application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint"

NOTICE = (
    "临溪市人民政府办公室关于印发河道采砂管理办法的通知\n临政办发〔2024〕7号\n各镇人民政府，市各有关单位：\n"
    "河段\t期限\n上游\t三年\nContact: office@linxi.example\n详见市政府网站"
)
PERMITS = "采砂许可\n河段\t面积\t发证日期\t有效\n上游\t12.5\t2024-01-04\tTRUE\n下游\t3\t\tFALSE"

READ: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "pdf": (office.pdf_file, "application/pdf", "临溪市公告"),
    "pdf after other bytes": (lambda: b"\r\n--x\r\n" + office.pdf_file(), "application/pdf", "临溪市公告"),
    "docx": (
        office.docx_file,
        OOXML + "wordprocessingml.document",
        "临溪市河道采砂管理办法\n河段\t上游\n附则",
    ),
    "xlsx": (
        office.xlsx_file,
        OOXML + "spreadsheetml.sheet",
        "采砂许可\n河段\t面积\t发证日期\n上游\t12.5\t2024-01-04\n下游\t3",
    ),
    "pptx": (office.pptx_file, OOXML + "presentationml.presentation", "第二页\n第十页"),
    "doc of LibreOffice": (lambda: (office.FILES / "notice.doc").read_bytes(), DOC, NOTICE),
    "doc of two pieces": (lambda: office.doc_file(["Notice 7\r", "公告\r"]), DOC, "Notice 7\n公告"),
    "doc with 1Table": (lambda: office.doc_file(["公告"], flags=0x200), DOC, "公告"),
    "xls": (lambda: (office.FILES / "permits.xls").read_bytes(), XLS, PERMITS),
    "rtf": (office.rtf_file, "application/rtf", "公告圷临\na|b\nx\ty"),
    "ofd": (office.ofd_file, "application/ofd", "红头\n临溪市公告\n第二行\n附件"),
    "html": (lambda: "<html><p>公告<p>二".encode(), "text/html", "公告\n二"),
    "zip": (lambda: office.zipped({"甲.txt": "公告"}), "application/zip", "甲.txt\n公告"),
}


@pytest.mark.parametrize("case", READ)
def test_a_file_is_typed_by_its_bytes_and_read(case: str) -> None:
    make, media_type, text = READ[case]
    body = make()
    assert sniff(body, "application/octet-stream", None) == media_type
    assert sniff(body, "text/plain", "名称.bin") == media_type
    assert file_text(body, media_type) == (text, None)
    assert file_text(body, None) == (text, None)


@pytest.mark.parametrize(
    ("body", "name", "media_type"),
    [
        (b"PK\x05\x06" + bytes(18), "a.zip", "application/zip"),
        (b"Rar!\x1a\x07\x01\x00", "a.zip", "application/vnd.rar"),
        (b"7z\xbc\xaf\x27\x1c", None, "application/x-7z-compressed"),
        (b"\x1f\x8b\x08", None, "application/gzip"),
        (b"\xff\xd8\xff\xe0", "a.pdf", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n", None, "image/png"),
        (b"II*\x00", None, "image/tiff"),
        (office.ole_file({"Workbook": b""}), "a.et", XLS),
        (office.ole_file({"Book": b""}), "a.doc", XLS),
        (office.ole_file({"WordDocument": b""}), "a.wps", DOC),
        (office.ole_file({"PowerPoint Document": b""}), "a.dps", PPT),
        (office.ole_file({"Contents": b""}), "a.et", XLS),
        (office.ole_file({"Contents": b""}), None, "application/x-ole-storage"),
        (office.ole_file({"WordDocument": b""})[:1500], None, DOC),
        (office.ole_file({"EncryptedPackage": b""}), "a.docx", OOXML + "wordprocessingml.document"),
        (office.docx_file()[:500], "a.docx", OOXML + "wordprocessingml.document"),
        (b"\x00\x01\x02", "a.txt", "application/octet-stream"),
        ("公告,7".encode("gbk"), "a.csv", "text/csv"),
        ("\ufeff公告".encode("utf-16-le"), "a.txt", "text/plain"),
        (b"", None, "text/plain"),
    ],
)
def test_a_type_is_known_from_the_bytes_and_else_from_the_name(
    body: bytes, name: str | None, media_type: str
) -> None:
    assert sniff(body, None, name) == media_type


@pytest.mark.parametrize(
    ("body", "declared", "media_type"),
    [
        (b'{"a": 1}', "application/json", "application/json"),
        (b"plain", "text/html", "text/html"),
        (b"\x00\x01\x02", "text/plain", "application/octet-stream"),
        (b"\x00\x01\x02", "application/x-unheard", "application/x-unheard"),
        (b"<html>", "application/pdf", "text/html"),
    ],
)
def test_the_declared_type_counts_where_the_bytes_do_not_tell(
    body: bytes, declared: str, media_type: str
) -> None:
    assert sniff(body, declared, None) == media_type


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_text_is_read_in_its_charset(encoding: str) -> None:
    body = "索引号，标题\r\n\r\n　　临溪市人民政府公告\r\n".encode(encoding)
    assert file_text(body, "text/csv") == ("索引号，标题\n临溪市人民政府公告", None)


def _locked_zip() -> bytes:
    body = bytearray(office.zipped({"a.txt": "x"}))
    for start, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        body[body.index(start) + offset] |= 1
    return bytes(body)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b" \r\n ", "empty"),
        (office.pdf_file(""), "no text layer"),
        (office.locked_pdf(), "encrypted"),
        (office.doc_file(["公告"], flags=0x100), "encrypted"),
        (office.doc_file(["公告"], version=0x65), "older than Word 97"),
        (office.docx_of(""), "empty"),
        (b"Rar!\x1a\x07\x01\x00", "no reader for application/vnd.rar"),
        (office.ole_file({"PowerPoint Document": b""}), f"no reader for {PPT}"),
        (
            office.ofd_file({"Doc_0/Pages/A.xml": "<x/>", "Doc_0/Pages/B.xml": "<x/>"}),
            "no text layer",
        ),
    ],
)
def test_a_file_without_text_says_why(body: bytes, reason: str) -> None:
    assert file_text(body, None) == (None, reason)


@pytest.mark.parametrize("name", ["a.docx", "a.xlsx", "a.pptx"])
def test_an_office_file_with_a_password_is_encrypted(name: str) -> None:
    body = office.ole_file({"EncryptedPackage": b"\x01" * 99, "EncryptionInfo": b"\x04\x00\x04\x00"})
    assert file_text(body, sniff(body, None, name), name) == (None, "encrypted")


@pytest.mark.parametrize(
    "case", [case for case in READ if case not in ("rtf", "html", "pdf after other bytes")]
)
@pytest.mark.parametrize("keep", [0.3, 0.6, 0.9])
def test_a_file_cut_short_gives_a_part_of_its_text_or_a_reason(case: str, keep: float) -> None:
    make, media_type, whole = READ[case]
    body = make()
    text, reason = file_text(body[: int(len(body) * keep)], media_type)
    assert reason is not None if text is None else set(text.split()) <= set(whole.split())


@pytest.mark.parametrize(
    "media_type", sorted({media_type for _, media_type, _ in READ.values()} - {"text/html"})
)
def test_a_file_that_is_not_what_its_type_says_has_no_text(media_type: str) -> None:
    text, reason = file_text(b"\x00\x01\x02" * 700, media_type)
    assert text is None
    assert reason
    assert "\n" not in reason


# What is inside


def test_word_shows_inserted_text_and_text_boxes_once_but_not_deleted_text() -> None:
    run = "<w:r><w:t>{}</w:t></w:r>".format
    box = "<w:txbxContent><w:p>" + run("框内") + "</w:p></w:txbxContent>"
    body = office.docx_of(
        f"<w:p>{run('第')}<w:ins>{run('一')}</w:ins><w:del><w:r><w:delText>二</w:delText></w:r></w:del>{run('条')}</w:p>"
        f"<w:sdt><w:sdtPr/><w:sdtContent><w:p>{run('控件')}</w:p></w:sdtContent></w:sdt>"
        f"<w:p><w:r><mc:AlternateContent><mc:Choice Requires='wps'>{box}</mc:Choice>"
        f"<mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    assert file_text(body, None) == ("第一条\n控件\n框内", None)


def test_a_merged_cell_of_word_is_one_cell() -> None:
    cell = "<w:tc><w:tcPr><w:gridSpan w:val='{}'/></w:tcPr><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc>".format
    body = office.docx_of(f"<w:tbl><w:tr>{cell(3, '合并')}{cell(1, '单')}</w:tr></w:tbl>")
    assert file_text(body, None) == ("合并\t单", None)


def test_old_word_keeps_notes_and_boxes_but_not_headers_and_comments() -> None:
    parts = ["正文\r", "脚注\r", "页眉\r", "", "批注\r", "尾注\r", "文本框\r"]
    body = office.doc_file(["".join(parts)], counts=tuple(map(len, parts)))
    assert doc_text(body).split() == ["正文", "脚注", "尾注", "文本框"]


def test_old_word_shows_what_a_field_shows() -> None:
    text = "见\x13 HYPERLINK \x13 PAGEREF x \x14y\x15 \x14网站\x15及\x13 TOC \x15附件\r甲\x07乙\x07\x07丙\x07\x07"
    assert doc_text(office.doc_file([text])).split("\n")[:3] == ["见网站及附件", "甲\t乙", "丙"]


def test_pieces_that_unfold_a_small_file_are_refused() -> None:
    body = bytearray(office.doc_file(["公告"]))
    table = body.index(b"\x02" + struct.pack("<I", 16))
    struct.pack_into("<I", body, table + 9, 0x7FFFFFFF)
    with pytest.raises(NotWord, match="piece table is broken"):
        doc_text(bytes(body))


def test_a_cell_in_the_last_corner_of_a_sheet_does_not_hold_the_reader_up() -> None:
    import openpyxl

    book = openpyxl.Workbook()
    book.active["A1"], book.active["XFD1048576"] = "始", "终"
    out = io.BytesIO()
    book.save(out)
    assert file_text(out.getvalue(), None) == ("始", f"only the first {sheets.MAX_CELLS} cells")


def test_a_sheet_of_more_cells_than_are_read_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MAX_CELLS", 6)
    assert file_text(office.xlsx_file(), None) == (
        "采砂许可\n河段\t面积\t发证日期\n上游\t12.5\t2024-01-04",
        "only the first 6 cells",
    )


def test_a_pdf_of_more_pages_than_are_read_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fixed, "MAX_PAGES", 2)
    assert file_text(office.pdf_file("渡口", pages=3), None) == ("渡口\n渡口", "only the first 2 of 3 pages")


def test_an_archive_names_its_members_and_reads_those_it_can() -> None:
    members = {
        "附件1.docx": office.docx_file(),
        "目录/附件2.csv": "甲,乙".encode("gbk"),
        "扫描.pdf": office.pdf_file(""),
        "内层.zip": office.zipped({"x.txt": "不读"}),
        "__MACOSX/附件1.docx": b"x",
    }
    text, reason = file_text(office.zipped(members), None)
    expected = (
        "附件1.docx\n临溪市河道采砂管理办法\n河段\t上游\n附则\n目录/附件2.csv\n甲,乙\n扫描.pdf\n内层.zip"
    )
    assert (text, reason) == (expected, "no text in 2 of 4 members")


def test_an_archive_with_a_password_still_names_its_members() -> None:
    assert file_text(_locked_zip(), None) == ("a.txt", "no text in 1 of 1 members")


def test_names_that_were_packed_as_gbk_are_repaired() -> None:
    mark = b"GBKNAME1.txt"
    body = office.zipped({mark.decode(): "x"}).replace(mark, "附件目录".encode("gbk") + b".txt")
    assert file_text(body, None) == ("附件目录.txt\nx", None)


# Bounds


def _bomb(claimed: int | None = None) -> bytes:
    """A package whose document unpacks to 4 MB; with ``claimed``, as its directory says to that many bytes."""
    data = b" " * 4_000_000
    body = bytearray(office.zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": data}))
    if claimed is not None:
        for start, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
            at = body.index(start, body.index(start) + 1)
            struct.pack_into("<I", body, at + offset, claimed)
            struct.pack_into("<I", body, at + offset - 8, zlib.crc32(data[:claimed]))
    return bytes(body)


@pytest.mark.parametrize("claimed", [None, 10])
def test_a_file_that_unpacks_to_too_much_is_not_unpacked(
    claimed: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounds_module, "MAX_UNPACKED", 1_000_000)
    assert file_text(_bomb(claimed), None) == (None, "unpacks to more than is safe")


def test_a_member_is_not_unpacked_past_the_limit_whatever_it_claims() -> None:
    with (
        zipfile.ZipFile(io.BytesIO(_bomb(10))) as archive,
        pytest.raises(bounds_module.Unreadable, match="safe"),
    ):
        bounds_module.member_bytes(archive, archive.getinfo("word/document.xml"), 1_000_000)


def test_a_huge_file_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lawcrawl.extract.files.MAX_UNPACKED", 10)
    assert file_text(b"x" * 11, "text/plain") == (None, "larger than is read")


def test_a_text_longer_than_is_kept_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lawcrawl.extract.files.MAX_TEXT", 3)
    assert file_text("一二三四".encode(), "text/plain") == ("一二三", "only the first 3 characters")


def test_entities_of_a_page_are_not_unfolded() -> None:
    evil = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><x><TextObject><TextCode>&b;</TextCode></TextObject></x>'
    text, reason = file_text(office.ofd_file({"Doc_0/Pages/A.xml": evil}), None)
    assert (text, reason) == ("红头\n临溪市公告\n第二行", None)


@pytest.mark.parametrize(
    "line", [rb"{\field{\*\fldinst{ ", rb"{\field{\*\fldinst{ HYPERLINK ", rb"\f1", rb"{\f1\fcharset134 "]
)
def test_a_hostile_line_of_rtf_takes_no_longer_than_another(line: bytes) -> None:
    """Patterns of striprtf are quadratic or worse over such a line."""
    assert file_text(rb"{\rtf1{\fonttbl" + line * 20_000, None) == (None, "empty")


def test_the_libraries_are_imported_only_when_a_file_needs_them() -> None:
    code = (
        "import sys, lawcrawl.extract.files as f; f.sniff(b'<html>', None, None);"
        "print(sorted({'pypdfium2', 'docx', 'openpyxl', 'xlrd', 'olefile', 'striprtf', 'lxml'} & set(sys.modules)))"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"


BODIES = {case: make() for case, (make, _, _) in READ.items()}
TYPES = sorted({media_type for _, media_type, _ in READ.values()} | {"text/plain", "application/x-unheard"})
QUIET = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])


def _holds(reading: tuple[str | None, str | None]) -> None:
    text, reason = reading
    assert text or reason
    assert text is None or text.encode("utf-8").decode() == text.strip("\n")
    assert reason is None or ("\n" not in reason and len(reason) <= 200)


@QUIET
@given(body=st.binary(max_size=3000), media_type=st.sampled_from([None, *TYPES]))
def test_any_bytes_as_any_type_never_raise(body: bytes, media_type: str | None) -> None:
    _holds(file_text(body, media_type))
    assert sniff(body, media_type, None)


@settings(QUIET, max_examples=150)
@given(
    case=st.sampled_from(sorted(BODIES)),
    keep=st.floats(0, 1),
    patches=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), max_size=8),
)
def test_a_broken_file_never_raises(case: str, keep: float, patches: list[tuple[float, int]]) -> None:
    body = bytearray(BODIES[case])
    for where, value in patches:
        body[int(where * (len(body) - 1))] = value
    broken = bytes(body[: int(keep * len(body)) + 1])
    _holds(file_text(broken, sniff(broken, None, None)))
    _holds(file_text(broken, READ[case][1]))
