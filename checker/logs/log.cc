#include "checker/logs/log.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <fstream>
#include <optional>
#include <string>

#include "checker/error.h"
#include "checker/process/output.h"

namespace logs {

namespace {

constexpr std::size_t piece_size = std::size_t{1} << 20;
constexpr std::size_t looked_at = 4096;  // of a file's beginning, to tell what it is
constexpr std::string_view how_to_make_one =
    "QEMU writes one with -d int,cpu_reset -D qemu.log (add -no-reboot, and not -enable-kvm), "
    "Bochs with log: bochs.log";

struct Kind {
    std::string_view magic;
    std::string_view is;
    std::string_view advice;
};

// Files that are often named instead, by their first bytes.
constexpr auto known_kinds = std::to_array<Kind>({
    {"\x1f\x8b", "compressed with gzip", "unpack it first: gunzip -k"},
    {"\xfd"
     "7zXZ",
     "compressed with xz", "unpack it first: unxz -k"},
    {"\x28\xb5\x2f\xfd", "compressed with zstd", "unpack it first: unzstd"},
    {"BZh", "compressed with bzip2", "unpack it first: bunzip2 -k"},
    {"PK\x03\x04", "a zip archive", "unpack it first: unzip"},
    {"\x7f"
     "ELF",
     "an ELF file, and no log", "LOG= names the log, ELF= the kernel"},
});

[[noreturn]] void refuse(const std::string& name, std::string_view what, std::string_view advice) {
    throw checker::Error(fmt::format("{} {}; {}", name, what, advice));
}

void require_log(const std::string& name, std::string_view beginning) {
    if (beginning.empty())
        refuse(name, "is empty", how_to_make_one);
    for (const Kind& kind : known_kinds)
        if (beginning.starts_with(kind.magic))
            refuse(name, fmt::format("is {}", kind.is), kind.advice);
}

// What PowerShell redirects is UTF-16, of which the logs' letters are every other byte.
bool is_utf16(std::string_view beginning) {
    return beginning.starts_with("\xff\xfe") || beginning.starts_with("\xfe\xff");
}

// What was quoted, indented, or kept by whatever started QEMU has something before each line: as
// much as stands before what QEMU begins a line with, or before Bochs's ticks and the level.
std::size_t width_before_lines(std::string_view beginning) {
    constexpr std::size_t ticks_and_level = 12, nowhere = std::string_view::npos;
    std::size_t width = nowhere;
    while (const auto line = process::take_line(beginning)) {
        const std::size_t bochs = line->find("[CPU");
        if (bochs != nowhere && bochs >= ticks_and_level)
            width = std::min(width, bochs - ticks_and_level);
        for (const char* begins : {"check_exception old: ", "EAX=", "RAX="})
            width = std::min(width, bochs == nowhere ? line->find(begins) : nowhere);
    }
    return width == nowhere ? 0 : width;
}

// Takes so many letters off the beginning of each line of a text that comes in pieces.
class Unquoted {
  public:
    explicit Unquoted(std::size_t width) : width_(width) {}
    std::string_view operator()(std::string_view piece) {
        if (width_ == 0)
            return piece;
        lines_.clear();
        for (const char letter : piece) {
            if (column_++ >= width_ || letter == '\n')
                lines_ += letter;
            if (letter == '\n')
                column_ = 0;
        }
        return lines_;
    }

  private:
    std::size_t width_, column_ = 0;
    std::string lines_;
};

}  // namespace

Log read_log(std::istream& stream, const std::string& name) {
    qemu::Log qemu;
    bochs::Log bochs;
    CrashReport report;
    std::string piece(piece_size, '\0');
    std::string beginning;
    std::optional<Unquoted> unquoted;
    for (;;) {
        stream.read(piece.data(), static_cast<std::streamsize>(piece_size));
        std::string_view text{piece.data(), static_cast<std::size_t>(stream.gcount())};
        if (stream.bad())
            refuse(name, "cannot be read to its end", "is it still there?");
        if (beginning.empty()) {
            beginning = text.substr(0, looked_at);
            require_log(name, beginning);
        }
        if (text.empty())
            break;
        std::string narrow;
        if (is_utf16(beginning)) {
            narrow = text;
            std::erase_if(narrow, [](char c) { return c == '\0' || c == '\xff' || c == '\xfe'; });
            text = narrow;
        }
        if (!unquoted)
            unquoted.emplace(width_before_lines(text.substr(0, looked_at)));
        text = (*unquoted)(text);
        qemu.append(text);
        bochs.append(text);
        report.append(text);
    }
    qemu.append("\n");
    bochs.append("\n");
    report.append("\n");
    // What a log tells of a death counts more than what a guest or its host printed beside it.
    if (report.recognized() && !qemu.triple_fault() && !bochs.triple_fault())
        return report;
    // A guest that is logged may print lines that look like the other's.
    const bool is_bochs = bochs.recognized() && (bochs.triple_fault() || !qemu.recognized());
    if (is_bochs && !qemu.triple_fault())
        return bochs;
    if (!qemu.recognized())
        refuse(name,
               beginning.find('\0') != std::string_view::npos
                   ? "is no text, but binary data"
                   : "has nothing in it that QEMU's -d int or Bochs would have logged, nor a "
                     "report of KVM, VirtualBox or UEFI firmware",
               how_to_make_one);
    return qemu;
}

Log read_log(const std::filesystem::path& file) {
    std::error_code problem;
    if (!std::filesystem::exists(file, problem))
        refuse(file.string(), "does not exist", how_to_make_one);
    if (std::filesystem::is_directory(file, problem))
        refuse(file.string(), "is a folder", "name the log in it");
    std::ifstream stream{file, std::ios::binary};
    if (!stream)
        refuse(file.string(), "cannot be opened", "may you read it?");
    return read_log(stream, file.string());
}

}  // namespace logs
