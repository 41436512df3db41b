#include "checker/diagnosis/rules.h"

#include <array>

namespace diagnosis {

std::span<const Rule> rules() {
    static constexpr auto table = std::to_array<Rule>({
        {"flood", 0, flood},
        {"deliberate-reset", 0, deliberate_reset},

        {"letters-only", 0, letters_only},

        {"efer-overwritten", 5, efer_overwritten},
        {"efer-reserved-bits", 0, efer_reserved_bits},
        {"wrong-msr", 0, wrong_msr},
        {"cr0-overwritten", 0, cr0_overwritten},

        {"cr3-missing", 4, cr3_missing},
        {"cr3-truncated", 4, cr3_truncated},
        {"cr3-wrong", 4, cr3_wrong},
        {"identity-map-missing", 1, identity_map_missing},
        {"pae-missing", 4, pae_missing},
        {"long-mode-missing", 4, long_mode_missing},
        {"lme-missing", 4, lme_missing},
        {"paging-missing", 4, paging_missing},
        {"far-jump-selector", 4, far_jump_selector},
        {"segment-limit", 4, segment_limit},
        {"descriptor-l-and-d", 2, descriptor_l_and_d},
        {"gdt-entry-missing", 2, gdt_entry_missing},
        {"cs-not-64-bit", 4, cs_not_64_bit},
        {"far-jump-astray", 4, far_jump_astray},
        {"ran-astray", 0, ran_astray},

        {"entry-truncated", 4, entry_truncated},
        {"entry-lost", 4, entry_lost},
        {"entry-check-wrong", 4, entry_check_wrong},
        {"stack-missing", 4, stack_missing},
        {"stack-wrong", 4, stack_wrong},
        {"mailbox-not-passed", 4, mailbox_not_passed},

        {"nxe-too-late", 5, nxe_too_late},
        {"nxe-missing", 5, nxe_missing},
        {"wp-missing", 5, wp_missing},
        {"control-bit-differs", 0, control_bit_differs},
        {"page-entry-garbage", 0, page_entry_garbage},
        {"executes-no-execute", 0, executes_no_execute},
        {"writes-read-only", 0, writes_read_only},

        {"gs-base-missing", 6, gs_base_missing},
        {"gs-base-shared", 6, gs_base_shared},
        {"gs-base-truncated", 6, gs_base_truncated},
        {"gs-base-wrong", 6, gs_base_wrong},
        {"record-of-another", 6, record_of_another},
        {"record-missing", 6, record_missing},
        {"lapic-not-mapped", 0, lapic_not_mapped},
        {"sse-not-enabled", 0, sse_not_enabled},
        {"stack-misaligned", 4, stack_misaligned},
        {"lapic-id-not-shifted", 6, lapic_id_not_shifted},
        {"lapic-id-wrong", 6, lapic_id_wrong},
        {"stage-left-out", 0, stage_left_out},

        {"seam-hang", 0, seam_hang},
        {"ap-not-started", 3, ap_not_started},
    });
    return table;
}

}  // namespace diagnosis
