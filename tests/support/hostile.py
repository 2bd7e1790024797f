"""Strings that have broken other programs, for every place where foreign words end.

``HOSTILE`` holds some hundreds, by what they try. ``huge`` builds one of ten megabytes, which is
not kept. ``python -m support.hostile_times`` prints how long each place takes for the slowest.
"""

import itertools
from collections.abc import Iterator, Mapping

_MARKUP = (
    "<b>bold</b>",
    "<qt>rich</qt>",
    "<!DOCTYPE html><html><body>page</body></html>",
    '<img src="file:///nowhere">',
    '<img src="http://127.0.0.1:9/x.png">',
    '<img src="data:image/svg+xml;base64,PHN2Zz48L3N2Zz4=">',
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<script>alert(1)</script>",
    "<a href='file:///'>press</a>",
    "<a href='javascript:alert(1)'>press</a>",
    "<table><tr><td width=99999999>wide</td></tr></table>",
    "<table border=9><tr><td>" * 40,
    "<font size=700>loud</font>",
    "<p style='font-size:900pt'>loud</p>",
    "<style>*{color:red}</style>",
    "<iframe src='http://127.0.0.1:9'></iframe>",
    "<meta http-equiv=refresh content='0;url=http://127.0.0.1:9'>",
    "<br>" * 300,
    "<div><div><div>" * 100,
    "&lt;b&gt;escaped&lt;/b&gt;",
    "&amp;&nbsp;&#60;b&#62;",
    "<![CDATA[<b>x</b>]]>",
    "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'aaaa'>]><x>&a;&a;</x>",
    "{{7*7}}",
    "${7*7}",
    "<%= 7*7 %>",
    "*markdown* _words_ [link](file:///x) `code`",
    "# heading\n\n- list",
    "<center><h1>HAND OVER NOW</h1></center>",
    '"><b>out</b>',
    "'><b>out</b>",
    "--><b>out</b>",
    "</qt><qt><b>out</b>",
    "<unclosed",
    "<<<<<<<<",
    "a<b and c>d",
)
_DIRECTION = (
    *(
        f"R1{mark}00.00{tail}"
        for mark in "\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u200e\u200f\u061c"
        for tail in ("", "\u202c", "\u2069")
    ),
    "\u202e!WON REVO DNAH",
    "\u05e9\u05d5\u05d1\u05e8 50",
    "\u0642\u0633\u064a\u0645\u0629 50 \u0631\u0627\u0646\u062f",
    "abc \u05d0\u05d1\u05d2 123",
    "\u200b\u200c\u200d\u2060\ufeff",
    "1\u200b2\u200b3\u200b4",
    "\u2028\u2029",
)
_CONTROLS = (
    *(chr(code) for code in (*range(0x20), *range(0x7F, 0xA0))),
    "\x00\x00\x00",
    "a\x00b",
    "line\nline",
    "line\r\nline",
    "\rR0.00",
    "back\x08\x08\x08\x08gone",
    "bell\x07",
    "tab\ttab",
    "\x0b\x0c",
)
_TERMINAL = (
    "\x1b[31mred\x1b[0m",
    "\x1b[2J\x1b[H",
    "\x1b]0;title\x07",
    "\x1b]8;;file:///\x07press\x1b]8;;\x07",
    "\x1b[6n",
    "\x1b[?1049h",
    "\x1b[8mhidden",
    "\x9b31m",
    "\x1bP+q544e\x1b\\",
    "\x1b]52;c;YQ==\x07",
    "\x1b[1000000;1000000H",
)
_PRINTER = (
    "\x1b@",
    "\x1bm",
    "\x1di\x00",
    "\x1dV\x00",
    "\x1dV\x41\x03",
    "\x1bp\x00\x19\xfa",
    "\x10\x14\x01\x00\x05",
    "\x10\x04\x01",
    "\x1d(L\x06\x00\x30\x55",
    "\x1b!\xff",
    "\x1dk\x04123\x00",
    "\x1bt\x10",
    "\x1c\x2e",
    "\x1b=\x00",
    "\x1bc5\x01",
    "\x14\x15\x16",
    "%!PS\nshowpage",
    "\x1b%-12345X@PJL",
    "(unbalanced",
    "unbalanced)",
    "\\134\\051",
    "BT /F1 12 Tf (x) Tj ET",
    "endstream endobj",
)
_CELLS = (
    "=1+1",
    '=HYPERLINK("http://127.0.0.1:9","press")',
    "=cmd|'/C calc'!A0",
    "+1+1",
    "-1+1",
    "@SUM(1)",
    "\t=1+1",
    "\r=1+1",
    "\x00=1+1",
    '"; DROP',
    "a,b;c\td",
    '"quoted"',
    "'=1+1",
    "%0A=1+1",
    "1;2;3",
)
_PATHS = (
    "../../../../etc/passwd",
    "..\\..\\windows\\win.ini",
    "/etc/passwd",
    "C:\\nowhere",
    "\\\\server\\share",
    "file:///nowhere",
    "~",
    "~root/x",
    "$HOME/x",
    "%APPDATA%",
    "CON",
    "NUL.pdf",
    "aux.txt",
    ".",
    "..",
    "...",
    "a/../../b",
    "a\x00.pdf",
    "-rf",
    "--help",
    "; rm -rf nowhere",
    "| cat",
    "$(touch nowhere)",
    "`touch nowhere`",
    "a" * 300,
    "name.pdf\u202efdp.exe",
    " leading",
    "trailing. ",
    "%2e%2e%2f",
)
_FORMATS = (
    "{}",
    "{0}",
    "{name}",
    "{0.__class__}",
    "{:>99999999}",
    "{!r}",
    "{{}}",
    "{",
    "}",
    "%s",
    "%d",
    "%n",
    "%(name)s",
    "%99999999d",
    "%",
    "$name",
    "${jndi:ldap://127.0.0.1:9}",
    "%1 %2 %L1",
    "\\u0041\\x41\\n",
    "\\N{BULLET}",
    "%%",
)
_STATEMENTS = (
    "'; DROP TABLE redemption; --",
    "' OR '1'='1",
    "1; UPDATE redemption SET state='final'",
    '" OR ""="',
    "') UNION SELECT * FROM redemption --",
    ":id",
    "?1",
    "/* */",
    "x' AND randomblob(1) --",
    "null",
    "None",
    "NaN",
    "Infinity",
    "-0",
    "1e999",
    "true",
    "undefined",
    "[object Object]",
)
_MNEMONICS = (
    "&Redeem",
    "Mall & Beyond",
    "&&",
    "&",
    "a&b&c&d",
    "&F12",
    "Tom && Jerry",
    "&1",
    "trailing&",
    "A\u0026\u0332B",
)
_LETTERS = (
    "Z\u0300\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308\u0309" * 12,
    "a" + "\u0334" * 400,
    "\u0300" * 50,
    "\ud800",
    "\udfff",
    "\ud83d",
    "a\udc80b",
    "\U0001f4a9",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466",
    "\U0001f1ff\U0001f1e6",
    "\U0001f3f4\U000e0067\U000e0062\U000e007f",
    "\ufffe\uffff",
    "\U0010ffff",
    "\ue000\uf8ff",
    "\u0130\u0131\u017f\u1e9e",
    "\ufb01\ufb03\ufdfa",
    "\uff1c\uff42\uff1e",
    "\u3000wide\u3000",
    "\u00a0\u202f\u2009",
    "\u1160\u115f\u3164",
    "\u034f\u180e\u17b4",
    "\u0e33\u0e49" * 30,
    "\u0915\u094d\u0937",
    "\u1100\u1161\u11a8",
    "\u4e2d\u6587\u4f18\u60e0\u5238",
    "\u0430\u0440\u0440\u04cf\u0435",
    "\u2066\u2067" * 40,
    "\u00ad" * 80,
    "\ufff9a\ufffab\ufffb",
    "\U0001d400\U0001d401",
    "\u0661\u0662\u0663",
    "\u221a\u00b2\u2154",
    "\u200d" * 60,
    "e\u0301",
    "\u1f61\u1f6b",
)
_LONG = (
    "W" * 200,
    "i" * 2_000,
    "W" * 20_000,
    "word " * 4_000,
    "\n" * 3_000,
    "very-long-word-without-any-place-to-break-it" * 60,
    "." * 5_000,
    " " * 5_000,
    "0" * 5_000,
    "\u0645" * 3_000,
    "\u4e2d" * 3_000,
    "\U0001f4a9" * 1_000,
    "a\u0301" * 3_000,
    "<b>" * 3_000,
    "&" * 3_000,
)
_BLANK = ("", " ", "\t", "\n", "\u200b", "\u00a0", "\u3000", "\x00")

KINDS: Mapping[str, tuple[str, ...]] = {
    "markup": _MARKUP,
    "direction": _DIRECTION,
    "controls": _CONTROLS,
    "terminal": _TERMINAL,
    "printer": _PRINTER,
    "cells": _CELLS,
    "paths": _PATHS,
    "formats": _FORMATS,
    "statements": _STATEMENTS,
    "mnemonics": _MNEMONICS,
    "letters": _LETTERS,
    "long": _LONG,
    "blank": _BLANK,
}
HOSTILE: tuple[str, ...] = tuple(dict.fromkeys(itertools.chain.from_iterable(KINDS.values())))


def huge() -> Iterator[str]:
    """Build strings of ten million characters, one at a time."""
    yield "A" * 10_000_000
    yield "<b>" * 3_400_000
    yield "a\u0301" * 5_000_000
    yield "9173 " * 2_000_000
    yield "\x1b[31m" * 2_000_000


def is_steering(letter: str) -> bool:
    """Whether a character can steer a terminal, a printer or the direction of writing."""
    return not letter.isprintable() and letter not in "\n\r"


def is_one_clean_line(text: str) -> bool:
    """Whether a text is one line that can be shown anywhere as it is."""
    return text.isprintable() and text == " ".join(text.split())
