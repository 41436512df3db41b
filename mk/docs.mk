# The handbook as a site: the documents, the sources, and the page at 0x8000 as it was linked.
DOCS := build/docs/html/index.html
ifneq ($(call asked_for,docs),)
$(DOCS): $(BUILD)/kernel.elf tools/show.sh tools/site.sh $(wildcard *.md) $(shell find docs labs kernel trampoline \
    solutions checker -type f) | $(SETUP)
	@mkdir -p build/docs
	$(call say,DOXYGEN,$@)
	$(Q)tools/show.sh $< $(CONSTANTS) $(SHOWN) > build/docs/show.txt
	$(Q)tools/site.sh build/docs/show.txt
endif
