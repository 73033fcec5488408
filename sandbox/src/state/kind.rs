//! The kinds of document that the tenant holds.

use serde::Deserialize;

/// One collection each. The names are those of the seed files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub(crate) enum Kind {
    User,
    Group,
    Project,
    IssueType,
    PermissionScheme,
    NotificationScheme,
    WorkflowScheme,
    WorkflowSchemeDraft,
    IssueTypeScheme,
    Screen,
    ScreenScheme,
    IssueTypeScreenScheme,
    FieldConfiguration,
    Workflow,
    Status,
    Field,
    FieldContext,
    FieldOption,
    Dashboard,
    Filter,
    Issue,
    Board,
    Sprint,
    Epic,
    Task,
    ServiceDesk,
    RequestType,
    RequestTypeGroup,
    Queue,
    Organization,
    Article,
    Form,
    IssueForm,
    AssetSchema,
    AssetType,
    AssetAttribute,
    AssetObject,
    AssetHistory,
    AssetIcon,
    AssetImport,
    Rule,
    ManualRule,
    RuleTemplate,
    Space,
    SpacePermission,
    SpaceProperty,
    PageTemplate,
    Page,
    LongTask,
    Org,
    Directory,
    OrgUser,
    OrgGroup,
    OrgPolicy,
    DataPolicy,
    AuthPolicy,
    AuthPolicyTask,
    Domain,
    Event,
    ApiToken,
    ServiceAccount,
    ClassificationLevel,
    ScimLink,
}

impl Kind {
    /// Work in progress and logs: they tell of the past and are not part of what is compared.
    pub(crate) fn volatile(self) -> bool {
        matches!(
            self,
            Self::Task | Self::LongTask | Self::AuthPolicyTask | Self::Event | Self::AssetHistory
        )
    }
}
