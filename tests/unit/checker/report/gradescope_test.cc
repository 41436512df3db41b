#include <doctest/doctest.h>
#include <nlohmann/json.hpp>
#include <set>

#include "checker/report/json.h"
#include "tests/unit/checker/report/graded.h"

using graded::contains;
using Json = nlohmann::json;

namespace {

Json results(const std::vector<grading::LabGrade>& labs) {
    return Json::parse(report::gradescope({labs}));
}

}  // namespace

TEST_CASE("Gradescope: only keys of its specification, with their types") {
    const Json all =
        results({graded::passed(), graded::untouched(), graded::by({graded::without_engine()})});
    const std::set<std::string> known{"score",         "execution_time",     "output",
                                      "output_format", "test_output_format", "test_name_format",
                                      "visibility",    "stdout_visibility",  "extra_data",
                                      "tests"};
    for (const auto& item : all.items())
        CHECK_MESSAGE(known.contains(item.key()), item.key());
    CHECK(all["score"].is_number());
    CHECK(all["execution_time"].is_number_integer());
    CHECK(all["output"].is_string());
    CHECK(all["visibility"] == "visible");

    const std::set<std::string> known_of_test{
        "score",  "max_score",     "status", "name",       "name_format", "number",
        "output", "output_format", "tags",   "visibility", "extra_data"};
    for (const Json& test : all["tests"]) {
        for (const auto& item : test.items())
            CHECK_MESSAGE(known_of_test.contains(item.key()), item.key());
        CHECK(test["number"].is_string());
        CHECK(test["tags"].is_array());
        CHECK(test["output_format"] == "text");
    }
}

TEST_CASE("Gradescope: points, as everywhere else") {
    const Json all = results({graded::passed()});
    CHECK(all["score"] == 20);
    unsigned score = 0;
    for (const Json& test : all["tests"]) {
        CHECK(test["status"] == "passed");
        CHECK(test["score"] == test["max_score"]);
        CHECK_FALSE(test.contains("output"));
        score += test["score"].get<unsigned>();
    }
    CHECK(score == 20);
    CHECK(all["tests"][0]["number"] == "5.1");

    const Json nothing = results({graded::untouched()});
    CHECK(nothing["score"] == 0);
    CHECK(nothing["tests"][0]["status"] == "failed");
    CHECK(nothing["tests"][0]["score"] == 0);
    CHECK(nothing["tests"][0]["max_score"] == 6);
    CHECK(contains(nothing["tests"][0]["output"].get<std::string>(), "nxe-missing"));
    CHECK(nothing["tests"][0]["extra_data"]["diagnosis"] == "nxe-missing");
}

TEST_CASE("Gradescope: a lab that was not judged has no score to lose") {
    const Json all = results({graded::by({graded::without_engine()})});
    for (const Json& test : all["tests"]) {
        CHECK_FALSE(test.contains("score"));
        CHECK_FALSE(test.contains("max_score"));
        CHECK_FALSE(test.contains("status"));
        CHECK(contains(test["output"].get<std::string>(), "could not judge"));
    }
    CHECK(contains(all["output"].get<std::string>(), "one lab not judged"));
}

TEST_CASE("Gradescope: hostile text stays text") {
    const std::string text = report::gradescope({{graded::hostile()}});
    CHECK(graded::is_harmless(text));
    CHECK_FALSE(contains(text, "u001b"));
    CHECK(Json::parse(text)["tests"].size() == synthetic::lab_5().facts.size());
}
