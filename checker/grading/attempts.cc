#include "checker/grading/attempts.h"

namespace grading {

namespace fs = std::filesystem;
using submission::SeamFile;
using submission::Workspace;

Attempts::Attempts(const submission::Builder& builder, const fs::path& project)
    : builder_(builder), project_(project) {}

void Attempts::add(const lab::Lab& lab, const fs::path& submission) {
    entries_.try_emplace(Workspace::folder_of(submission, lab.directory),
                         Entry{lab, submission, nullptr, {}});
}

void Attempts::start() {
    for (auto& [folder, entry] : entries_) {
        entry.workspace =
            std::make_unique<Workspace>(project_, entry.submission, entry.lab.directory);
        const bool own =
            fs::weakly_canonical(entry.submission) == fs::weakly_canonical(project_ / "labs");
        const std::string shown = own ? "labs/" : "";
        names_.push_back({entry.workspace->seams() + "/", shown});
        names_.push_back({entry.workspace->objects() + "/", shown + entry.lab.directory + "/"});
    }
    for (auto& each : entries_)
        each.second.attempt =
            std::async(std::launch::async, [this, &each] { return compile(each.second); });
}

Attempts::Attempt Attempts::compile(const Entry& entry) const {
    const std::vector<SeamFile> files = submission::take(entry.lab, project_, entry.submission);
    entry.workspace->fill(entry.lab, files);
    Attempt attempt{builder_.compile(entry.lab, files, *entry.workspace, names_), {}};
    for (const SeamFile& file : files)
        if (file.from_starter)
            attempt.from_starter.push_back(file.name);
    return attempt;
}

const Attempts::Attempt& Attempts::get(const lab::Lab& lab, const fs::path& submission) const {
    return entries_.at(Workspace::folder_of(submission, lab.directory)).attempt.get();
}

const Workspace& Attempts::workspace(const lab::Lab& lab, const fs::path& submission) const {
    return *entries_.at(Workspace::folder_of(submission, lab.directory)).workspace;
}

}  // namespace grading
