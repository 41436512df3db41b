#!/usr/bin/env python3
"""Types what a document's transcripts type into the real debuggers, and compares what comes out.

    walkthroughs.py FILE...             status 1 and a difference for each that is not true any more
    walkthroughs.py --once FILE...      without a second try
    walkthroughs.py --update FILE...    writes what came out into the documents

A transcript is a fenced block ```console. All of a document's blocks, in order, are one terminal:

    $ make bochs LAB=5 CPUS=2           starts a program; `$` again only after it has ended
    <bochs:1> creg                      is typed at Bochs's prompt, as are
    (gdb) print $efer                   these at GDB's and
    (qemu) info registers               at the QEMU monitor's
    ...                                 any number of lines (in an --update: the same place, if it can be found)

and every other line is what was printed. A block may end in a program, and prose may stand there before the next
command. Commands run in the project's root, on a terminal of 500 columns. Blocks of another language are not run.

What is not the same in every build, or on every day, is made equal on both sides: see MOVES and `normal` below. So
a change of the kernel that moves code needs no --update, and one of a bit, a register's flags, a symbol, a line
number or a message does. Python's standard library is enough.
"""
import difflib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time

PATIENCE = 60  # seconds for one command, a build among them
PROMPT = re.compile(r"(?:<bochs:\d+>|\(gdb\)|\(qemu\)) ?$")
TYPED = re.compile(r"(<bochs:\d+>|\(gdb\)|\(qemu\)|\$(?= )) ?(.*)")
ESCAPE = re.compile(r"\x1b\[[0-9;?=>]*[A-Za-z]|\x1b[=>]|\x1b\][^\x07]*\x07|[\x07\x00]")
# What make says while it builds, and QEMU of its clock.
NOT_SHOWN = re.compile(r" *(\[ *\d+/\d+\] *)?[A-Z]{2,10}  +\S*[/.]\S*( \(.*\))?$|qemu-system-x86_64: warning: icount sleep")

# (what moves, what is compared in its place)
MOVES = [(re.compile(pattern), instead) for pattern, instead in [
    # Where the BSP is while the AP is looked at; the checker's own tests know.
    (r"^\(0\)\.?(\[\d+\])? \[.*", "(0) somewhere"),
    (r"\bt=\d+|\.\[\d+\]|^\d{11}(?=[a-z]\[|:)|(?<=[a-z])\d{11}(?=: )", "TIME"),
    # A page table's entry keeps its flags, below and above the address.
    (r"\b0x([08])0{7}00([12])[0-9a-f]{2}([0-9a-f]{3})\b", r"0x\1..\2..\3"),
    # Where the kernel's code and data lie: virtual, as Bochs writes registers, physical.
    (r"\b(0x)?ffffffff(_?)8[0-9a-f]{7}\b", r"\1ffffffff\g<2>8......."),
    (r"\b0x0*1[0-9a-f]{5}\b", "0x1....."),
    (r"(?<=[\w.>])\+0x(?!0*\b)[0-9a-f]+|(?<=[\w.>])\+(?!0*\b)[0-9a-f]+(?=[)> ])", "+..."),
    (r"\+ *\d+>:", "+...>:"),
    (r"(\[r\w+|ds:\w+)[-+]0?x?[0-9a-f]{5,}", r"\1+..."),
    (r"\.[-+]\d+", ".+..."),
    (r" +; [0-9a-f]{2,30}$", ""),  # an instruction's bytes
    (r" {2,}", "  "),
]]


def normal(line):
    """The line as it is compared."""
    for pattern, instead in MOVES:
        line = pattern.sub(instead, line)
    return line.rstrip()


