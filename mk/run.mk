# Booting by hand.
CPUS ?= 4
MEMORY ?= 256
MACHINE ?= pc
BOOT ?= elf
APPEND ?= panic=poweroff
# debug: GDB=no waits at a port for whoever attaches.
GDB ?= gdb
PORT ?= 1234

ifneq ($(call asked_for,run debug bochs),)
$(call must_be,CPUS,$(shell seq 32),a number from 1 to 32)
$(call must_be,MEMORY,$(shell seq 32 65536),a number of MiB from 32 to 65536)
$(call must_be,MACHINE,pc q35,pc or q35)
endif
ifneq ($(call asked_for,run debug bochs check grade),)
$(call must_be,BOOT,elf iso rom,elf or iso or rom)
endif

# What an AP's way through the trampoline was made of, where its source is here.
SHOWN = $(filter %.asm,$(filter trampoline/%,$(KERNEL_SOURCES)) $(foreach n,$(LAB_NUMBERS),$(call seam_sources,$(n))))

# -icount makes a run repeatable: time is counted in instructions, 64 ns each, and a CPU that halts
# costs none of it. More than 16 CPUs get 8 ns: they share one clock, and in QEMU 10 their timers'
# interrupts would leave no time for anything else.
ICOUNT_SHIFT = $(if $(word 17,$(shell seq $(CPUS))),3,6)
QEMU := qemu-system-x86_64
QEMU_FLAGS = -machine $(MACHINE),smm=off -smp $(CPUS) -m $(MEMORY) -icount shift=$(ICOUNT_SHIFT),sleep=off \
    -nodefaults -nic none -display none -no-reboot -serial stdio $(BOOT_FLAGS)

# QEMU's own way, GRUB's from a CD, and that of a check.
BOOTED := $(BUILD)/kernel.elf
BOOT_FLAGS := -kernel $(BUILD)/kernel.elf -append "$(APPEND)"
ifeq ($(BOOT),iso)
BOOTED := $(BUILD)/sipi.iso
BOOT_FLAGS := -cdrom $(BUILD)/sipi.iso
endif
ifeq ($(BOOT),rom)
BOOTED += $(FIRMWARE)
BOOT_FLAGS := -bios $(FIRMWARE) -device loader,file=$(BUILD)/kernel.elf
endif

# Bochs's debugger begins as a check does; without a place to stop, Bochs boots the CD.
BOCHS_BOOTED = $(if $(LAB)$(AT),$(BUILD)/kernel.elf $(FIRMWARE) $(OUTPUT)/bochs_screen,$(BUILD)/sipi.iso)
$(OUTPUT)/bochs_screen: tools/bochs_screen.cc mk/run.mk | $(SETUP)
	$(call say,CXX,$<)
	$(Q)$(CXX) -std=c++20 -O1 -Wall -Wextra -Wshadow -Wconversion -Werror $< -o $(part) && $(whole)
