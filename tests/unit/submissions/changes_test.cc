#include "tests/submissions/changes.h"

#include <doctest/doctest.h>
#include <string>
#include <vector>

#include "tests/unit/submissions/project.h"

using small::project;
using submissions::Change;
using submissions::changes_of;
using submissions::code_in;
using submissions::Harmless;
using submissions::parse_constants;

namespace {

template <class F>
std::string problem_of(F f) {
    try {
        f();
    } catch (const std::exception& error) {
        return error.what();
    }
    return "none";
}

std::string code_of(const std::vector<Change>& changes, const std::string& name,
                    std::string_view region) {
    for (const Change& change : changes)
        if (change.name() == name)
            return code_in(change.files.at(change.file), region);
    return "none";
}

}  // namespace

TEST_CASE("each statement is left out, and changes places with the next in its block") {
    const std::vector<Change> all = changes_of(project, {});
    std::string names;
    for (const Change& change : all)
        names += change.name() + "; ";
    CHECK(names ==
          "way.asm drop-01; way.asm swap-01; way.asm drop-02; way.asm swap-02; way.asm drop-03; "
          "way.asm drop-04; record.cc drop-01; record.cc drop-02; record.cc swap-02; "
          "record.cc drop-03; ");
    CHECK(code_of(all, "way.asm drop-02", "") ==
          "    cli\n    ; Then it is well.\n    jmp far_away\n\nbits 32\n.out:\n    hlt\n");
    CHECK(code_of(all, "way.asm swap-02", "") ==
          "    cli\n    jmp far_away\n    ; Then it is well.\n    jnc .out\n\nbits 32\n.out:\n"
          "    hlt\n");
    CHECK(code_of(all, "record.cc swap-02", "second") ==
          "    const auto id{cpu};\n    if (cpu == 0)\n        use(cpu);  // once more\n"
          "    use(id);\n");
    CHECK(code_of(all, "record.cc swap-02", "first") == "    return 1;\n");
}

TEST_CASE("each bit of a constant is turned over, wherever it stands") {
    const std::vector<Change> all =
        changes_of(project, parse_constants("f", "# none\nrecord.cc|cpu|cpu|(cpu ^ @)|4-5\n"));
    REQUIRE(all.size() == 12);
    CHECK(all.back().name() == "record.cc bit-cpu-05");
    CHECK(code_of(all, "record.cc bit-cpu-05", "second") ==
          "    const auto id{(cpu ^ 0x20)};\n    use(id);\n    if ((cpu ^ 0x20) == 0)\n"
          "        use((cpu ^ 0x20));  // once more\n");
}

TEST_CASE("tables that cannot be read") {
    CHECK(problem_of([] { parse_constants("f", "\na|b|c|d\n"); }) == "f:2: not 5 columns");
    CHECK(problem_of([] { parse_constants("f", "a|b|c|d|7-x\n"); }) == "f:1: no numbers: 7-x");
    CHECK(problem_of([] { parse_constants("f", "a|b|c|d|7-3\n"); }) == "f:1: no numbers: 7-3");
    CHECK(problem_of([] { Harmless("f", "a|drop||x\nb|drop|-|x\n"); }) == "f:2: no numbers: -");
    CHECK(problem_of([] {
              changes_of(project, parse_constants("f", "way.asm|x|nowhere|nowhere ^ @|0-1\n"));
          }) == "1-way/way.asm: nowhere is nowhere");
}

TEST_CASE("what is listed as harmless") {
    const Harmless list{"f", "# file|kind|numbers|reason\nway.asm|drop|1 3-4|nobody sees it\n"};
    const auto is_listed = [&](const char* kind, unsigned number) {
        return list.contains({"1-way/way.asm", kind, number, {}});
    };
    CHECK(is_listed("drop", 1));
    CHECK_FALSE(is_listed("drop", 2));
    CHECK(is_listed("drop", 3));
    CHECK(is_listed("drop", 4));
    CHECK_FALSE(is_listed("swap", 1));
    CHECK_FALSE(list.contains({"2-record/record.cc", "drop", 1, {}}));
}
