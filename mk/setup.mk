# What a build, or the tests, need from outside, installed before anything else happens. The rules
# that use it name its stamp as an order-only prerequisite: no file is older than it for that.
TEST_SETUP := build/setup/test.stamp
# A hand-out brings the checker as a program, which needs nothing else. Where it does not run, or has been
# taken away, it is built.
BROUGHT := $(if $(wildcard bin/sipi),$(shell ! bin/sipi --help > /dev/null 2>&1 || echo bin/sipi))
# Never both at once: what the tests need contains what a build needs.
SETUP := build/setup/$(if $(call asked_for,test test-programs unit lint format docs setup),test,$(if \
    $(call asked_for,debug),debug,build))$(if $(BROUGHT),-brought).stamp

build/setup/%.stamp: tools/setup.sh
	@mkdir -p $(@D)
	@tools/setup.sh $*
	@touch $@
