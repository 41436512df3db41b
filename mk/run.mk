# Booting by hand.
CPUS ?= 4
MEMORY ?= 256
MACHINE ?= pc
APPEND ?= panic=poweroff

# -icount makes a run repeatable: time is counted in instructions, 64 ns each, and a CPU that halts
# costs none of it.
QEMU := qemu-system-x86_64
QEMU_FLAGS = -machine $(MACHINE),smm=off -smp $(CPUS) -m $(MEMORY) -icount shift=6,sleep=off \
    -nodefaults -nic none -display none -no-reboot -serial stdio

.PHONY: run run-iso bochs
run: $(BUILD)/kernel.elf
	@$(QEMU) $(QEMU_FLAGS) -kernel $< -append "$(APPEND)"

run-iso: $(BUILD)/sipi.iso
	@$(QEMU) $(QEMU_FLAGS) -cdrom $<

bochs: $(BUILD)/sipi.iso
	@tools/bochs.sh $< $(CPUS)
