//! Corrects the body of a generated method where progenitor has no setting for it.
//!
//! Path segments that would name another endpoint are refused, the `api-version` header goes, query
//! parameters travel in their documented style, bodies may be left out or be bytes, and the hook
//! learns the operation's own id instead of the method's name.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::quote;
use syn::parse::Parser as _;
use syn::punctuated::Punctuated;
use syn::visit_mut::{VisitMut, visit_expr_mut};
use syn::{Expr, ExprCall, ExprMethodCall, Lit, Stmt, Token, parse_quote};

use super::method::Place;
use crate::lower::{Marks, without_mark};

/// What the body of a method says about its arguments: by argument name, where it travels under
/// which published name.
pub(super) type Wires = BTreeMap<String, (Place, String)>;

/// Rewrites `block` and gives back what it learnt about the arguments.
pub(super) fn method(
    block: &mut syn::Block,
    marks: &Marks,
    operation: &str,
    template: &[&str],
) -> Result<Wires, String> {
    let mut rewrite = Rewrite {
        marks,
        operation,
        template,
        wires: Wires::new(),
        fault: None,
    };
    block.stmts.retain(|statement| !is_idle(statement));
    let has_headers = block.stmts.iter().any(appends_header);
    if !has_headers {
        block
            .stmts
            .retain(|statement| local_name(statement).is_none_or(|name| name != "header_map"));
    }
    rewrite.visit_block_mut(block);
    match rewrite.fault {
        Some(fault) => Err(fault),
        None => Ok(rewrite.wires),
    }
}

/// The `api-version` header, and the hooks that do nothing.
fn is_idle(statement: &Stmt) -> bool {
    let text = quote!(#statement).to_string();
    text.contains("\"api-version\"")
        || text.starts_with("self . pre (")
        || text.starts_with("self . post (")
}

fn appends_header(statement: &Stmt) -> bool {
    local_name(statement).is_none()
        && quote!(#statement)
            .to_string()
            .contains("header_map . append")
}

fn local_name(statement: &Stmt) -> Option<String> {
    let Stmt::Local(local) = statement else {
        return None;
    };
    let syn::Pat::Ident(pattern) = &local.pat else {
        return None;
    };
    Some(pattern.ident.to_string())
}

struct Rewrite<'a> {
    marks: &'a Marks,
    operation: &'a str,
    template: &'a [&'a str],
    wires: Wires,
    fault: Option<String>,
}

