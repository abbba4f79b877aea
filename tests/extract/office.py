"""Small files of office formats, made by hand or by the libraries that also read them. Places are invented."""

from __future__ import annotations

import datetime
import io
import struct
import zipfile
from pathlib import Path

import docx
import openpyxl
import pypdf

FILES = Path(__file__).parent / "files"


def zipped(members: dict[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def docx_file() -> bytes:
    document = docx.Document()
    document.add_paragraph("临溪市河道采砂管理办法")
    table = document.add_table(rows=1, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "河段", "上游"
    document.add_paragraph("附则")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def docx_of(body: str) -> bytes:
    """A document with this XML as its body."""
    name = "word/document.xml"
    with zipfile.ZipFile(io.BytesIO(docx_file())) as archive:
        members: dict[str, bytes | str] = {entry: archive.read(entry) for entry in archive.namelist()}
    members[name] = (
        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
        ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        f"<w:body>{body}</w:body></w:document>"
    )
    return zipped(members)


def xlsx_file() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "采砂许可"
    sheet.append(["河段", "面积", "发证日期"])
    sheet.append(["上游", 12.5, datetime.datetime(2024, 1, 4)])
    sheet.append(["下游", 3, None])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def pptx_file() -> bytes:
    slide = '<p:sld xmlns:p="p" xmlns:a="a"><a:p><a:r><a:t>{}</a:t></a:r></a:p></p:sld>'
    members = {f"ppt/slides/slide{n}.xml": slide.format(text) for n, text in ((10, "第十页"), (2, "第二页"))}
    return zipped({"[Content_Types].xml": "<Types/>", **members})


def pdf_file(text: str = "临溪市公告", pages: int = 1) -> bytes:
    """Text set in a Chinese font that is not embedded, as office programs print it; no text is a scan."""
    show = f"BT /F1 12 Tf 72 700 Td <{text.encode('utf-16-be').hex()}> Tj ET" if text else "0 0 m 9 9 l S"
    kids = " ".join(f"{number} 0 R" for number in range(6, 6 + pages))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {pages} >>",
        f"<< /Length {len(show)} >>\nstream\n{show}\nendstream",
        "<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [5 0 R] >>",
        "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light"
        " /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> /DW 1000 >>",
    ] + [
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 3 0 R"
        " /Resources << /Font << /F1 4 0 R >> >> >>"
    ] * pages
    out, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{content}\nendobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    tail = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root 1 0 R >>\n"
    return out + f"{tail}startxref\n{len(out)}\n%%EOF\n".encode()


def locked_pdf() -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf_file()))
    writer.encrypt("secret", algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def ofd_file(pages: dict[str, str] | None = None) -> bytes:
    """Two pages whose files are named against their order; the first takes a template."""
    ns = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    text = (
        '<ofd:TextObject Boundary="20 {} 100 5"><ofd:TextCode X="0" Y="4">{}</ofd:TextCode></ofd:TextObject>'
    )
    first = text.format(30, "临溪市") + text.format(30.5, "公告") + text.format(50, "第二行")
    return zipped(
        {
            "OFD.xml": f"<ofd:OFD {ns}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
            "Doc_0/Document.xml": f"<ofd:Document {ns}>"
            '<ofd:CommonData><ofd:TemplatePage ID="9" BaseLoc="Tpls/T.xml"/></ofd:CommonData><ofd:Pages>'
            '<ofd:Page ID="1" BaseLoc="Pages/B.xml"/><ofd:Page ID="2" BaseLoc="/Doc_0/Pages/A.xml"/>'
            "</ofd:Pages></ofd:Document>",
            "Doc_0/Tpls/T.xml": f"<ofd:Page {ns}>{text.format(10, '红头')}</ofd:Page>",
            "Doc_0/Pages/B.xml": f'<ofd:Page {ns}><ofd:Template TemplateID="9"/>{first}</ofd:Page>',
            "Doc_0/Pages/A.xml": f"<ofd:Page {ns}>{text.format(10, '附件')}</ofd:Page>",
            **(pages or {}),
        }
    )


def rtf_file() -> bytes:
    """GBK bytes in a font that claims Western characters, a bare second byte (圷), and \\u."""
    chinese = "".join(f"\\'{byte:02x}" for byte in "公告".encode("gbk"))
    bare = "".join(f"\\'{byte:02x}" if byte > 127 else chr(byte) for byte in "圷".encode("gbk"))
    return (
        r"{\rtf1\ansi\ansicpg936{\fonttbl{\f0\fcharset0 Times;}}\f0 "
        + chinese
        + bare
        + r"\u20020?\par a|b\par \trowd\cellx900\intbl x\cell y\cell\row}"
    ).encode("ascii")


def ole_file(streams: dict[str, bytes]) -> bytes:
    """A compound file ([MS-CFB]) with these streams in its root, each padded to be kept in whole sectors."""
    padded = {name: data.ljust(4096, b"\0") for name, data in streams.items()}
    directory_size = -(-(len(padded) + 1) // 4)
    fat = [0xFFFFFFFD, *range(2, 1 + directory_size), 0xFFFFFFFE]
    places = []
    for data in padded.values():
        places.append(len(fat))
        sectors = -(-len(data) // 512)
        fat += [*range(len(fat) + 1, len(fat) + sectors), 0xFFFFFFFE]
    assert len(fat) <= 128
    entries = [_ole_entry("Root Entry", 5, right=-1, child=1, start=-2, size=0)]
    for number, (name, data) in enumerate(padded.items(), 1):
        following = number + 1 if number < len(padded) else -1
        entries.append(_ole_entry(name, 2, following, -1, places[number - 1], len(data)))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    header += bytes(6) + struct.pack("<IIiIIiIiI", 0, 1, 1, 0, 4096, -2, 0, -2, 0)
    header += struct.pack("<109i", 0, *[-1] * 108)
    body = struct.pack("<128I", *fat, *[0xFFFFFFFF] * (128 - len(fat)))
    body += b"".join(entries).ljust(512 * directory_size, b"\0")
    return header + body + b"".join(data.ljust(-(-len(data) // 512) * 512, b"\0") for data in padded.values())


def _ole_entry(name: str, kind: int, right: int, child: int, start: int, size: int) -> bytes:
    raw = name.encode("utf-16-le")
    links = struct.pack("<iii", -1, right, child)
    return (
        raw.ljust(64, b"\0")
        + struct.pack("<HBB", len(raw) + 2, kind, 1)
        + links
        + bytes(36)
        + struct.pack("<iQ", start, size)
    )


def doc_file(
    pieces: list[str], *, flags: int = 0, version: int = 0xC1, counts: tuple[int, ...] | None = None
) -> bytes:
    """A Word document of these pieces, ASCII ones kept as one byte a character, last piece first in the file.

    ``counts`` are the characters of body, footnotes, headers, macros, comments, endnotes and text boxes.
    """
    text, places = b"", []
    for piece in reversed(pieces):
        at = 1024 + len(text)
        places.insert(0, at * 2 | 0x40000000 if piece.isascii() else at)
        text += piece.encode("ascii" if piece.isascii() else "utf-16-le")
    ends = [0]
    for piece in pieces:
        ends.append(ends[-1] + len(piece))
    plc = struct.pack(f"<{len(ends)}I", *ends) + b"".join(struct.pack("<HIH", 0, at, 0) for at in places)
    clx = b"\x01" + struct.pack("<H", 4) + b"\x02\x02\x02\x02" + b"\x02" + struct.pack("<I", len(plc)) + plc
    fib = bytearray(1024)
    struct.pack_into("<HH", fib, 0, 0xA5EC, version)
    struct.pack_into("<H", fib, 10, flags)
    struct.pack_into("<7I", fib, 76, *(counts or (ends[-1], 0, 0, 0, 0, 0, 0)))
    struct.pack_into("<II", fib, 418, 16, len(clx))
    table = "1Table" if flags & 0x200 else "0Table"
    return ole_file({"WordDocument": bytes(fib) + text, table: bytes(16) + clx})
