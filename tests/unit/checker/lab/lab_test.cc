#include "checker/lab/lab.h"

#include <algorithm>
#include <doctest/doctest.h>
#include <string>

#include "checker/diagnosis/rules/rules.h"
#include "checker/error.h"
#include "checker/judgement/checks.h"
#include "checker/judgement/control_flag.h"

namespace {

std::string replaced(std::string text, std::string_view what, std::string_view by) {
    const auto at = text.find(what);
    REQUIRE(at != std::string::npos);
    return text.replace(at, what.size(), by);
}

const std::string valid = R"(
number = 7
name = "x"
title = "T"
points = 3
seam = ["a.asm", "b.cc"]
[[fact]]
id = "one"
text = "something"
check = "flag-equals-bsp"
flag = "cr0.wp"
points = 3
[documented]
outcome = "fault"
diagnosis = "unknown"
trace = "rp"
exceptions = ["#PF", "#GP"]
error_has = ["W", "RSVD"]
[documented.error]
qemu = 0x0a
bochs = 0x0b
[[hint]]
text = "h"
)";

std::string message(const std::string& text) {
    try {
        lab::parse("7-x", text);
    } catch (const checker::Error& error) {
        return error.what();
    }
    return "accepted";
}

}  // namespace

TEST_CASE("lab.toml becomes a value") {
    const lab::Lab lab = lab::parse("7-x", valid);
    CHECK(lab.number == 7);
    CHECK(lab.seam == std::vector<std::string>{"a.asm", "b.cc"});
    CHECK(lab.facts.at(0).flag == "cr0.wp");
    CHECK(lab.documented->error_has == 0x0a);
    CHECK(lab.documented->error.at(evidence::Engine::bochs) == 0x0b);
    CHECK(lab.documented->exceptions.at(1) == x86::ExceptionVector::general_protection);
    CHECK(lab.handout == "labs/7-x/README.md");
    CHECK(lab.hints.size() == 1);
}

TEST_CASE("a mistake in lab.toml is named with its place") {
    CHECK(message(replaced(valid, "points = 3\nseam", "points = 4\nseam")) ==
          "labs/7-x/lab.toml:5: points is 4, but the facts' points add up to 3");
    CHECK(message(replaced(valid, "title =", "titel =")) ==
          "labs/7-x/lab.toml:1: title is missing");
    CHECK(message(replaced(valid, "check =", "colour = \"red\"\ncheck =")) ==
          "labs/7-x/lab.toml:10: colour is not a key that the checker knows here");
    CHECK(message(replaced(valid, "\"#GP\"", "\"#XX\"")) ==
          "labs/7-x/lab.toml:17: exceptions has no exception #XX");
    CHECK(message(replaced(valid, "\"rp\"", "\"pr\"")).find("is no beginning of rpal") !=
          std::string::npos);
    CHECK(message(replaced(valid, "a.asm", "../a.asm")).find("plain file names") !=
          std::string::npos);
    CHECK(message(replaced(valid, "number = 7", "number = 8")).find("those of the folder") !=
          std::string::npos);
    CHECK(message("number = ").starts_with("labs/7-x/lab.toml:1: "));
}

TEST_CASE("a fact can be of the second machine, where the lab says which that is") {
    const std::string second = replaced(replaced(valid, "check =", "machine = \"second\"\ncheck ="),
                                        "[[fact]]", "second_machine = \"another\"\n[[fact]]");
    const lab::Lab lab = lab::parse("7-x", second);
    CHECK(lab.second_machine == "another");
    CHECK(!lab.facts.at(0).on_first);
    CHECK(lab.facts.at(0).on_second);
    CHECK(lab::parse("7-x", replaced(second, "\"second\"", "\"both\"")).facts.at(0).on_first);
    for (const std::string& wrong : {replaced(second, "second_machine = \"another\"\n", ""),
                                     replaced(second, "machine = \"second\"\n", ""),
                                     replaced(second, "\"second\"", "\"third\"")})
        CHECK(message(wrong).find("machine") != std::string::npos);
}

TEST_CASE("no folder without labs passes for a project") {
    CHECK_THROWS_AS(lab::discover("tests/unit/lab"), checker::Error);
}

TEST_CASE("every lab of the project names only what the checker has") {
    for (const lab::Lab& lab : lab::discover(".")) {
        CAPTURE(lab.directory);
        for (const lab::Fact& fact : lab.facts) {
            CHECK((judgement::check_named(fact.check) != nullptr));
            CHECK((fact.flag.empty() || judgement::control_flag(fact.flag)));
        }
        const auto known = [](const std::string& id) {
            return std::ranges::find(diagnosis::rules_in_order(), id, &diagnosis::Rule::id) !=
                   diagnosis::rules_in_order().end();
        };
        REQUIRE(lab.documented);
        CHECK(known(lab.documented->diagnosis));
        REQUIRE(lab.causes);
        const catalogue::Entry* documented = lab.causes->find(lab.documented->diagnosis);
        REQUIRE(documented);
        CHECK(documented->section == "What you see now");
        CHECK(lab.hints.size() == 3);
    }
}

TEST_CASE("a fact leads to a file of the seam, or to none") {
    CHECK(lab::parse("7-x", valid).facts.at(0).look.empty());
    const auto with = [](const std::string& look) {
        return replaced(valid, "flag = \"cr0.wp\"", "flag = \"cr0.wp\"\nlook = \"" + look + "\"");
    };
    CHECK(lab::parse("7-x", with("b.cc")).facts.at(0).look == "b.cc");
    CHECK(message(with("c.cc")).find("look") != std::string::npos);
}
