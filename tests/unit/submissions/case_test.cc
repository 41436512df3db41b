#include "tests/submissions/case.h"

#include <doctest/doctest.h>
#include <string>

#include "tests/submissions/corpus.h"
#include "tests/unit/submissions/project.h"

using evidence::Engine;
using small::project;
using submissions::Case;
using submissions::Files;
using submissions::files_of;
using submissions::Kind;
using submissions::parse_case;

namespace {

const std::string head =
    "# A jump too far.\n# Met in a place 17.\nkind: wrong\n"
    "qemu:  fault astray 3\nbochs: hang unknown 0\n\n";

Case read(const std::string& text) {
    return parse_case("tests/submissions/1-way/too-far.case", text, project);
}

std::string problem_of(const std::string& text, const std::string& path = "1-way/x.case") {
    try {
        files_of(parse_case(path, text, project), project);
    } catch (const std::exception& error) {
        return error.what();
    }
    return "none";
}

Files files(const std::string& sections) {
    return files_of(read(head + sections), project);
}

std::string replaced(std::string text, std::string_view what, std::string_view by) {
    text.replace(text.find(what), what.size(), by);
    return text;
}

}  // namespace

TEST_CASE("the head of a case") {
    const Case its = read(head + "-- way.asm --\n    sti\n");
    CHECK(its.name == "1-too-far");
    CHECK(its.title == "A jump too far.");
    CHECK(its.kind == Kind::wrong);
    CHECK(its.lab->number == 1);
    CHECK(its.expected == submissions::Verdicts{{Engine::qemu, {"fault", "astray", 3}},
                                                {Engine::bochs, {"hang", "unknown", 0}}});
}

TEST_CASE("what is right passes in both engines") {
    const Case its = read("# Otherwise.\nkind: right\n\n-- way.asm --\n");
    CHECK(its.expected == submissions::Verdicts{{Engine::qemu, {"passed", "null", 10}},
                                                {Engine::bochs, {"passed", "null", 10}}});
}

TEST_CASE("a section is the student's region, and blank lines before the next are not") {
    const Files its = files("-- way.asm --\n    sti\n\n    nop\n\n\n");
    REQUIRE(its.size() == 1);
    CHECK(its.at("1-way/way.asm") ==
          "; Lab 1.\nbits 16\nbegin:\n"
          "    ; --- student code begins ---\n    sti\n\n    nop\n"
          "    ; --- student code ends ---\n");
}

TEST_CASE("a section may be empty, the starter's, or the whole file") {
    CHECK(files("-- way.asm --\n").at("1-way/way.asm").find("begins ---\n    ; ---") !=
          std::string::npos);
    CHECK(files("-- way.asm starter --\n").at("1-way/way.asm") == small::starter);
    CHECK(files("-- way.asm whole --\nnothing\n").at("1-way/way.asm") == "nothing\n");
}

TEST_CASE("two labs: what is not said of a file is the reference") {
    const Files its =
        files("-- way.asm --\n    sti\n\n-- 2-record/record.cc first --\n    return 2;\n");
    REQUIRE(its.size() == 2);
    CHECK(its.at("2-record/record.cc") == replaced(small::two_regions, "return 1", "return 2"));
    CHECK(files("-- 2-record/record.cc second starter --\n").at("2-record/record.cc") ==
          replaced(small::two_starters, "return 0", "return 1"));
    CHECK(read(replaced(head, "kind", "lab: 2\nkind") + "-- record.cc first --\n").lab->number ==
          2);
}

TEST_CASE("includes at a section's front go to the file's") {
    const Files its = files("-- 2-record/record.cc second --\n#include <cstring>\n\n    use();\n");
    const std::string& text = its.at("2-record/record.cc");
    CHECK(text.starts_with("#include \"smp/per_cpu.h\"\n#include <cstring>\n\nstd::uint32_t"));
    CHECK(text.find("begins ---\n    use();\n    // ---") != std::string::npos);
}

