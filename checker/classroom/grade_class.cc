#include "checker/classroom/grade_class.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <mutex>

#include "checker/classroom/hand_in.h"
#include "checker/error.h"
#include "checker/process/descriptor.h"
#include "checker/process/process.h"
#include "checker/submission/seam_files.h"
#include "checker/submission/tool.h"

namespace classroom {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

namespace {

constexpr const char *reason_file = "reason", *repository_folder = "git";
constexpr std::size_t longest_reason = 4096;

// Why something cannot be graded, or how the grader itself failed; both empty where it can.
struct Refusal {
    std::string reason, failure;
};

// Runs the command that collects, on one thing.
Refusal collect(const Assignment& assignment, const fs::path& handed_in, const fs::path& into,
                bool whole_class) {
    std::error_code problem;
    fs::remove_all(into, problem);
    // The child may write files there, and make no folder: so git's, without settings, is made.
    for (const lab::Lab& lab : assignment.labs)
        fs::create_directories(into / lab.directory, problem);
    fs::create_directories(into / repository_folder / "refs", problem);
    write_whole(into / repository_folder / "HEAD", "ref: refs/heads/none\n");
    process::Command child{.arguments = assignment.take,
                           .environment = submission::kept_environment(),
                           .address_space = 2ull << 30,
                           .largest_file = 128u << 20,
                           .processor_time = whole_class ? 300s : 60s,
                           .isolated = false};
    child.arguments.insert(child.arguments.end(),
                           {"--from", handed_in.string(), "--out", into.string()});
    if (whole_class)
        child.arguments.emplace_back("--class");
    process::Access access{process::needs_of("git"), {into}};
    // Of the project what says which files are wanted, and no solution.
    for (const fs::path& each :
         {handed_in, fs::path{child.arguments[0]}, assignment.project / "labs",
          assignment.project / "docs/causes", assignment.project / "Makefile",
          assignment.project / "kernel/kernel.ld"})
        access.read.push_back(each);
    for (const lab::Lab& lab : assignment.labs)
        access.write.push_back(into / lab.directory);
    if (assignment.walls == process::Walls::sandbox)
        child.sandbox = process::Sandbox{std::move(access)};
    else if (assignment.walls == process::Walls::landlock)
        child.confinement.emplace(access);
    const process::Finished ended = process::run(std::move(child), 10min);
    require_room(into);
    if (!ended.status || ended.status->was_killed())
        return {"it cannot be read within a minute and 2 GiB of memory: is it damaged?", ""};
    if (ended.status->code != 0)
        return {"", said(ended.output, "what reads it failed, and said nothing")};
    return {read_file(into / reason_file, reason_file).content.substr(0, longest_reason), ""};
}

// What the child has left is believed no more than what was handed in.
Seams seams_in(const Assignment& assignment, const fs::path& folder) {
    Seams seams;
    for (const lab::Lab& lab : assignment.labs)
        for (submission::SeamFile& file : submission::take(lab, assignment.project, folder))
            if (!file.from_starter)
                seams[fmt::format("{}/{}", lab.directory, file.name)] = std::move(file.content);
    return seams;
}

// What each has handed in that can be graded; who has nothing gets a reason, or the grader's
// failure.
std::vector<Seams> collect_all(const Assignment& assignment, const Results& results,
                               std::vector<Row>& rows, const Watcher& watcher) {
    std::vector<Seams> all(rows.size());
    const fs::path taken = results.work() / "taken";
    std::mutex telling;
    std::size_t count = 0;
    for_each(rows.size(), assignment.jobs, [&](std::size_t at) {
        Student& student = rows[at].student;
        if (student.reason.empty()) {
            const fs::path into = taken / student.name;
            Refusal refusal = collect(assignment, student.where, into, false);
            try {
                if (refusal.failure.empty())
                    all[at] = seams_in(assignment, into);
            } catch (const submission::Refused& refused) {
                refusal.failure = refused.what();
            }
            student.reason = refusal.reason;
            rows[at].note.failure = refusal.failure;
        }
        const std::lock_guard lock{telling};
        watcher.progress(++count, rows.size(), std::string{reading});
    });
    std::error_code problem;
    fs::remove_all(taken, problem);
    return all;
}

// The class that is in the archive, if `from` is one.
fs::path class_folder(const Assignment& assignment, const Results& results) {
    if (archive_suffix(assignment.from).empty() || fs::is_directory(assignment.from))
        return assignment.from;
    const fs::path unpacked = results.work() / "unpacked";
    fs::path into = results.work() / "class";
    std::error_code problem;
    fs::remove_all(into, problem);
    const auto [reason, failure] = collect(assignment, assignment.from, unpacked, true);
    if (!reason.empty() || !failure.empty())
        throw checker::Error(fmt::format("{}: {}{}", assignment.from.string(), reason, failure));
    arrange(unpacked, into);
    fs::remove_all(unpacked, problem);
    return into;
}

process::Descriptor lock(const Results& results) {
    process::Descriptor lock = process::lock(results.work() / "lock", process::Wait::no);
    if (!lock.is_open())
        throw checker::Error(fmt::format(
            "somebody grades into {} already: wait for that, or name another folder with --out",
            results.out().string()));
    return lock;
}

void write_reports(const Class& all, const Results& results) {
    write_whole(results.out() / "class.csv", csv(all));
    write_whole(results.out() / "class.xml", junit(all));
    write_whole(results.out() / "class.html", page(all));
    write_whole(results.out() / "seconds.csv", seconds(all));
}

}  // namespace

Class grade_class(const Assignment& assignment, const Watcher& watcher) {
    const Results results{assignment.out};
    const process::Descriptor held = lock(results);
    require_room(assignment.out);
    results.set_made_by(assignment.made_by);
    Class all{assignment.labs, {}};
    for (Student& student : roster(class_folder(assignment, results), assignment.labs))
        all.rows.push_back({std::move(student), {}});
    const std::vector<Seams> collected = collect_all(assignment, results, all.rows, watcher);

    std::map<Seams, std::vector<Row*>> who;  // handed in just this
    std::set<std::string> names;
    for (std::size_t i = 0; i < all.rows.size(); ++i) {
        Row& row = all.rows[i];
        if (!row.student.reason.empty() || !row.note.failure.empty())
            continue;
        names.insert(row.student.name);
        who[collected[i]].push_back(&row);
    }
    results.keep_only(names);
    std::vector<std::string> left;
    for (const auto& [its, rows] : who) {
        const std::string& name = rows.front()->student.name;
        results.keep(name, its);
        if (!results.is_done(name))
            left.push_back(name);
    }
    std::ranges::sort(left);
    const std::size_t different = who.size(), before = different - left.size();
    if (before != 0 && !left.empty())
        watcher.say(fmt::format("{} of {} were done by an earlier run; this one goes on", before,
                                different));
    std::size_t count = before;
    const OnDone on_done = [&](const std::string& name) {
        watcher.progress(++count, different, name);
    };
    if (assignment.slurm)
        grade_by_slurm(left, results, assignment.grade, assignment.jobs, on_done);
    else
        grade_here(left, results, assignment.grade, assignment.jobs, on_done);

    const Seams starters = seams_in(assignment, assignment.project / "labs");
    for (const auto& [its, rows] : who) {
        const std::string& first = rows.front()->student.name;
        const Note note = results.noted(first).value_or(Note{"it has left nothing", {}});
        const bool untouched = std::ranges::all_of(
            its, [&](const auto& file) { return starters.at(file.first) == file.second; });
        for (Row* row : rows) {
            row->note = note;
            row->untouched = untouched;
            for (const Row* other : rows)
                if (other != row)
                    row->same.push_back(other->student.name);
            if (row->student.name != first && note.result)
                results.copy(first, row->student.name);
        }
    }
    write_reports(all, results);
    return all;
}

void take_one(const fs::path& handed_in, std::span<const lab::Lab> labs, const fs::path& into) {
    Sorted sorted;
    try {
        sorted = sort(read_hand_in(handed_in, seam_names(labs), into / repository_folder), labs);
    } catch (const checker::Error& error) {
        sorted.reason = fmt::format("it {}", error.what());
    }
    if (!sorted.reason.empty())
        write_whole(into / reason_file, sorted.reason);
    for (const auto& [name, content] : sorted.seams)
        write_whole(into / name, content);
}

}  // namespace classroom
