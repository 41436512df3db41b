# Builds the checker: a library of everything but its main file, and the program build/sipi.
CHECKER_FLAGS := -std=c++20 -O2 -g1 -Ikernel -I. -Wall -Wextra -Wshadow -Wconversion -Werror
CHECKER_LIBRARIES := -lfmt -ldw -lelf -lZydis -lpugixml
CHECKER := $(OUTPUT)/sipi
CHECKER_LIBRARY := $(OUTPUT)/checker/libchecker.a

CHECKER_SOURCES := $(sort $(filter-out checker/main.cc,$(shell find checker -name '*.cc')))
CHECKER_OBJECTS := $(CHECKER_SOURCES:%=$(OUTPUT)/%.o)

$(OUTPUT)/checker/%.cc.o: checker/%.cc mk/checker.mk | $(SETUP)
	@mkdir -p $(@D)
	$(call say,CXX,$<)
	$(Q)$(CXX) $(CHECKER_FLAGS) -MMD -MP -c $< -o $@

# Made anew each time: ar would keep the objects of files that are gone.
$(eval $(call remember,$(OUTPUT)/checker/inputs,$(CHECKER_OBJECTS)))
$(CHECKER_LIBRARY): $(CHECKER_OBJECTS) $(OUTPUT)/checker/inputs
	@rm -f $@
	$(Q)ar rcs $@ $(CHECKER_OBJECTS)

$(CHECKER): $(OUTPUT)/checker/main.cc.o $(CHECKER_LIBRARY)
	$(call say,LINK,$@)
	$(Q)$(CXX) $^ $(CHECKER_LIBRARIES) -o $@

-include $(CHECKER_OBJECTS:.o=.d) $(OUTPUT)/checker/main.cc.d
