// bochs_screen LOG FUNCTION CPU: what a person sees of Bochs's debugger. Standard input is all that
// Bochs says, in order: its debugger, its log, the machine's serial line. The log goes to the file
// LOG; of the rest nothing is left out but the way to FUNCTION, which ends where the debugger
// prints the mark. When a CPU dies, the log's own words say why.
#include <array>
#include <csignal>
#include <fstream>
#include <iostream>
#include <poll.h>
#include <regex>
#include <string>
#include <string_view>
#include <unistd.h>

namespace {

constexpr std::string_view mark = "0x51b1 20913\n";  // `calc 0x51b1`
constexpr int patience_ms = 30;

bool has(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

class Screen {
  public:
    Screen(const char* log, std::string function, std::string cpu)
        : log_(log), function_(std::move(function)), cpu_(std::move(cpu)) {}

    void take(std::string_view bytes) {
        held_ += bytes;
        static const std::regex begin{"[0-9]{11}[idep]\\["};
        std::smatch at;
        while (std::regex_search(held_, at, begin)) {
            const auto place = static_cast<std::size_t>(at.position());
            const std::size_t end = held_.find('\n', place);
            if (end == std::string::npos)
                return;  // the rest of the line is on its way
            show(held_.substr(0, place));
            log(held_.substr(place, end - place));
            held_.erase(0, end + 1);
        }
        // Digits may be the beginning of a line of the log.
        const std::size_t whole = held_.find_last_not_of("0123456789idep") + 1;
        show(held_.substr(0, whole));
        held_.erase(0, whole);
    }

    /// Nothing more has come for a while.
    void rest() {
        if (!has(held_, "[")) {
            show(held_);
            held_.clear();
        }
    }

    /// What is left, and the status: 0 if the debugger came to its prompt.
    int end() {
        show(held_);
        if (!arrived_)
            std::cout << without_the_way(way_);
        if (off_)
            std::cout << "\nThe kernel has switched the machine off.\n";
        if (!arrived_)
            std::cout << "The machine never came to " << function_ << ".\n";
        std::cout.flush();
        return arrived_ ? 0 : 1;
    }

  private:
    /// Only what the machine itself has printed.
    static std::string without_the_way(const std::string& way) {
        static const std::regex debugger{
            "(\\([0-9]+\\)[. ]|Next at t=|All watch|read watch|write watch|=====|  +Bochs x86|  "
            "+Built from|  +Timestamp)[^\n]*\n"};
        return std::regex_replace(way, debugger, "");
    }

    void show(const std::string& text) {
        if (arrived_) {
            std::cout << text << std::flush;
            return;
        }
        way_ += text;
        const std::size_t at = way_.find(mark);
        if (at == std::string::npos)
            return;
        const std::size_t end = way_.find('\n', at + mark.size());
        if (end == std::string::npos)
            return;
        arrived_ = true;
        const std::string here = way_.substr(at + mark.size(), end - at - mark.size());
        const bool exact = has(here, function_ + "+0)");
        std::cout << without_the_way(way_.substr(0, at)) << "\n\n"
                  << (exact ? "CPU " + cpu_ + " stands at the first instruction of " + function_
                            : "CPU " + cpu_ + " did not come to " + function_ + ". It is here")
                  << ":\n"
                  << here << "\n"
                  << "Commands are about this CPU; `set $cpu=0` turns to another. s executes one\n"
                     "instruction, u /8 shows eight, r creg sreg registers; c goes on, q ends.\n"
                     "All of them: docs/walkthroughs/README.md\n"
                  << way_.substr(end + 1) << std::flush;
    }

    void log(const std::string& line) {
        log_ << line << '\n' << std::flush;
        off_ = off_ || has(line, "soft power off");
        // "00000584637d[CPU1  ] exception(0x0e): error_code=000b"
        const std::string time = line.substr(0, 11);
        const std::string who = line.substr(13, line.find(']') - 13);
        const std::string_view words =
            std::string_view{line}.substr(std::min(line.size(), line.find(']') + 2));
        if (who.find("CPU") != 0 || line[11] == 'i')
            return;
        if (has(words, "with no resolution")) {
            std::cout << "\nCPU " << std::stoi(who.substr(3), nullptr, 16)
                      << " has shut down: a triple fault. Why, as Bochs's log has it:\n"
                      << why_
                      << "It executes nothing any more, but answers. `c` lets the others go on.\n"
                      << std::flush;
            why_.clear();
        }
        if (time + who != why_from_)
            why_.clear();
        why_from_ = time + who;
        if (!has(words, "page walk for") && !has(words, "interrupt mask"))
            why_ += "  " + named(std::string{words}) + "\n";
    }

    /// An exception's number with its name.
    static std::string named(std::string words) {
        static constexpr std::array<std::array<std::string_view, 2>, 6> names{{{"(0x06)", " #UD"},
                                                                               {"(0x08)", " #DF"},
                                                                               {"(0x0b)", " #NP"},
                                                                               {"(0x0c)", " #SS"},
                                                                               {"(0x0d)", " #GP"},
                                                                               {"(0x0e)", " #PF"}}};
        for (const auto& [number, name] : names)
            if (words.find("exception" + std::string{number}) == 0)
                words += name;
        return words;
    }

    std::ofstream log_;
    std::string function_, cpu_;
    std::string held_;  // the end of what has come
    std::string way_;   // until it has arrived
    std::string why_;   // what the log has said last of one CPU at one time
    std::string why_from_;
    bool arrived_ = false;
    bool off_ = false;
};

}  // namespace

int main(int, char** arguments) {
    std::signal(SIGINT, SIG_IGN);  // it is meant for Bochs
    Screen screen{arguments[1], arguments[2], arguments[3]};
    std::array<char, 65536> bytes;
    pollfd input{.fd = 0, .events = POLLIN, .revents = 0};
    for (;;) {
        if (poll(&input, 1, patience_ms) == 0) {
            screen.rest();
            continue;
        }
        const ssize_t count = read(0, bytes.data(), bytes.size());
        if (count <= 0)
            return screen.end();
        screen.take({bytes.data(), static_cast<std::size_t>(count)});
    }
}
