#include "checker/submission/seam_files.h"

#include <array>
#include <doctest/doctest.h>
#include <filesystem>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

#include "checker/error.h"
#include "tests/unit/checker/judgement/synthetic.h"

namespace fs = std::filesystem;
using submission::take;
using synthetic::lab_5;

namespace {

// A submission of its own, gone at the end.
class Folder {
  public:
    Folder() {
        std::string name = (fs::temp_directory_path() / "sipi-test-XXXXXX").string();
        REQUIRE(mkdtemp(name.data()));
        root = name;
        fs::create_directories(lab());
    }
    ~Folder() { fs::remove_all(root); }

    fs::path lab() const { return root / "5-nx-wp"; }
    void write(const std::string& name, const std::string& text) const {
        std::ofstream(lab() / name) << text;
    }

    fs::path root;
};

auto taken(const Folder& folder) {
    return take(lab_5(), ".", folder.root);
}

}  // namespace

TEST_CASE("only the seam files are taken; a missing one is the starter's") {
    const Folder folder;
    folder.write("match_bsp.cc", "mine");
    folder.write("Makefile", "evil");
    const auto files = taken(folder);
    REQUIRE(files.size() == 2);
    CHECK(files[0].name == "match_bsp.asm");
    CHECK(files[0].from_starter);
    CHECK(files[0].content.find("student code begins") != std::string::npos);
    CHECK(files[1].content == "mine");
    CHECK_FALSE(files[1].from_starter);
}

TEST_CASE("an editor's mark of UTF-8 is no part of a file") {
    const Folder folder;
    folder.write("match_bsp.asm", "\xef\xbb\xbfret");
    CHECK(taken(folder)[0].content == "ret");
}

TEST_CASE("what is no regular file is refused, and nobody waits for it") {
    const Folder folder;
    SUBCASE("a link") {
        fs::create_symlink("/etc/passwd", folder.lab() / "match_bsp.cc");
    }
    SUBCASE("a second name of somebody else's file") {
        std::ofstream(folder.root / "theirs") << "secret";
        fs::create_hard_link(folder.root / "theirs", folder.lab() / "match_bsp.cc");
    }
    SUBCASE("a folder") {
        fs::create_directory(folder.lab() / "match_bsp.cc");
    }
    SUBCASE("a FIFO") {
        REQUIRE(mkfifo((folder.lab() / "match_bsp.cc").c_str(), 0600) == 0);
    }
    SUBCASE("a link to a whole lab") {
        fs::remove_all(folder.lab());
        fs::create_symlink(fs::absolute("labs/5-nx-wp"), folder.lab());
    }
    CHECK_THROWS_AS(taken(folder), submission::Refused);
}

TEST_CASE("size is bounded") {
    const Folder folder;
    folder.write("match_bsp.cc", std::string(submission::largest_seam_file, ' '));
    CHECK(taken(folder)[1].content.size() == submission::largest_seam_file);
    folder.write("match_bsp.cc", std::string(submission::largest_seam_file + 1, ' '));
    CHECK_THROWS_AS(taken(folder), submission::Refused);
}

TEST_CASE("a submission that is none is told what it should be") {
    const Folder folder;
    const std::array labs{lab_5()};
    CHECK_THROWS_AS(submission::require_submission(labs, folder.root), checker::Error);
    CHECK_THROWS_AS(submission::require_submission(labs, folder.root / "nowhere"), checker::Error);
    CHECK_THROWS_AS(submission::require_submission(labs, "Makefile"), checker::Error);
    folder.write("match_bsp.asm", "");
    CHECK_NOTHROW(submission::require_submission(labs, folder.root));
}
