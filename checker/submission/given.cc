#include "checker/submission/given.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <elfutils/libdw.h>
#include <fmt/format.h>
#include <fstream>
#include <functional>
#include <gelf.h>
#include <memory>
#include <sstream>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <system_error>
#include <thread>
#include <unistd.h>

#include "checker/error.h"
#include "checker/evidence/kernel_names.h"
#include "checker/guest/symbols.h"
#include "checker/process/descriptor.h"
#include "checker/process/process.h"
#include "checker/submission/tool.h"

namespace submission {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t shown_output = 1000;

// As in mk/kernel.mk: what given code is made of, in which folders.
constexpr std::array source_folders{"kernel", "trampoline", "solutions", "reference"};
constexpr std::array source_endings{".cc", ".h", ".asm", ".inc", ".ld", ".o"};

bool is_source(const fs::directory_entry& entry) {
    if (entry.path().filename().string().starts_with('.'))  // an editor's
        return false;
    // A folder's date tells of a file that has gone.
    std::error_code problem;
    return entry.is_directory(problem) ||
           std::ranges::find(source_endings, entry.path().extension()) != source_endings.end();
}

std::vector<std::string> lines_of(const fs::path& file) {
    std::ifstream stream(file);
    if (!stream)
        throw checker::Error(
            fmt::format("cannot read {}, which `make kernel` writes", file.string()));
    std::vector<std::string> lines;
    for (std::string line; std::getline(stream, line);)
        if (!line.empty())
            lines.push_back(line);
    return lines;
}

// Of every header and include file in a folder, or of a single file.
std::string identity_of_headers(const fs::path& place) {
    std::error_code problem;
    if (!fs::is_directory(place, problem))
        return identity(place);
    std::vector<fs::path> headers;
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(place, problem))
        if (const auto ending = entry.path().extension(); ending == ".h" || ending == ".inc")
            headers.push_back(entry.path());
    std::ranges::sort(headers);
    std::string all;
    for (const fs::path& header : headers)
        all += identity(header);
    return all;
}

}  // namespace

GivenCode::GivenCode(fs::path project, fs::path built)
    : project_(std::move(project)), built_(std::move(built)) {}

bool GivenCode::is_current() const {
    std::error_code problem;
    const fs::file_time_type made = fs::last_write_time(stamp(), problem);
    if (problem)
        return false;
    const auto is_newer = [&](const fs::path& path) {
        const fs::file_time_type date = fs::last_write_time(path, problem);
        return !problem && date > made;
    };
    if (is_newer(project_ / "mk/kernel.mk"))
        return false;
    for (const char* folder : source_folders) {
        if (is_newer(project_ / folder))
            return false;
        for (const fs::directory_entry& entry :
             fs::recursive_directory_iterator(project_ / folder, problem))
            if (is_source(entry) && is_newer(entry.path()))
                return false;
    }
    return true;
}

void GivenCode::make_current() const {
    // Two makes at once would write the same objects.
    std::error_code problem;
    fs::create_directories(project_ / "build/graded", problem);
    const process::Descriptor lock = process::lock(project_ / "build/graded/make.lock");
    if (is_current())
        return;
    const std::string target = stamp().lexically_relative(project_).string();
    // A tree that was never built takes a minute on a small machine.
    const process::Finished make = run_tool(
        {.arguments = {"make", "--no-print-directory", "--silent",
                       fmt::format("-j{}", std::max(1u, std::thread::hardware_concurrency())),
                       target},
         .environment = kept_environment(),
         .directory = project_,
         .address_space = 4ull << 30,
         .largest_file = 256ull << 20,
         .processor_time = 120s},
        15min);
    if (!make.succeeded())
        throw checker::Error(fmt::format(
            "the given code does not build, whatever was handed in; run `make kernel` to see "
            "why\n{}",
            std::string_view{make.output}.substr(make.output.size() -
                                                 std::min(make.output.size(), shown_output))));
    if (!is_current() && !fs::exists(stamp(), problem))
        throw checker::Error(
            fmt::format("make has not built {}; run `make kernel` with the same CXX", target));
}

Given GivenCode::read() const {
    make_current();
    Given given{
        .compile = lines_of(folder() / "compile"),
        .assemble = lines_of(folder() / "assemble"),
        .link = lines_of(folder() / "link"),
        .make_iso = lines_of(folder() / "iso"),
        .code = (folder() / "code.o").lexically_relative(project_).string(),
        .reference = {},
        .headers = {project_ / "kernel", project_ / "trampoline", built_ / "kernel/constants.inc",
                    built_ / "kernel/seam.h", built_ / "kernel/seam.h.gch"},
        .headers_identity = {}};
    for (const fs::path& place : given.headers)
        given.headers_identity += identity_of_headers(place);
    for (const std::string& line : lines_of(folder() / "reference")) {
        std::istringstream words{line};
        unsigned lab = 0;
        words >> lab;
        for (std::string object; words >> object;)
            given.reference[lab].push_back(object);
    }
    return given;
}

