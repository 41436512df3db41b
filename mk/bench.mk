# How long things take: a program that uses the checker's own engines, and the floor kernel.
BENCH := $(OUTPUT)/bench/bench

$(OUTPUT)/bench/floor.elf: bench/floor.asm | $(SETUP)
	@mkdir -p $(@D)
	$(call say,NASM,$<)
	$(Q)$(NASM) -f elf64 $< -o $(@:.elf=.o)
	$(Q)ld -n -Ttext=0x100000 --entry=entry $(@:.elf=.o) -o $@

$(OUTPUT)/bench/main.o: bench/main.cc $(CHECKER_HEADERS) mk/bench.mk
	$(compile_checker)

$(BENCH): $(OUTPUT)/bench/main.o $(CHECKER_LIBRARY) | $(FIRMWARE) $(SECOND_FIRMWARE) $(OUTPUT)/bench/floor.elf $(CHECKER) \
    $(BUILD)/kernel.elf $(BUILD)/sipi.iso
	$(call say,LINK,$@)
	$(Q)$(CXX) $(filter-out $(CHECKER),$^) $(CHECKER_LIBRARIES) -o $@

-include $(OUTPUT)/bench/main.d
