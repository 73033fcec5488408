//! Errors of the published documents that requests run into. Each is known to `specs/fixups.toml`,
//! which says what is wrong and how that is proven. One that nothing runs into any more fails the test.

use super::judge::Violation;

/// One error of a published document.
pub(super) struct Excuse {
    pub(super) document: &'static str,
    pub(super) operation: &'static str,
    /// How the fault begins.
    pub(super) what: &'static str,
    /// The pointer of the correction in `specs/fixups.toml`.
    pub(super) pointer: &'static str,
}

pub(super) const EXCUSED: [Excuse; 5] = [
    Excuse {
        document: "admin-organization",
        operation: "GET /v2/orgs/{orgId}/directories/{directoryId}/users/{userId}",
        what: "path parameter userId is not declared",
        pointer: "/paths/~1v2~1orgs~1{orgId}~1directories~1{directoryId}~1users~1{userId}/get/parameters/2",
    },
    Excuse {
        document: "admin-user-management",
        operation: "GET /users/{account_id}/manage/profile",
        what: "parameter account_id: ",
        pointer: "/components/schemas/AccountId/pattern",
    },
    Excuse {
        document: "admin-user-management",
        operation: "POST /users/{account_id}/manage/lifecycle/disable",
        what: "parameter account_id: ",
        pointer: "/components/schemas/AccountId/pattern",
    },
    Excuse {
        document: "admin-user-management",
        operation: "POST /users/{account_id}/manage/lifecycle/enable",
        what: "parameter account_id: ",
        pointer: "/components/schemas/AccountId/pattern",
    },
    Excuse {
        document: "jira-software",
        operation: "GET /rest/agile/1.0/board/{boardId}/sprint",
        what: "parameter state: ",
        pointer: "/paths/~1rest~1agile~11.0~1board~1{boardId}~1sprint/get/parameters/3/schema",
    },
];

impl Excuse {
    pub(super) fn covers(&self, document: &str, violation: &Violation) -> bool {
        self.document == document
            && self.operation == violation.operation
            && violation.what.starts_with(self.what)
    }

    /// Whether the ledger of fixups has the correction.
    pub(super) fn is_known(&self, fixups: &str) -> bool {
        let entry = format!(
            "document = \"{}\"\npointer = \"{}\"\n",
            self.document, self.pointer
        );
        fixups.contains(&entry)
    }
}
