#include "checker/classroom/local.h"

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <fmt/format.h>
#include <mutex>
#include <system_error>
#include <thread>

#include "checker/classroom/text_file.h"
#include "checker/error.h"
#include "checker/process/process.h"

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

// Those that are left, for several threads.
class Queue {
  public:
    explicit Queue(const std::vector<std::string>& names) : names_(names) {}
    const std::string* next() {
        const std::size_t at = taken_++;
        return at < names_.size() ? &names_[at] : nullptr;
    }
    void stop() { taken_ = names_.size(); }

  private:
    const std::vector<std::string>& names_;
    std::atomic<std::size_t> taken_ = 0;
};

void grade(const std::string& student, const Results& results, const GradeCommand& command) {
    process::Command child{.arguments = command,
                           .environment = environment(),
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

std::vector<std::string> environment() {
    std::vector<std::string> all;
    for (const char* name : {"CXX", "HOME", "TMPDIR"})
        if (const char* value = std::getenv(name))
            all.push_back(fmt::format("{}={}", name, value));
    return all;
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
    Queue queue{students};
    std::mutex telling;
    std::vector<std::string> again;
    std::exception_ptr stopped_by;
    const auto work = [&] {
        try {
            while (const std::string* student = queue.next()) {
                require_room(results.out());
                grade(*student, results, command);
                const std::lock_guard lock{telling};
                if (results.is_done(*student))
                    on_done(*student);
                else
                    again.push_back(*student);
            }
        } catch (...) {
            queue.stop();
            const std::lock_guard lock{telling};
            stopped_by = std::current_exception();
        }
    };
    {
        std::vector<std::jthread> workers;
        for (unsigned i = 0; i < jobs; ++i)
            workers.emplace_back(work);
    }
    if (stopped_by)
        std::rethrow_exception(stopped_by);
    for (const std::string& student : again) {
        require_room(results.out());
        grade(student, results, command);
        on_done(student);
    }
}

}  // namespace classroom
