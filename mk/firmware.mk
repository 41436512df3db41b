# The ROM that a check starts with, for both emulators, and that of its second machine.
FIRMWARE := $(OUTPUT)/firmware.bin
SECOND_FIRMWARE := $(OUTPUT)/second-firmware.bin

# Every part is named here: NASM 2.16 lists no included file among what a flat image depends on.
$(FIRMWARE) $(SECOND_FIRMWARE): firmware/firmware.asm $(wildcard firmware/*) $(CONSTANTS) mk/firmware.mk | $(SETUP)
	$(call say,FIRMWARE,$@)
	$(Q)$(NASM) -f bin $(NASM_WARNINGS) -I$(COMMON)/ -I./ $(if $(filter $(SECOND_FIRMWARE),$@),-Dsecond_machine) \
	    $< -o $(part) && $(whole)
