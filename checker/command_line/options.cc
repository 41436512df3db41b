#include "checker/command_line/options.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdlib>
#include <fmt/format.h>
#include <sstream>
#include <utility>

namespace command_line {

namespace {

using evidence::Engine;
using evidence::Way;

template <class T>
using Choices = std::vector<std::pair<std::string, T>>;

const Choices<std::vector<Engine>> engines{
    {"qemu", {Engine::qemu}}, {"bochs", {Engine::bochs}}, {"both", {Engine::qemu, Engine::bochs}}};
const Choices<Way> ways(evidence::way_names.begin(), evidence::way_names.end());
const Choices<bool> hosts{{"local", false}, {"slurm", true}};
const Choices<Format> formats{{"text", Format::text},
                              {"json", Format::json},
                              {"junit", Format::junit},
                              {"gradescope", Format::gradescope}};

constexpr unsigned largest_lab = 99, most_hints = 99;
constexpr unsigned largest_cpu = 255;

// The number that a text is, if it is one from `first` to `last` and nothing else.
std::optional<unsigned> number(const std::string& text, unsigned first, unsigned last) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value < first || value > last)
        return {};
    return value;
}

[[noreturn]] void refuse(const std::string& option, const std::string& text,
                         const std::string& wanted) {
    throw CLI::ValidationError(fmt::format("{}: must be {}", as_typed(option, text), wanted),
                               CLI::ExitCodes::ValidationError);
}

template <class T>
void add_choice(CLI::App& command, const std::string& name, T& value, const Choices<T>& choices,
                const std::string& help) {
    const auto choose = [name, &value, &choices](const std::string& chosen) {
        std::string names;
        for (const auto& [choice, meaning] : choices) {
            if (choice == chosen) {
                value = meaning;
                return;
            }
            names += fmt::format("{}{}", names.empty() ? "" : " or ", choice);
        }
        refuse(name, chosen, names);
    };
    command.add_option_function<std::string>(name, choose, help)->type_name("NAME");
}

// `wanted` says in words what it has to be; `otherwise` is a word that means none.
CLI::Option* add_number(CLI::App& command, const std::string& name, auto& value, unsigned first,
                        unsigned last, const std::string& help, const std::string& wanted = "",
                        const std::string& otherwise = "") {
    const auto read = [=, &value](const std::string& text) {
        if (const auto found = number(text, first, last))
            value = *found;
        else if (otherwise.empty() || text != otherwise)
            refuse(name, text,
                   wanted.empty() ? fmt::format("a number from {} to {}", first, last) : wanted);
    };
    return command.add_option_function<std::string>(name, read, help)->type_name("N");
}

CLI::Option* add_lab(CLI::App& command, Options& options) {
    return add_number(command, "--lab", options.lab, 1, largest_lab, "the lab's number",
                      "a lab's number");
}

void add_labs(CLI::App& command, Options& options, const std::string& help) {
    add_number(command, "--lab", options.lab, 1, largest_lab, help, "a lab's number or all", "all");
}

void add_trust(CLI::App& command, Options& options) {
    command.add_flag("--trust", options.trust,
                     "build and boot these files even where no sandbox can be made");
}

void add_mine(CLI::App& command, Options& options) {
    const auto read = [&options](const std::string& text) {
        std::istringstream words{text};
        for (std::string word; words >> word;) {
            const auto lab = number(word, 1, largest_lab);
            if (!lab)
                refuse("--mine", text, "numbers of labs");
            options.mine.push_back(*lab);
        }
    };
    command
        .add_option_function<std::string>(
            "--mine", read, "labs that are taken from labs/ too, instead of the reference")
        ->type_name("\"N N...\"");
}

// By what is booted and judged.
void add_booting(CLI::App& command, Options& options) {
    add_labs(command, options, "a lab's number, or all (default)");
    add_choice(command, "--engine", options.engines, engines, "qemu, bochs or both (default)");
    add_choice(command, "--boot", options.way, ways,
               "by our own firmware: rom (default); by SeaBIOS, QEMU alone: elf; by GRUB: iso");
    add_number(command, "--cpus", options.cpus, 2, 32, "processors, 2 to 32 (default 4)");
    add_trust(command, options);
}

void add_judging(CLI::App& command, Options& options) {
    add_booting(command, options);
    add_choice(command, "--format", options.format, formats,
               "text (default), json, junit or gradescope");
    command.add_option("--out", options.out, "a file for the report")->type_name("FILE");
    command.add_option("--html", options.html, "a file for a page to look at")->type_name("FILE");
}

// Of who looks at one lab.
void add_looking(CLI::App& command, Options& options) {
    command.add_option("--submission", options.submission, "another folder than labs/")
        ->type_name("DIR");
    add_choice(command, "--engine", options.engines, engines, "qemu, bochs or both (default)");
    add_trust(command, options);
    add_mine(command, options);
}

void add_grade_class(CLI::App& command, Options& options) {
    command
        .add_option("--from", options.from,
                    "a folder with a folder, an archive or a repository of each student in it")
        ->required()
        ->type_name("DIR")
        ->check(CLI::ExistingPath);
    command
        .add_option("--out", options.out,
                    "a folder for the reports; a run that was ended goes on there")
        ->required()
        ->type_name("DIR");
    add_number(command, "--jobs", options.jobs, 1, 999,
               "students at a time (default: a processor each)");
    add_choice(command, "--engine-host", options.slurm, hosts,
               "this machine: local (default); a cluster: slurm");
    add_booting(command, options);
}

