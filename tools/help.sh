#!/bin/sh
# help.sh: what can be asked for, on one screen; in a hand-out what is there for a student.
set -eu
cd "$(dirname "$0")/.."
cat << 'END'
make check LAB=1     builds your lab 1, boots it in QEMU and Bochs, and explains
make watch LAB=1     the same at each save, until you press q
make hint LAB=1      the next hint; HINT=1 the first one again
make explain LAB=1   how it died, without points; LOG=file [ELF=kernel.elf]: of
                     any kernel, in a log of QEMU (-d int,cpu_reset) or Bochs
make cause ID=id     more of a cause that a report names; without ID= all
make reset LAB=1     puts the starter back, and keeps what you wrote
make grade           all six labs, with points

make run [LAB=1]     boots the finished kernel, or yours with your lab 1 in it
make debug LAB=1     GDB, stopped where lab 1 happens; make bochs LAB=1 the same
                     in Bochs's own debugger
make show [LAB=1]    the page at 0x8000, instruction by instruction
make doctor          looks over this machine: what is missing, and what to do
make clean           removes build/, all that was made

To check, watch, grade:  ENGINE=qemu|bochs|both   MINE="1 2 3" labs together
To check, grade:         HTML=page.html a page with pictures   OUT=file
                         FORMAT=text|json|junit|gradescope   SUBMISSION=folder
To run, debug, bochs:    CPUS=1..32   MEMORY=mib   MINE="1 2 3"
To all:                  V=1 shows the commands
END
[ ! -e tests/run.sh ] || cat << 'END'

make test [ONLY=text]    all tests, or those with it in the name; format, lint
make handout OUT=folder  what students get; make branches: the labs as branches
make gradescope OUT=file.zip  an autograder, SETTINGS=file.json
make docs, bench, iso    the site; how long things take; the kernel on a CD
END
