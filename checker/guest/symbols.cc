#include "checker/guest/symbols.h"

#include <algorithm>
#include <cstdlib>
#include <cxxabi.h>
#include <elfutils/libdw.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <gelf.h>
#include <map>

#include "checker/error.h"
#include "checker/evidence/kernel_names.h"
#include "checker/guest/source_lines.h"
#include "checker/process/descriptor.h"

namespace guest {

struct Symbols::Tables {
    struct Symbol {
        std::uint64_t address, size;
        unsigned char type;
        bool is_global;
        bool is_unmangled;  // its name stands in the file as it is
        bool is_cold;       // a part that GCC has put elsewhere, with the function's name
        std::string name;

        bool is_function() const { return type == STT_FUNC; }
        // Of several at one address the last one names it.
        bool operator<(const Symbol& other) const {
            return std::tuple{address, is_function(), is_global} <
                   std::tuple{other.address, other.is_function(), other.is_global};
        }
    };
    struct Part {
        std::uint64_t begin, end;
    };

    std::vector<Symbol> by_address;
    std::map<std::string, const Symbol*, std::less<>> by_name;  // in by_address
    std::vector<Segment> segments;
    std::vector<Part> code;    // the executable sections
    std::vector<Part> given;   // what no submission has a share in; none where that is not known
    process::Descriptor file;  // each of these needs the one before it
    std::unique_ptr<Elf, int (*)(Elf*)> elf{nullptr, &elf_end};
    Names names;
    std::unique_ptr<SourceLines> lines;

    static bool lies_in(const std::vector<Part>& parts, std::uint64_t address) {
        return std::ranges::any_of(
            parts, [&](const Part& part) { return address >= part.begin && address < part.end; });
    }
    bool is_code(std::uint64_t address) const { return lies_in(code, address); }

    // Of the symbols that do not lie behind `address` the last that fits; null if none soon does.
    template <class Fits>
    const Symbol* last_at(std::uint64_t address, Fits fits) const {
        constexpr int most = 1000;
        auto next = std::ranges::upper_bound(by_address, address, {}, &Symbol::address);
        for (int i = 0; i < most && next != by_address.begin(); ++i)
            if (fits(*--next))
                return &*next;
        return nullptr;
    }
    // What names a place in the code, if anything does.
    const Symbol* code_at(std::uint64_t address) const {
        return last_at(address, [&](const Symbol& symbol) {
            return is_code(symbol.address) &&
                   (symbol.size == 0 || address < symbol.address + symbol.size);
        });
    }

