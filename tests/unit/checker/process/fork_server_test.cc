#include "checker/process/fork_server.h"

#include <csignal>
#include <doctest/doctest.h>
#include <optional>
#include <thread>

#include "tests/unit/checker/process/running.h"

namespace {

using process::Copy;
using process::ForkServers;
using process::NoCopy;

// A copy with a pipe for its output.
struct Started {
    Copy copy;
    process::Reader reader;
    std::string output;

    // Until it has written this, or nobody is left who could write.
    const std::string& read_until(const char* text) {
        while (output.find(text) == std::string::npos &&
               process::read_some({&reader, 1}, Clock::now() + 10s) && reader.is_open()) {
        }
        return output;
    }
    const std::string& read_all() {
        while (process::read_some({&reader, 1}, Clock::now() + 10s) && reader.is_open()) {
        }
        return output;
    }
};

std::unique_ptr<Started> start(ForkServers& servers, const std::vector<std::string>& arguments,
                               const std::optional<process::Sandbox>& sandbox = {}) {
    process::Pipe pipe = process::Pipe::make();
    process::Given given;
    given.emplace_back(duplicate(pipe.write), 1);
    given.emplace_back(std::move(pipe.write), 2);
    const auto original = [&] {
        return ForkServers::Original{
            {.arguments = {arguments[0]}, .environment = {"LC_ALL=C"}, .sandbox = sandbox}};
    };
    std::unique_ptr<Started> started{
        new Started{servers.copy(arguments[0], original, arguments, given), {}, {}}};
    started->reader = {std::move(pipe.read),
                       [&said = started->output](auto bytes) { said += bytes; }};
    return started;
}

}  // namespace

TEST_CASE("fork server: each copy has its arguments and its descriptors") {
    ForkServers servers;
    const auto first = start(servers, {"echo", "one", "and a half"});
    const auto second = start(servers, {"echo", "two"});
    CHECK(second->read_all() == "two\n");
    CHECK(first->read_all() == "one and a half\n");
}

TEST_CASE("fork server: a copy ends with its owner, and all with the servers") {
    std::unique_ptr<Started> left;
    process::Reader reader;
    {
        ForkServers servers;
        reader = std::move(start(servers, {"sleep", "1000"})->reader);
        CHECK(process::read_some({&reader, 1}, Clock::now() + 10s));
        CHECK_FALSE(reader.is_open());
        left = start(servers, {"sleep", "1000"});
    }
    CHECK(left->read_all().empty());
    CHECK_FALSE(left->reader.is_open());
}

TEST_CASE("fork server: the work that a copy has done, not the time that has passed") {
    ForkServers servers;
    const auto idle = start(servers, {"sh", "-c", "exec sleep 1000"});
    const auto busy = start(servers, {"sh", "-c", "while :; do :; done"});
    const auto limit = Clock::now() + 20s;
    while (busy->copy.processor_time() < 100ms && Clock::now() < limit)
        std::this_thread::sleep_for(10ms);
    CHECK(busy->copy.processor_time() >= 100ms);
    CHECK(idle->copy.processor_time() < 100ms);
    busy->copy.signal(SIGKILL);
    CHECK(busy->read_all().empty());
    CHECK_FALSE(busy->reader.is_open());
}

TEST_CASE("fork server: a sandbox holds for copies") {
    if (!process::sandbox_is_possible())
        return;
    ForkServers servers;
    const process::Sandbox sandbox{{process::needs_of("sh"), {}}, true};
    CHECK(start(servers, {"cat", "/etc/passwd"}, sandbox)->read_all().find("No such file") !=
          std::string::npos);
    const auto busy = start(servers,
                            {"sh", "-c",
                             "trap 'echo told' INT; i=0; while [ $i != 20000 ]; do i=$((i + 1)); "
                             "done; echo begun; while :; do :; done"},
                            sandbox);
    busy->read_until("begun");
    CHECK(busy->copy.processor_time() > 0ns);
    busy->copy.signal(SIGINT);
    CHECK(busy->read_until("told") == "begun\ntold\n");
}

TEST_CASE("fork server: a program that never comes to where it would be copied") {
    ForkServers servers;
    process::Given given;
    given.emplace_back(process::anonymous_memory(0), 2);
    const auto refuses = [] {
        return ForkServers::Original{
            {.arguments = {"sh", "-c", "echo no prompt >&2"}, .environment = {}}, false};
    };
    try {
        servers.copy("refuses", refuses, {}, given);
        FAIL("it was copied");
    } catch (const NoCopy& error) {
        CHECK(error.has_ended);
        CHECK(error.written.at(2) == "no prompt\n");
    }
    CHECK_THROWS_AS(start(servers, {"sipi-no-such-program"}), process::StartError);
}
