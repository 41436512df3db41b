#include "checker/diagnosis/rules.h"

#include <array>

namespace diagnosis {

std::span<const Rule> rules() {
    static constexpr auto table = std::to_array<Rule>({
        {"bsp-was-reset", 3, bsp_was_reset},
        {"icr-delivery-mode", 3, icr_delivery_mode},
        {"flood", 0, flood},
        {"deliberate-reset", 0, deliberate_reset},

        {"lock-held-by-itself", 0, lock_held_by_itself},

        {"letters-only", 0, letters_only},

        // A CPU that took another one's message has left another one's letters.
        {"sipi-to-several", 3, sipi_to_several},
        {"sipi-wrong-destination", 3, sipi_wrong_destination},
        {"mailbox-of-another", 3, mailbox_of_another},

        {"efer-overwritten", 5, efer_overwritten},
        {"efer-reserved-bits", 0, efer_reserved_bits},
        {"wrong-msr", 0, wrong_msr},
        {"cr0-overwritten", 0, cr0_overwritten},
        {"cr4-overwritten", 0, cr4_overwritten},

        {"page-size-missing", 1, page_size_missing},
        {"page-entry-at-zero", 1, page_entry_at_zero},
        {"page-table-loop", 1, page_table_loop},
        {"page-table-nowhere", 1, page_table_nowhere},
        {"page-entry-virtual", 1, page_entry_virtual},
        {"huge-page-wrong-level", 1, huge_page_wrong_level},
        {"page-entry-not-present", 1, page_entry_not_present},
        {"identity-map-wrong-place", 1, identity_map_wrong_place},
        {"identity-map-wrong-entry", 1, identity_map_wrong_entry},
        {"identity-map-partial", 1, identity_map_partial},
        {"identity-map-read-only", 1, identity_map_read_only},
        {"identity-map-no-execute", 1, identity_map_no_execute},
        {"identity-map-user", 1, identity_map_user},
        {"identity-map-too-much", 1, identity_map_too_much},
        {"identity-map-not-one-page", 1, identity_map_not_one_page},
        {"kernel-map-overwritten", 1, kernel_map_overwritten},
        {"page-table-empty", 1, page_table_empty},

        {"mailbox-misplaced", 3, mailbox_misplaced},
        {"mailbox-missing", 3, mailbox_missing},
        {"sipi-wrong-page", 3, sipi_wrong_page},
        {"page-not-copied", 3, page_not_copied},

        {"gdt-not-loaded", 3, gdt_not_loaded},
        {"wrong-selector", 3, wrong_selector},
        {"paging-too-early", 3, paging_too_early},
        {"protected-mode-missing", 3, protected_mode_missing},
        {"ap-sleeps", 0, ap_sleeps},
        {"precondition-broken", 0, precondition_broken},

        {"gdt-pointer-missing", 2, gdt_pointer_missing},
        {"gdt-pointer-base", 2, gdt_pointer_base},
        {"gdt-pointer-limit", 2, gdt_pointer_limit},
        {"gdt-null-missing", 2, gdt_null_missing},
        {"descriptor-not-present", 2, descriptor_not_present},
        {"descriptor-wrong-type", 2, descriptor_wrong_type},
        {"descriptor-privilege", 2, descriptor_privilege},
        {"descriptor-l-and-d", 2, descriptor_l_and_d},
        {"descriptor-not-32-bit", 2, descriptor_not_32_bit},
        {"descriptor-not-64-bit", 2, descriptor_not_64_bit},
        {"descriptor-not-flat", 2, descriptor_not_flat},
        {"cs-not-reloaded", 3, cs_not_reloaded},

        {"cr3-missing", 4, cr3_missing},
        {"cr3-truncated", 4, cr3_truncated},
        {"cr3-wrong", 4, cr3_wrong},
        {"identity-map-missing", 1, identity_map_missing},
        {"pae-missing", 4, pae_missing},
        {"long-mode-missing", 4, long_mode_missing},
        {"lme-missing", 4, lme_missing},
        {"paging-missing", 4, paging_missing},
        {"far-jump-selector", 4, far_jump_selector},
        {"segment-selector", 4, segment_selector},
        {"segment-limit", 4, segment_limit},
        {"gdt-entry-missing", 2, gdt_entry_missing},
        {"cs-not-64-bit", 4, cs_not_64_bit},
        {"far-jump-astray", 4, far_jump_astray},

        {"entry-truncated", 4, entry_truncated},
        {"entry-lost", 4, entry_lost},
        {"entry-check-wrong", 4, entry_check_wrong},
        {"ran-astray", 0, ran_astray},
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

        {"lock-never-released", 0, lock_never_released},
        {"halted-with-interrupts-off", 0, halted_with_interrupts_off},
        {"endless-loop", 0, endless_loop},
        {"seam-hang", 0, seam_hang},
        {"init-after-sipi", 3, init_after_sipi},
        {"sipi-missing", 3, sipi_missing},
        {"sipi-not-taken", 3, sipi_not_taken},
        {"sipi-too-early", 3, sipi_too_early},
        {"icr-level-missing", 3, icr_level_missing},
        {"init-with-vector", 3, init_with_vector},
        {"commands-not-noted", 3, commands_not_noted},
        {"ap-not-started", 3, ap_not_started},
        {"kernel-panic", 0, kernel_panic},
    });
    return table;
}

}  // namespace diagnosis
