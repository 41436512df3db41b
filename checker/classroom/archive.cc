#include "checker/classroom/archive.h"

#include <algorithm>
#include <archive.h>
#include <archive_entry.h>
#include <clocale>
#include <fmt/format.h>
#include <memory>
#include <vector>

#include "checker/error.h"
#include "checker/report/layout.h"

namespace classroom {

namespace {

// A repository with its history has some thousand files; a bomb has more, of both.
constexpr std::size_t most_entries = 50'000, block = 64 * 1024;
constexpr std::uint64_t most_bytes = 1ull << 30;

using Archive = std::unique_ptr<archive, decltype(&archive_read_free)>;

[[noreturn]] void fail(archive* open) {
    const char* why = archive_error_string(open);
    throw checker::Error(
        fmt::format("cannot be read: {}", report::printable(why ? why : "damaged")));
}

Archive open(const std::filesystem::path& file) {
    std::setlocale(LC_CTYPE, "C.UTF-8");  // or a name with other letters than English has is none
    Archive opened{archive_read_new(), &archive_read_free};
    for (const auto support : {archive_read_support_filter_gzip, archive_read_support_filter_bzip2,
                               archive_read_support_filter_xz, archive_read_support_filter_zstd,
                               archive_read_support_format_zip, archive_read_support_format_tar})
        support(opened.get());
    if (archive_read_open_filename(opened.get(), file.c_str(), block) != ARCHIVE_OK)
        fail(opened.get());
    return opened;
}

// Empty for a name that leads out of the archive. Some programs for Windows write backslashes.
std::string clean(std::string name) {
    std::ranges::replace(name, '\\', '/');
    std::string result;
    for (const std::filesystem::path& part : std::filesystem::path{name}) {
        if (part.native() == "..")
            return {};
        if (part.has_filename() && part.native() != ".")
            result += (result.empty() ? "" : "/") + part.native();
    }
    return result;
}

}  // namespace

void go_through(const std::filesystem::path& file,
                const std::function<std::size_t(const Entry&)>& wants,
                const std::function<void(const Entry&, std::string, bool)>& take) {
    const Archive opened = open(file);
    std::uint64_t bytes = 0;
    archive_entry* header = nullptr;
    for (std::size_t count = 0;; ++count) {
        const int status = archive_read_next_header(opened.get(), &header);
        if (status == ARCHIVE_EOF)
            return;
        if (status < ARCHIVE_WARN)
            fail(opened.get());
        if (count == most_entries)
            throw checker::Error(fmt::format("has more than {} files", most_entries));
        const char* name = archive_entry_pathname(header);
        const Entry entry{clean(name ? name : ""), archive_entry_filetype(header) == AE_IFREG &&
                                                       !archive_entry_hardlink(header)};
        if (entry.path.empty() || archive_entry_filetype(header) == AE_IFDIR)
            continue;
        // What nobody wants is read too: whether a compressed file has an end shows only then.
        const std::size_t most = wants(entry);
        std::string content;
        bool too_long = false;
        std::vector<char> buffer(block);
        for (;;) {
            const la_ssize_t length = archive_read_data(opened.get(), buffer.data(), buffer.size());
            if (length < 0)
                fail(opened.get());
            if (length == 0)
                break;
            bytes += static_cast<std::uint64_t>(length);
            if (bytes > most_bytes)
                throw checker::Error(fmt::format("unpacks to more than {} MiB", most_bytes >> 20));
            too_long = too_long || content.size() + static_cast<std::size_t>(length) > most;
            if (!too_long)
                content.append(buffer.data(), static_cast<std::size_t>(length));
        }
        if (most > 0)
            take(entry, too_long ? std::string{} : std::move(content), too_long);
    }
}

}  // namespace classroom
