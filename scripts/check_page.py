#!/usr/bin/env python3
"""Reads a page of `yaral scan --html` with a parser that is not ours.

    scripts/check_page.py PAGE

Fails if the page could run, load or send anything, or leads anywhere but to
itself; prints what was counted otherwise.
"""

import sys
from html.parser import HTMLParser

ALLOWED = set(
    "html head meta title style body main header h1 h2 h4 h5 p ul ol li strong span div nav a "
    "section article details summary dl dt dd pre code table thead tbody tr th td time svg text "
    "line circle".split()
)
ATTRIBUTES = set(
    "lang charset http-equiv content name class id href open tabindex datetime scope aria-label "
    "role viewbox text-anchor x y x1 x2 y1 y2 cx cy r".split()
)
EMPTY = {"meta"}


class Page(HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.ids, self.links, self.elements = [], [], [], 0
        self.styles = 0

    def handle_starttag(self, tag, attributes):
        self.elements += 1
        assert tag in ALLOWED, f"<{tag}> at {self.getpos()}"
        self.styles += tag == "style"
        for name, value in attributes:
            assert name in ATTRIBUTES, f"{name}= at {self.getpos()}"
            if name == "href":
                assert value.startswith("#"), f"href={value}"
                self.links.append(value[1:])
            if name == "id" and value:
                self.ids.append(value)
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, f"</{tag}> closes {self.open[-1:]} at {self.getpos()}"
        self.open.pop()

    def handle_comment(self, _):
        raise AssertionError(f"a comment at {self.getpos()}")

    def handle_data(self, data):
        bad = [c for c in data if (ord(c) < 32 and c != "\n") or c in "\u202e\u200b\x7f"]
        assert not bad, f"{bad!r} at {self.getpos()}"


def main():
    page = Page()
    with open(sys.argv[1], encoding="utf-8") as file:
        page.feed(file.read())
    page.close()
    assert not page.open, f"not closed: {page.open}"
    assert page.styles == 1, f"{page.styles} style sheets"
    assert len(page.ids) == len(set(page.ids)), "an id stands twice"
    print(f"{page.elements} elements, {len(page.links)} links, {len(page.ids)} places")


main()
