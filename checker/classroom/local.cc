#include "checker/classroom/local.h"

#include <atomic>
#include <cstring>
#include <exception>
#include <fmt/format.h>
#include <mutex>
#include <system_error>
#include <thread>

#include "checker/classroom/text_file.h"
#include "checker/error.h"
#include "checker/process/process.h"
#include "checker/submission/tool.h"

namespace classroom {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

namespace {

// All labs of the slowest submission take some seconds of a processor; a machine may be busy.
constexpr auto most_time = 20min;
constexpr std::uintmax_t enough_room = 8u << 20;

// Why a child that has noted nothing did so.
std::string why(const process::Finished& ended) {
    if (!ended.status)
        return fmt::format("it took longer than {} minutes", most_time / 1min);
    if (ended.status->signal != 0)
        return fmt::format("it was ended by {}", strsignal(ended.status->signal));
    const std::string words = trimmed(ended.output);
    return words.empty() ? fmt::format("it ended with status {}", ended.status->code) : words;
}

void grade(const std::string& student, const Results& results, const GradeCommand& command) {
    process::Command child{.arguments = command,
                           .environment = submission::kept_environment(),
                           .largest_file = 1ull << 30,
                           .isolated = false};
    child.arguments.insert(child.arguments.end(), {"--name", student});
    const process::Finished ended = process::run(std::move(child), most_time);
    if (ended.succeeded())
        return;
    require_room(results.out());
    results.note(student, {why(ended), {}});
}

}  // namespace

void for_each(std::size_t count, unsigned jobs, const std::function<void(std::size_t)>& work) {
    std::atomic<std::size_t> next = 0;
    std::mutex noting;
    std::exception_ptr failure;
    {
        std::vector<std::jthread> all;
        for (unsigned i = 0; i < jobs; ++i)
            all.emplace_back([&] {
                try {
                    for (std::size_t at = next++; at < count; at = next++)
                        work(at);
                } catch (...) {
                    const std::lock_guard lock{noting};
                    failure = std::current_exception();
                    next = count;
                }
            });
    }
    if (failure)
        std::rethrow_exception(failure);
}

void require_room(const fs::path& folder) {
    std::error_code problem;
    const fs::space_info space = fs::space(folder, problem);
    if (!problem && space.available < enough_room)
        throw checker::Error(
            fmt::format("the disk of {} is full: make room, and run the same "
                        "command again; it goes on where this one stopped",
                        folder.string()));
}

void grade_here(const std::vector<std::string>& students, const Results& results,
                const GradeCommand& command, unsigned jobs, const OnDone& on_done) {
    std::mutex telling;
    std::vector<std::string> again;
    for_each(students.size(), jobs, [&](std::size_t at) {
        const std::string& student = students[at];
        require_room(results.out());
        grade(student, results, command);
        const std::lock_guard lock{telling};
        if (results.is_done(student))
            on_done(student);
        else
            again.push_back(student);
    });
    for (const std::string& student : again) {
        require_room(results.out());
        grade(student, results, command);
        on_done(student);
    }
}

}  // namespace classroom