    std::size_t spelt_out = 0;  // characters, of all names
    void read_sections();
    void read_symbols(Elf_Scn* section, const GElf_Shdr& header);
    void read_segments();
    void find_given_parts();
    void forget_false_names();
    void name_them();
};

void Symbols::Tables::read_sections() {
    for (Elf_Scn* section = nullptr; (section = elf_nextscn(elf.get(), section)) != nullptr;) {
        GElf_Shdr header;
        if (gelf_getshdr(section, &header) == nullptr)
            continue;
        if ((header.sh_flags & SHF_EXECINSTR) != 0)
            code.push_back({header.sh_addr, header.sh_addr + header.sh_size});
        if (header.sh_type == SHT_SYMTAB && header.sh_entsize != 0)
            read_symbols(section, header);
    }
    std::sort(by_address.begin(), by_address.end());
}

void Symbols::Tables::read_symbols(Elf_Scn* section, const GElf_Shdr& header) {
    Elf_Data* data = elf_getdata(section, nullptr);
    const auto count = static_cast<int>(header.sh_size / header.sh_entsize);
    for (int i = 0; data != nullptr && i < count; ++i) {
        GElf_Sym symbol;
        if (gelf_getsym(data, i, &symbol) == nullptr || symbol.st_shndx == SHN_UNDEF ||
            symbol.st_shndx == SHN_ABS)
            continue;
        const unsigned char type = GELF_ST_TYPE(symbol.st_info);
        const char* name = elf_strptr(elf.get(), header.sh_link, symbol.st_name);
        if (name == nullptr || *name == 0 || *name == '.' || type == STT_SECTION ||
            type == STT_FILE)
            continue;
        const bool is_global = GELF_ST_BIND(symbol.st_info) == STB_GLOBAL;
        const std::string plain = plain_name(name, spelt_out);
        by_address.push_back({symbol.st_value, symbol.st_size, type, is_global, plain == name,
                              std::string_view{name}.ends_with(".cold"), plain});
    }
}

// By the marks of the linker script, which nothing that is linked can define otherwise.
void Symbols::Tables::find_given_parts() {
    namespace names = evidence::kernel_names;
    const auto mark = [&](std::string_view name) {
        const auto found = std::ranges::find_if(by_address, [&](const Symbol& symbol) {
            return symbol.is_global && symbol.is_unmangled && symbol.name == name;
        });
        return found == by_address.end() ? 0 : found->address;
    };
    for (const auto& [begin, end] : {std::pair{names::text_start, names::given_text_end},
                                     std::pair{names::data_start, names::given_data_end},
                                     std::pair{names::given_bss_start, names::given_bss_end}})
        if (mark(begin) < mark(end))
            given.push_back({mark(begin), mark(end)});
}

// A seam may call something of its own like what the checker looks for in given code.
void Symbols::Tables::forget_false_names() {
    namespace names = evidence::kernel_names;
    std::erase_if(by_address, [&](const Symbol& symbol) {
        return !given.empty() && !lies_in(given, symbol.address) && is_code(symbol.address) &&
               (symbol.name == names::power_off || symbol.name == names::kernel_main ||
                symbol.name.starts_with(names::scheduler));
    });
}

// Of several with one name: what is given; else what the linker has only one of. Of what is in a
// namespace it has as many as there are ways to mangle the name.
void Symbols::Tables::name_them() {
    const auto rank = [&](const Symbol& symbol) {
        return std::tuple{lies_in(given, symbol.address), symbol.is_global && symbol.is_unmangled,
                          symbol.is_global};
    };
    for (const Symbol& symbol : by_address) {
        const Symbol*& best = by_name[symbol.name];
        if (!best || rank(*best) < rank(symbol))
            best = &symbol;
    }
}

void Symbols::Tables::read_segments() {
    std::size_t file_size = 0;
    const auto* base = reinterpret_cast<const std::byte*>(elf_rawfile(elf.get(), &file_size));
    std::size_t count = 0;
    elf_getphdrnum(elf.get(), &count);
    for (std::size_t i = 0; base != nullptr && i < count; ++i) {
        GElf_Phdr header;
        if (gelf_getphdr(elf.get(), static_cast<int>(i), &header) != nullptr &&
            header.p_type == PT_LOAD && header.p_offset <= file_size &&
            header.p_filesz <= file_size - header.p_offset)
            segments.push_back(
                {header.p_vaddr, header.p_paddr, {base + header.p_offset, header.p_filesz}});
    }
}

Symbols::Symbols() : tables_(std::make_unique<Tables>()) {}

Symbols::Symbols(const std::filesystem::path& elf, const std::filesystem::path& source_root,
                 Names names)
    : Symbols() {
    elf_version(EV_CURRENT);
    tables_->file = process::Descriptor{open(elf.c_str(), O_RDONLY | O_CLOEXEC)};
    tables_->elf.reset(elf_begin(tables_->file.number(), ELF_C_READ_MMAP, nullptr));
    if (!tables_->elf || gelf_getclass(tables_->elf.get()) == ELFCLASSNONE)
        throw checker::Error(elf.string() + " is no ELF file that can be read");
    tables_->read_sections();
    tables_->find_given_parts();
    tables_->forget_false_names();
    tables_->name_them();
    tables_->read_segments();
    tables_->names = std::move(names);
    tables_->lines = std::make_unique<SourceLines>(tables_->elf.get(), source_root, tables_->names);
}

Symbols::~Symbols() = default;

evidence::Location Symbols::locate(std::uint64_t address) const {
    evidence::Location location{address, {}, {}, 0, {}};
    if (!tables_->is_code(address))
        return location;
    if (const auto* symbol = tables_->code_at(address))
        location.symbol = symbol->name;
    const SourceLine line = tables_->lines->of(address);
    location.file = line.file;
    location.line = line.number;
    return location;
}

std::vector<evidence::CodeLine> Symbols::code_lines(std::uint64_t begin, std::uint64_t end) const {
    return tables_->lines->between(begin, end);
}

void Symbols::read_all_lines() const {
    tables_->lines->read_all();
}

std::string Symbols::name_at(std::uint64_t address, bool returns) const {
    const std::uint64_t there = returns ? address - 1 : address;
    const auto* symbol = tables_->is_code(there) ? tables_->code_at(there) : nullptr;
    return symbol != nullptr
               ? fmt::format("{}{}+{:#x}", symbol->name, symbol->is_cold ? ".cold" : "",
                             address - symbol->address)
               : std::string{};
}

bool Symbols::is_code(std::uint64_t address) const {
    // Sections can be stripped too.
    return tables_->code.empty() ? !bytes(address, 1).empty() : tables_->is_code(address);
}

std::string Symbols::object_at(std::uint64_t address) const {
    const auto* symbol = tables_->last_at(address, [&](const Tables::Symbol& each) {
        return each.type == STT_OBJECT && address - each.address < each.size;
    });
    if (symbol == nullptr)
        return {};
    const std::uint64_t offset = address - symbol->address;
    return offset == 0 ? symbol->name : fmt::format("{} + {:#x}", symbol->name, offset);
}

std::optional<Symbols::Range> Symbols::find(std::string_view name) const {
    const auto found = tables_->by_name.find(name);
    if (found == tables_->by_name.end())
        return {};
    return Range{found->second->address, found->second->size};
}

std::optional<std::uint64_t> Symbols::linked_at(std::uint64_t physical) const {
    for (const Segment& segment : tables_->segments)
        if (physical >= segment.physical && physical - segment.physical < segment.bytes.size())
            return physical - segment.physical + segment.address;
    return {};
}

std::span<const std::byte> Symbols::bytes(std::uint64_t address, std::size_t size) const {
    for (const Segment& segment : tables_->segments)
        if (address >= segment.address && address - segment.address < segment.bytes.size()) {
            const auto rest = segment.bytes.subspan(address - segment.address);
            return rest.first(std::min(size, rest.size()));
        }
    return {};
}

std::vector<std::uint64_t> Symbols::addresses_from(std::uint64_t begin) const {
    std::vector<std::uint64_t> all;
    for (const auto& symbol : tables_->by_address)
        if (symbol.address >= begin && tables_->is_code(symbol.address))
            all.push_back(symbol.address);
    return all;
}

std::span<const Symbols::Segment> Symbols::segments() const {
    return tables_->segments;
}

const Names& Symbols::names() const {
    return tables_->names;
}

std::string renamed(std::string text, const Names& names) {
    for (const Renamed& name : names)
        for (std::size_t at = 0; (at = text.find(name.from, at)) != std::string::npos;
             at += name.to.size())
            text.replace(at, name.from.size(), name.to);
    return text;
}

std::string plain_name(std::string linker_name, std::size_t& spelt_out) {
    constexpr std::size_t enough = 64 << 20;
    // An assembler takes any byte: blanks would end a name, what is shown as nothing change it.
    std::ranges::replace_if(
        linker_name, [](char each) { return each <= ' ' || each > '~'; }, '?');
    const std::unique_ptr<char, decltype(&std::free)> demangled{
        abi::__cxa_demangle(linker_name.c_str(), nullptr, nullptr, nullptr), &std::free};
    std::string name = demangled ? demangled.get() : "";
    if ((spelt_out += name.size()) > enough)
        throw checker::Error("its names are more than can be spelt out");
    if (!demangled)
        return linker_name.substr(0, std::min(linker_name.find('.', 1), longest_name));
    constexpr std::string_view anonymous = "(anonymous namespace)::";
    for (std::size_t at; (at = name.find(anonymous)) != std::string::npos;)
        name.erase(at, anonymous.size());
    return name.substr(0, std::min(name.find('('), longest_name));
}

}  // namespace guest
