#include "tests/submissions/pairs.h"

#include <doctest/doctest.h>
#include <string>

#include "tests/submissions/merge.h"
#include "tests/submissions/random_changes.h"
#include "tests/unit/submissions/project.h"

using evidence::Engine;
using small::project;
using submissions::Case;
using submissions::files_of_both;
using submissions::merged;
using submissions::parse_case;
using submissions::parse_pairs;

namespace {

Case wrong(const std::string& name, const std::string& sections) {
    return parse_case("1-way/" + name + ".case",
                      "# T\nkind: wrong\nqemu: fault a 1\nbochs: fault a 1\n\n" + sections,
                      project);
}

}  // namespace

TEST_CASE("what both have changed in a text") {
    CHECK(merged("a\nb\nc\n", "a\nB\nc\n", "a\nb\nC\nd\n") == std::nullopt);  // lines that touch
    CHECK(merged("a\nb\nc\nd\n", "A\nb\nc\nd\n", "a\nb\nc\nD\n") == "A\nb\nc\nD\n");
    CHECK(merged("a\nb\nc\n", "b\nc\n", "a\nb\nc\nd\n") == "b\nc\nd\n");
    CHECK(merged("a\nb\nc\n", "a\nb\nc\n", "a\nx\ny\nc\n") == "a\nx\ny\nc\n");
    CHECK(merged("a\nb\n", "a\nx\n", "a\nx\n") == "a\nx\n");
    CHECK(merged("a\nb\n", "a\nx\n", "a\ny\n") == std::nullopt);
    CHECK(merged("", "a\n", "") == "a\n");
}

TEST_CASE("two mistakes of two labs, and of one file") {
    const auto both =
        files_of_both(wrong("x", "-- way.asm --\n    sti\n"),
                      wrong("y", "-- 2-record/record.cc first --\n    return 2;\n"), project);
    REQUIRE(both.size() == 2);
    CHECK(both.at("1-way/way.asm").find("    sti\n") != std::string::npos);
    CHECK(both.at("2-record/record.cc").find("return 2;") != std::string::npos);
    CHECK_THROWS_WITH(files_of_both(wrong("x", "-- way.asm --\n    sti\n"),
                                    wrong("y", "-- way.asm --\n    nop\n"), project),
                      "1-x and 1-y change the same lines of 1-way/way.asm");
}

TEST_CASE("a list of pairs") {
    const auto pairs =
        parse_pairs("p", "# none\n1/a + 2/b | x-missing |\n1/c + 1/d | y, z | why\n");
    REQUIRE(pairs.size() == 2);
    CHECK(pairs[0].first == "1/a");
    CHECK(pairs[0].second == "2/b");
    CHECK(pairs[0].called.at(Engine::bochs) == "x-missing");
    CHECK(pairs[1].called.at(Engine::qemu) == "y");
    CHECK(pairs[1].called.at(Engine::bochs) == "z");
    CHECK(pairs[1].note == "why");
    CHECK_THROWS_WITH(parse_pairs("p", "1/a | x |\n"), "p:1: no two cases: 1/a");
}

TEST_CASE("random changes are the same in every run, and are changes") {
    unsigned changed = 0;
    for (unsigned number = 1; number <= 50; ++number) {
        const auto one = submissions::random_change(number, project);
        const auto again = submissions::random_change(number, project);
        CHECK(one.name == again.name);
        CHECK(one.files == again.files);
        for (const auto& [file, text] : one.files)
            changed += text != project.reference.at(file);
    }
    CHECK(changed > 40);
}