TEST_CASE("mistakes are told with file and line") {
    const std::string code = "-- way.asm --\n    sti\n";
    CHECK(problem_of(head + code) == "none");
    CHECK(problem_of("kind: wrong\n") ==
          "1-way/x.case:1: the first line is no title: # What is special about it.");
    CHECK(problem_of("# T\nkind: bad\n" + code) ==
          "1-way/x.case:2: kind: must be wrong, right or hostile");
    CHECK(problem_of("# T\nkind: wrong\nkind: wrong\n" + code) == "1-way/x.case:3: a second kind:");
    CHECK(problem_of("# T\nsome words\n" + code) == "1-way/x.case:2: cannot read: some words");
    CHECK(problem_of("# T\nkind: wrong\nqemu: fault\n" + code).starts_with("1-way/x.case:3: what"));
    CHECK(
        problem_of("# T\nkind: wrong\nqemu: fault a -1\n" + code).starts_with("1-way/x.case:3: "));
    CHECK(problem_of("# T\nlab: 7\n" + code) == "1-way/x.case:2: there is no lab 7");
    CHECK(problem_of(head + code, "x.case") == "x.case:7: there is no lab ");
    CHECK(problem_of(head) ==
          "1-way/x.case:6: nothing in it differs from the reference: there is no section");
    CHECK(problem_of(head + "-- other.asm --\n") ==
          "1-way/x.case:7: there is no solutions/1-way/other.asm");
    CHECK(problem_of(head + "--   --\n").starts_with("1-way/x.case:7: there is no solutions/"));
    CHECK(problem_of(head + "-- way.asm a b --\n").starts_with("1-way/x.case:7: a header is"));
    CHECK(problem_of(head + "-- way.asm begin whole --\n").starts_with("1-way/x.case:7: a header"));
    CHECK(problem_of(head + "-- way.asm starter --\n    sti\n") ==
          "1-way/x.case:7: the starter's code is in labs/; what follows is not");
    CHECK(problem_of(head + code + "\n-- 2-record/record.cc third --\n") ==
          "1-way/x.case:10: there is no region third; there is: first, second");
    CHECK(problem_of(head + "-- 2-record/record.cc --\n") ==
          "1-way/x.case:7: there are several regions, so say which: first, second");
}

TEST_CASE("what cannot be true of its kind is refused") {
    const std::string code = "-- way.asm --\n", one = "kind: wrong\nqemu: fault a 1\n";
    CHECK(problem_of("# T\n" + one + code) != "none");
    CHECK_NOTHROW(parse_case("1-way/x.case", "# T\n" + one + code, project, true));
    CHECK(problem_of("# T\nkind: hostile\nqemu: fault a 1\n" + code) == "none");
    CHECK(problem_of("# T\nkind: hostile\n" + code) != "none");
    CHECK(problem_of("# T\nkind: right\nqemu: passed null 10\n" + code).find("no line before") !=
          std::string::npos);
    CHECK(problem_of("# T\nkind: wrong\nqemu: passed null 10\nbochs: passed null 10\n" + code)
              .find("nobody notices") != std::string::npos);
}

TEST_CASE("other verdicts in a head, and nothing else changed") {
    const std::string code = "-- way.asm --\nqemu: is code here\n";
    const submissions::Verdicts verdicts{{Engine::qemu, {"passed", "null", 10}},
                                         {Engine::bochs, {"reset", "astray", 1}}};
    CHECK(submissions::with_verdicts(head + code, verdicts) ==
          replaced(replaced(head, "fault astray 3", "passed null 10"), "hang unknown 0",
                   "reset astray 1") +
              code);
    CHECK(submissions::with_verdicts("# T\nkind: wrong\n\n" + code, verdicts) ==
          "# T\nkind: wrong\nqemu:  passed null 10\nbochs: reset astray 1\n\n" + code);
}
