"""hostile_archives.py OUT: archives that are made to harm whoever unpacks or lists them, most with lab 5 in them.
hostile_archives.py OUT RAN: repositories, of which one runs a program in whoever asks git for its files.

What is to come of each stands in tests/e2e/classroom.sh. Run from the project's root.
"""
import io
import pathlib
import shutil
import subprocess
import sys
import tarfile
import zipfile

import make_class

SEAMS = {f"5-nx-wp/{name}": (pathlib.Path("solutions/5-nx-wp") / name).read_bytes()
         for name in ("match_bsp.asm", "match_bsp.cc")}


def tar(path, *more, seams=SEAMS):
    """A tar file with the seams, and before them what `more` has: name, type, what it links to, content."""
    with tarfile.open(path, "w") as archive:
        for name, kind, target, content in [*more, *((name, tarfile.REGTYPE, "", text) for name, text in seams.items())]:
            entry = tarfile.TarInfo(name)
            entry.type, entry.linkname, entry.size, entry.mode = kind, target, len(content), 0o4777
            entry.devmajor, entry.devminor = 1, 3
            archive.addfile(entry, io.BytesIO(content))


def zip_file(path, files, seams=SEAMS):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in [*files, *seams.items()]:
            archive.writestr(name, content)


def main(out):
    file, link, hard = tarfile.REGTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE
    mark = b"slipped\n"
    away = "/tmp" + "/slipped-7731"
    up = "../" * 11 + ".." + away
    zip_file(out / "slip-zip.zip", [(up, mark), (away, mark), ("..\\..\\slipped-7731", mark),
                                    ("labs/../../slipped-7731", mark)])
    tar(out / "slip-tar.tar", (up, file, "", mark), (away, file, "", mark))
    # A link, and then a file through it.
    tar(out / "through-a-link.tar", ("labs", link, "/tmp", b""), ("labs/slipped-7731", file, "", mark))
    tar(out / "link-for-a-seam.tar", ("5-nx-wp/match_bsp.cc", link, "/etc/passwd", b""),
        seams={"5-nx-wp/match_bsp.asm": SEAMS["5-nx-wp/match_bsp.asm"]})
    tar(out / "hard-link-for-a-seam.tar", ("5-nx-wp/match_bsp.cc", hard, "/etc/passwd", b""),
        seams={"5-nx-wp/match_bsp.asm": SEAMS["5-nx-wp/match_bsp.asm"]})
    tar(out / "devices.tar", ("5-nx-wp/null", tarfile.CHRTYPE, "", b""), ("5-nx-wp/disk", tarfile.BLKTYPE, "", b""),
        ("5-nx-wp/fifo", tarfile.FIFOTYPE, "", b""))
    tar(out / "device-for-a-seam.tar", ("5-nx-wp/match_bsp.cc", tarfile.CHRTYPE, "", b""), seams={})
    red = "\033[31m\033]0;owned\007\r\n\u202egnp"
    zip_file(out / "escapes.zip", [(f"{red}/{red}.txt", mark)], seams={})
    zip_file(out / "escapes-and-seams.zip", [(f"{red}.txt", mark)])
    # A name as long as a file's may be, and seams that nobody else has.
    zip_file(out / ("n" * 251 + ".zip"), [], {name: text + b"\n" for name, text in SEAMS.items()})
    with tarfile.open(out / "many.tar.gz", "w:gz", compresslevel=1) as archive:
        for i in range(100_000):
            archive.addfile(tarfile.TarInfo(f"{i:x}"))
    zip_file(out / "deep.zip", [("a/" * 30_000 + "b", mark)])
    zip_file(out / "ratio.zip", [("zeros", bytes(1 << 30)), ("ones", b"1" * (1 << 20))])
    zip_file(out / "large-seam.zip", [], seams={"5-nx-wp/match_bsp.cc": bytes(200 << 20)})
    inner = io.BytesIO()
    zip_file(inner, [("zeros", bytes(64 << 20))])
    zip_file(out / "nested.zip", [("inner.zip", inner.getvalue())], seams={})
    zip_file(out / "twice.zip", [("5-nx-wp/match_bsp.cc", b"int other;\n")])
    whole = (out / "escapes-and-seams.zip").read_bytes()
    (out / "cut.zip").write_bytes(whole[: len(whole) // 2])
    (out / "nothing.tar.gz").write_bytes(b"")
    zip_file(out / "umlauts.zip", [], seams={f"\u00dcbung 5/{name}": text for name, text in SEAMS.items()})


def repositories(out, ran):
    """Git would fetch what settings.git lacks by a program that its settings name, which makes the file `ran`."""
    make_class.write_repository(out / "whole.git", SEAMS)
    shutil.copytree(out / "whole.git", out / "settings.git")
    shutil.copytree(out / "whole.git", out / "loose.git")
    identity, name = (out / "whole.git/packed-refs").read_text().split("\n")[1].split(" ")
    (out / "loose.git/packed-refs").unlink()
    (out / "loose.git" / name).write_text(identity + "\n")
    git = ["git", "--git-dir", out / "settings.git"]
    blob = subprocess.run([*git, "rev-parse", "HEAD:5-nx-wp/match_bsp.cc"], check=True, capture_output=True, text=True)
    (out / "settings.git/objects" / blob.stdout[:2] / blob.stdout[2:].strip()).unlink()
    for name, value in (("core.repositoryFormatVersion", "1"), ("extensions.partialClone", "it"),
                        ("remote.it.promisor", "true"), ("remote.it.url", "."),
                        ("remote.it.uploadpack", f": > {ran}; true")):
        subprocess.run([*git, "config", name, value], check=True)


if __name__ == "__main__":
    if len(sys.argv) == 2:
        main(pathlib.Path(sys.argv[1]))
    else:
        repositories(pathlib.Path(sys.argv[1]), sys.argv[2])
