#include "checker/command_line/options.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/format.h>
#include <getopt.h>
#include <span>
#include <string_view>
#include <utility>

#include "checker/command_line/status.h"
#include "checker/error.h"

namespace command_line {

namespace {

using evidence::Engine;

template <class T>
using Choices = std::vector<std::pair<std::string_view, T>>;

const Choices<std::vector<Engine>> engines{
    {"qemu", {Engine::qemu}}, {"bochs", {Engine::bochs}}, {"both", {Engine::qemu, Engine::bochs}}};
const Choices<Format> formats{{"text", Format::text},
                              {"json", Format::json},
                              {"junit", Format::junit},
                              {"gradescope", Format::gradescope}};

// These say whether the text was one of those that it may be.
template <class T>
bool choose(T& value, const Choices<T>& choices, std::string_view text) {
    const auto found = std::ranges::find(choices, text, &Choices<T>::value_type::first);
    if (found != choices.end())
        value = found->second;
    return found != choices.end();
}

bool count(unsigned& value, unsigned first, unsigned last, std::string_view text) {
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    return error == std::errc{} && stop == end && value >= first && value <= last;
}

template <std::filesystem::path Options::*member>
bool read_path(Options& options, std::string_view text) {
    options.*member = text;
    return true;
}

bool read_lab(Options& options, std::string_view text) {
    return text == "all" || count(options.lab.emplace(), 1, 99, text);
}

struct Option {
    std::string_view commands;  // that have it
    const char* name;
    std::string_view argument;
    std::string_view help;
    bool (*read)(Options&, std::string_view);
    std::string_view must_be = "";
};

constexpr std::string_view all_commands = "grade check hint explain";

const auto all_options = std::to_array<Option>({
    {"grade", "submission", "DIR",
     "the folder to grade; it mirrors labs/, and a missing file means the starter (required)",
     read_path<&Options::submission>},
    {"check explain", "submission", "DIR", "another folder than labs/",
     read_path<&Options::submission>},
    {"grade check", "lab", "N", "a lab's number, or all (default)", read_lab,
     "a lab's number or all"},
    {"hint", "lab", "N", "the lab's number (required)", read_lab, "a lab's number"},
    {"explain", "log", "FILE", "what QEMU's -d int,cpu_reset or Bochs logged",
     read_path<&Options::log>},
    {"explain", "elf", "FILE", "the kernel that was logged, for names and lines",
     read_path<&Options::elf>},
    {"explain", "lab", "N", "instead of a log: a lab's number", read_lab, "a lab's number"},
    {"hint", "number", "N", "which hint (default 1)",
     [](Options& options, std::string_view text) { return count(options.hint, 1, 9, text); },
     "a number from 1 to 9"},
    {"grade check explain", "engine", "NAME", "qemu, bochs or both (default)",
     [](Options& options, std::string_view text) { return choose(options.engines, engines, text); },
     "qemu or bochs or both"},
    {"grade check", "format", "NAME", "text (default), json, junit or gradescope",
     [](Options& options, std::string_view text) { return choose(options.format, formats, text); },
     "text or json or junit or gradescope"},
    {"grade check", "out", "FILE", "a file for the report", read_path<&Options::out>},
    {"grade check", "html", "FILE", "a file for a page to look at", read_path<&Options::html>},
    {"grade check", "cpus", "N", "processors, 2 to 32 (default 4)",
     [](Options& options, std::string_view text) { return count(options.cpus, 2, 32, text); },
     "a number from 2 to 32"},
    {all_commands, "project", "DIR", "the project's folder, if not found by itself",
     [](Options& options, std::string_view text) {
         options.project = text;
         return true;
     }},
});

struct CommandName {
    std::string_view name;
    Command command;
    std::string_view help;
};

constexpr auto command_names = std::to_array<CommandName>({
    {"grade", Command::grade, "grade a submission, with points"},
    {"check", Command::check, "check your own lab: 0 done, 1 not yet, 2 checker error"},
    {"hint", Command::hint, "a hint; each says more than the last"},
    {"explain", Command::explain, "how a CPU died: in a log of any kernel, or in a lab"},
});

std::string help() {
    std::string text = "Boots kernels, and says what happened and why.\n";
    for (const CommandName& command : command_names) {
        text += fmt::format("\nsipi {}: {}\n", command.name, command.help);
        for (const Option& option : all_options)
            if (option.commands.find(command.name) != std::string_view::npos)
                text +=
                    fmt::format("  {:<18}{}\n",
                                fmt::format("--{} {}", option.name, option.argument), option.help);
    }
    return text;
}

// The words of a command line, cut into options and the rest.
struct Words {
    std::vector<std::pair<std::string_view, std::string_view>> options;
    std::vector<std::string_view> others;
    bool help = false;
};

Words cut(std::span<const char* const> arguments) {
    constexpr int named = 1;
    std::vector<option> known;
    for (const Option& each : all_options)
        known.push_back({each.name, required_argument, nullptr, named});
    known.push_back({"help", no_argument, nullptr, 'h'});
    known.push_back({});
    std::vector<char*> words;  // getopt puts them into another order, and changes none
    for (const char* each : arguments)
        words.push_back(const_cast<char*>(each));
    Words result;
    opterr = 0;
    optind = 0;
    const auto count = static_cast<int>(words.size());
    for (int index = 0, found = 0;
         (found = getopt_long(count, words.data(), ":h", known.data(), &index)) != -1;) {
        const std::string_view word = words[static_cast<std::size_t>(optind) - 1];
        if (found == ':')
            throw checker::Error(fmt::format("{} wants a word after it", word));
        if (found != 'h' && found != named)
            throw checker::Error(fmt::format("there is no option {}", word));
        if (found == 'h')
            result.help = true;
        else
            result.options.emplace_back(known[static_cast<std::size_t>(index)].name, optarg);
    }
    result.others.assign(words.begin() + optind, words.end());
    return result;
}

const CommandName& command_of(const Words& words) {
    if (words.others.empty())
        throw checker::Error(fmt::format("a command is required: {}", all_commands));
    if (words.others.size() > 1)
        throw checker::Error(fmt::format("{}: unexpected", words.others[1]));
    const auto found = std::ranges::find(command_names, words.others[0], &CommandName::name);
    if (found == command_names.end())
        throw checker::Error(fmt::format("there is no command {}", words.others[0]));
    return *found;
}

void read(Options& options, const CommandName& command, std::string_view name,
          std::string_view text) {
    const auto found = std::ranges::find_if(all_options, [&](const Option& option) {
        return option.name == name && option.commands.find(command.name) != std::string_view::npos;
    });
    if (found == all_options.end())
        throw checker::Error(fmt::format("{} has no option --{}", command.name, name));
    if (!found->read(options, text))
        throw checker::Error(fmt::format("--{} {}: must be {}", name, text, found->must_be));
}

Options options_of(const Words& words) {
    const CommandName& command = command_of(words);
    Options options;
    options.command = command.command;
    for (const auto& [name, text] : words.options)
        read(options, command, name, text);
    if (options.command == Command::grade && options.submission.empty())
        throw checker::Error("--submission is required");
    if (options.command == Command::hint && !options.lab)
        throw checker::Error("--lab is required");
    if (options.command == Command::explain && options.log.empty() == !options.lab)
        throw checker::Error("explain wants --log FILE or --lab N");
    return options;
}

}  // namespace

Parsed parse(int argc, const char* const* argv) {
    try {
        const Words words = cut({argv, static_cast<std::size_t>(argc)});
        if (!words.help)
            return {options_of(words), status::done};
        fmt::print("{}", help());
        return {{}, status::done};
    } catch (const checker::Error& error) {
        fmt::print(stderr, "sipi: {}\nsipi --help tells more.\n", error.what());
        return {{}, status::checker_error};
    }
}

}  // namespace command_line
