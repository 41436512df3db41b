#include "checker/catalogue/catalogue.h"

#include <doctest/doctest.h>
#include <string>

#include "checker/diagnosis/rules/rules.h"
#include "checker/error.h"

using catalogue::Catalogue;
using catalogue::Entry;

namespace {

const std::string valid = R"(# some-cause: What it is

- lab: 5
- handout: The contract
- case: 5-nx-wp/one
- not: 5-nx-wp/other

## Why

One line, and
#GP at the beginning of another. [sdm3 4.5]

## What to do

This.

## On silicon and in the emulators

There, [other](other.md).

## Read on

- [other](other.md), [third](third.md): two
  lines.
- [the way](../the-way-of-an-ap.md), and [sdm3 4.5]
)";

std::string replaced(std::string_view what, std::string_view by) {
    std::string text = valid;
    const auto at = text.find(what);
    REQUIRE(at != std::string::npos);
    return text.replace(at, what.size(), by);
}

std::string message(const std::string& text) {
    try {
        catalogue::parse("some-cause", text);
    } catch (const checker::Error& error) {
        return error.what();
    }
    return "accepted";
}

}  // namespace

TEST_CASE("a cause's file becomes a value") {
    const Entry entry = catalogue::parse("some-cause", valid);
    CHECK(entry.id == "some-cause");
    CHECK(entry.headline == "What it is");
    CHECK(entry.lab == 5);
    CHECK(entry.section == "The contract");
    CHECK(entry.why == "One line, and #GP at the beginning of another. [sdm3 4.5]");
    CHECK(entry.what_to_do == "This.");
    CHECK(entry.on_silicon == "There, other.");
    CHECK(entry.read_on == std::vector<std::string>{"other, third: two lines.",
                                                    "the-way-of-an-ap.md, and [sdm3 4.5]"});
}

TEST_CASE("what need not be there") {
    CHECK(message(replaced("- lab: 5\n- handout: The contract\n", "")) == "accepted");
    CHECK(message(replaced("## On silicon and in the emulators\n\nThere, [other](other.md).\n\n",
                           "")) == "accepted");
}

TEST_CASE("a mistake in a cause's file is named with its place") {
    CHECK(message(replaced("some-cause", "other")) ==
          "docs/causes/some-cause.md:1: must begin with \"# some-cause: \" and what it is");
    CHECK(message(replaced("lab: 5", "lab: five")) ==
          "docs/causes/some-cause.md:3: lab must be a lab's number");
    CHECK(message(replaced("handout:", "section:")) ==
          "docs/causes/some-cause.md:4: section is not a key that the checker knows here");
    CHECK(message(replaced("- lab: 5", "- lab 5")) ==
          "docs/causes/some-cause.md:3: must be \"- KEY: VALUE\"");
    CHECK(message(replaced("## Why", "## Because")) ==
          "docs/causes/some-cause.md:8: must be \"## Why\"");
    CHECK(message(replaced("This.", "")) ==
          "docs/causes/some-cause.md:17: \"What to do\" says nothing");
    CHECK(message(replaced("## On silicon and in", "## In")) ==
          "docs/causes/some-cause.md:17: must be \"## Read on\"");
    CHECK(message(replaced("- [the way]", "\n- [the way]")) ==
          "docs/causes/some-cause.md:25: must be the list that ends the file");
    CHECK(message("") ==
          "docs/causes/some-cause.md:1: must begin with \"# some-cause: \" and what it is");
}

TEST_CASE("causes are found by their ids, and by what is near") {
    const auto entry = [](std::string id) { return Entry{.id = std::move(id)}; };
    const Catalogue causes{{entry("pae-missing"), entry("cr3-wrong"), entry("cr3-missing"),
                            entry("nxe-missing"), entry("lme-missing")}};
    REQUIRE(causes.find("cr3-wrong"));
    CHECK(causes.find("cr3-wrong")->id == "cr3-wrong");
    CHECK_FALSE(causes.find("cr3"));
    CHECK(causes.like("nx-missing").front() == "nxe-missing");
    CHECK(causes.like("wrong").front() == "cr3-wrong");
    CHECK(causes.like("x").size() == 3);
    CHECK(Catalogue{}.like("x").empty());
}

TEST_CASE("no folder without causes passes for a project") {
    CHECK_THROWS_AS(Catalogue::read("tests/unit"), checker::Error);
}

// tests/repo/causes.py asks more of each.
TEST_CASE("every rule has an entry in the project's catalogue") {
    const Catalogue causes = Catalogue::read(".");
    for (const diagnosis::Rule& rule : diagnosis::rules_in_order()) {
        CAPTURE(rule.id);
        CHECK(causes.find(rule.id));
    }
    CHECK(causes.find(diagnosis::unknown_id));
}
