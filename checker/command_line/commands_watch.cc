#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <optional>
#include <poll.h>
#include <string>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <utility>

#include "checker/command_line/commands.h"
#include "checker/command_line/terminal.h"
#include "checker/error.h"
#include "checker/process/process.h"

namespace command_line {

namespace fs = std::filesystem;

namespace {

using process::Descriptor;

// How often files are looked at. Not every file system tells of changes, so none is asked to.
constexpr int look_every_ms = 100;

constexpr char control_c = 3, control_d = 4;

// A terminal that hands over each key as it is pressed, and is put back as it was.
class Keys {
  public:
    Keys() {
        if (isatty(STDIN_FILENO) != 1 || isatty(STDOUT_FILENO) != 1 ||
            tcgetattr(STDIN_FILENO, &before_) != 0)
            throw checker::Error(
                "watch wants a terminal for its input and output; `check` does without");
        termios raw = before_;
        // The checks write from a session of their own, which TOSTOP would hold up.
        raw.c_lflag &= static_cast<tcflag_t>(~(ICANON | ECHO | ISIG | TOSTOP));
        raw.c_cc[VMIN] = 1;
        raw.c_cc[VTIME] = 0;
        tcsetattr(STDIN_FILENO, TCSADRAIN, &raw);
    }
    Keys(const Keys&) = delete;
    Keys& operator=(const Keys&) = delete;
    ~Keys() { tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_); }

    // What was pressed; a terminal that is gone presses q.
    static char pressed() {
        char key = 'q';
        return read(STDIN_FILENO, &key, 1) == 1 ? key : 'q';
    }

  private:
    termios before_{};
};

// The signals that end a program, as something to be read from now on.
Descriptor ending_signals() {
    sigset_t ending;
    sigemptyset(&ending);
    for (const int each : {SIGINT, SIGTERM, SIGHUP, SIGQUIT})
        sigaddset(&ending, each);
    sigprocmask(SIG_BLOCK, &ending, nullptr);
    return Descriptor{signalfd(-1, &ending, SFD_CLOEXEC)};
}

int take_signal(const Descriptor& signals) {
    signalfd_siginfo information{};
    const auto size = read(signals.number(), &information, sizeof(information));
    return size == sizeof(information) ? static_cast<int>(information.ssi_signo) : SIGTERM;
}

// When a file was written, how long it is, and which it is: editors write a new one. Empty while
// there is none, or nothing in it.
std::string state_of(const fs::path& file) {
    struct stat status {};
    if (stat(file.c_str(), &status) != 0 || status.st_size == 0)
        return "";
    return fmt::format("{}.{:09} {} {}", status.st_mtim.tv_sec, status.st_mtim.tv_nsec,
                       status.st_size, status.st_ino);
}

class Watch {
  public:
    Watch(const Options& options, const std::vector<lab::Lab>& labs, unsigned first,
          fs::path project)
        : options_(options),
          labs_(labs),
          folder_(options.submission.empty() ? project / "labs" : options.submission),
          project_(std::move(project)),
          lab_(std::ranges::find(labs, first, &lab::Lab::number)) {}

    int run() {
        check();
        for (;;) {
            std::array<pollfd, 2> waited{pollfd{STDIN_FILENO, POLLIN, 0},
                                         pollfd{signals_.number(), POLLIN, 0}};
            poll(waited.data(), waited.size(), look_every_ms);
            if (waited[1].revents != 0)
                return 128 + take_signal(signals_);
            if (waited[0].revents != 0 && !obey(Keys::pressed()))
                return status::done;
            if (was_saved())
                check();
            if (work_ && work_->wait(process::Clock::now()))
                finished();
        }
    }

  private:
    // False for the key that ends it all.
    bool obey(char key) {
        if (key == 'h')
            start({"hint", "--lab", number()});
        if (key == 'e') {
            clear("all of it");
            start(checking({}));
        }
        if (key == 'n')
            lab_ = std::next(lab_) == labs_.end() ? labs_.begin() : std::next(lab_);
        if (key == 'n' || key == 'r')
            check();
        return key != 'q' && key != control_c && key != control_d;
    }

    void check() {
        seen_ = states();
        clear(fmt::format("{:%H:%M:%S}", fmt::localtime(std::time(nullptr))));
        start(checking({"--brief"}));
    }

    std::string number() const { return std::to_string(lab_->number); }

    std::vector<std::string> checking(std::vector<std::string> more) const {
        std::vector<std::string> words{"check", "--lab", number(), "--engine",
                                       word_for(options_.engines)};
        if (!options_.submission.empty())
            words.insert(words.end(), {"--submission", options_.submission.string()});
        if (!options_.mine.empty())
            words.insert(words.end(), {"--mine", fmt::format("{}", fmt::join(options_.mine, " "))});
        if (options_.trust)
            words.emplace_back("--trust");
        words.insert(words.end(), more.begin(), more.end());
        return words;
    }

    // This program again, on this terminal; what it was at before is over.
    void start(std::vector<std::string> words) {
        stop();
        process::Command command{.arguments = {fs::read_symlink("/proc/self/exe").string(),
                                               "--project", project_.string()},
                                 .largest_file = 4ull << 30,
                                 .isolated = false};
        command.arguments.insert(command.arguments.end(), words.begin(), words.end());
        for (char** each = environ; *each; ++each)
            if (!std::string_view{*each}.starts_with("PATH="))
                command.environment.emplace_back(*each);
        for (const int output : {STDOUT_FILENO, STDERR_FILENO})
            command.descriptors.emplace_back(Descriptor{dup(STDOUT_FILENO)}, output);
        work_.emplace(process::Process::start(std::move(command)));
    }

    // With all that it has started: the kernel ends those with it, and they become this one's.
    void stop() {
        work_.reset();
        while (waitpid(-1, nullptr, WNOHANG) > 0) {
        }
    }

    void finished() {
        stop();
        say(fmt::format("\n{}\n", style_.faint("h hint  e explain  n next lab  r again  q quit")));
    }

    void clear(std::string_view when) {
        stop();
        say(fmt::format("\x1b[2J\x1b[H{}\n",
                        style_.faint(fmt::format("labs/{}, {}; watching", lab_->directory, when))));
    }

    static void say(const std::string& text) {
        fmt::print("{}", text);
        std::fflush(stdout);
    }

    std::vector<std::string> states() const {
        std::vector<std::string> all;
        for (const std::string& file : lab_->seam)
            all.push_back(state_of(folder_ / lab_->directory / file));
        return all;
    }

    // An editor may take a file away before it puts the new one there.
    bool was_saved() const {
        const std::vector<std::string> now = states();
        return now != seen_ && std::ranges::find(now, "") == now.end();
    }

    const Options& options_;
    const std::vector<lab::Lab>& labs_;
    fs::path folder_, project_;
    std::vector<lab::Lab>::const_iterator lab_;
    report::Style style_ = style_for(STDOUT_FILENO);
    Descriptor signals_ = ending_signals();
    Keys keys_;
    std::vector<std::string> seen_;
    std::optional<process::Process> work_;
};

}  // namespace

int watch(const Options& options, const std::vector<lab::Lab>& labs, unsigned first,
          const fs::path& project) {
    const int status = Watch{options, labs, first, project}.run();
    fmt::print("\n");
    return status;
}

}  // namespace command_line