impl VisitMut for Rewrite<'_> {
    fn visit_local_mut(&mut self, local: &mut syn::Local) {
        if let syn::Pat::Ident(pattern) = &mut local.pat
            && pattern.ident.to_string().trim_start_matches('_') == "request"
        {
            pattern.mutability = None;
            local.attrs.clear();
        }
        syn::visit_mut::visit_local_mut(self, local);
    }

    fn visit_stmt_mut(&mut self, statement: &mut Stmt) {
        let text = quote!(#statement).to_string();
        if text.starts_with("if let Some (value) =") {
            self.optional_header(statement);
        }
        syn::visit_mut::visit_stmt_mut(self, statement);
    }

    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        visit_expr_mut(self, expression);
        match expression {
            Expr::Macro(call) if call.mac.path.is_ident("format") => {
                match self.url(call.mac.tokens.clone()) {
                    Ok(tokens) => call.mac.tokens = tokens,
                    Err(fault) => self.fault = Some(fault),
                }
            }
            Expr::MethodCall(call) => {
                if let Some(replaced) = self.call(call) {
                    *expression = replaced;
                }
            }
            Expr::Call(call) if is_query(call) => {
                if let Some(replaced) = self.query(call) {
                    *expression = replaced;
                }
            }
            Expr::Struct(info) if info.path.is_ident("OperationInfo") => {
                let operation = self.operation;
                *expression = parse_quote!(OperationInfo { operation_id: #operation });
            }
            _ => {}
        }
    }
}

impl Rewrite<'_> {
    /// `format!(template, self.baseurl, encode_path(&x.to_string()), ..)`.
    fn url(&mut self, tokens: TokenStream) -> Result<TokenStream, String> {
        let parser = Punctuated::<Expr, Token![,]>::parse_terminated;
        let arguments = parser.parse2(tokens).map_err(|error| error.to_string())?;
        let mut rewritten: Vec<Expr> = Vec::new();
        let mut names = self.template.iter();
        for argument in arguments {
            let Expr::Call(call) = &argument else {
                rewritten.push(argument);
                continue;
            };
            let ident = first_ident(&call.args).ok_or("a path without an argument")?;
            let wire = names
                .next()
                .ok_or("more arguments than the path has places")?;
            self.wires
                .insert(ident.to_string(), (Place::Path, (*wire).to_owned()));
            rewritten.push(parse_quote!(segment(#wire, &#ident.to_string())?));
        }
        Ok(quote!(#(#rewritten),*))
    }

    fn call(&mut self, call: &ExprMethodCall) -> Option<Expr> {
        let receiver = &call.receiver;
        match call.method.to_string().as_str() {
            "json" => {
                self.wires
                    .insert("body".to_owned(), (Place::Body, "body".to_owned()));
                let media = self.marks.media.as_deref().unwrap_or("application/json");
                if self.marks.optional_body {
                    Some(parse_quote!(#receiver.json_body(#media, body)))
                } else {
                    Some(parse_quote!(#receiver.json_body(#media, Some(body))))
                }
            }
            "body" => {
                self.wires
                    .insert("body".to_owned(), (Place::RawBody, "body".to_owned()));
                let Expr::MethodCall(content_type) = &**receiver else {
                    return None;
                };
                let inner = &content_type.receiver;
                Some(parse_quote!(#inner.raw_body(body)))
            }
            "headers"
                if !self
                    .wires
                    .values()
                    .any(|(place, _)| *place == Place::Header) =>
            {
                Some((**receiver).clone())
            }
            "header" => {
                let accept = self.marks.accept.as_deref()?;
                let is_accept = quote!(#call).to_string().contains("ACCEPT");
                (is_accept && !matches!(**receiver, Expr::Path(_))).then(|| {
                    parse_quote!(#receiver.header(
                        ::reqwest::header::ACCEPT,
                        ::reqwest::header::HeaderValue::from_static(#accept),
                    ))
                })
            }
            "append" => {
                let (name, ident) = (literal(call.args.first()?)?, ident_in(call.args.last()?)?);
                self.wires
                    .entry(ident.to_string())
                    .or_insert((Place::Header, without_mark(&name).to_owned()));
                let wire = without_mark(&name);
                let value = call.args.last()?;
                Some(parse_quote!(#receiver.append(#wire, #value)))
            }
            _ => None,
        }
    }

    /// `if let Some(value) = x { header_map.append("X", ..) }`.
    fn optional_header(&mut self, statement: &Stmt) {
        let Stmt::Expr(Expr::If(branch), _) = statement else {
            return;
        };
        let Expr::Let(condition) = &*branch.cond else {
            return;
        };
        let Some(ident) = ident_in(&condition.expr) else {
            return;
        };
        let name = branch
            .then_branch
            .stmts
            .iter()
            .find_map(|inner| match inner {
                Stmt::Expr(Expr::MethodCall(call), _) => literal(call.args.first()?),
                _ => None,
            });
        if let Some(name) = name {
            let wire = without_mark(&name).to_owned();
            self.wires
                .insert("value".to_owned(), (Place::Header, wire.clone()));
            self.wires.insert(ident.to_string(), (Place::Header, wire));
        }
    }

    /// `progenitor_client::QueryParam::new("name", &x)`.
    fn query(&mut self, call: &ExprCall) -> Option<Expr> {
        let name = literal(call.args.first()?)?;
        let ident = ident_in(call.args.last()?)?;
        let wire = without_mark(&name);
        self.wires
            .insert(ident.to_string(), (Place::Query, wire.to_owned()));
        Some(match self.marks.styles.get(&name).map(String::as_str) {
            Some("joined") => parse_quote!(Query::joined(#wire, &#ident)),
            Some(_) => parse_quote!(Query::free(#wire, &#ident)),
            None => parse_quote!(QueryParam::new(#wire, &#ident)),
        })
    }
}

fn is_query(call: &ExprCall) -> bool {
    let Expr::Path(function) = &*call.func else {
        return false;
    };
    function
        .path
        .segments
        .iter()
        .any(|segment| segment.ident == "QueryParam")
}

fn literal(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}

fn first_ident(arguments: &Punctuated<Expr, Token![,]>) -> Option<syn::Ident> {
    ident_in(arguments.first()?)
}

/// The variable at the root of `&x.to_string().try_into()?`.
fn ident_in(expression: &Expr) -> Option<syn::Ident> {
    match expression {
        Expr::Path(path) => path.path.get_ident().cloned(),
        Expr::Reference(reference) => ident_in(&reference.expr),
        Expr::MethodCall(call) => ident_in(&call.receiver),
        Expr::Try(attempt) => ident_in(&attempt.expr),
        _ => None,
    }
}
