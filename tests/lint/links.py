# links.py FOLDER: do all links between the pages of a site lead to a page, and to a place in it?
#
# Says what does not, one a line; nothing if all is well. Links to other places of the world are not followed.
import sys
import urllib.parse
from html.parser import HTMLParser
from pathlib import Path


class Page(HTMLParser):
    """What a page links to, and the places in it that can be linked to."""

    def __init__(self, text):
        super().__init__()
        self.links, self.places = [], {""}
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        for name, value in attributes:
            if name in ("href", "src") and value is not None:
                self.links.append((self.getpos()[0], value))
            if name == "id" or (name == "name" and tag == "a"):
                self.places.add(value)


def main():
    folder = Path(sys.argv[1])
    pages = {path.name: Page(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.html"))}
    if len(pages) < 2:
        print(f"{folder}: no pages")
    for name, page in pages.items():
        for line, link in page.links:
            url = urllib.parse.urlsplit(link)
            if url.scheme or url.netloc:
                if url.scheme != "https":
                    print(f"{name}:{line}: {link}: no https")
                continue
            target = urllib.parse.unquote(url.path) or name
            place = urllib.parse.unquote(url.fragment)
            if not (folder / target).is_file():
                print(f"{name}:{line}: {link}: no such page")
            elif target in pages and place not in pages[target].places:
                print(f"{name}:{line}: {link}: no such place")


main()
