# The ROM that a check starts with, for both emulators.
FIRMWARE := $(OUTPUT)/firmware.bin

# Every part is named here: NASM 2.16 lists no included file among what a flat image depends on.
$(FIRMWARE): firmware/firmware.asm $(wildcard firmware/*) $(CONSTANTS) mk/firmware.mk | $(SETUP)
	$(call say,FIRMWARE,$@)
	$(Q)$(NASM) -f bin $(NASM_WARNINGS) -I$(COMMON)/ -I./ $< -o $(part) && $(whole)
