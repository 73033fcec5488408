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

pub(super) const EXCUSED: [Excuse; 21] = [
    Excuse {
        document: "admin-organization",
        operation: "GET /v2/orgs/{orgId}/directories/{directoryId}/users/{userId}",
        what: "path parameter userId is not declared",
        pointer: "/paths/~1v2~1orgs~1{orgId}~1directories~1{directoryId}~1users~1{userId}/get/parameters/2",
    },
    account("DELETE /users/{account_id}/manage/api-tokens/{tokenId}"),
    account("GET /users/{account_id}/manage"),
    account("GET /users/{account_id}/manage/api-tokens"),
    account("GET /users/{account_id}/manage/profile"),
    account("PATCH /users/{account_id}/manage/profile"),
    account("POST /users/{account_id}/manage/lifecycle/cancel-delete"),
    account("POST /users/{account_id}/manage/lifecycle/delete"),
    account("POST /users/{account_id}/manage/lifecycle/disable"),
    account("POST /users/{account_id}/manage/lifecycle/enable"),
    account("PUT /users/{account_id}/manage/email"),
    Excuse {
        document: "admin-user-management",
        operation: "PATCH /users/{account_id}/manage/profile",
        what: "body: ",
        pointer: "/paths/~1users~1{account_id}~1manage~1profile/patch/requestBody/content/application~1json/schema",
    },
    position("POST /rest/api/3/dashboard/{dashboardId}/gadget"),
    position("PUT /rest/api/3/dashboard/{dashboardId}/gadget/{gadgetId}"),
    Excuse {
        document: "jira-platform",
        operation: "DELETE /rest/api/3/field/association",
        what: "body/associationContexts/0/identifier: ",
        pointer: "/components/schemas/AssociationContextObject/properties/identifier",
    },
    Excuse {
        document: "jira-platform",
        operation: "DELETE /rest/api/3/field/association",
        what: "body/fields/0/identifier: ",
        pointer: "/components/schemas/FieldIdentifierObject/properties/identifier",
    },
    Excuse {
        document: "jira-platform",
        operation: "PUT /rest/api/3/field/association",
        what: "body/associationContexts/0/identifier: ",
        pointer: "/components/schemas/AssociationContextObject/properties/identifier",
    },
    Excuse {
        document: "jira-platform",
        operation: "PUT /rest/api/3/field/association",
        what: "body/fields/0/identifier: ",
        pointer: "/components/schemas/FieldIdentifierObject/properties/identifier",
    },
    Excuse {
        document: "jira-platform",
        operation: "PUT /rest/api/3/issuesecurityschemes/{schemeId}/level/{levelId}/member",
        what: "body",
        pointer: "/components/schemas/SecuritySchemeMembersRequest/required",
    },
    Excuse {
        document: "jira-service-management",
        operation: "PUT /rest/servicedeskapi/servicedesk/{serviceDeskId}/requesttype/{requestTypeId}/property/{propertyKey}",
        what: "a body is sent and none is declared",
        pointer: "/paths/~1rest~1servicedeskapi~1servicedesk~1{serviceDeskId}~1requesttype~1{requestTypeId}~1property~1{propertyKey}/put/requestBody",
    },
    Excuse {
        document: "jira-software",
        operation: "GET /rest/agile/1.0/board/{boardId}/sprint",
        what: "parameter state: ",
        pointer: "/paths/~1rest~1agile~11.0~1board~1{boardId}~1sprint/get/parameters/3/schema",
    },
];

/// The pattern of account ids in the document on managed accounts fits none of them.
const fn account(operation: &'static str) -> Excuse {
    Excuse {
        document: "admin-user-management",
        operation,
        what: "parameter account_id: ",
        pointer: "/components/schemas/AccountId/pattern",
    }
}

/// The parts of a gadget's position are called by their descriptions.
const fn position(operation: &'static str) -> Excuse {
    Excuse {
        document: "jira-platform",
        operation,
        what: "body/position: ",
        pointer: "/components/schemas/DashboardGadgetPosition/properties",
    }
}

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
