#include "checker/submission/build.h"

#include <doctest/doctest.h>
#include <filesystem>
#include <fstream>
#include <unistd.h>

#include "checker/error.h"
#include "checker/submission/tool.h"

namespace fs = std::filesystem;
using process::Walls;
using submission::walls_for;

TEST_CASE("who is kept in with what, and who is not built at all") {
    constexpr submission::Possible everything{true, true}, landlock{true, false}, nothing{};
    CHECK(walls_for(everything, false, false) == Walls::sandbox);
    CHECK(walls_for(everything, false, true) == Walls::sandbox);
    CHECK(walls_for(everything, true, false) == Walls::landlock);
    CHECK(walls_for(landlock, false, true) == Walls::landlock);
    CHECK(walls_for(nothing, true, false) == Walls::none);
    CHECK(walls_for(nothing, false, true) == Walls::none);
    CHECK_THROWS_AS(walls_for(landlock, false, false), checker::Error);
    CHECK_THROWS_AS(walls_for(nothing, false, false), checker::Error);
}

TEST_CASE("what was made is kept while all is as it was") {
    std::string name = (fs::temp_directory_path() / "sipi-test-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()));
    const fs::path root = name, made = root / "made";
    // Whether it had to be made.
    const auto makes = [&](const std::string& inputs, bool succeeds = true) {
        bool called = false;
        const process::ExitStatus status{succeeds ? 0 : 1, 0};
        submission::make_from(inputs, made, [&] {
            CHECK_FALSE(fs::exists(made));
            std::ofstream(made) << "made";
            called = true;
            return process::Finished{.status = status, .output = {}};
        });
        CHECK(fs::exists(made) == succeeds);
        return called;
    };
    CHECK(makes("a\nb\n"));
    CHECK_FALSE(makes("a\nb\n"));
    SUBCASE("it is to be made from something else") {
        CHECK(makes("a\nb\nc\n"));
    }
    SUBCASE("somebody has written to it") {
        std::ofstream(made) << "more";
    }
    SUBCASE("it is gone") {
        fs::remove(made);
    }
    SUBCASE("making it anew has failed") {
        CHECK(makes("a\n", false));
    }
    CHECK(makes("a\nb\n"));
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
