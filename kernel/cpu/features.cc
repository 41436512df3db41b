#include "cpu/features.h"

#include "instructions.h"
#include "lib/panic.h"

namespace cpu {

void require_features() {
    if (const auto* missing = first_missing_feature(instructions::has)) {
        lib::panic("this processor lacks {}, which the kernel cannot do without: {}", missing->name,
                   missing->needed_for);
    }
}

}  // namespace cpu
