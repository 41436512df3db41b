# What a build, or the tests, need from outside, installed before anything else happens. The rules
# that use it name its stamp as an order-only prerequisite: no file is older than it for that.
TEST_SETUP := build/setup/build-cd-checker-debug-docs-test.stamp
# A hand-out brings the checker as a program, which needs nothing else. Where it does not run, or has been
# taken away, it is built.
BROUGHT := $(if $(wildcard bin/sipi),$(shell ! bin/sipi --help > /dev/null 2>&1 || echo bin/sipi))
# A stamp is called by the groups of tools/needs.sh that are there. Never two at once: what the tests need
# contains the rest, and who needs a CD waits for what a build needs.
SETUP := build/setup/build$(if $(BROUGHT),,-checker)$(if $(call asked_for,debug),-debug)$(if $(call \
    asked_for,docs),-docs)$(if $(filter iso,$(BOOT)),-cd).stamp
CD_SETUP := build/setup/cd.stamp
ifneq ($(call asked_for,test test-programs unit lint format setup),)
SETUP := $(TEST_SETUP)
endif
$(CD_SETUP): | $(SETUP)

build/setup/%.stamp: tools/setup.sh tools/needs.sh
	@mkdir -p $(@D)
	@tools/setup.sh $(subst -, ,$*)
	@touch $@
