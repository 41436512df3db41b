#include "checker/lab/lab.h"

#include <algorithm>
#include <fmt/format.h>
#include <limits>
#include <numeric>
#include <set>
#include <toml++/toml.h>

#include "checker/error.h"
#include "checker/process/descriptor.h"
#include "trampoline/stage.h"
#include "x86/exception.h"

namespace lab {

namespace fs = std::filesystem;

namespace {

// Reads one TOML table and insists: a missing key, a value of the wrong type and a key that nobody
// asked for throw checker::Error with file and line. So each row of a lab.toml is used, or
// refused.
class TableReader {
  public:
    // `file` is named in messages. `table` must outlive the reader.
    TableReader(const toml::table& table, std::string file)
        : table_(table), file_(std::move(file)) {}

    bool has(std::string_view key) const { return table_.contains(key); }

    std::string string(std::string_view key) {
        const auto value = node(key).value_exact<std::string>();
        if (!value || value->empty())
            fail(key, "must be a text that is not empty");
        return *value;
    }
    std::string string_or_empty(std::string_view key) { return has(key) ? string(key) : ""; }

    std::uint32_t number(std::string_view key) {
        const auto value = node(key).value_exact<std::int64_t>();
        if (!value || *value < 0 || *value > std::numeric_limits<std::int32_t>::max())
            fail(key, "must be a whole number that is not negative");
        return static_cast<std::uint32_t>(*value);
    }

    std::vector<std::string> strings(std::string_view key) {
        std::vector<std::string> all;
        if (const toml::array* array = node(key).as_array())
            for (const toml::node& element : *array)
                all.push_back(element.value_exact<std::string>().value_or(""));
        if (all.empty() || std::ranges::count(all, "") != 0)
            fail(key, "must be a list of texts");
        return all;
    }
    std::vector<std::string> strings_or_none(std::string_view key) {
        return has(key) ? strings(key) : std::vector<std::string>{};
    }

    TableReader table(std::string_view key) {
        const toml::table* table = node(key).as_table();
        if (!table)
            fail(key, "must be a table");
        return {*table, file_};
    }

    std::vector<TableReader> tables(std::string_view key) {
        const toml::array* array = node(key).as_array();
        if (!array || array->empty() || !array->is_homogeneous(toml::node_type::table))
            fail(key, fmt::format("must be tables, each headed [[{}]]", key));
        std::vector<TableReader> all;
        for (const toml::node& element : *array)
            all.emplace_back(*element.as_table(), file_);
        return all;
    }

    // Throws for the first key that was never read.
    void finish() const {
        for (const auto& [key, value] : table_)
            if (!read_.contains(key.str()))
                fail(key.str(), "is not a key that the checker knows here");
    }

    [[noreturn]] void fail(std::string_view key, std::string_view problem) const {
        const toml::node* node = table_.get(key);
        const auto line = node ? node->source().begin.line : table_.source().begin.line;
        throw checker::Error(fmt::format("{}:{}: {} {}", file_, line, key, problem));
    }

  private:
    const toml::node& node(std::string_view key) {
        const toml::node* found = table_.get(key);
        if (!found)
            fail(key, "is missing");
        read_.emplace(key);
        return *found;
    }

