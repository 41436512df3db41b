"""causes.py WHAT: holds the catalogue of causes, docs/causes/, to the code and to the corpus.

WHAT is `ids`, `cases`, `handouts` or `texts`. Says what is not as it has to be, one a line; nothing if all is well.
"""
import re
import subprocess
import sys
from pathlib import Path

HEADINGS = ["Why", "What to do", "On silicon and in the emulators", "Read on"]
LABS = {path.parent.name: path for path in Path("labs").glob("*/lab.toml")}
ENGINES = ("qemu", "bochs")


class Entry:
    """One file: its headline, the values of its head by key, and its sections by heading."""

    def __init__(self, path):
        self.path, self.id = path, path.stem
        head, *parts = re.split(r"^## ", path.read_text(encoding="utf-8"), flags=re.M)
        self.headline = head.split("\n")[0]
        self.head = re.findall(r"^- ([a-z]+): (.*)$", head, re.M)
        self.sections = {heading: text.strip() for heading, text in (part.split("\n", 1) for part in parts)}

    def all(self, key):
        return [value for name, value in self.head if name == key]

    def one(self, key):
        return (self.all(key) or [None])[0]


def entries():
    return [Entry(path) for path in sorted(Path("docs/causes").glob("[a-z]*.md"))]


def said_by_the_code():
    """Every id that stands in the code: in the lists of rules."""
    ids = {"unknown", "does-not-build"}
    for path in Path("checker/diagnosis").glob("*/*.cc"):
        ids |= set(re.findall(r'\{"([a-z0-9-]+)", [\w<>:, \']+\}', path.read_text(encoding="utf-8"), re.M))
    return ids


def corpus():
    """By "5-nx-wp/wp-only" what each engine calls a submission: {"qemu": "nxe-missing", ...}."""
    named = {}
    for path in [*Path("tests/submissions").glob("*/*.case"), *Path("tests/hostile").glob("*.case")]:
        lines = re.findall(r"^(qemu|bochs): +\S+ (\S+) \d+$", path.read_text(encoding="utf-8"), re.M)
        named[f"{path.parent.name}/{path.stem}"] = dict(lines)
    for lab, path in LABS.items():
        documented = re.search(r'^diagnosis = "(.*)"$', path.read_text(encoding="utf-8"), re.M)[1]
        named[f"{lab}/starter"] = dict.fromkeys(ENGINES, documented)
    return named


def named_in(case, known):
    """What is called what in a case: by engine, or by nobody in particular. None where there is no such case."""
    if not case.startswith("tests/"):
        return known.get(case)
    path = Path(case)
    if not path.is_file():
        return None
    if path.suffix == ".log":
        said = subprocess.run(["build/sipi", "explain", "--log", case], capture_output=True, text=True, check=True)
        return {"log": re.search(r"^  \(([a-z0-9-]+)\)$", said.stdout, re.M)[1]}
    return {f"test {word}": word for word in re.findall(r'"([a-z0-9-]+)"', path.read_text(encoding="utf-8"))}


def check_ids():
    listed = {entry.id for entry in entries()}
    code = said_by_the_code()
    for missing in sorted(code - listed):
        print(f"{missing}: the code can say it, and docs/causes/{missing}.md is not there")
    for spare in sorted(listed - code):
        print(f"docs/causes/{spare}.md: the code never says it")


def check_cases():
    known = corpus()
    for entry in entries():
        by_engine = set()
        for case in entry.all("case"):
            named = named_in(case, known)
            if named is None:
                print(f"{entry.path}: case {case}: there is none")
            elif entry.id not in named.values():
                print(f"{entry.path}: case {case}: is called {named}")
            else:
                by_engine |= {engine for engine, name in named.items() if name == entry.id}
        corpus_alone = by_engine & set(ENGINES)
        if not entry.all("case"):
            print(f"{entry.path}: no case")
        elif len(corpus_alone) == 1 and HEADINGS[2] not in entry.sections and entry.id != "does-not-build":
            print(f"{entry.path}: {corpus_alone} alone names it, and nothing says why")
        if not entry.all("not"):
            print(f"{entry.path}: nothing looks alike")
        for case in entry.all("not"):
            named = named_in(case, known)
            if named is None:
                print(f"{entry.path}: not {case}: there is none")
            elif entry.id in named.values():
                print(f"{entry.path}: not {case}: is called {named}")


def check_handouts():
    def sections(lab):
        text = Path(f"labs/{lab}/README.md").read_text(encoding="utf-8")
        return set(re.findall(r"^## (.*)$", text, re.M))

    in_all = set.intersection(*(sections(lab) for lab in LABS))
    for entry in entries():
        lab = next((name for name in LABS if name.startswith(f"{entry.one('lab')}-")), None)
        if entry.one("lab") and not lab:
            print(f"{entry.path}: there is no lab {entry.one('lab')}")
        section = entry.one("handout")
        if lab and not section:
            print(f"{entry.path}: no section of the handout of lab {entry.one('lab')}")
        if section and section not in (sections(lab) if lab else in_all):
            print(f"{entry.path}: no such section: {section}")


def check_texts():
    for entry in entries():
        if not entry.headline.startswith(f"# {entry.id}: ") or entry.headline.endswith("."):
            print(f"{entry.path}: the headline is no \"# {entry.id}: ...\" without a full stop")
        if [name for name in entry.sections if name not in HEADINGS] or not all(
            entry.sections.get(name) for name in HEADINGS if name != HEADINGS[2]
        ):
            print(f"{entry.path}: its headings are {list(entry.sections)}")
        for name, most in (("Why", 330), ("What to do", 250)):
            text = " ".join(entry.sections.get(name, "").split())
            if len(text) > most:
                print(f"{entry.path}: {name} is {len(text)} characters long, more than {most}")
            if re.search(r"\]\(|\*|^- ", text):
                print(f"{entry.path}: {name} is not plain text")
        if not re.search(r"\]\(", entry.sections.get("Read on", "")):
            print(f"{entry.path}: leads nowhere")


{"ids": check_ids, "cases": check_cases, "handouts": check_handouts, "texts": check_texts}[sys.argv[1]]()
