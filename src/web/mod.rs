//! Floor 5: the pages that people see. No script, no third party, nothing inline.

mod api_token;
mod change;
mod consent;
mod forward;
mod message;
mod notice;
mod overview;
mod page;
mod plans;
mod reach;
mod scopes;
mod withdrawn;

pub use api_token::{ApiTokenPage, SiteChoice, TokenLine};
pub use consent::ConsentPage;
pub use forward::ForwardPage;
pub use message::MessagePage;
pub use notice::Notice;
pub use overview::{AtlassianLine, ConnectionLine, OverviewPage, SignOutPage};
pub use page::{MARK_PATH, STYLE_PATH, mark, page, style};
pub use plans::{PlanLine, PlanPage, PlanView, PlansPage};
pub use withdrawn::WithdrawnPage;
