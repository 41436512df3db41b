#include "checker/process/process.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <doctest/doctest.h>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <unistd.h>

#include "tests/unit/checker/process/running.h"

namespace {

bool is_alive(pid_t pid) {
    std::ifstream status{"/proc/" + std::to_string(pid) + "/stat"};
    std::string number;
    std::string name;
    std::string state;
    status >> number >> name >> state;
    return status && state != "Z" && state != "X";
}

std::size_t open_descriptors() {
    const std::filesystem::directory_iterator entries{"/proc/self/fd"};
    return static_cast<std::size_t>(std::distance(begin(entries), end(entries)));
}

}  // namespace

TEST_CASE("process: how it ended") {
    const auto soon = Clock::now() + 10s;
    CHECK(Process::start(shell("exit 7")).wait(soon)->code == 7);
    CHECK(Process::start(shell("exit 7")).wait(soon)->signal == 0);
    CHECK(Process::start(shell("kill -9 $$")).wait(soon)->signal == SIGKILL);
}

TEST_CASE("process: a program that is not there") {
    try {
        Process::start({.arguments = {"sipi-no-such-program"},
                        .environment = {},
                        .directory = {},
                        .descriptors = {}});
        FAIL("it started");
    } catch (const process::StartError& error) {
        CHECK(error.not_found);
        CHECK(std::string{error.what()}.find("sipi-no-such-program") != std::string::npos);
    }
    CHECK_THROWS_AS(
        Process::start(
            {.arguments = {"/dev/null"}, .environment = {}, .directory = {}, .descriptors = {}}),
        process::StartError);
}

TEST_CASE("process: nothing that it started outlives it") {
    const std::size_t before = open_descriptors();
    pid_t child = 0;
    pid_t grandchild = 0;
    {
        const auto running = Running::start(shell("sleep 1000 & echo $!; exec sleep 1000"));
        const auto limit = Clock::now() + 10s;
        while (running->output.find('\n') == std::string::npos && Clock::now() < limit) {
            process::read_some({&running->reader, 1}, limit);
        }
        child = running->process.pid();
        grandchild = static_cast<pid_t>(std::stol(running->output));
        CHECK(is_alive(child));
        CHECK(is_alive(grandchild));
        CHECK(!running->process.wait(Clock::now() + 10ms));
    }
    CHECK(!is_alive(child));
    const auto limit = Clock::now() + 10s;  // init reaps the grandchild in its own time
    while (is_alive(grandchild) && Clock::now() < limit) {
        std::this_thread::sleep_for(10ms);
    }
    CHECK(!is_alive(grandchild));
    CHECK(open_descriptors() == before);
}

TEST_CASE("process: not even when the child ends first") {
    const auto running = Running::start(shell("sleep 1000 & echo $!"));
    CHECK(running->process.wait(Clock::now() + 10s)->code == 0);
    const auto begin = Clock::now();
    running->read_all();  // ends when the grandchild has
    CHECK(Clock::now() - begin < 5s);
    CHECK(!running->reader.is_open());
}

TEST_CASE("process: it inherits only what it is given") {
    const Pipe other = Pipe::make();
    Command command =
        shell("ls /proc/self/fd | wc -l; env | grep -v -e '^PATH=' -e '^_=' -e '^PWD='; pwd");
    command.environment = {"ONLY=this"};
    command.directory = "/";
    const auto running = Running::start(std::move(command));
    // 0, 1 and 2, and the folder that ls reads.
    CHECK(running->read_all() == "4\nONLY=this\n/\n");
}

TEST_CASE("process: descriptors get the numbers that they are to have") {
    Pipe a = Pipe::make();
    Pipe b = Pipe::make();
    process::send({}, "");
    Command command = shell("echo three >&3; echo four >&4");
    const int number_of_a = a.write.number();
    // Even where one's number is another's target.
    CHECK(number_of_a > 2);
    command.descriptors.emplace_back(std::move(a.write), 4);
    command.descriptors.emplace_back(std::move(b.write), 3);
    Process process = Process::start(std::move(command));
    std::string from_a;
    std::string from_b;
    std::array readers{process::Reader{std::move(a.read), [&](auto bytes) { from_a += bytes; }},
                       process::Reader{std::move(b.read), [&](auto bytes) { from_b += bytes; }}};
    const auto limit = Clock::now() + 10s;
    while (Clock::now() < limit && process::read_some(readers, limit)) {
    }
    CHECK(from_a == "four\n");
    CHECK(from_b == "three\n");
}

TEST_CASE("process: limits hold") {
    Command command = shell("echo too much > file; echo $?");
    const std::filesystem::path directory =
        std::filesystem::temp_directory_path() / "sipi-process-test";
    std::filesystem::create_directory(directory);
    command.directory = directory;
    command.largest_file = 0;
    CHECK(Running::start(std::move(command))->read_all() != "0\n");
    CHECK(std::filesystem::file_size(directory / "file") == 0);
    std::filesystem::remove_all(directory);

    command = shell("while :; do :; done");
    command.processor_time = 1s;
    const auto status = Process::start(std::move(command)).wait(Clock::now() + 20s);
    REQUIRE(status);
    CHECK(status->signal != 0);
    CHECK(status->processor_time > 500ms);

    command = shell("(i=0; while [ $i -lt 200000 ]; do i=$((i + 1)); done); :");
    const auto of_a_child = Process::start(std::move(command)).wait(Clock::now() + 20s);
    REQUIRE(of_a_child);
    CHECK(of_a_child->processor_time > 10ms);
}

TEST_CASE("process: many at once") {
    constexpr int count = 8;
    std::vector<std::thread> threads;
    threads.reserve(count);
    std::atomic<int> right{0};
    for (int i = 0; i < count; ++i) {
        threads.emplace_back([&right, i] {
            for (int round = 0; round < 5; ++round) {
                const std::string word = std::to_string(i * 100 + round);
                right += Running::start(shell("echo " + word))->read_all() == word + "\n" ? 1 : 0;
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    CHECK(right == 40);
}

TEST_CASE("reader: a child that has gone takes no commands, and nobody dies of it") {
    process::SocketPair pair = process::SocketPair::make();
    CHECK(process::send(pair.ours, "one\n"));
    pair.childs.close();
    CHECK(!process::send(pair.ours, "two\n"));
}

TEST_CASE("reader: the deadline ends the waiting") {
    Pipe pipe = Pipe::make();
    process::Reader reader{std::move(pipe.read), [](auto) {}};
    const auto begin = Clock::now();
    CHECK(process::read_some({&reader, 1}, begin + 20ms));
    CHECK(Clock::now() >= begin + 20ms);
    pipe.write.close();
    CHECK(process::read_some({&reader, 1}, begin + 10s));
    CHECK(!reader.is_open());
    CHECK(!process::read_some({&reader, 1}, begin + 10s));
}

TEST_CASE("process: nothing of a group is left, not even a zombie") {
    auto running = Running::start(shell("sleep 100 & echo $!; wait"));
    const auto limit = Clock::now() + 10s;
    while (running->output.empty() && process::read_some({&running->reader, 1}, limit)) {
    }
    const std::string child = "/proc/" + std::to_string(std::stoi(running->output));
    REQUIRE(std::filesystem::exists(child));
    running->process.kill();
    CHECK_FALSE(std::filesystem::exists(child));
}
