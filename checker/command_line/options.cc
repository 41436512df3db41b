#include "checker/command_line/options.h"

#include <CLI/CLI.hpp>
#include <map>

#include "checker/command_line/status.h"

namespace command_line {

namespace {

using evidence::Engine;

const std::map<std::string, std::vector<Engine>> engines{
    {"qemu", {Engine::qemu}}, {"bochs", {Engine::bochs}}, {"both", {Engine::qemu, Engine::bochs}}};
const std::map<std::string, Format> formats{{"text", Format::text}, {"json", Format::json}};

template <class T>
CLI::Option* add_choice(CLI::App& command, const std::string& name, T& value,
                        const std::map<std::string, T>& choices, const std::string& help) {
    std::vector<std::string> names;
    for (const auto& [choice, meaning] : choices)
        names.push_back(choice);
    return command
        .add_option_function<std::string>(
            name, [&value, &choices](const std::string& chosen) { value = choices.at(chosen); },
            help)
        ->check(CLI::IsMember(names))
        ->type_name("");
}

void add_lab(CLI::App& command, Options& options, bool required) {
    command
        .add_option_function<std::string>(
            "--lab",
            [&options](const std::string& text) {
                if (text != "all")
                    options.lab = static_cast<unsigned>(std::stoul(text));
            },
            required ? "the lab's number" : "a lab's number, or all")
        ->check(CLI::Range(1u, 99u) | CLI::IsMember(std::vector<std::string>{"all"}))
        ->type_name("N")
        ->required(required);
}

void add_judging(CLI::App& command, Options& options) {
    add_lab(command, options, false);
    add_choice(command, "--engine", options.engines, engines,
               "the emulator to boot in: qemu, bochs or both (default)");
    add_choice(command, "--format", options.format, formats, "text (default) or json");
    command.add_option("--out", options.out, "write the report to a file")->type_name("FILE");
    command.add_option("--cpus", options.cpus, "processors to boot with, 2..32 (default 4)")
        ->check(CLI::Range(2u, 32u))
        ->type_name("N");
}

}  // namespace

Parsed parse(int argc, const char* const* argv) {
    Options options;
    CLI::App app{"Boots kernels, and says what happened and why."};
    app.require_subcommand(1);
    app.add_option("--project", options.project, "the project's folder, if not found by itself")
        ->type_name("DIR");

    CLI::App* grade = app.add_subcommand("grade", "grade a submission, with points");
    grade
        ->add_option("--submission", options.submission,
                     "the folder to grade; it mirrors labs/, and a missing file means the starter")
        ->required()
        ->type_name("DIR");
    add_judging(*grade, options);

    CLI::App* check =
        app.add_subcommand("check", "check your own lab: 0 done, 1 not yet, 2 checker error");
    check->add_option("--submission", options.submission, "another folder than labs/")
        ->type_name("DIR");
    add_judging(*check, options);

    CLI::App* hint = app.add_subcommand("hint", "a hint; each says more than the last");
    add_lab(*hint, options, true);
    hint->add_option("--number", options.hint, "which, from 1")->type_name("N");
    app.fallthrough();

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const bool asked_for_help = app.exit(error) == 0;
        return {{}, asked_for_help ? status::done : status::checker_error};
    }
    options.command = grade->parsed()   ? Command::grade
                      : check->parsed() ? Command::check
                                        : Command::hint;
    return {options, status::done};
}

}  // namespace command_line
