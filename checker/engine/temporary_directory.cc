#include "checker/engine/temporary_directory.h"

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <system_error>

namespace engine {

TemporaryDirectory::TemporaryDirectory() {
    std::string name = (std::filesystem::temp_directory_path() / "sipi-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) {
        throw std::system_error(errno, std::generic_category(), name);
    }
    path_ = name;
}

TemporaryDirectory::~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

void TemporaryDirectory::write(std::string_view name, std::string_view text) const {
    std::ofstream file{path_ / name, std::ios::binary};
    if (!file.write(text.data(), static_cast<std::streamsize>(text.size())).flush()) {
        throw std::system_error(errno, std::generic_category(), (path_ / name).string());
    }
}

}  // namespace engine
