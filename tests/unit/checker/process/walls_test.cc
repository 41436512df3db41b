#include "checker/process/walls.h"

#include <csignal>
#include <cstdlib>
#include <doctest/doctest.h>
#include <filesystem>
#include <fstream>
#include <unistd.h>

#include "tests/unit/checker/process/running.h"

namespace {

// One with text to read, one to write to, and one that is nobody's business.
struct Folders {
    std::filesystem::path root;

    Folders() {
        std::string name = (std::filesystem::temp_directory_path() / "sipi-test-XXXXXX").string();
        REQUIRE(mkdtemp(name.data()));
        root = name;
        for (const char* folder : {"in", "out", "other"})
            std::filesystem::create_directory(root / folder);
        for (const char* file : {"in/text", "other/text"})
            std::ofstream(root / file) << file << '\n';
    }
    Folders(const Folders&) = delete;
    Folders& operator=(const Folders&) = delete;
    ~Folders() { std::filesystem::remove_all(root); }
};

}  // namespace

TEST_CASE("process: one that is confined opens what it may, and nothing else") {
    if (!process::Confinement::is_possible()) {
        MESSAGE("this Linux has no Landlock");
        return;
    }
    const Folders folders;
    const std::filesystem::path& root = folders.root;
    Command command = shell(
        "cat in/text; cat other/text; cat in/../other/text; echo 1 > out/new && cat out/new;"
        "echo 1 > in/new; echo 1 > new; mv out/new in/new; ls . && echo listed;"
        "cat < /proc/self/environ; echo end > /dev/null && echo end");
    command.directory = root;
    command.largest_file = 1000;
    command.confinement.emplace(process::Access{
        .read = {"/bin", "/usr/bin", "/lib", "/lib64", "/usr/lib", root / "in", root / "none"},
        .write = {root / "out"}});
    const auto running = Running::start(std::move(command));
    CHECK(running->read_all() == std::string{"in/text\n1\nend\n"});
    CHECK(std::filesystem::exists(root / "out/new"));
    CHECK_FALSE(std::filesystem::exists(root / "in/new"));
    CHECK_FALSE(std::filesystem::exists(root / "new"));
}

TEST_CASE("process: in a sandbox there is what it was given, and nothing else") {
    if (!process::sandbox_is_possible()) {
        MESSAGE("this machine lets nobody make a sandbox");
        return;
    }
    const Folders folders;
    const std::filesystem::path& root = folders.root;
    setenv("SIPI_TEST_SECRET", "secret", 1);
    Command command = shell(
        "cat in/text; cat other/text; echo 1 > out/new && cat out/new; echo 1 > in/new; echo 1 > "
        "new;"
        "ls; ls /tmp; ls /etc/passwd; echo 1 > ../mine && echo written; "
        "echo /proc/[0-9]*; ls /sys/class/net; cut -d: -f1 /proc/net/dev | tail -n +3;"
        "env | grep SECRET; exit 3");
    command.directory = root;
    command.largest_file = 1000;
    command.sandbox = process::Sandbox{{process::needs_of("sh"), {root / "out"}}, true};
    command.sandbox->files.read.push_back(root / "in");
    const auto running = Running::start(std::move(command));
    CHECK(running->read_all() ==
          "in/text\n1\nin\nnew\nout\n" + root.filename().string() + "\nwritten\n/proc/1\n    lo\n");
    const auto status = running->process.wait(Clock::now() + 10s);
    REQUIRE(status);
    CHECK(status->code == 3);
    CHECK(std::filesystem::exists(root / "out/new"));
    CHECK_FALSE(std::filesystem::exists(root / "in/new"));
    CHECK_FALSE(std::filesystem::exists(root / "new"));
    unsetenv("SIPI_TEST_SECRET");
}

TEST_CASE("process: a sandbox ends with all that is in it, wherever that has gone") {
    if (!process::sandbox_is_possible())
        return;
    Command command = shell("setsid sleep 100 & sleep 0.01; echo begun; while :; do :; done");
    command.sandbox = process::Sandbox{{process::needs_of("sh"), {}}};
    auto running = Running::start(std::move(command));
    const auto limit = Clock::now() + 10s;
    const auto read_until = [&](const char* text) {
        while (running->output.find(text) == std::string::npos && Clock::now() < limit &&
               process::read_some({&running->reader, 1}, limit)) {
        }
        return running->output.find(text) != std::string::npos;
    };
    REQUIRE(read_until("begun"));
    running->process.kill();
    // The sleep too: it had the pipe's other end.
    CHECK(process::read_some({&running->reader, 1}, limit));
    CHECK_FALSE(running->reader.is_open());
}
