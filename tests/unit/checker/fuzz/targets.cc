#include "tests/unit/checker/fuzz/targets.h"

#include "checker/classroom/archive.h"
#include "checker/classroom/roster.h"
#include "checker/error.h"
#include "checker/guest/symbols.h"
#include "checker/logs/elf_file.h"
#include "checker/logs/log.h"
#include "checker/process/descriptor.h"

namespace fuzz {

namespace {

/// The bytes as a file, for what takes a name.
class File {
  public:
    explicit File(std::string_view bytes) { process::replace_text(memory_, bytes); }
    std::string name() const { return process::path_of(memory_.number()); }

  private:
    process::Descriptor memory_ = process::anonymous_memory(0);
};

/// To refuse is right.
template <class Read>
void read_or_refuse(Read read) {
    try {
        read();
    } catch (const checker::Error&) {
    }
}

}  // namespace

void read_elf(std::string_view bytes) {
    const File file{bytes};
    read_or_refuse([&] {
        const guest::Symbols symbols{file.name(), "/somewhere"};
        constexpr std::size_t most = 200;
        std::size_t count = 0;
        for (const std::uint64_t address : symbols.addresses_from(0)) {
            symbols.locate(address);
            symbols.name_at(address, true);
            symbols.object_at(address);
            symbols.bytes(address, 16);
            if (++count == most)
                break;
        }
        symbols.locate(0x8000);
        symbols.linked_at(0x8000);
    });
    read_or_refuse([&] { logs::missing_in(file.name()); });
}

void read_log(std::string_view bytes) {
    const File file{bytes};
    read_or_refuse([&] { logs::evidence_of(logs::read_log(file.name()), guest::Symbols{}); });
}

void read_archive(std::string_view bytes) {
    const File file{bytes};
    read_or_refuse([&] {
        const auto most = [](const classroom::Entry&) { return std::size_t{1000}; };
        classroom::go_through(file.name(), most,
                              [](const classroom::Entry&, const std::string&, bool) {});
    });
}

void read_people(std::string_view bytes) {
    classroom::people_in(bytes);
}

}  // namespace fuzz
