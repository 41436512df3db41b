#include "checker/submission/build.h"

#include <doctest/doctest.h>
#include <filesystem>
#include <fstream>
#include <unistd.h>

#include "checker/error.h"
#include "checker/submission/tool.h"

namespace fs = std::filesystem;
using submission::must_confine;

TEST_CASE("who is compiled in confinement, and who not at all") {
    for (const bool own : {false, true})
        for (const bool trusted : {false, true})
            CHECK(must_confine(true, own, trusted));
    CHECK_FALSE(must_confine(false, true, false));
    CHECK_FALSE(must_confine(false, false, true));
    CHECK_THROWS_AS(must_confine(false, false, false), checker::Error);
}

TEST_CASE("what was made is kept while all is as it was") {
    std::string name = (fs::temp_directory_path() / "sipi-test-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()));
    const fs::path root = name, made = root / "made";
    const auto make = [&] {
        std::ofstream(made) << "made";
        submission::note_made_from(made, "a\nb\n");
    };
    CHECK_FALSE(submission::is_made_from(made, "a\nb\n"));
    make();
    CHECK(submission::is_made_from(made, "a\nb\n"));
    CHECK_FALSE(submission::is_made_from(made, "a\nb\nc\n"));
    SUBCASE("somebody has written to it") {
        std::ofstream(made) << "more";
    }
    SUBCASE("it is gone") {
        fs::remove(made);
    }
    SUBCASE("making it anew has begun") {
        submission::forget_made(made);
    }
    CHECK_FALSE(submission::is_made_from(made, "a\nb\n"));
    fs::remove_all(root);
}

TEST_CASE("an identity tells a file from what it was") {
    std::string name = (fs::temp_directory_path() / "sipi-test-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()));
    const fs::path file = fs::path{name} / "file";
    const std::string none = submission::identity(file);
    std::ofstream(file) << "one";
    const std::string before = submission::identity(file);
    CHECK(before != none);
    CHECK(submission::identity(file) == before);
    // As many bytes, and the date put back: the number of the file, or the date of that, is
    // another.
    const fs::file_time_type date = fs::last_write_time(file);
    usleep(20'000);
    std::ofstream(file) << "two";
    fs::last_write_time(file, date);
    CHECK(submission::identity(file) != before);
    fs::remove_all(name);
}
