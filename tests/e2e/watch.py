"""Drives `sipi watch` through a terminal of 80 columns: watch.py PROGRAM SUBMISSION SOLUTION.

SUBMISSION/5-nx-wp has the starter, SOLUTION/5-nx-wp what passes. Ends with a sentence where something is amiss.
"""

import fcntl
import os
import pty
import re
import select
import shutil
import signal
import struct
import sys
import termios
import time

program, submission, solution = sys.argv[1:4]
patience = 60


class Watched:
    def __init__(self):
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.environ["TERM"] = "xterm"
            os.execv(program, [program, "watch", "--lab", "5", "--submission", submission])
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self.said = ""
        self.before = termios.tcgetattr(self.terminal)[3]

    def wait_for(self, text, what):
        """All up to the text, and forgets it."""
        end = time.time() + patience
        while text not in self.said:
            if time.time() > end or not select.select([self.terminal], [], [], patience)[0]:
                sys.exit(f"{what}: no '{text}' in:\n{self.said}")
            try:
                self.said += os.read(self.terminal, 65536).decode()
            except OSError:
                sys.exit(f"{what}: the terminal was closed before '{text}':\n{self.said}")
        at = self.said.index(text) + len(text)
        seen, self.said = self.said[:at], self.said[at:]
        return seen

    def press(self, key):
        os.write(self.terminal, key.encode())

    def children(self):
        with open(f"/proc/{self.pid}/task/{self.pid}/children") as file:
            return file.read().split()

    def ends(self, status, what, hung=False):
        end = time.time() + patience
        children = self.children()
        while True:
            pid, code = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                break
            if time.time() > end:
                sys.exit(f"{what}: it does not end")
            if not hung and select.select([self.terminal], [], [], 0.05)[0]:
                try:
                    os.read(self.terminal, 65536)
                except OSError:
                    pass
        if os.waitstatus_to_exitcode(code) != status:
            sys.exit(f"{what}: status {os.waitstatus_to_exitcode(code)}, not {status}")
        time.sleep(0.2)
        for child in children:
            try:
                with open(f"/proc/{child}/stat") as file:
                    state = file.read().rsplit(")", 1)[1].split()[0]
            except (FileNotFoundError, ProcessLookupError):
                continue
            if state != "Z":
                sys.exit(f"{what}: process {child} is left")
        if not hung:
            now = termios.tcgetattr(self.terminal)[3]
            if not now & termios.ICANON or not now & termios.ECHO:
                sys.exit(f"{what}: the terminal is not as it was")


def narrow(text):
    plain = re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", text)
    for line in re.split(r"[\r\n]+", plain):
        if len(line) > 80:
            sys.exit(f"a line of {len(line)} columns: {line}")


keys = "h hint  e explain  n next lab  r again  q quit"

watched = Watched()
seen = watched.wait_for(keys, "the starter")
if not -1 < seen.find("0 of 20") < seen.find("agrees"):
    sys.exit(f"not one verdict, and then the other's: {seen}")
narrow(seen)
for name in os.listdir(f"{solution}/5-nx-wp"):
    shutil.copy(f"{solution}/5-nx-wp/{name}", f"{submission}/5-nx-wp/{name}")
watched.wait_for("20 of 20", "a save that passes")
watched.wait_for(keys, "a save that passes")
path = f"{submission}/5-nx-wp/match_bsp.asm"
with open(path) as file:
    right = file.read()
with open(path + ".new", "w") as file:
    file.write(right.replace("wrmsr", "nop"))
os.rename(path + ".new", path)
seen = watched.wait_for(keys, "a save that fails")
if " of 20" not in seen or "20 of 20" in seen:
    sys.exit(f"a save that fails: {seen}")
watched.press("h")
watched.wait_for("of 3", "h")
watched.wait_for(keys, "h")
watched.press("e")
watched.wait_for("Read on", "e")
watched.wait_for(keys, "e")
watched.press("n")
watched.wait_for("Lab 6", "n")
watched.press("q")
watched.ends(0, "q in the middle of a check")

for key, status in (("\x03", 0), (signal.SIGTERM, 128 + signal.SIGTERM), (signal.SIGINT, 128 + signal.SIGINT)):
    watched = Watched()
    watched.wait_for("lab 5:", "a check that goes on")
    if isinstance(key, str):
        watched.press(key)
    else:
        os.kill(watched.pid, key)
    watched.ends(status, f"{key!r}")

watched = Watched()
watched.wait_for("lab 5:", "a check that goes on")
os.close(watched.terminal)
watched.ends(128 + signal.SIGHUP, "a closed terminal", hung=True)