namespace {

void require_own_symbols(const fs::path& object) {
    const process::Descriptor file = process::open_file(object);
    const std::unique_ptr<Elf, decltype(&elf_end)> elf{
        elf_begin(file.number(), ELF_C_READ_MMAP, nullptr), &elf_end};
    for (Elf_Scn* section = nullptr; (section = elf_nextscn(elf.get(), section)) != nullptr;) {
        GElf_Shdr header;
        Elf_Data* data = elf_getdata(section, nullptr);
        if (gelf_getshdr(section, &header) == nullptr || header.sh_type != SHT_SYMTAB ||
            header.sh_entsize == 0)
            continue;
        const auto count = static_cast<int>(header.sh_size / header.sh_entsize);
        for (int i = 0; i < count; ++i) {
            GElf_Sym symbol;
            GElf_Shdr its;
            if (gelf_getsym(data, i, &symbol) == nullptr || symbol.st_shndx == SHN_XINDEX)
                throw checker::Error("a symbol that cannot be read, or too many sections");
            if (gelf_getshdr(elf_getscn(elf.get(), symbol.st_shndx), &its) != nullptr &&
                symbol.st_value > its.sh_size)
                throw checker::Error("a symbol outside of its section");
        }
    }
}

bool has_more_attributes(Dwarf_Die& entry, int most) {
    const auto count = [](Dwarf_Attribute*, void* left) {
        return --*static_cast<int*>(left) < 0 ? int{DWARF_CB_ABORT} : int{DWARF_CB_OK};
    };
    dwarf_getattrs(&entry, count, &most, 0);
    return most < 0;
}

// How many bytes of debug information an object has.
std::uint64_t debug_information_of(const fs::path& object) {
    const process::Descriptor file = process::open_file(object);
    const std::unique_ptr<Elf, decltype(&elf_end)> elf{
        elf_begin(file.number(), ELF_C_READ_MMAP, nullptr), &elf_end};
    std::size_t names = 0;
    GElf_Shdr header;
    if (elf_getshdrstrndx(elf.get(), &names) == 0)
        for (Elf_Scn* section = nullptr; (section = elf_nextscn(elf.get(), section)) != nullptr;)
            if (gelf_getshdr(section, &header) != nullptr &&
                std::string_view{elf_strptr(elf.get(), names, header.sh_name)} == ".debug_info")
                return header.sh_size;
    return 0;
}

// To look for a line goes through entries and units, whatever each of them has. What an object says
// of that may be changed when it is linked; the given code's comes first.
void require_small_debug_information(const fs::path& kernel_elf, std::uint64_t givens) {
    constexpr int most_units = 64, most_entries = 10'000, most_attributes = 24;
    const process::Descriptor file = process::open_file(kernel_elf);
    const std::unique_ptr<Dwarf, int (*)(Dwarf*)> dwarf{dwarf_begin(file.number(), DWARF_C_READ),
                                                        &dwarf_end};
    int units = 0, entries = 0;
    const std::function<void(Dwarf_Die&)> go_through = [&](Dwarf_Die& entry) {
        if (++entries > most_entries || has_more_attributes(entry, most_attributes))
            throw checker::Error("more debug information than any compiler writes");
        Dwarf_Die child;
        for (int more = dwarf_child(&entry, &child); more == 0;
             more = dwarf_siblingof(&child, &child))
            go_through(child);
    };
    Dwarf_CU* compilation = nullptr;
    Dwarf_Die unit;
    while (dwarf && dwarf_get_units(dwarf.get(), compilation, &compilation, nullptr, nullptr, &unit,
                                    nullptr) == 0) {
        if (dwarf_dieoffset(&unit) < givens)
            continue;
        if (++units > most_units)
            throw checker::Error("more units of debug information than a file is made of");
        go_through(unit);
    }
}

// Whether `work` comes to its end in a copy of this process, which has so much processor time and
// address space beside what it has now. Nothing of what it does is kept.
bool survives(const std::function<void()>& work, std::chrono::seconds processor_time,
              std::uint64_t memory) {
    std::uint64_t pages = 0;
    std::ifstream{"/proc/self/statm"} >> pages;
    const pid_t pid = fork();
    if (pid < 0)
        process::throw_system_error("fork");
    if (pid == 0) {
        process::limit(RLIMIT_CORE, 0);
        process::limit(RLIMIT_CPU, static_cast<std::uint64_t>(processor_time.count()));
        process::limit(RLIMIT_AS,
                       pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE)) + memory);
        for (const int deadly : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT})
            signal(deadly, SIG_DFL);  // a sanitizer would say it
        try {
            work();
        } catch (...) {
            _exit(1);
        }
        _exit(0);
    }
    // A lock that another thread held at the fork stays locked in the child.
    const process::Descriptor ended{static_cast<int>(syscall(SYS_pidfd_open, pid, 0))};
    if (!process::can_be_read(ended, process::Clock::now() + 10 * processor_time))
        kill(pid, SIGKILL);
    int raw = -1;
    while (waitpid(pid, &raw, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(raw) && WEXITSTATUS(raw) == 0;
}

}  // namespace

bool can_be_read(const fs::path& project, std::span<const Seam> seams, const fs::path& given_code,
                 const fs::path& kernel_elf) {
    const auto read = [&] {
        elf_version(EV_CURRENT);
        for (const Seam& seam : seams)
            for (const std::string& object : seam.objects)
                require_own_symbols(project / object);
        require_small_debug_information(kernel_elf, debug_information_of(given_code));
        const guest::Symbols symbols{kernel_elf};
        symbols.read_all_lines();
        const auto begin = symbols.find(evidence::kernel_names::given_text_end);
        for (const auto& symbol : symbols.addresses_from(begin ? begin->address : 0))
            symbols.locate(symbol);
        if (const auto end = symbols.find(evidence::kernel_names::trampoline_code_end))
            symbols.code_lines(trampoline::page_address, end->address);
    };
    constexpr std::uint64_t enough = 256 << 20;
    return survives(read, 1s, enough);
}

}  // namespace submission