    const toml::table& table_;
    std::string file_;
    std::set<std::string, std::less<>> read_;
};

x86::ExceptionVector vector_named(const TableReader& reader, std::string_view name) {
    for (unsigned v = 0; v < 32; ++v)
        if (x86::mnemonic(static_cast<x86::ExceptionVector>(v)) == name)
            return static_cast<x86::ExceptionVector>(v);
    reader.fail("exceptions", fmt::format("has no exception {}", name));
}

std::uint32_t error_bit_named(const TableReader& reader, std::string_view name) {
    for (const auto& [flag, known] : x86::page_fault_names)
        if (known == name)
            return flag.raw;
    reader.fail("error_has", fmt::format("names no bit of a page fault's error code: {}", name));
}

Documented documented(TableReader reader) {
    Documented fault;
    fault.outcome = reader.string("outcome");
    fault.diagnosis = reader.string("diagnosis");
    fault.trace = reader.string_or_empty("trace");
    if (!std::string_view{trampoline::complete_trace}.starts_with(fault.trace))
        reader.fail("trace", fmt::format("is no beginning of {}", trampoline::complete_trace));
    fault.symbol = reader.string_or_empty("symbol");
    for (const std::string& name : reader.strings_or_none("exceptions"))
        fault.exceptions.push_back(vector_named(reader, name));
    for (const std::string& name : reader.strings_or_none("error_has"))
        fault.error_has |= error_bit_named(reader, name);
    if (reader.has("error")) {
        TableReader error = reader.table("error");
        fault.error[evidence::Engine::qemu] = error.number("qemu");
        fault.error[evidence::Engine::bochs] = error.number("bochs");
        error.finish();
    }
    reader.finish();
    return fault;
}

Fact fact(TableReader reader, const std::vector<std::string>& seam) {
    Fact fact;
    fact.id = reader.string("id");
    fact.text = reader.string("text");
    fact.check = reader.string("check");
    fact.points = reader.number("points");
    fact.flag = reader.string_or_empty("flag");
    fact.descriptor = reader.string_or_empty("descriptor");
    fact.look = reader.string_or_empty("look");
    if (!fact.look.empty() && std::ranges::find(seam, fact.look) == seam.end())
        reader.fail("look", "must be a file of the seam");
    if (reader.has("machine")) {
        const std::string machine = reader.string("machine");
        if (machine != "second" && machine != "both")
            reader.fail("machine", "must be \"second\" or \"both\"; without it, it is the first");
        fact.on_first = machine == "both";
        fact.on_second = true;
    }
    if (const std::string stage = reader.string_or_empty("stage"); !stage.empty()) {
        if (stage.size() != 1 ||
            std::string_view{trampoline::complete_trace}.find(stage[0]) == std::string_view::npos)
            reader.fail("stage", "must be one letter of the trace");
        fact.stage = stage[0];
    }
    reader.finish();
    return fact;
}

std::vector<std::string> seam(TableReader& reader) {
    std::vector<std::string> files = reader.strings("seam");
    for (const std::string& file : files)
        if (file.find('/') != std::string::npos || file.starts_with('.'))
            reader.fail("seam", "must be plain file names beside lab.toml");
    return files;
}

}  // namespace

Lab parse(std::string_view directory, std::string_view text) {
    const std::string file = fmt::format("labs/{}/lab.toml", directory);
    toml::table table;
    try {
        table = toml::parse(text, file);
    } catch (const toml::parse_error& error) {
        throw checker::Error(
            fmt::format("{}:{}: {}", file, error.source().begin.line, error.description()));
    }
    TableReader reader{table, file};
    Lab lab;
    lab.number = reader.number("number");
    lab.name = reader.string("name");
    lab.title = reader.string("title");
    lab.directory = directory;
    if (lab.directory != fmt::format("{}-{}", lab.number, lab.name))
        reader.fail("number", "and name must be those of the folder");
    lab.points = reader.number("points");
    lab.seam = seam(reader);
    for (TableReader& each : reader.tables("fact"))
        lab.facts.push_back(fact(each, lab.seam));
    lab.second_machine = reader.string_or_empty("second_machine");
    if (lab.second_machine.empty() != std::ranges::none_of(lab.facts, &Fact::on_second))
        reader.fail("second_machine", "must say what facts with a machine are judged by");
    const unsigned sum =
        std::accumulate(lab.facts.begin(), lab.facts.end(), 0u,
                        [](unsigned total, const Fact& each) { return total + each.points; });
    if (sum != lab.points)
        reader.fail("points",
                    fmt::format("is {}, but the facts' points add up to {}", lab.points, sum));
    if (reader.has("documented"))
        lab.documented = documented(reader.table("documented"));
    lab.handout = fmt::format("labs/{}/README.md", directory);
    for (TableReader& hint : reader.tables("hint")) {
        lab.hints.push_back(hint.string("text"));
        hint.finish();
    }
    reader.finish();
    return lab;
}

std::vector<Lab> discover(const fs::path& project) {
    std::vector<Lab> labs;
    std::error_code problem;
    for (const fs::directory_entry& entry : fs::directory_iterator(project / "labs", problem)) {
        const fs::path file = entry.path() / "lab.toml";
        if (!fs::exists(file))
            continue;
        const std::string text = process::contents_of(file);
        if (text.empty())
            throw checker::Error(fmt::format("cannot read {}", file.string()));
        labs.push_back(parse(entry.path().filename().string(), text));
    }
    if (labs.empty())
        throw checker::Error(fmt::format(
            "no labs/N-name/lab.toml below {}: run sipi from the project's folder, or name it with "
            "--project",
            project.string()));
    std::ranges::sort(labs, {}, &Lab::number);
    const auto causes =
        std::make_shared<const catalogue::Catalogue>(catalogue::Catalogue::read(project));
    for (Lab& lab : labs)
        lab.causes = causes;
    return labs;
}

}  // namespace lab
