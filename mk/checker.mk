# Builds the checker: a library of everything but its main file, and the program build/sipi.
# A folder is compiled as one file, and the libraries' headers are read once for all folders.
CHECKER_FLAGS := -std=c++20 -Og -g1 -Ikernel -I. -Wall -Wextra -Wshadow -Wconversion -Werror
CHECKER_LIBRARIES := -lfmt -larchive -ldw -lelf -lZydis -lpugixml
CHECKER := $(or $(BROUGHT),$(OUTPUT)/sipi)
CHECKER_LIBRARY := $(OUTPUT)/checker/libchecker.a

CHECKER_SOURCES := $(sort $(filter-out checker/main.cc checker/process/preload/%,$(shell find checker -name '*.cc')))
CHECKER_OBJECTS := $(addsuffix .o,$(call units,$(OUTPUT),$(CHECKER_SOURCES))) $(OUTPUT)/checker/process/preload/original.o
$(call unity,$(OUTPUT),$(CHECKER_SOURCES))

# What most files include, read once: each file includes what it uses all the same. gcc takes the
# compiled form of a header that is named with -include, and so does clang.
COMMON_HEADERS := algorithm array charconv chrono cstddef cstdint filesystem fmt/format.h fstream \
    functional map memory optional span string string_view utility variant vector
$(OUTPUT)/%/common.h: mk/checker.mk | $(SETUP)
	@mkdir -p $(@D)
	@printf '#include <%s>\n' $(COMMON_HEADERS) > $(part) && $(whole)
# clang++ notes its absolute name, which is nobody's once the project's folder has another.
/%/common.h: ;
# $(call precompile,flags) and, with the folder of the result, $(call compile_with,folder,flags).
define precompile
$(call say,CXX,$<)
$(Q)$(CXX) $(1) -x c++-header $< -o $(part) && $(whole)
endef
define compile_with
@mkdir -p $(@D)
$(call say,CXX,$<)
$(Q)$(CXX) $(2) -include $(1)/common.h -MMD -MP -MF $(@:.o=.d) -MT $@ -c $< -o $(part) && $(whole)
endef

CHECKER_HEADERS := $(OUTPUT)/checker/common.h.gch
# g++ need not look for free memory as long as it has taken less than a GB: a fifth of its time.
ROOM := $(if $(filter clang%,$(COMPILER)),,--param ggc-min-expand=400 --param ggc-min-heapsize=1000000)
compile_checker = $(call compile_with,$(OUTPUT)/checker,$(CHECKER_FLAGS) $(ROOM))
$(CHECKER_HEADERS): $(OUTPUT)/checker/common.h
	$(call precompile,$(CHECKER_FLAGS) $(ROOM))
$(OUTPUT)/checker/%.o: $(OUTPUT)/checker/%.cc $(CHECKER_HEADERS)
	$(compile_checker)
$(OUTPUT)/checker/main.o: checker/main.cc $(CHECKER_HEADERS)
	$(compile_checker)

# A library that is loaded into emulators (checker/process/fork_server.cc), in an object that has its bytes.
$(OUTPUT)/checker/process/preload/original.so: checker/process/preload/original.cc checker/process/copies.h | $(SETUP)
	@mkdir -p $(@D)
	$(call say,CXX,$<)
	$(Q)$(CXX) $(CHECKER_FLAGS) -O2 -g0 -fno-exceptions -fPIC -shared -Wl,--as-needed $< -o $(part) && $(whole)
$(OUTPUT)/checker/process/preload/original.o: $(OUTPUT)/checker/process/preload/original.so
	$(Q)cd $(@D) && ld -r -b binary -z noexecstack original.so -o original.o

# Which a page takes in, in report/markup.cc and classroom/classroom_page.cc.
$(OUTPUT)/checker/report.o: checker/report/page.css
$(OUTPUT)/checker/classroom.o: checker/classroom/class.css checker/classroom/class.js

# Made anew each time: ar would keep the objects of folders that are gone.
$(eval $(call remember,$(OUTPUT)/checker/inputs,$(CHECKER_OBJECTS)))
$(CHECKER_LIBRARY): $(CHECKER_OBJECTS) $(OUTPUT)/checker/inputs
	$(Q)ar rcs $(part) $(CHECKER_OBJECTS) && $(whole)

$(OUTPUT)/sipi: $(OUTPUT)/checker/main.o $(CHECKER_LIBRARY)
	$(call say,LINK,$@)
	$(Q)$(CXX) $^ $(CHECKER_LIBRARIES) -o $(part) && $(whole)

# The program as a hand-out brings it: it runs where its libraries are not installed, or are others. It
# grades no class, so it goes without the reader of archives, which would bring thirty times its own size.
PORTABLE := $(OUTPUT)/portable/sipi
PORTABLE_LIBRARIES = $(filter-out -larchive,$(CHECKER_LIBRARIES)) \
    $$(nm -u $(CHECKER_LIBRARY) | sed -n 's/.* \(archive_.*\)/-Wl,--defsym,\1=main/p' | sort -u)
$(PORTABLE): $(OUTPUT)/checker/main.o $(CHECKER_LIBRARY) tools/portable.sh
	@mkdir -p $(@D)
	$(call say,LINK,$@)
	$(Q)$(CXX) $(filter %.o %.a,$^) $(PORTABLE_LIBRARIES) -s -Wl,--build-id=none \
	    -Wl,--disable-new-dtags,-rpath,'$$ORIGIN/lib' -o $@.linked
	$(Q)tools/portable.sh $@.linked $(@D)

-include $(CHECKER_OBJECTS:.o=.d) $(OUTPUT)/checker/main.d
