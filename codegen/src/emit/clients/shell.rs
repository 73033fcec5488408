//! What stands in each module whatever the document: the client and its way to the seam.

use syn::{Item, parse_quote};

/// The imports, the client and its hook.
pub(super) fn shell(api: &str) -> Vec<Item> {
    let file: syn::File = parse_quote! {
        use crate::exchange::exchange;
        use crate::wire::{Query, RequestBody as _, segment};
        use progenitor_client::{
            ClientHooks, ClientInfo, Error, OperationInfo, QueryParam, ResponseValue,
        };

        #[doc = concat!("Client of the document `", #api, "`, positional arguments in the order of its paths.")]
        #[derive(Clone, Debug)]
        pub struct Client {
            baseurl: String,
            client: reqwest::Client,
            inner: crate::Session,
        }

        impl Client {
            /// A client that sends through `session`.
            pub fn new(session: &crate::Session) -> Self {
                Self {
                    baseurl: session.base().to_owned(),
                    client: session.http().clone(),
                    inner: session.clone(),
                }
            }
        }

        impl ClientHooks<crate::Session> for Client {
            async fn exec(
                &self,
                request: reqwest::Request,
                info: &OperationInfo,
            ) -> reqwest::Result<reqwest::Response> {
                exchange(&self.inner, request, info.operation_id).await
            }
        }
    };
    file.items
}