class Terminal:
    """One terminal, on which one program at a time runs."""

    def __init__(self):
        self.pid = None

    def start(self, command):
        """Starts it, and returns what it says before its first prompt, or to its end."""
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            for name in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL"):
                os.environ.pop(name, None)
            os.environ.update(TERM="xterm", LC_ALL="C", INPUTRC="/dev/null", HISTFILE="/dev/null")
            os.execvp("sh", ["sh", "-c", command])
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 500, 0, 0))
        return self.read("")

    def type(self, line):
        # What is typed before the debugger has taken the terminal over loses letters; Bochs loses one now and then.
        limit = time.monotonic() + 5
        while termios.tcgetattr(self.fd)[3] & termios.ICANON and time.monotonic() < limit:
            time.sleep(0.005)
        for _ in range(20 if self.prompt.startswith("<bochs") else 0):
            time.sleep(0.02)
            os.write(self.fd, line.encode())
            if self.echo(line) == line:
                os.write(self.fd, b"\n")
                break
            os.write(self.fd, b"\x15")  # throws the line away
            self.echo("")
        else:
            os.write(self.fd, line.encode() + b"\n")
        # What comes first is the line itself.
        said = self.read("\n")
        return said.partition("\n")[2]

    def echo(self, line):
        """What comes back until it is the line, or nothing more comes."""
        said = ""
        while len(said) < len(line) or not line:
            if not select.select([self.fd], [], [], 0.3)[0]:
                break
            said += ESCAPE.sub("", os.read(self.fd, 65536).decode(errors="replace"))
        return said

    def read(self, after):
        """All up to a prompt that comes after the text `after`, without the prompt, or up to the end."""
        said, limit = "", time.monotonic() + PATIENCE
        while True:
            if not select.select([self.fd], [], [], max(0, limit - time.monotonic()))[0]:
                self.end()
                raise TimeoutError(f"no prompt within {PATIENCE} s; it said:\n{said}")
            try:
                data = os.read(self.fd, 65536)
            except OSError:  # so a terminal ends
                data = b""
            if not data:
                self.wait()
                return said
            said = ESCAPE.sub("", (said + data.decode(errors="replace")).replace("\r\n", "\n")).replace("\r", "")
            prompt = PROMPT.search(said)
            if prompt and after in said[:prompt.start()]:
                self.prompt = prompt.group().strip()
                return said[:prompt.start()]

    def wait(self):
        os.waitpid(self.pid, 0)
        os.close(self.fd)
        self.pid = None

    def end(self):
        """Ends what still runs."""
        if self.pid:
            os.killpg(self.pid, signal.SIGHUP)
            os.close(self.fd)
            os.waitpid(self.pid, 0)
            self.pid = None


def blocks(lines):
    """The places of the document's transcripts, as pairs of line numbers, without the fences."""
    begin = None
    for number, line in enumerate(lines):
        if begin is None and line == "```console":
            begin = number + 1
        elif begin is not None and line == "```":
            yield begin, number
            begin = None


def steps(block):
    """A block as pairs: what is typed, with its prompt, and the lines that follow."""
    result = []
    for line in block:
        if TYPED.match(line):
            result.append((line, []))
        elif result:
            result[-1][1].append(line)
        else:
            raise ValueError(f"a block begins with what nobody has typed: {line}")
    return result


def shown(said):
    lines = [line.expandtabs().rstrip() for line in said.split("\n")]
    lines = [line for line in lines if not NOT_SHOWN.match(line)]
    while lines and not lines[-1]:
        lines.pop()
    return lines


def match(expected, got):
    """How `expected`, with its lines `...`, fits `got`: for each of its lines where it is in it, or None if it does not."""
    if not expected:
        return [] if not got else None
    if expected[0] == "...":
        for skipped in range(len(got) + 1):
            rest = match(expected[1:], got[skipped:])
            if rest is not None:
                return [None] + [place if place is None else place + skipped for place in rest]
        return None
    if not got or normal(expected[0]) != normal(got[0]):
        return None
    rest = match(expected[1:], got[1:])
    return rest if rest is None else [0] + [place if place is None else place + 1 for place in rest]


def run(terminal, typed):
    prompt, command = TYPED.match(typed).groups()
    if prompt == "$":
        if terminal.pid:
            raise ValueError(f"something else still runs before: {typed}")
        return shown(terminal.start(command))
    if not terminal.pid:
        raise ValueError(f"nothing runs that could be told: {typed}")
    if terminal.prompt != prompt:
        raise ValueError(f"the prompt is {terminal.prompt} before: {typed}")
    return shown(terminal.type(command))


def replay(path, update):
    """Runs a document; returns what is not as it says."""
    with open(path, encoding="utf-8") as file:
        lines = file.read().split("\n")
    terminal, wrong, new = Terminal(), [], []
    copied = 0
    try:
        for begin, end in blocks(lines):
            new += lines[copied:begin]
            copied = end
            for typed, expected in steps(lines[begin:end]):
                got = run(terminal, typed)
                places = match(expected, got)
                if places is not None:
                    new += [typed] + [line if place is None else got[place] for line, place in zip(expected, places)]
                else:
                    new += [typed] + got
                    wrong.append(typed)
                    wrong += difflib.unified_diff([normal(line) for line in expected], [normal(line) for line in got],
                                                  "the document", "what was printed", lineterm="", n=2)
    except (ValueError, TimeoutError) as error:
        return wrong + [f"{path}: {error}"]
    finally:
        terminal.end()
    if update:
        with open(path, "w", encoding="utf-8") as file:
            file.write("\n".join(new + lines[copied:]))
        return []
    return wrong


def main():
    options = [argument for argument in sys.argv[1:] if argument.startswith("--")]
    update = "--update" in options
    status = 0
    for path in [argument for argument in sys.argv[1:] if argument not in options]:
        wrong = replay(path, update)
        # On a busy machine Bochs 2.7 sometimes drops a letter that it has shown already.
        if wrong and "--once" not in options:
            wrong = replay(path, update)
        if wrong:
            print(f"{path}: not what the debugger prints\n" + "\n".join(wrong))
            status = 1
    sys.exit(status)


if __name__ == "__main__":
    os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
    main()