// What a class's grading runs in processes of their own.
void add_take(CLI::App& command, Options& options) {
    command.add_option("--from", options.from)->required();
    command.add_option("--out", options.out)->required();
    command.add_flag("--class", options.whole_class);
}

void add_grade_student(CLI::App& command, Options& options) {
    command.add_option("--out", options.out)->required();
    command.add_option("--name", options.name)->required();
    add_booting(command, options);
}

// What GDB's commands call: nobody types it.
void add_look(CLI::App& command, Options& options) {
    command.add_option("WHAT", options.question.what)
        ->required()
        ->check(CLI::IsMember(look::questions()));
    command.add_option("ADDRESS", options.question.address);
    command.add_option("--at", options.standing.folder)->required();
    command.add_option("--elf", options.standing.kernel_elf)->required();
    command.add_option("--machine", options.standing.machine);
    command.add_option("--thread", options.question.thread);
    add_choice(command, "--boot", options.way, ways, "");
    const auto read = [&options](const std::string& text) {
        options.question.all = text == "all";
        options.question.cpu = number(text, 0, largest_cpu);
        if (!options.question.all && !options.question.cpu)
            refuse("CPU", text, "a CPU's number, or all");
    };
    command.add_option_function<std::string>("--cpu", read);
}

}  // namespace

std::string word_for(const std::vector<Engine>& asked_for) {
    return std::ranges::find(engines, asked_for, [](const auto& each) { return each.second; })
        ->first;
}

// make tells those that it starts how deep they are.
std::string as_typed(const std::string& option, const std::string& value) {
    if (!std::getenv("MAKELEVEL") || !option.starts_with("--"))
        return value.empty() ? option : fmt::format("{} {}", option, value);
    std::string variable = option == "--number" ? "HINT" : option.substr(2);
    std::ranges::transform(variable, variable.begin(),
                           [](unsigned char letter) { return std::toupper(letter); });
    return fmt::format("{}={}", variable, value);
}

Parsed parse(int argc, const char* const* argv) {
    Options options;
    CLI::App app{"Boots kernels, and says what happened and why.", "sipi"};
    app.require_subcommand(1);
    app.fallthrough();  // --project may stand after the command as well
    app.add_option("--project", options.project, "the project's folder, if not found by itself")
        ->type_name("DIR");

    const auto add = [&](Command which, const std::string& name, const std::string& help) {
        CLI::App* command = app.add_subcommand(name, help);
        command->callback([&options, which] { options.command = which; });
        return command;
    };

    CLI::App* grade = add(Command::grade, "grade", "grade a submission, with points");
    grade
        ->add_option("--submission", options.submission,
                     "the folder to grade; it mirrors labs/, and a missing file means the starter")
        ->required()
        ->type_name("DIR");
    add_judging(*grade, options);

    add_grade_class(*add(Command::grade_class, "grade-class", "grade a whole class"), options);
    add_take(*add(Command::take, "take", "")->group(""), options);
    add_grade_student(*add(Command::grade_student, "grade-student", "")->group(""), options);

    CLI::App* check =
        add(Command::check, "check", "check your own lab: 0 done, 1 not yet, 2 checker error");
    check->add_option("--submission", options.submission, "another folder than labs/")
        ->type_name("DIR");
    add_judging(*check, options);
    add_mine(*check, options);
    check->add_flag("--brief", options.brief, "of one lab a few lines, the cause among them");

    CLI::App* watch = add(Command::watch, "watch", "check a lab at each save, until q is pressed");
    add_lab(*watch, options)->required();
    add_looking(*watch, options);

    CLI::App* hint = add(Command::hint, "hint", "a hint; each says more than the last");
    add_lab(*hint, options)->required();
    add_number(*hint, "--number", options.hint, 1, most_hints, "which (default: the next)",
               "a hint's number, from 1");

    CLI::App* explain =
        add(Command::explain, "explain", "how a CPU died: in a log of any kernel, or in a lab");
    const CLI::Option* log =
        explain->add_option("--log", options.log, "what QEMU's -d int,cpu_reset or Bochs logged")
            ->type_name("FILE");
    explain->add_option("--elf", options.elf, "the kernel that was logged, for names and lines")
        ->type_name("FILE");
    add_labs(*explain, options, "instead of a log: a lab's number");
    add_looking(*explain, options);

    add(Command::cause, "cause", "what a diagnosis means, by its id")
        ->add_option("ID", options.cause, "as a report names it; without one, all of them");

    add_look(*add(Command::look, "look", "what a machine under a debugger is like")->group(""),
             options);

    try {
        app.parse(argc, argv);
        if (explain->parsed() && (log->count() != 0) == options.lab.has_value())
            throw CLI::ValidationError("explain wants --log FILE or --lab N",
                                       CLI::ExitCodes::ValidationError);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success)) {
            app.exit(error);  // prints the help that was asked for
            return {{}, status::done};
        }
        fmt::print(stderr, "sipi: {}\n{} tells more.\n", error.what(),
                   std::getenv("MAKELEVEL") ? "make help" : "sipi --help");
        return {{}, status::checker_error};
    }
    return {options, status::done};
}

}  // namespace command_line
