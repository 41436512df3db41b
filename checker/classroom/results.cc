#include "checker/classroom/results.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <system_error>
#include <unistd.h>

#include "checker/error.h"
#include "checker/process/descriptor.h"

namespace classroom {

namespace fs = std::filesystem;
using Json = nlohmann::json;

namespace {

[[noreturn]] void cannot_write(const fs::path& file, int error) {
    throw checker::Error(
        fmt::format("cannot write {}: {}", file.string(), std::generic_category().message(error)));
}

constexpr std::array report_files{"report.txt", "report.json", "page.html"};

Seams seams_in(const fs::path& folder) {
    Seams seams;
    std::error_code problem;
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator{folder, problem})
        if (entry.is_regular_file(problem))
            seams[entry.path().lexically_relative(folder).string()] =
                process::contents_of(entry.path());
    return seams;
}

}  // namespace

void write_whole(const fs::path& file, std::string_view text) {
    std::error_code problem;
    fs::create_directories(file.parent_path(), problem);
    if (problem)
        cannot_write(file, problem.value());
    const fs::path part = fmt::format("{}.{}.part", file.string(), getpid());
    {
        const process::Descriptor open{
            ::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)};
        if (!open.is_open())
            cannot_write(file, errno);
        std::string_view rest = text;
        ssize_t count = 0;
        while (!rest.empty() && (count = ::write(open.number(), rest.data(), rest.size())) > 0)
            rest.remove_prefix(static_cast<std::size_t>(count));
        if (!rest.empty() || fsync(open.number()) != 0) {
            const int error = errno;
            ::unlink(part.c_str());
            cannot_write(file, error);
        }
    }
    if (std::rename(part.c_str(), file.c_str()) != 0)
        cannot_write(file, errno);
}

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(LabResult, lab, points, possible, outcome, diagnosis, lines,
                                   judged)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Result, labs, whole, seconds, processor_seconds)

grading::Points points(const Result& result) {
    grading::Points sum;
    for (const LabResult& lab : result.labs)
        if (lab.judged) {
            sum.earned += lab.points;
            sum.possible += lab.possible;
        }
    return sum;
}

Results::Results(fs::path out) : out_(std::move(out)) {
    std::error_code problem;
    fs::create_directories(work(), problem);
    if (problem)
        throw checker::Error(
            fmt::format("cannot make the folder {}: {}", work().string(), problem.message()));
}

fs::path Results::reports(const std::string& student) const {
    return out_ / "students" / student;
}
fs::path Results::inputs(const std::string& student) const {
    return work() / "inputs" / student;
}
fs::path Results::note_file(const std::string& student) const {
    return work() / "done" / (student + ".json");
}

void Results::keep(const std::string& student, const Seams& seams) const {
    if (seams_in(inputs(student)) == seams)
        return;
    std::error_code problem;
    fs::remove(note_file(student), problem);
    fs::remove_all(inputs(student), problem);
    for (const auto& [name, content] : seams)
        write_whole(inputs(student) / name, content);
}

void Results::set_made_by(const std::string& text) const {
    if (made_by() != text)
        write_whole(work() / "made-by", text);
}

std::string Results::made_by() const {
    return process::contents_of(work() / "made-by");
}

void Results::note(const std::string& student, const Note& note) const {
    const Json json{{"made_by", made_by()},
                    {"failure", note.failure},
                    {"result", note.result ? Json(*note.result) : Json(nullptr)}};
    write_whole(note_file(student), json.dump(1, ' ', true, Json::error_handler_t::replace) + "\n");
}

std::optional<Note> Results::noted(const std::string& student) const {
    const Json json = Json::parse(process::contents_of(note_file(student)), nullptr, false);
    try {
        if (json.at("made_by") != made_by())
            return {};
        Note note{json.at("failure"), {}};
        if (json.at("result").is_null())
            return note;
        for (const char* file : report_files)
            if (!fs::exists(reports(student) / file))
                return {};
        note.result = json.at("result").get<Result>();
        return note;
    } catch (const Json::exception&) {
        return {};
    }
}

bool Results::is_done(const std::string& student) const {
    const std::optional<Note> note = noted(student);
    return note && note->failure.empty();
}

void Results::copy(const std::string& from, const std::string& to) const {
    for (const char* file : report_files)
        if (const std::string text = process::contents_of(reports(from) / file);
            text != process::contents_of(reports(to) / file))
            write_whole(reports(to) / file, text);
}

void Results::keep_only(const std::set<std::string>& students) const {
    std::error_code problem;
    for (const fs::path& folder : {out_ / "students", work() / "inputs"})
        for (const fs::directory_entry& entry : fs::directory_iterator{folder, problem})
            if (!students.contains(entry.path().filename().string()))
                fs::remove_all(entry.path(), problem);
    for (const fs::directory_entry& entry :
         fs::recursive_directory_iterator{out_, problem})  // of runs that were ended
        if (entry.path().extension() == ".part")
            fs::remove(entry.path(), problem);
}

}  // namespace classroom
