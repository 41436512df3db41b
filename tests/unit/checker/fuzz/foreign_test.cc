// Files that strangers hand over, damaged: an ELF file with its debug information, somebody's log,
// archives, a download's list of people.
#include <archive.h>
#include <archive_entry.h>
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <string>

#include "checker/process/descriptor.h"
#include "tests/unit/checker/fuzz/targets.h"
#include "tests/unit/checker/guest/fixture.h"
#include "tests/unit/mutator.h"

namespace {

using Read = void (*)(std::string_view);

// A number of damages goes with the size: where nearly all is text that does not matter, few meet
// anything.
void fuzz_file(const std::string& file, std::uint32_t times, Read read) {
    REQUIRE(!file.empty());
    read(file);
    const auto* begin = reinterpret_cast<const std::byte*>(file.data());
    test::fuzz(times, [&](test::Mutator& mutator) {
        test::Bytes bytes(begin, begin + file.size());
        for (std::size_t left = 1 + mutator.below(4); left != 0; --left)
            mutator.damage(bytes);
        read({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    });
}

// A header of each kind that libarchive reads here, in memory.
std::string archive_of(int (*set_format)(archive*), int (*add_filter)(archive*)) {
    std::string all(std::size_t{64} << 10, '\0');
    std::size_t used = 0;
    archive* made = archive_write_new();
    set_format(made);
    add_filter(made);
    archive_write_open_memory(made, all.data(), all.size(), &used);
    for (const char* name : {"5-nx-wp/match_bsp.cc", "labs/2-gdt/gdt.cc", "../up", "note.txt"}) {
        archive_entry* entry = archive_entry_new();
        archive_entry_set_pathname(entry, name);
        archive_entry_set_filetype(entry, AE_IFREG);
        archive_entry_set_perm(entry, 0644);
        const std::string text = fmt::format("// {}\nint none;\n", name);
        archive_entry_set_size(entry, static_cast<la_int64_t>(text.size()));
        archive_write_header(made, entry);
        archive_write_data(made, text.data(), text.size());
        archive_entry_free(entry);
    }
    archive_write_free(made);
    all.resize(used);
    return all;
}

}  // namespace

TEST_CASE("fuzz: an ELF file and its debug information") {
    // Small, with all that a compiler writes; objects of given code are linked into every kernel.
    const std::string object =
        process::contents_of("build/kernel/solutions/5-nx-wp/match_bsp.cc.o");
    fuzz_file(object, 400, fuzz::read_elf);
}

TEST_CASE("fuzz: archives") {
    fuzz_file(archive_of(archive_write_set_format_zip, archive_write_add_filter_none), 300,
              fuzz::read_archive);
    fuzz_file(archive_of(archive_write_set_format_pax, archive_write_add_filter_none), 300,
              fuzz::read_archive);
    fuzz_file(archive_of(archive_write_set_format_ustar, archive_write_add_filter_gzip), 300,
              fuzz::read_archive);
}

TEST_CASE("fuzz: somebody's log") {
    for (const char* name :
         {"explain/bochs-debug.log", "explain/null-call.log", "explain/qemu-11-reset.log"})
        fuzz_file(fixture::read(name), 100, fuzz::read_log);
}

TEST_CASE("fuzz: whose a submission is") {
    fuzz_file("---\nsubmission_1:\n  :submitters:\n  - :name: Ann Lee\n    :sid: '1'\n", 500,
              fuzz::read_people);
}
