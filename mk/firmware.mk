# The ROM that a check starts with, for both emulators.
FIRMWARE := $(OUTPUT)/firmware.bin

$(FIRMWARE): firmware/firmware.asm $(CONSTANTS) mk/firmware.mk | $(SETUP)
	$(call say,FIRMWARE,$@)
	$(Q)$(NASM) -f bin $(NASM_WARNINGS) -I$(COMMON)/ -I./ -MD $(COMMON)/firmware.d -MP -MT $@ $< -o $@

-include $(COMMON)/firmware.d
