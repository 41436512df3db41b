"""make_class.py OUT COUNT [SEED]: makes a class of so many students in the folder OUT.

Each lab of each student is the reference, the starter or one of tests/submissions, changed by a comment so that no
two are equal; and how it is handed in, and where the files lie in it, is another in turn. The same seed makes the
same class. Run from the project's root, once build/e2e/submissions is there.
"""
import functools
import io
import pathlib
import random
import subprocess
import sys
import tarfile
import tempfile
import zipfile

LABS = sorted(path.parent.name for path in pathlib.Path("labs").glob("*/lab.toml"))


def files_in(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.suffix in (".cc", ".asm") and path.is_file()
    }


@functools.cache
def unpacked(case):
    """What a student hands in for it."""
    with tempfile.TemporaryDirectory() as scratch:
        subprocess.run(["build/e2e/submissions", "--unpack", scratch, case], check=True, stdout=subprocess.DEVNULL)
        return files_in(pathlib.Path(scratch))


def commented(name, content, student, rng):
    mark = "//" if name.endswith(".cc") else ";"
    return content.rstrip(b"\n") + f"\n{mark} {student}, {rng.randrange(10**9)}\n".encode()


def submission(student, rng, cases):
    """The files of one student, "5-nx-wp/match_bsp.cc", each changed by a comment."""
    files = {}
    for lab in LABS:
        kind = rng.choices(["solution", "starter", "case"], [5, 2, 3])[0]
        if kind == "case":
            chosen = unpacked(rng.choice([case for case in cases if case.parent.name == lab]))
            its = {name: content for name, content in chosen.items() if name.startswith(lab + "/")}
        else:
            folder = pathlib.Path("solutions" if kind == "solution" else "labs") / lab
            its = {f"{lab}/{name}": content for name, content in files_in(folder).items()}
        files.update(its)
    return {name: commented(name, content, student, rng) for name, content in files.items()}


def placed(files, layout):
    """Where the files lie in what is handed in."""
    if layout == "labs":
        return {f"labs/{name}": content for name, content in files.items()}
    if layout == "deep":
        return {f"sipi-main/labs/{name}": content for name, content in files.items()}
    if layout == "loose":
        return {name.split("/")[1]: content for name, content in files.items()}
    return files


def write_folder(folder, files):
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def zipped(files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def write_tar(path, files):
    with tarfile.open(path, "w:gz") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))


def write_repository(path, files):
    with tempfile.TemporaryDirectory() as scratch:
        write_folder(pathlib.Path(scratch), files)
        git = ["git", "-C", scratch, "-c", "user.name=Somebody", "-c", "user.email=somebody@example.org"]
        for command in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "Labs"]):
            subprocess.run(git + command, check=True)
        subprocess.run(["git", "clone", "-q", "--bare", scratch, path], check=True)


def hand_in(out, student, files, way):
    packing, layout = way
    files = placed(files, layout)
    if packing == "folder":
        write_folder(out / student, files)
    elif packing == "zip":
        (out / f"{student}.zip").write_bytes(zipped(files))
    elif packing == "tar":
        write_tar(out / f"{student}.tar.gz", files)
    elif packing == "zip in folder":
        write_folder(out / student, {"submission.zip": zipped(files), "note.txt": b"Here it is.\n"})
    else:
        write_repository(out / f"{student}.git", files)


WAYS = [
    ("folder", "labs"), ("folder", "plain"), ("zip", "labs"), ("folder", "loose"), ("tar", "deep"),
    ("repository", "labs"), ("zip in folder", "plain"), ("zip", "loose"),
]


def main(out, count, seed=1):
    rng = random.Random(seed)
    # What only confinement stops, and what takes long by intent, is another test's.
    cases = sorted(path for path in pathlib.Path("tests/submissions").glob("*/*.case")
                   if "kind: hostile" not in path.read_text())
    out.mkdir(parents=True)
    for i in range(count):
        student = f"student-{i + 1:03}"
        hand_in(out, student, submission(student, rng, cases), WAYS[i % len(WAYS)])


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), int(sys.argv[2]), *map(int, sys.argv[3:]))
