# Builds the checker: a library of everything but its main file, and the program build/sipi.
CHECKER_FLAGS := -std=c++20 -O2 -g -Ikernel -I. -Wall -Wextra -Wshadow -Wconversion -Werror
CHECKER_LIBRARIES := -lfmt -ldw -lelf -lZydis

CHECKER_SOURCES := $(sort $(filter-out checker/main.cc,$(shell find checker -name '*.cc')))
CHECKER_OBJECTS := $(CHECKER_SOURCES:%=build/%.o)

build/checker/%.cc.o: checker/%.cc
	@mkdir -p $(@D)
	$(call say,CXX,$<)
	$(Q)$(CXX) $(CHECKER_FLAGS) -MMD -MP -c $< -o $@

# Made anew each time: ar would keep the objects of files that are gone.
build/checker/libchecker.a: $(CHECKER_OBJECTS)
	@rm -f $@
	$(Q)ar rcs $@ $^

build/sipi: build/checker/main.cc.o build/checker/libchecker.a
	$(call say,LINK,$@)
	$(Q)$(CXX) $^ $(CHECKER_LIBRARIES) -o $@

# The unit tests have their own objects of it, under sanitizers.
TEST_LIBRARIES += $(CHECKER_LIBRARIES)
build/unit/unit: $(CHECKER_SOURCES:%.cc=build/unit/%.o)

-include $(CHECKER_OBJECTS:.o=.d) build/checker/main.cc.d $(CHECKER_SOURCES:%.cc=build/unit/%.d)
