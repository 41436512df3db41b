# What GDB is told before it stops in a lab (tools/debug.sh): commands for this kernel.
#
# They ask `sipi look`, which decodes with the checker's own code, so that a debugger and a report cannot
# disagree. @look@ is a script that knows this machine.
set confirm off
set pagination off
set debuginfod enabled off
set disassembly-flavor intel
set print thread-events off
set print inferior-events off

define ask
  if $argc == 1
    eval "shell '@look@' $arg0 --thread %d", $_thread
  end
  if $argc == 2
    shell '@look@' $arg0 --cpu $arg1
  end
end
document ask
What the commands of `help sipi` have in common.
end

define sipi
  help sipi
end
document sipi
This kernel's own commands. Each is about the CPU of the current thread; with a number
about that CPU, with `all` about all of them. Thread 2 is CPU 1.

  ap-trace        the letters that an AP has left, and where it stands
  code            the next instructions, in the size in which the CPU reads them
  efer            EFER, CR0 and CR4 by their bits, beside the BSP's
  gdt, idt        the table that the CPU uses, entry by entry
  lapic           its APIC, and the commands that were sent to wake others
  per-cpu         its GS base and its record
  walk ADDRESS    the page walk, with each entry and where it lies
  until-stage X   go on until an AP has left letter X

`help walk` and so on tell more. Everything else is GDB's, and after `monitor` QEMU's.
end

define ap-trace
  if $argc == 0
    ask ap-trace
  else
    ask ap-trace $arg0
  end
end
document ap-trace
ap-trace [CPU|all]: the letters that an AP has left, and where it stands.
What each letter means stands in docs/the-way-of-an-ap.md.
end

define code
  if $argc == 0
    ask code
  else
    ask code $arg0
  end
end
document code
code [CPU|all]: the next instructions, in the size in which the CPU reads them.
GDB's own x/i and disassemble take all code for 64-bit code, and in real mode they
forget the base of CS.
end

define efer
  if $argc == 0
    ask efer
  else
    ask efer $arg0
  end
end
document efer
efer [CPU|all]: EFER, CR0 and CR4 by the names of their bits.
Where an AP's differ from the BSP's, the BSP's stand below.
end

define gdt
  if $argc == 0
    ask gdt
  else
    ask gdt $arg0
  end
end
document gdt
gdt [CPU|all]: GDTR, and each descriptor of the table, taken apart.
An arrow shows which the CPU has loaded. What is loaded stays so when the table changes.
end

define idt
  if $argc == 0
    ask idt
  else
    ask idt $arg0
  end
end
document idt
idt [CPU|all]: IDTR, and the gates of #UD, #DF, #GP and #PF.
end

define lapic
  if $argc == 0
    ask lapic
  else
    ask lapic $arg0
  end
end
document lapic
lapic [CPU|all]: the local APIC, the last command that it sent, and all those that the
kernel has noted: INIT and SIPI.
end

define per-cpu
  if $argc == 0
    ask per-cpu
  else
    ask per-cpu $arg0
  end
end
document per-cpu
per-cpu [CPU|all]: the GS base, and the CPU's record: whether one leads to the other.
end

define walk
  if $argc == 0
    echo walk ADDRESS [CPU|all]: for instance `walk $cr2` or `walk 0x8000 all`.\n
  end
  if $argc == 1
    eval "shell '@look@' walk 0x%lx --thread %d", (unsigned long) ($arg0), $_thread
  end
  if $argc == 2
    eval "shell '@look@' walk 0x%lx --cpu $arg1", (unsigned long) ($arg0)
  end
end
document walk
walk ADDRESS [CPU|all]: the page walk of a linear address, as that CPU does it.
Each line: where the entry lies (`monitor xp /gx` there shows it), the table and the
index, the entry. ADDRESS may be $cr2, $rip, &variable, and must be without blanks.
end

define until-stage
  must-go-on
  with language c++ -- set $mailbox = (trampoline::Mailbox *) 0x8f00
  if $argc == 2
    with language c++ -- watch -l $mailbox->trace.length if $mailbox->trace.length != 0 && $mailbox->trace.letters[$mailbox->trace.length - 1] == '$arg0' && $mailbox->cpu == $arg1
  else
    with language c++ -- watch -l $mailbox->trace.length if $mailbox->trace.length != 0 && $mailbox->trace.letters[$mailbox->trace.length - 1] == '$arg0'
  end
  continue
  delete $bpnum
end
document until-stage
until-stage X [CPU]: goes on until an AP, or that AP, has noted letter X in the mailbox.
The letter is on the serial line a moment later.
end

define run
  echo The machine runs already, and stands here for you: `continue` goes on.\nTo begin anew: `quit`, and `make debug` again.\n
end
document run
The machine runs already: `continue` goes on.
end
define start
  run
end
document start
The machine runs already: `continue` goes on.
end

# begin-lab N: from the reset to where the lab happens.
define begin-lab
  continue
  delete
end
document begin-lab
Goes on from the reset to where the lab happens; tools/debug.sh says it.
end

set $ended = 0
set $quiet = 0
# Where a CPU has lost the page that it stands on, GDB reads the code's beginning in the ELF file.
define hook-stop
  set trust-readonly-sections on
  if $quiet == 0
    ask stop
    set $ended = $_shell_exitcode == 3
  end
  set trust-readonly-sections off
end

# A machine that has ended would let GDB wait for ever. What fails in a hook ends the command.
define must-go-on
  if $ended
    echo It never goes on: `quit`, and `make debug` begins anew.\n
    thread the-machine-has-ended
  end
end
document must-go-on
Fails where the machine has ended.
end

# A breakpoint where CS has a base, GDB does not know again, and so would not step over it.
define hook-continue
  must-go-on
  if (unsigned long) $pc < 0x1000
    set $quiet = 1
    set logging file /dev/null
    set logging redirect on
    set logging enabled on
    set $before = $pc
    stepi
    if $pc == $before
      stepi
    end
    set logging enabled off
    set $quiet = 0
    ask ended
    set $ended = $_shell_exitcode == 3
    must-go-on
  end
end
define hook-stepi
  must-go-on
end
define hook-nexti
  must-go-on
end
define hook-step
  must-go-on
end
define hook-next
  must-go-on
end
define hook-finish
  must-go-on
end
define hook-advance
  must-go-on
end
define hook-until
  must-go-on
end

# Detached from, the machine would run on for a moment, and print.
define hook-quit
  if $_thread
    disconnect
  end
end
