//! The kinds of document that the tenant holds.

/// One collection each, by the name that the seed files use. A family of its own names its kinds
/// where its tables stand; here are those that hand-written handlers share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Kind(pub(crate) &'static str);

/// Work in progress and logs: they tell of the past and are not part of what is compared.
const VOLATILE: [Kind; 7] = [
    Kind::AssetHistory,
    Kind::AuthPolicyTask,
    Kind::Event,
    Kind::LongTask,
    Kind::Task,
    crate::jira::workflow_history::VERSION,
    crate::jira::workflow_schemes::CHANGES,
];

impl Kind {
    pub(crate) fn volatile(self) -> bool {
        VOLATILE.contains(&self)
    }
}

#[expect(
    non_upper_case_globals,
    reason = "a kind is written as in the seed files"
)]
impl Kind {
    pub(crate) const User: Self = Self("User");
    pub(crate) const Group: Self = Self("Group");
    pub(crate) const Project: Self = Self("Project");
    pub(crate) const IssueType: Self = Self("IssueType");
    pub(crate) const PermissionScheme: Self = Self("PermissionScheme");
    pub(crate) const NotificationScheme: Self = Self("NotificationScheme");
    pub(crate) const WorkflowScheme: Self = Self("WorkflowScheme");
    pub(crate) const WorkflowSchemeDraft: Self = Self("WorkflowSchemeDraft");
    pub(crate) const IssueTypeScheme: Self = Self("IssueTypeScheme");
    pub(crate) const Screen: Self = Self("Screen");
    pub(crate) const ScreenScheme: Self = Self("ScreenScheme");
    pub(crate) const IssueTypeScreenScheme: Self = Self("IssueTypeScreenScheme");
    pub(crate) const FieldConfiguration: Self = Self("FieldConfiguration");
    pub(crate) const Workflow: Self = Self("Workflow");
    pub(crate) const Status: Self = Self("Status");
    pub(crate) const Field: Self = Self("Field");
    pub(crate) const FieldContext: Self = Self("FieldContext");
    pub(crate) const FieldOption: Self = Self("FieldOption");
    pub(crate) const Dashboard: Self = Self("Dashboard");
    pub(crate) const Filter: Self = Self("Filter");
    pub(crate) const Issue: Self = Self("Issue");
    pub(crate) const Board: Self = Self("Board");
    pub(crate) const Sprint: Self = Self("Sprint");
    pub(crate) const Epic: Self = Self("Epic");
    pub(crate) const Task: Self = Self("Task");
    pub(crate) const ServiceDesk: Self = Self("ServiceDesk");
    pub(crate) const RequestType: Self = Self("RequestType");
    pub(crate) const RequestTypeGroup: Self = Self("RequestTypeGroup");
    pub(crate) const Queue: Self = Self("Queue");
    pub(crate) const Organization: Self = Self("Organization");
    pub(crate) const Article: Self = Self("Article");
    pub(crate) const Form: Self = Self("Form");
    pub(crate) const IssueForm: Self = Self("IssueForm");
    pub(crate) const AssetSchema: Self = Self("AssetSchema");
    pub(crate) const AssetType: Self = Self("AssetType");
    pub(crate) const AssetAttribute: Self = Self("AssetAttribute");
    pub(crate) const AssetObject: Self = Self("AssetObject");
    pub(crate) const AssetHistory: Self = Self("AssetHistory");
    pub(crate) const AssetIcon: Self = Self("AssetIcon");
    pub(crate) const AssetImport: Self = Self("AssetImport");
    pub(crate) const AssetImportRun: Self = Self("AssetImportRun");
    pub(crate) const AssetImportSchedule: Self = Self("AssetImportSchedule");
    pub(crate) const AssetStatus: Self = Self("AssetStatus");
    pub(crate) const Rule: Self = Self("Rule");
    pub(crate) const ManualRule: Self = Self("ManualRule");
    pub(crate) const RuleTemplate: Self = Self("RuleTemplate");
    pub(crate) const Space: Self = Self("Space");
    pub(crate) const SpacePermission: Self = Self("SpacePermission");
    pub(crate) const SpaceProperty: Self = Self("SpaceProperty");
    pub(crate) const PageTemplate: Self = Self("PageTemplate");
    pub(crate) const Page: Self = Self("Page");
    pub(crate) const LongTask: Self = Self("LongTask");
    pub(crate) const Org: Self = Self("Org");
    pub(crate) const Directory: Self = Self("Directory");
    pub(crate) const OrgUser: Self = Self("OrgUser");
    pub(crate) const OrgGroup: Self = Self("OrgGroup");
    pub(crate) const OrgPolicy: Self = Self("OrgPolicy");
    pub(crate) const DataPolicy: Self = Self("DataPolicy");
    pub(crate) const AuthPolicy: Self = Self("AuthPolicy");
    pub(crate) const AuthPolicyTask: Self = Self("AuthPolicyTask");
    pub(crate) const Domain: Self = Self("Domain");
    pub(crate) const Event: Self = Self("Event");
    pub(crate) const ApiToken: Self = Self("ApiToken");
    pub(crate) const ServiceAccount: Self = Self("ServiceAccount");
    pub(crate) const ClassificationLevel: Self = Self("ClassificationLevel");
    pub(crate) const ScimLink: Self = Self("ScimLink");
}
