#include "tests/submissions/prefixes.h"

#include <doctest/doctest.h>
#include <string>
#include <vector>

#include "tests/submissions/half_done.h"
#include "tests/unit/submissions/project.h"

using small::project;
using submissions::Below;
using submissions::code_in;
using submissions::Piece;
using submissions::Prefixes;
using submissions::prefixes_of;

namespace {

std::vector<std::string> statements(std::string_view code, bool assembly) {
    std::vector<std::string> all;
    for (const Piece& piece : submissions::pieces_of(code, assembly))
        if (piece.is == Piece::Is::statement)
            all.push_back(words(piece, assembly));
    return all;
}

// The student's code in each prefix of lab 1.
std::vector<std::string> codes(Below below) {
    std::vector<std::string> all;
    for (const auto& prefix : prefixes_of(project.labs[0], project, below).all)
        all.push_back(code_in(prefix.files.at("1-way/way.asm"), ""));
    return all;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("statements of assembly and of C++") {
    CHECK(statements("    cli ; off\n.a:\n\n    ; none\nbits 64\n    jmp .a\n", true) ==
          Lines{"cli", "jmp .a"});
    CHECK(statements("    const int a = 1;\n    f(a,\n      2);  // two\n    if (a)\n        g();\n"
                     "    for (;;) {\n        h();\n    }\n",
                     false) == Lines{"f(a, 2);", "if (a) g();", "for (;;) { h(); }"});
    CHECK(submissions::name_of({Piece::Is::declaration, "    const auto id{cpu};\n"}) == "id");
    CHECK(submissions::name_of({Piece::Is::declaration, "    const A::B c = d(e);\n"}) == "c");
    CHECK(submissions::name_of({Piece::Is::label, ".in_64_bit:\n"}) == ".in_64_bit");
    CHECK(submissions::name_of({Piece::Is::label, "bits 64\n"}).empty());
}

TEST_CASE("all pieces together are the code") {
    const std::string code = code_in(small::two_regions, "second");
    std::string again;
    for (const Piece& piece : submissions::pieces_of(code, false))
        again += piece.text;
    CHECK(again == code);
}

TEST_CASE(
    "prefixes of assembly: none is the starter, all the reference, and labels that are missing") {
    const Lines its = codes(Below::nothing);
    REQUIRE(its.size() == 5);
    CHECK(its[0] == code_in(small::starter, ""));
    CHECK(its[1] == "    cli\n");
    CHECK(its[2] == "    cli\n    jnc .out\nbits 32\n.out:\n");
    CHECK(its[3] ==
          "    cli\n    jnc .out\n    ; Then it is well.\n    jmp far_away\nbits 32\n.out:\n");
    CHECK(its[4] == code_in(small::assembly, ""));
}

TEST_CASE("prefixes above what the starter has below them") {
    const Lines its = codes(Below::starter);
    CHECK(its[1] == code_in(small::starter, ""));
    CHECK(its[2] == "    cli\n    jnc .out\n.asleep:\n    hlt\n    jmp .asleep\nbits 32\n.out:\n");
    CHECK(its[4] == code_in(small::assembly, ""));
}

TEST_CASE("prefixes of C++ name what they do not use, and go with their declarations") {
    const Prefixes its = prefixes_of(project.labs[1], project, Below::nothing);
    // first, then second: 0 0, 1 0, 1 1, 1 2; and second, then first: 0 1, 0 2.
    REQUIRE(its.all.size() == 6);
    CHECK(its.walks == std::vector<std::vector<std::size_t>>{{0, 1, 2, 3}, {0, 4, 5, 3}});
    CHECK(its.all[0].files.at("2-record/record.cc") == small::two_starters);
    CHECK(its.all[3].files.at("2-record/record.cc") == small::two_regions);
    CHECK(its.all[2].name == "first 1, second 1");
    CHECK(its.all[2].statement == "use(id);");
    CHECK(its.all[3].statement == "if (cpu == 0) use(cpu);");
    CHECK(code_in(its.all[2].files.at("2-record/record.cc"), "second") ==
          "    const auto id{cpu};\n    use(id);\n    static_cast<void>(cpu);\n"
          "    static_cast<void>(id);\n");
}

TEST_CASE("what prefixes are to be called is read as it was written") {
    const Prefixes its = prefixes_of(project.labs[0], project, Below::nothing);
    const std::vector<submissions::Said> said{
        {"a 0", "a 0"}, {"b 1", "b 2"}, {"unknown 2", "d 3"}, {"e 4", "e 4"}, {"null 9", "null 9"}};
    const std::string text = submissions::expected_text(its, said);
    CHECK(text.find("\nway.asm 1 | b 1, b 2 | cli\n") != std::string::npos);
    CHECK(submissions::parse_expected("f", text, its) == said);
    const auto problem_of = [&](const std::string& other) -> std::string {
        try {
            submissions::parse_expected("f", other, its);
        } catch (const std::exception& error) {
            return error.what();
        }
        return "none";
    };
    CHECK(problem_of(text + "way.asm 5 | a | nop\n") == "f:8: there are not so many prefixes");
    CHECK(problem_of("way.asm 0 | a | nothing\n") == "f: way.asm 1 is missing");
    CHECK(problem_of("way.asm 0 | a | cli\n") == "f:1: here belongs way.asm 0 | ... | nothing");
    CHECK(problem_of("way.asm 0 | a\n") == "f:1: not 3 columns");
}
