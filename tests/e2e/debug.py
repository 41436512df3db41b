"""debug.py REPORT SAID: what GDB's commands said of a machine is what a report, as JSON, has of it."""
import json
import re
import sys

lab = json.load(open(sys.argv[1], encoding="utf-8"))["labs"][0]
run = lab["runs"][0]
said = open(sys.argv[2], encoding="utf-8").read()
# Of a walk, each line begins with where the entry lies, and what ends it stands below.
said += re.sub(r"\n    (?=bit|not|in|mapped)", ": ", re.sub(r"(?m)^  0x[0-9a-f]{8,}  ", "", said))


def names(register, value):
    bits = {"efer": {8: "LME", 10: "LMA", 11: "NXE"}, "cr4": {5: "PAE"},
            "cr0": {0: "PE", 4: "ET", 16: "WP", 29: "NW", 30: "CD", 31: "PG"}}[register]
    return " ".join(name for bit, name in bits.items() if value >> bit & 1) or "-"


wanted = []
for cpu in run["cpus"]:
    if cpu["cpu"] != 0:
        wanted.append(rf"CPU {cpu['cpu']}  {cpu['trace'] or 'none'}\n")
    for register in ("efer", "cr0", "cr4"):
        value = int(cpu[register], 16)
        wanted.append(rf"CPU {cpu['cpu']}  {register.upper()} +{value:#x} +{names(register, value)}\n")
for sent in run["sent_commands"]["first"]:
    wanted.append(rf"{sent['kind']} to LAPIC {int(sent['high'], 16) >> 24}")
for exhibit in run["explanation"]["exhibits"]:
    if exhibit["label"] in ("instruction", "exceptions", "page walk", "descriptor"):
        wanted += [re.escape(re.sub(r"^gdt\d+|at 0x[0-9a-f]+ = ", "", line)).replace(r"\ ", " +")
                   for line in exhibit["lines"]]
for fact in lab["facts"]:
    found = re.match(r"CPU (\d+)'s GS base is (0x[0-9a-f]+), and its record lies at (0x[0-9a-f]+)", fact["detail"])
    if found:
        wanted.append(r"CPU {}  GS base {}: not its record, which lies at {}".format(*found.groups()))

missing = [each for each in wanted if not re.search(each, said)]
for each in missing:
    print("GDB does not say:", each, file=sys.stderr)
if missing:
    print(said, file=sys.stderr)
print(len(wanted), "things compared")
sys.exit(1 if missing else 0)
