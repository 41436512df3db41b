#include "checker/classroom/graders.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <fmt/format.h>
#include <future>
#include <mutex>
#include <set>
#include <system_error>
#include <thread>

#include "checker/error.h"
#include "checker/process/descriptor.h"
#include "checker/process/output.h"
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
    return said(ended.output, fmt::format("it ended with status {}", ended.status->code));
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

constexpr int attempts = 3;
constexpr std::size_t largest_array = 1000;  // Slurm's MaxArraySize is 1001, unless told otherwise
constexpr auto look_again = 1s;

std::string slurm(std::vector<std::string> arguments) {
    const std::string program = arguments.front();
    process::Command command{.arguments = std::move(arguments),
                             .environment = submission::kept_environment(),
                             .largest_file = 1u << 20,
                             .isolated = false};
    if (const char* configuration = std::getenv("SLURM_CONF"))
        command.environment.push_back(fmt::format("SLURM_CONF={}", configuration));
    try {
        const process::Finished ended = process::run(std::move(command), 2min);
        if (!ended.succeeded())
            throw checker::Error(fmt::format("{} failed: {}", program, ended.output));
        return ended.output;
    } catch (const process::StartError&) {
        throw checker::Error(
            fmt::format("there is no {} here: --engine-host slurm wants a machine "
                        "from which jobs can be submitted; leave it out to grade "
                        "on this one",
                        program));
    }
}

// For the shell.
std::string quoted(const std::string& word) {
    std::string result = "'";
    for (const char c : word)
        result += c == '\'' ? std::string{"'\\''"} : std::string{c};
    return result + "'";
}

bool is_waiting_or_running(const std::string& job) {
    // Of all jobs: Slurm forgets one some minutes after its end, and to ask for it is an error
    // then.
    constexpr int most_failures = 30;  // of a controller that is just being started again
    for (int failures = 0;; ++failures)
        try {
            const std::string all = slurm({"squeue", "--noheader", "--me", "--format=%F"});
            std::string_view rest = all;
            while (const auto line = process::take_line(rest))
                if (*line == job)
                    return true;
            return false;
        } catch (const checker::Error&) {
            if (failures == most_failures)
                throw;
            std::this_thread::sleep_for(look_again);
        }
}

}  // namespace

void for_each(std::size_t count, unsigned jobs, const std::function<void(std::size_t)>& work) {
    std::atomic<std::size_t> next = 0;
    std::vector<std::future<void>> all;
    for (unsigned i = 0; i < jobs; ++i)
        all.push_back(std::async(std::launch::async, [&] {
            try {
                for (std::size_t at = next++; at < count; at = next++)
                    work(at);
            } catch (...) {
                next = count;
                throw;
            }
        }));
    for (std::future<void>& each : all)
        each.get();
}

std::string said(std::string written, std::string otherwise) {
    written.erase(written.find_last_not_of('\n') + 1);
    return written.empty() ? std::move(otherwise) : written;
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

void grade_by_slurm(const std::vector<std::string>& students, const Results& results,
                    const GradeCommand& command, unsigned jobs, const OnDone& on_done) {
    const fs::path folder = results.work() / "slurm", submitted = folder / "job";
    std::set<std::string> left{students.begin(), students.end()};
    const auto tell = [&] {
        for (const std::string& student : students)
            if (left.contains(student) && results.is_done(student)) {
                left.erase(student);
                on_done(student);
            }
    };
    const auto await = [&](const std::string& job) {
        while (is_waiting_or_running(job)) {
            tell();
            std::this_thread::sleep_for(look_again);
        }
        tell();
    };
    if (const std::string earlier = said(process::contents_of(submitted), ""); !earlier.empty())
        await(earlier);
    tell();
    for (int attempt = 0; attempt < attempts && !left.empty(); ++attempt) {
        const std::vector<std::string> all{left.begin(), left.end()};
        for (std::size_t begin = 0; begin < all.size(); begin += largest_array) {
            const std::size_t end = std::min(all.size(), begin + largest_array);
            std::string script = "#!/bin/sh\ncase $SLURM_ARRAY_TASK_ID in\n";
            for (std::size_t i = begin; i < end; ++i)
                script += fmt::format("{}) name={} ;;\n", i - begin, quoted(all[i]));
            script += "esac\nexec";
            for (const std::string& word : command)
                script += " " + quoted(word);
            script += " --name \"$name\"\n";
            write_whole(folder / "grade.sh", script);
            const std::string job =
                slurm({"sbatch", "--parsable", "--job-name=sipi", "--requeue", "--propagate=NONE",
                       fmt::format("--array=0-{}%{}", end - begin - 1, jobs),
                       fmt::format("--output={}/%a.log", folder.string()),
                       fmt::format("--chdir={}", results.out().string()), folder / "grade.sh"});
            const std::string id = job.substr(0, job.find_first_of(";\n"));
            write_whole(submitted, id + "\n");
            await(id);
            for (std::size_t i = begin; i < end; ++i)
                if (left.contains(all[i]) && !results.noted(all[i])) {
                    const fs::path log = folder / fmt::format("{}.log", i - begin);
                    results.note(all[i],
                                 {said(process::contents_of(log), "its job left nothing"), {}});
                }
        }
    }
    std::error_code problem;
    fs::remove(submitted, problem);
    for (const std::string& student : left)
        on_done(student);
}

}  // namespace classroom
